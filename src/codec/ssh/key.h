// Keys: the server's own, and the public ones that clients offer.
// Sources: RFC 4253 section 6.6, RFC 5656, RFC 8332, RFC 8709, OpenSSH's PROTOCOL.certkeys and
// PROTOCOL.u2f.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace decnet::codec::ssh {

class HostKey {
 public:
  // From PEM (PKCS#8 or traditional): RSA, P-256 or Ed25519. Errors: invalid_argument, unsupported.
  static Result<std::shared_ptr<const HostKey>> read(std::string_view pem);
  ~HostKey();

  const std::string& type() const noexcept { return type_; }  // "ssh-rsa", "ecdsa-sha2-nistp256" …
  const std::string& blob() const noexcept { return blob_; }
  bool serves(std::string_view algorithm) const noexcept;  // "rsa-sha2-512" for an RSA key …
  // The signature blob, with the algorithm's name in front.
  std::string sign(std::string_view algorithm, std::string_view bytes) const;
  // Its files as `ssh-keygen -A` writes them: "-----BEGIN OPENSSH PRIVATE KEY-----" …,
  // "ssh-ed25519 AAAA… root@web-03\n", and their name in /etc/ssh (the public one has .pub behind).
  std::string private_file(std::string_view comment) const;
  std::string public_file(std::string_view comment) const;
  std::string_view file_name() const noexcept;

 private:
  struct State;
  explicit HostKey(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
  std::string type_;
  std::string blob_;
};

// What a client's public key blob says.
struct PublicKey {
  std::string type;        // Of the key itself: "ssh-ed25519" also for its certificate.
  std::string plain_blob;  // Of the key itself: the certificate's key, without the rest.
  bool is_certificate = false;
  std::string certificate_id;  // key id, principals and the fingerprint of who signed it
  std::vector<std::string> principals;
  std::string authority;  // SHA256:…
  unsigned bits = 0;
};

// Reads a blob. Errors: invalid_argument, unsupported (a type that OpenSSH 9.2 does not know).
Result<PublicKey> read_public_key(std::string_view blob);

// The key type that an algorithm name of a public-key login stands for ("rsa-sha2-256" →
// "ssh-rsa", certificates included); empty for an unknown name.
std::string_view key_type_of(std::string_view algorithm) noexcept;

// Whether `signature` (a blob with a name in front) by the key in `blob` over `bytes` is good, and
// by the algorithm that was named.
bool verify(std::string_view blob, std::string_view algorithm, std::string_view signature,
            std::string_view bytes);

std::string fingerprint_of(std::string_view blob);  // "SHA256:…", unpadded base64

}  // namespace decnet::codec::ssh
