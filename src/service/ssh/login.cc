#include "service/ssh/login.h"

#include "base/bytes.h"
#include "base/hash.h"
#include "base/random.h"

namespace decnet::service::ssh {

using wire::Message;
using wire::Packet;

namespace {

constexpr int kAttemptsMax = 1024;
constexpr std::string_view kHostbound = "publickey-hostbound-v00@openssh.com";

// sshd answers no failure sooner: five milliseconds, and up to 4.3 more that depend on the user.
Duration failure_delay(std::string_view user, std::uint64_t seed) {
  const std::uint64_t part = stable_hash(std::to_string(seed) + std::string(user)) % 4'300;
  return Duration{5'000 + static_cast<std::int64_t>(part)};
}

}  // namespace

Duration pam_failure_delay() {
  std::uint64_t sum = 0;
  for (int draw = 0; draw < 3; ++draw) sum += random_below(1'000'000);
  return Duration{1'000'000 + static_cast<std::int64_t>(sum * 2 / 3)};
}

Login::Login(session::Session& session, Transport& transport, const World& world, Host& host)
    : session_(session), transport_(transport), world_(world), host_(host) {}

void Login::handle(const Packet& packet) {
  if (packet.type() == wire::kServiceRequest) return service_request(packet);
  if (packet.type() == wire::kUserauthRequest && service_accepted_) return userauth_request(packet);
  if (packet.type() == wire::kUserauthInfoResponse && asked_) return info_response(packet);
  transport_.unimplemented(packet.sequence);
}

void Login::service_request(const Packet& packet) {
  ByteReader reader(std::string_view(packet.payload).substr(1));
  bool good = true;
  const std::string_view service = wire::get_cstring(reader, good);
  if (!reader.ok() || !reader.empty() || !good) return transport_.hang_up();
  if (service != "ssh-userauth")
    return transport_.disconnect("bad service request " + std::string(service));
  service_accepted_ = true;
  transport_.send(Message(wire::kServiceAccept).string(service));
}

bool Login::same_user(std::string_view user, std::string_view service) {
  if (attempts_++ == 0) {
    user_ = user;
    service_ = service;
    return true;
  }
  if (user == user_ && service == service_) return true;
  transport_.disconnect("Change of username or service not allowed: (" + user_ + "," + service_ +
                        ") -> (" + std::string(user) + "," + std::string(service) + ")");
  return false;
}

bool Login::is_offered(std::string_view method) const {
  if (method == "none") return attempts_ == 1;
  if (method == kHostbound) return true;
  return list_has(world_.methods(), method);
}

void Login::userauth_request(const Packet& packet) {
  ByteReader reader(std::string_view(packet.payload).substr(1));
  bool good = true;
  const std::string_view whole = wire::get_cstring(reader, good);
  const std::string_view service = wire::get_cstring(reader, good);
  const std::string_view method = wire::get_cstring(reader, good);
  if (!reader.ok() || !good) return transport_.hang_up();
  std::string_view user = whole.substr(0, whole.find('/'));  // Debian's: "user/role".
  user = user.substr(0, user.find(':'));                     // "user:style"
  whole_user_ = whole;
  if (attempts_ >= kAttemptsMax) return transport_.disconnect("Too many authentication failures");
  if (!same_user(user, service)) return;
  asked_ = false;
  Verdict verdict = Verdict::refused;
  if (failures_ < kAuthTriesMax && is_offered(method)) {
    if (method == "password") verdict = password(reader);
    if (method == "publickey" || method == kHostbound) verdict = public_key(reader, method);
    if (method == "keyboard-interactive") verdict = interactive(reader);
  }
  if (transport_.is_over()) return;
  if (verdict != Verdict::accepted && method != "none")
    pause_ = std::max(pause_, failure_delay(user_, session_.persona().seed));
  finish(verdict, method);
}

void Login::finish(Verdict verdict, std::string_view method) {
  if (verdict == Verdict::postponed) return;
  if (verdict == Verdict::accepted) {
    done_ = true;
    how_ = method == "keyboard-interactive" ? "keyboard-interactive/pam" : method;
    if (!how_.starts_with("publickey")) key_.clear();
    return transport_.send(Message(wire::kUserauthSuccess));
  }
  if (attempts_ > 1 || method != "none") ++failures_;
  if (failures_ >= kAuthTriesMax) {
    return transport_.disconnect("Too many authentication failures", "login_failures");
  }
  transport_.send(Message(wire::kUserauthFailure).string(world_.methods()).boolean(false));
}

bool Login::try_password(std::string_view secret, std::string_view method) {
  bool accepted = session_.accepts(user_, secret);
  if (const auto userland = host_.find(session_)) {
    if (const auto works = userland->password_works(user_, secret)) accepted = *works;
  }
  if (accepted && service_ != "ssh-connection") {
    transport_.hang_up();  // sshd: a fatal internal error.
    accepted = false;
  }
  session_.login({.principal = user_, .secret = secret, .method = method, .accepted = accepted});
  if (!accepted) pause_ = pam_failure_delay();
  return accepted;
}

Login::Verdict Login::password(ByteReader& reader) {
  const bool change = reader.u8() != 0;
  bool good = true;
  const std::string_view secret = wire::get_cstring(reader, good);
  if (change) wire::get_cstring(reader, good);
  if (!reader.ok() || !reader.empty() || !good) {
    transport_.hang_up();
    return Verdict::refused;
  }
  if (change) return Verdict::refused;  // sshd knows no change of passwords here.
  return try_password(secret, "password") ? Verdict::accepted : Verdict::refused;
}

Login::Verdict Login::interactive(ByteReader& reader) {
  bool good = true;
  wire::get_cstring(reader, good);
  wire::get_cstring(reader, good);
  if (!reader.ok() || !reader.empty() || !good) {
    transport_.hang_up();
    return Verdict::refused;
  }
  asked_ = true;
  Message question(wire::kUserauthPkOk);  // 60 is INFO_REQUEST here.
  question.string("").string("").string("").u32(1).string("Password: ").boolean(false);
  transport_.send(question);
  return Verdict::postponed;
}

void Login::info_response(const Packet& packet) {
  asked_ = false;
  ByteReader reader(std::string_view(packet.payload).substr(1));
  const std::uint32_t answers = reader.u32();
  bool good = answers == 1;
  const std::string_view secret = good ? wire::get_cstring(reader, good) : std::string_view{};
  if (!reader.ok() || !reader.empty() || !good) return transport_.hang_up();
  const bool accepted = try_password(secret, "keyboard-interactive");
  finish(accepted ? Verdict::accepted : Verdict::refused, "keyboard-interactive");
}

}  // namespace decnet::service::ssh
