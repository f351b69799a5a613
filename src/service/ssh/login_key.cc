// Logins by public key.
#include "base/bytes.h"
#include "service/ssh/login.h"

namespace decnet::service::ssh {

using wire::Message;

namespace {

constexpr std::string_view kHostbound = "publickey-hostbound-v00@openssh.com";
constexpr std::size_t kRemarksMax = 16;

// PubkeyAcceptedAlgorithms: all that sshd knows but those with SHA-1 and DSA.
bool is_accepted_algorithm(std::string_view algorithm) {
  return !algorithm.starts_with("ssh-rsa") && !algorithm.starts_with("ssh-dss");
}

}  // namespace

Login::Verdict Login::public_key(ByteReader& reader, std::string_view method) {
  const bool with_signature = reader.u8() != 0;
  bool good = true;
  const std::string_view algorithm = wire::get_cstring(reader, good);
  const std::string_view blob = wire::get_string(reader);
  std::string_view host_key;
  if (method == kHostbound) host_key = wire::get_string(reader);
  if (!reader.ok() || !good || (method == kHostbound && host_key != transport_.host_key_blob())) {
    transport_.hang_up();
    return Verdict::refused;
  }
  const Verdict verdict = judge_key(reader, algorithm, blob, method, host_key, with_signature);
  if (!transport_.is_over()) record_key(algorithm, blob, verdict == Verdict::accepted);
  return verdict;
}

Login::Verdict Login::judge_key(ByteReader& reader, std::string_view algorithm,
                                std::string_view blob, std::string_view method,
                                std::string_view host_key, bool with_signature) {
  const std::string_view type = wire::key_type_of(algorithm);
  if (type.empty()) return Verdict::refused;
  const auto key = wire::read_public_key(blob);
  ByteReader name(blob);
  if (!key || wire::get_string(name) != type || !is_accepted_algorithm(algorithm))
    return Verdict::refused;
  const std::string_view signature = with_signature ? wire::get_string(reader) : std::string_view{};
  if (!reader.ok() || !reader.empty()) {
    transport_.hang_up();
    return Verdict::refused;
  }
  if (!key_allowed(blob)) return Verdict::refused;
  if (remarks_.size() < kRemarksMax) {
    const auto user = find_user(host_.find(session_)->files(), user_);
    remarks_.push_back((user ? user->home : "/") +
                       "/.ssh/authorized_keys:1: key options: agent-forwarding port-forwarding pty "
                       "user-rc x11-forwarding");
  }
  if (!with_signature) {
    transport_.send(Message(wire::kUserauthPkOk).string(algorithm).string(blob));
    return Verdict::postponed;
  }
  Message signed_bytes;
  signed_bytes.string(transport_.session_id()).u8(wire::kUserauthRequest).string(whole_user_);
  signed_bytes.string(service_).string(method).boolean(true).string(algorithm).string(blob);
  if (method == kHostbound) signed_bytes.string(host_key);
  const bool good = wire::verify(blob, algorithm, signature, signed_bytes.bytes());
  return good ? Verdict::accepted : Verdict::refused;
}

bool Login::key_allowed(std::string_view blob) const {
  if (service_ != "ssh-connection") return false;
  const auto userland = host_.find(session_);
  ByteReader reader(blob);
  const std::string_view type = wire::get_string(reader);
  return userland != nullptr && userland->key_works(user_, type, to_base64(blob));
}

void Login::record_key(std::string_view algorithm, std::string_view blob, bool accepted) {
  ByteReader reader(blob);
  const std::string type(wire::get_string(reader));
  const std::string line = type + " " + to_base64(blob);
  const std::string_view kind = type == "ssh-ed25519" ? "ED25519"
                                : type == "ssh-rsa"   ? "RSA"
                                                      : "ECDSA";
  if (accepted) key_ = std::string(kind) + " " + wire::fingerprint_of(blob);
  session_.login({.principal = user_,
                  .secret = line,
                  .secret_kind = "ssh_publickey",
                  .method = "publickey",
                  .accepted = accepted});
  event::Event event = session_.request();
  event.add("request", "publickey").add("algorithm", algorithm);
  event.add("key_fingerprint", wire::fingerprint_of(blob));
  if (const auto key = wire::read_public_key(blob)) {
    event.add("key_bits", static_cast<std::uint64_t>(key->bits));
    if (key->is_certificate) {
      event.add("certificate_id", key->certificate_id);
      std::string names;
      for (const std::string& name : key->principals) names += (names.empty() ? "" : ",") + name;
      event.add("certificate_principals", names).add("certificate_authority", key->authority);
    }
  }
  session_.emit(std::move(event));
}

}  // namespace decnet::service::ssh
