// An SSH client over memory: the peer of the service in unit tests. It speaks curve25519, Ed25519
// (whose signature it does not check) and whatever cipher is asked for, and says what the server
// sent.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "codec/ssh/packet.h"
#include "codec/ssh/wire.h"
#include "net/stream.h"
#include "service/ssh/ssh_test.h"

namespace decnet::service::ssh {

struct ClientOffer {
  std::string banner = "SSH-2.0-OpenSSH_9.2p1";
  std::string kex = "curve25519-sha256,ext-info-c,kex-strict-c-v00@openssh.com";
  std::string host_key = "ssh-ed25519";
  std::string cipher = "aes128-gcm@openssh.com";
  std::string mac = "hmac-sha2-256";
  std::string compression = "none";
};

class Client final : public net::Stream {
 public:
  // Payloads that are sent one after the other, each when the server has nothing more to say.
  // The empty one stands for a new key exchange.
  Client(ClientOffer offer, std::vector<std::string> payloads, FakeClock& clock);

  std::vector<std::string> got;  // Payloads, after the first key exchange.
  std::string error;             // What was no SSH.
  std::size_t exchanges = 0;
  std::string session_id;
  bool stays_silent = false;  // Rather than to hang up at the end.

  net::Task<Result<std::size_t>> read_some(std::span<char> buffer) override;
  net::Task<Result<void>> write(std::string_view bytes) override;
  void set_deadline(TimePoint when) override { deadline_ = when; }
  net::Task<void> shutdown_send() override { co_return; }
  void close() override { closed_ = true; }
  void reset() override { closed_ = true; }
  net::Endpoint local() const override { return {net::IpAddress::v4(0xc0000201), 22}; }
  net::Endpoint peer() const override { return {net::IpAddress::v4(0xc6336407), 40'007}; }

 private:
  void take(const wire::Packet& packet);
  void send_kexinit();
  void finish(std::string_view reply);

  ClientOffer offer_;
  std::deque<std::string> payloads_;
  FakeClock& clock_;
  TimePoint deadline_ = TimePoint::max();
  wire::PacketSealer sealer_;
  wire::PacketOpener opener_;
  wire::ExchangeNames names_;
  std::string line_;
  std::string to_server_;
  wire::PacketKeys keys_in_;
  void* key_ = nullptr;
  std::string public_;
  bool identified_ = false;
  bool ready_ = false;
  bool closed_ = false;
  bool exchanging_ = false;
  bool compressing_ = false;
};

struct Played {
  std::vector<std::string> got;
  std::string events;
  std::string reason;
  std::string error;
  Duration waited{0};
  std::size_t exchanges = 0;
  std::vector<std::string> captured;
  std::vector<int> types() const;
};

// Plays the payloads to a fresh service and says what came back.
Played play(std::vector<std::string> payloads, ClientOffer offer = {}, bool silent = false,
            const std::string& planted_key = {});

std::string password_request(std::string_view user, std::string_view password);
std::vector<std::string> logged_in(std::vector<std::string> then);

}  // namespace decnet::service::ssh
