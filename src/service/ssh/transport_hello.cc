// How a connection begins: identification strings and the lists of algorithms.
#include "base/random.h"
#include "fingerprint/hassh.h"
#include "service/ssh/transport.h"

namespace decnet::service::ssh {

using wire::Message;
using wire::Packet;

namespace {

constexpr std::size_t kCookieBytes = 16;

// As scanf reads "SSH-%d.%d-%[^\n]": blanks and a sign may stand before a number.
struct Identification {
  long major = 0;
  long minor = 0;
  std::string_view software;
};

bool read_number(std::string_view& text, long& out) {
  std::size_t at = 0;
  while (at < text.size() && (text[at] == ' ' || (text[at] >= '\t' && text[at] <= '\r'))) ++at;
  bool negative = false;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) negative = text[at++] == '-';
  const std::size_t digits = at;
  long value = 0;
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
    value = std::min(value * 10 + (text[at++] - '0'), 100'000'000L);
  }
  if (at == digits) return false;
  out = negative ? -value : value;
  text.remove_prefix(at);
  return true;
}

bool read_identification(std::string_view line, Identification& out) {
  if (!line.starts_with("SSH-")) return false;
  line.remove_prefix(4);
  if (!read_number(line, out.major) || !line.starts_with('.')) return false;
  line.remove_prefix(1);
  if (!read_number(line, out.minor) || !line.starts_with('-')) return false;
  out.software = line.substr(1);
  return !out.software.empty();
}

}  // namespace

void Transport::refuse_banner(std::string_view text) {
  output_ += text;
  output_ += "\r\n";
  give_up("protocol_error");
}

// One line of the client; true if there was one, or it is over.
bool Transport::read_banner() {
  constexpr std::string_view kInvalid = "Invalid SSH identification string.";
  bool carriage_return = false;
  for (std::size_t at = 0; at < line_.size(); ++at) {
    const char c = line_[at];
    if (c == '\r') {
      carriage_return = true;
      continue;
    }
    if (c == '\n') {
      std::string line = line_.substr(0, at);
      std::erase(line, '\r');
      const std::string rest = line_.substr(at + 1);
      line_ = {};
      identified_ = judge_banner(line);
      if (identified_) opener_.feed(rest);
      return true;
    }
    if (c == '\0' || carriage_return || at + 1 > kBannerBytesMax) {
      refuse_banner(kInvalid);
      return true;
    }
  }
  return false;
}

bool Transport::judge_banner(std::string_view line) {
  Identification peer;
  if (!read_identification(line, peer)) {
    refuse_banner("Invalid SSH identification string.");
    return false;
  }
  names_.client_version = line;
  if (peer.major != 2 && !(peer.major == 1 && peer.minor == 99)) {
    refuse_banner("Protocol major versions differ.");
    return false;
  }
  compat_ = compat_of(peer.software);
  if (compat_.probe || world_.host_keys.empty()) {
    give_up("protocol_error");
    return false;
  }
  send_kexinit();
  return true;
}

void Transport::send_kexinit() {
  std::string kex = world_.kex;
  if (compat_.curve_padding) kex = list_without(kex, "curve25519-sha256@libssh.org");
  if (compat_.old_group_exchange) kex = list_without(kex, "diffie-hellman-group-exchange-sha256");
  if (world_.strict && initial_) kex += ",kex-strict-s-v00@openssh.com";
  Message message(wire::kKexInit);
  message.raw(random_bytes(kCookieBytes)).string(kex).string(kHostKeyAlgorithms);
  message.string(kCiphers).string(kCiphers).string(kMacs).string(kMacs);
  message.string(kCompressions).string(kCompressions).string("").string("");
  message.boolean(false).u32(0);
  names_.server_kexinit = message.bytes();
  emit(message.bytes());
  kexinit_sent_ = true;
}

void Transport::handle_kexinit(const Packet& packet) {
  if (!kexinit_sent_) send_kexinit();
  kexinit_taken_ = true;
  names_.client_kexinit = packet.payload;
  if (!negotiate(packet.payload)) {
    if (!over_) give_up("no_common_algorithm");
    return;
  }
  if (initial_ && strict_ && packet.sequence != 0)
    return disconnect("strict KEX violation: KEXINIT was not the first packet");
  exchange_ = wire::make_exchange(agreed_.kex, world_.groups.get());
}

bool Transport::negotiate(std::string_view payload) {
  const auto offer = fingerprint::parse_kexinit(payload);
  if (!offer) {
    give_up("protocol_error");
    return false;
  }
  ByteReader own_reader(std::string_view(names_.server_kexinit).substr(1 + kCookieBytes));
  const std::string_view own_kex = wire::get_string(own_reader);
  if (initial_) {
    ext_info_ = list_has(offer->kex, "ext-info-c");
    strict_ = world_.strict && list_has(offer->kex, "kex-strict-c-v00@openssh.com");
  }
  const auto choose = [](std::string_view theirs, std::string_view ours, std::string& into) {
    into = list_match(theirs, ours);
    return !into.empty();
  };
  if (!choose(offer->kex, own_kex, agreed_.kex) ||
      !choose(offer->host_key, kHostKeyAlgorithms, agreed_.host_key))
    return false;
  const auto direction = [&](std::string_view ciphers, std::string_view macs,
                             std::string_view compressions, std::string& cipher, std::string& mac,
                             std::string& compression) {
    if (!choose(ciphers, kCiphers, cipher)) return false;
    mac.clear();
    const bool authenticates = wire::find_cipher(cipher)->tag_bytes > 0;
    if (!authenticates && !choose(macs, kMacs, mac)) return false;
    return choose(compressions, kCompressions, compression);
  };
  if (!direction(offer->cipher_to_server, offer->mac_to_server, offer->compression_to_server,
                 agreed_.cipher_in, agreed_.mac_in, agreed_.compression_in) ||
      !direction(offer->cipher_to_client, offer->mac_to_client, offer->compression_to_client,
                 agreed_.cipher_out, agreed_.mac_out, agreed_.compression_out))
    return false;
  host_key_ = nullptr;
  for (const auto& key : world_.host_keys) {
    if (key->serves(agreed_.host_key)) host_key_ = key;
  }
  if (host_key_ == nullptr) return false;
  names_.host_key = host_key_->blob();
  const auto first = [](std::string_view list) { return list.substr(0, list.find(',')); };
  skip_next_ = offer->first_packet_follows && (first(offer->kex) != first(own_kex) ||
                                               first(offer->host_key) != first(kHostKeyAlgorithms));
  return true;
}

}  // namespace decnet::service::ssh
