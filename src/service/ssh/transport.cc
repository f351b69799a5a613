#include "service/ssh/transport.h"

#include "base/counters.h"
#include "base/random.h"

namespace decnet::service::ssh {

using wire::Message;
using wire::Packet;

namespace {

constexpr std::uint8_t kTransportMax = 49;  // Message numbers of the transport layer end here.
constexpr std::uint32_t kReasonProtocolError = 2;

}  // namespace

Transport::Transport(const World& world) : world_(world) {
  names_.server_version = world.banner;
  output_ = world.banner + "\r\n";
}

Transport::~Transport() = default;

void Transport::feed(std::string_view bytes) {
  if (over_) return;
  if (identified_)
    opener_.feed(bytes);
  else
    line_ += bytes;
}

void Transport::give_up(std::string_view why) {
  fault_ = why;
  over_ = true;
}

void Transport::emit(std::string_view payload) {
  output_ += sealer_.seal(payload);
}

void Transport::send(std::string_view payload) {
  if (over_) return;
  if (is_rekeying() && static_cast<std::uint8_t>(payload.front()) > kTransportMax) {
    queued_bytes_ += payload.size();
    if (queued_bytes_ > kQueuedBytesMax) {
      static Counter& refused =
          counter("ssh_limit_queue_total", "SSH sessions ended because too much waited for keys");
      refused.add();
      return give_up("queue_limit");
    }
    queue_.emplace_back(payload);
    return;
  }
  emit(payload);
}

void Transport::disconnect(std::string_view text, std::string_view why) {
  if (over_) return;
  emit(Message(wire::kDisconnect).u32(kReasonProtocolError).string(text).string("").bytes());
  give_up(why);
}

void Transport::unimplemented(std::uint32_t sequence) {
  send(Message(wire::kUnimplemented).u32(sequence));
}

void Transport::begin_connection() {
  connected_ = true;
  if (agreed_.compression_out != "none") sealer_.compress();
  if (agreed_.compression_in != "none") opener_.decompress();
}

void Transport::begin_rekey() {
  if (is_ready() && !kexinit_sent_ && !over_) send_kexinit();
}

Transport::Event Transport::next(Packet& packet) {
  while (!over_) {
    if (!identified_) {
      if (!read_banner()) break;
      continue;
    }
    const auto state = opener_.next(packet);
    if (state == wire::PacketOpener::State::more) break;
    if (state == wire::PacketOpener::State::broken) {
      if (opener_.last_words().empty())
        give_up("protocol_error");
      else
        disconnect(opener_.last_words());
      break;
    }
    if (handle_common(packet)) continue;
    const bool kex_message = packet.type() <= kTransportMax &&
                             packet.type() != wire::kServiceRequest &&
                             packet.type() != wire::kExtInfo;
    if (!initial_ && !connected_) return Event::message;  // sshd's login takes no key exchange.
    if (!initial_ && !kex_message) return Event::message;
    handle_kex(packet);
  }
  const bool much =
      sealer_.blocks() > sealer_.blocks_max() || opener_.blocks() > opener_.blocks_max();
  if (connected_ && much) begin_rekey();
  return over_ ? Event::over : Event::more;
}

// What OpenSSH deals with before anything else; true if that was it.
bool Transport::handle_common(const Packet& packet) {
  ByteReader reader(std::string_view(packet.payload).substr(1));
  if (packet.type() == wire::kDisconnect) {
    give_up("peer");
    return true;
  }
  if (initial_ && strict_) return false;
  switch (packet.type()) {
    case wire::kIgnore:
      return true;
    case wire::kDebug:
      reader.u8();
      wire::get_string(reader);
      break;
    case wire::kUnimplemented:
      reader.u32();
      break;
    default:
      return false;
  }
  if (!reader.ok()) give_up("protocol_error");
  return true;
}

void Transport::kex_error(const Packet& packet) {
  if (initial_ && strict_) {
    return disconnect("strict KEX violation: unexpected packet type " +
                      std::to_string(packet.type()) + " (seqnr " + std::to_string(packet.sequence) +
                      ")");
  }
  unimplemented(packet.sequence);
}

void Transport::handle_kex(const Packet& packet) {
  if (skip_next_) {
    skip_next_ = false;
    return;
  }
  if (packet.type() == wire::kKexInit && !kexinit_taken_) return handle_kexinit(packet);
  if (packet.type() == wire::kNewKeys && new_keys_sent_) {
    if (packet.payload.size() != 1) return give_up("protocol_error");
    return take_new_keys();
  }
  if (exchange_ != nullptr && packet.type() == exchange_->expects()) return handle_exchange(packet);
  // sshd has no handler for it yet, and hangs up.
  if (packet.type() > kTransportMax) return give_up("protocol_error");
  kex_error(packet);
}

void Transport::handle_exchange(const Packet& packet) {
  auto step = exchange_->take(packet.payload);
  if (!step) return give_up("protocol_error");
  if (!step->message.empty()) return emit(step->message);
  const std::string_view digest = exchange_->digest();
  const std::string hash = wire::exchange_hash(digest, names_, step->hashed, step->secret);
  if (session_id_.empty()) session_id_ = hash;
  Message reply(exchange_->reply_number());
  reply.string(names_.host_key).raw(step->reply).string(host_key_->sign(agreed_.host_key, hash));
  emit(reply.bytes());
  send_new_keys(*step, hash);
  exchange_.reset();
}

void Transport::send_new_keys(const wire::ExchangeStep& step, const std::string& hash) {
  const std::string_view digest = exchange_->digest();
  const auto keys = [&](const std::string& cipher, const std::string& mac,
                        std::string_view letters) {
    wire::PacketKeys out{.cipher = wire::find_cipher(cipher), .mac = wire::find_mac(mac)};
    const auto derive = [&](char letter, std::size_t count) {
      return wire::derive_key(digest, step.secret, hash, letter, session_id_, count);
    };
    out.iv = derive(letters[0], out.cipher->iv_bytes);
    out.key = derive(letters[1], out.cipher->key_bytes);
    if (out.mac != nullptr) out.mac_key = derive(letters[2], out.mac->key_bytes);
    return out;
  };
  keys_in_ = keys(agreed_.cipher_in, agreed_.mac_in, "ACE");
  emit(Message(wire::kNewKeys).bytes());
  sealer_.rekey(keys(agreed_.cipher_out, agreed_.mac_out, "BDF"), strict_);
  if (connected_ && agreed_.compression_out != "none") sealer_.compress();
  new_keys_sent_ = true;
  if (initial_ && ext_info_) send_ext_info();
  queued_bytes_ = 0;
  for (const std::string& payload : std::exchange(queue_, {})) emit(payload);
}

void Transport::send_ext_info() {
  Message message(wire::kExtInfo);
  message.u32(2).string("server-sig-algs").string(kSignatureAlgorithms);
  message.string("publickey-hostbound@openssh.com").string("0");
  emit(message.bytes());
}

void Transport::take_new_keys() {
  opener_.rekey(keys_in_, strict_);
  keys_in_ = {};
  if (connected_ && agreed_.compression_in != "none") opener_.decompress();
  initial_ = kexinit_sent_ = kexinit_taken_ = new_keys_sent_ = false;
  names_.client_kexinit.shrink_to_fit();
}

}  // namespace decnet::service::ssh
