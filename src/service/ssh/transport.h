// Transport: the lowest layer of an SSH connection as OpenSSH's server speaks it: identification,
// key exchange, packets (RFC 4253). It does no I/O: bytes go in and come out.
//
//   transport.feed(bytes);
//   Packet packet;
//   while (transport.next(packet) == Transport::Event::message) handle(packet);
//   write(transport.take_output());
//
// What a peer may do wrong is answered as the genuine server does it: with a line of text, a
// DISCONNECT, an UNIMPLEMENTED, or by hanging up without a word.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "codec/ssh/packet.h"
#include "codec/ssh/wire.h"
#include "service/ssh/world.h"

namespace decnet::service::ssh {

inline constexpr std::size_t kBannerBytesMax = 8192;  // Of the client's line.
inline constexpr std::size_t kQueuedBytesMax = 4U
                                               << 20;  // While new keys are agreed; beyond: over.

// What both sides agreed on.
struct Agreed {
  std::string kex, host_key;
  std::string cipher_in, cipher_out, mac_in, mac_out, compression_in, compression_out;
};

class Transport {
 public:
  explicit Transport(const World& world);  // Outlives it.
  ~Transport();

  enum class Event : std::uint8_t { more, message, over };
  void feed(std::string_view bytes);
  Event next(wire::Packet& packet);  // Messages for the layers above only.
  std::string take_output() { return std::exchange(output_, {}); }
  bool has_output() const noexcept { return !output_.empty(); }

  void send(const wire::Message& message) { send(std::string_view(message.bytes())); }
  void send(std::string_view payload);
  // And it is over. `why` is for the record, and a constant.
  void disconnect(std::string_view text, std::string_view why = "protocol_error");
  void unimplemented(std::uint32_t sequence);
  void hang_up() { over_ = true; }
  bool is_over() const noexcept { return over_; }
  // The login has succeeded: compression begins, and keys may be changed.
  void begin_connection();
  void begin_rekey();

  // Known once the first exchange is done.
  bool is_ready() const noexcept { return !session_id_.empty() && !initial_; }
  bool is_rekeying() const noexcept { return kexinit_sent_ && !new_keys_sent_; }
  const std::string& session_id() const noexcept { return session_id_; }
  const std::string& host_key_blob() const noexcept { return names_.host_key; }
  const std::string& client_banner() const noexcept { return names_.client_version; }
  const std::string& client_kexinit() const noexcept { return names_.client_kexinit; }
  const Agreed& agreed() const noexcept { return agreed_; }
  const Compat& compat() const noexcept { return compat_; }
  std::string_view fault() const noexcept { return fault_; }  // Why it is over, for the record.

 private:
  bool read_banner();
  bool judge_banner(std::string_view line);
  void refuse_banner(std::string_view text);
  void send_kexinit();
  void emit(std::string_view payload);
  bool handle_common(const wire::Packet& packet);
  void handle_kex(const wire::Packet& packet);
  void handle_kexinit(const wire::Packet& packet);
  bool negotiate(std::string_view payload);
  void handle_exchange(const wire::Packet& packet);
  void send_new_keys(const wire::ExchangeStep& step, const std::string& hash);
  void send_ext_info();
  void take_new_keys();
  void kex_error(const wire::Packet& packet);
  void give_up(std::string_view why);

  const World& world_;
  wire::PacketSealer sealer_;
  wire::PacketOpener opener_;
  wire::ExchangeNames names_;
  Compat compat_;
  Agreed agreed_;
  std::unique_ptr<wire::Exchange> exchange_;
  std::shared_ptr<const wire::HostKey> host_key_;
  wire::PacketKeys keys_in_;  // Wait for the peer's NEWKEYS.
  std::string line_;          // Of the banner, as far as it came.
  std::string output_;
  std::deque<std::string> queue_;  // What waits for the end of a key exchange.
  std::size_t queued_bytes_ = 0;
  std::string session_id_;
  std::string_view fault_;
  bool identified_ = false;
  bool over_ = false;
  bool initial_ = true;
  bool connected_ = false;
  bool strict_ = false;
  bool ext_info_ = false;
  bool kexinit_sent_ = false;
  bool kexinit_taken_ = false;
  bool new_keys_sent_ = false;
  bool skip_next_ = false;  // The client guessed wrong.
};

}  // namespace decnet::service::ssh
