// Keys and certificates of deckies: the key is random, the certificate says what the persona says.
// Made once, kept for the decky's life, sealed in the store.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "persona/certificate_facts.h"

namespace decnet::worker::reconciler {

inline constexpr std::size_t kPoolKeysMax =
    4;  // Of each kind of RSA, made ahead: an RSA-3072 key costs 0.3 s, others next to nothing.

struct TlsIdentity {
  std::string certificate_pem;  // The host's own alone, as most servers show it.
  std::string private_key_pem;
};

// Keys made ahead. Any thread.
class KeyPool {
 public:
  // A private key as PEM: one that is ready, or a new one. Errors: io (OpenSSL failed).
  Result<std::string> take(persona::KeyKind kind);
  // Makes one key of a kind that is short; false if none is. Blocking.
  bool refill();

 private:
  std::mutex mutex_;
  std::map<persona::KeyKind, std::vector<std::string>> ready_;
};

// Signs the certificate that `facts` describe, with the issuer's key and certificate; without one
// it is self-signed. Errors: io, invalid_argument (facts, key or certificate that OpenSSL refuses).
Result<std::string> make_certificate(const persona::CertificateFacts& facts,
                                     const std::string& key_pem, const TlsIdentity& issuer = {});

// The SSH host keys of a Debian host, as its package makes them: RSA of 3072 bits, ECDSA on P-256,
// Ed25519. Blocking. Errors: io.
Result<std::vector<std::string>> make_host_keys(KeyPool& pool);

// The key of the authority that signs for a site: one for all its hosts, whoever keeps it.
using AuthorityKey = std::function<Result<std::string>(persona::KeyKind)>;

// The identity of a decky at its deployment. `authority_key` is asked where the site's authority
// signs. Blocking. Errors: its own, and those of make_certificate.
Result<TlsIdentity> make_tls_identity(const persona::Persona& persona, TimePoint now, KeyPool& pool,
                                      const AuthorityKey& authority_key);

// Sealing for the store (libsodium's secret box); the key file is made where it is absent, mode
// 0600.
class Vault {
 public:
  // Errors: io, denied, corrupt (the file has another length).
  static Result<Vault> open(const std::string& key_file);
  std::string seal(std::string_view plain) const;
  Result<std::string> unseal(std::string_view sealed) const;  // corrupt

 private:
  std::string key_;
};

}  // namespace decnet::worker::reconciler
