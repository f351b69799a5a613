// Login: the authentication layer (RFC 4252, 4256, 8308) as sshd's child before the login speaks
// it.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "service/ssh/transport.h"
#include "service/ssh/userland.h"
#include "session/session.h"

namespace decnet::service::ssh {

class Login {
 public:
  // All outlive it.
  Login(session::Session& session, Transport& transport, const World& world, Host& host);

  void handle(const wire::Packet& packet);
  bool is_done() const noexcept { return done_; }
  const std::string& user() const noexcept { return user_; }
  // How they got in, once the login is done: "password"; and by which key.
  const std::string& how() const noexcept { return how_; }
  const std::string& key() const noexcept { return key_; }
  // How long the peer waits for the answer to the last message.
  Duration take_pause() noexcept { return std::exchange(pause_, Duration{0}); }
  // What sshd has to say about the options of the key, once the login is done.
  const std::vector<std::string>& remarks() const noexcept { return remarks_; }

 private:
  enum class Verdict : std::uint8_t { refused, accepted, postponed };
  void service_request(const wire::Packet& packet);
  void userauth_request(const wire::Packet& packet);
  bool same_user(std::string_view user, std::string_view service);
  Verdict password(ByteReader& reader);
  Verdict public_key(ByteReader& reader, std::string_view method);
  Verdict judge_key(ByteReader& reader, std::string_view algorithm, std::string_view blob,
                    std::string_view method, std::string_view host_key, bool with_signature);
  Verdict interactive(ByteReader& reader);
  void info_response(const wire::Packet& packet);
  bool is_offered(std::string_view method) const;
  void finish(Verdict verdict, std::string_view method);
  bool try_password(std::string_view secret, std::string_view method);
  bool key_allowed(std::string_view blob) const;
  void record_key(std::string_view algorithm, std::string_view blob, bool accepted);

  session::Session& session_;
  Transport& transport_;
  const World& world_;
  Host& host_;
  std::string user_;        // As sshd takes it: what stands before ":" or "/" …
  std::string whole_user_;  // … and as it came, which signatures cover.
  std::string service_;
  std::string how_;
  std::string key_;  // "ED25519 SHA256:…"
  bool service_accepted_ = false;
  bool done_ = false;
  bool asked_ = false;  // A question of keyboard-interactive is open.
  int attempts_ = 0;
  int failures_ = 0;
  Duration pause_{0};
  std::vector<std::string> remarks_;
};

// How long PAM lets a peer wait after a wrong password: pam_unix asks for two seconds, and libpam
// takes the mean of three even draws around them.
Duration pam_failure_delay();

}  // namespace decnet::service::ssh
