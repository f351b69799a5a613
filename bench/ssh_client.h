// A client's half of an SSH connection that costs little: curve25519, AES-GCM, any host key (whose
// signature is not looked at), a password, one session channel at a time. It does no I/O.
//
//   SshClient client({.user = "root", .password = "toor"});
//   client.feed(bytes);  send(client.take_output());
//   if (client.is_logged_in() && !client.is_busy()) client.run("uname -a");
#pragma once

#include <string>
#include <string_view>

#include "codec/ssh/kex.h"
#include "codec/ssh/packet.h"
#include "codec/ssh/wire.h"

namespace decnet::bench {

namespace wire = codec::ssh;

struct SshOptions {
  std::string host_key = "ssh-ed25519";
  std::string user, password;  // Without a user it stops after the key exchange.
};

class SshClient {
 public:
  explicit SshClient(const SshOptions& options);  // Outlives it.
  ~SshClient();
  SshClient(const SshClient&) = delete;
  SshClient& operator=(const SshClient&) = delete;

  void feed(std::string_view bytes);
  std::string take_output() { return std::exchange(output_, {}); }

  bool has_keys() const noexcept { return has_keys_; }
  bool is_logged_in() const noexcept { return is_logged_in_; }
  bool is_over() const noexcept { return is_over_; }  // Refused, or no SSH.

  // A command in a channel of its own; busy until it is closed.
  void run(std::string_view command);
  void open_shell();  // With a terminal; never over by itself.
  void type(std::string_view text);
  void disconnect();
  bool is_busy() const noexcept { return is_busy_; }
  int exit_status() const noexcept { return exit_status_; }
  std::uint64_t output_bytes() const noexcept { return output_bytes_; }  // Of this channel.
  const std::string& last_output() const noexcept { return last_; }      // Its newest piece.

 private:
  void send(const wire::Message& message) { output_ += sealer_.seal(message.bytes()); }
  void hello();
  void take(const wire::Packet& packet);
  void take_channel(const wire::Packet& packet);
  void take_request(ByteReader reader);
  void exchange(std::string_view reply);
  void open();

  const SshOptions& options_;
  wire::PacketSealer sealer_;
  wire::PacketOpener opener_;
  wire::ExchangeNames names_;
  wire::PacketKeys keys_in_;
  void* key_ = nullptr;
  std::string public_, line_, output_, command_, last_;
  std::uint32_t channel_ = 0, peer_ = 0;
  std::uint32_t consumed_ = 0;
  std::uint64_t output_bytes_ = 0;
  int exit_status_ = -1;
  bool is_identified_ = false, has_keys_ = false, is_logged_in_ = false, is_over_ = false;
  bool is_busy_ = false, wants_shell_ = false;
};

}  // namespace decnet::bench
