#include "fingerprint/hassh.h"

#include "base/bytes.h"
#include "base/hash.h"

namespace decnet::fingerprint {
namespace {

constexpr std::uint8_t kKexInitNumber = 20;
constexpr std::size_t kCookieBytes = 16;

std::string join(std::string_view kex, std::string_view cipher, std::string_view mac,
                 std::string_view compression) {
  std::string out(kex);
  for (const std::string_view part : {cipher, mac, compression}) {
    out += ';';
    out += part;
  }
  return out;
}

}  // namespace

Result<KexInit> parse_kexinit(std::string_view payload) {
  ByteReader reader(payload);
  if (reader.u8() != kKexInitNumber) return fail(Errc::invalid_argument, "this is no KEXINIT");
  reader.skip(kCookieBytes);
  KexInit offer;
  for (std::string* list :
       {&offer.kex, &offer.host_key, &offer.cipher_to_server, &offer.cipher_to_client,
        &offer.mac_to_server, &offer.mac_to_client, &offer.compression_to_server,
        &offer.compression_to_client, &offer.language_to_server, &offer.language_to_client}) {
    *list = reader.take(reader.u32());
  }
  offer.first_packet_follows = reader.u8() != 0;
  if (!reader.ok()) return fail(Errc::invalid_argument, "the KEXINIT is cut off");
  return offer;
}

std::string hassh_string(const KexInit& offer) {
  return join(offer.kex, offer.cipher_to_server, offer.mac_to_server, offer.compression_to_server);
}

std::string hassh(const KexInit& offer) {
  return md5_hex(hassh_string(offer));
}

std::string hassh_server_string(const KexInit& offer) {
  return join(offer.kex, offer.cipher_to_client, offer.mac_to_client, offer.compression_to_client);
}

std::string hassh_server(const KexInit& offer) {
  return md5_hex(hassh_server_string(offer));
}

void SshReader::feed(std::string_view bytes) {
  if (over_) return;
  stream_.append(bytes);
  while (!over_ && (banner_.empty() ? read_banner() : read_packet())) {
  }
  if (over_) stream_.clear();
}

// One line; true if there was one.
bool SshReader::read_banner() {
  const std::size_t end = stream_.find('\n');
  if (end == stream_.npos) {
    over_ = preamble_bytes_ + stream_.size() > kSshPreambleBytesMax;
    return false;
  }
  std::string_view line = std::string_view(stream_).substr(0, end);
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.starts_with("SSH-")) {
    banner_ = line;
  } else {
    preamble_bytes_ += end + 1;
    over_ = preamble_bytes_ > kSshPreambleBytesMax;
  }
  stream_.erase(0, end + 1);
  return true;
}

// One binary packet; true if there was one.
bool SshReader::read_packet() {
  ByteReader reader(stream_);
  const std::size_t length = reader.u32();
  if (!reader.ok()) return false;
  if (length < 2 || length > kSshPacketBytesMax) {
    over_ = true;
    return false;
  }
  const std::string_view packet = reader.take(length);
  if (!reader.ok()) return false;
  const auto padding = static_cast<std::uint8_t>(packet.front());
  std::string_view payload = packet.substr(1);
  payload.remove_suffix(std::min<std::size_t>(padding, payload.size()));
  if (!payload.empty() && static_cast<std::uint8_t>(payload.front()) == kKexInitNumber) {
    if (auto offer = parse_kexinit(payload)) offer_ = std::move(offer).value();
    over_ = true;
  }
  stream_.erase(0, sizeof(std::uint32_t) + length);
  return true;
}

}  // namespace decnet::fingerprint
