#include "worker/reconciler/keys.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "base/try.h"
#include "worker/reconciler/openssl.h"

namespace decnet::worker::reconciler {
namespace {

using persona::KeyKind;
constexpr KeyKind kPooled[] = {KeyKind::rsa2048, KeyKind::rsa3072};

Result<std::string> make_key(KeyKind kind) {
  KeyPtr key;
  switch (kind) {
    case KeyKind::rsa2048:
      key.reset(EVP_RSA_gen(2048));
      break;
    case KeyKind::rsa3072:
      key.reset(EVP_RSA_gen(3072));
      break;
    case KeyKind::rsa4096:
      key.reset(EVP_RSA_gen(4096));
      break;
    case KeyKind::ec_p256:
      key.reset(EVP_EC_gen("P-256"));
      break;
    case KeyKind::ed25519:
      key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
      break;
  }
  if (!key) return fail(Errc::io, "a key could not be made");
  const BioPtr out(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return fail(Errc::io, "a key could not be written");
  }
  return bio_text(out.get());
}

}  // namespace

Result<std::string> KeyPool::take(KeyKind kind) {
  {
    const std::lock_guard lock(mutex_);
    auto& ready = ready_[kind];
    if (!ready.empty()) {
      std::string key = std::move(ready.back());
      ready.pop_back();
      return key;
    }
  }
  return make_key(kind);
}

bool KeyPool::refill() {
  for (const KeyKind kind : kPooled) {
    {
      const std::lock_guard lock(mutex_);
      if (ready_[kind].size() >= kPoolKeysMax) continue;
    }
    auto key = make_key(kind);
    if (!key) return false;
    const std::lock_guard lock(mutex_);
    ready_[kind].push_back(*std::move(key));
    return true;
  }
  return false;
}

Result<std::vector<std::string>> make_host_keys(KeyPool& pool) {
  std::vector<std::string> out;
  for (const KeyKind kind : {KeyKind::rsa3072, KeyKind::ec_p256, KeyKind::ed25519}) {
    std::string key = DECNET_TRY(pool.take(kind));
    out.push_back(std::move(key));
  }
  return out;
}

Result<TlsIdentity> make_tls_identity(const persona::Persona& persona, TimePoint now, KeyPool& pool,
                                      const AuthorityKey& authority_key) {
  const auto facts = persona::certificate_facts(persona, now);
  TlsIdentity out;
  out.private_key_pem = DECNET_TRY(pool.take(facts.key));
  if (facts.habit != persona::CertificateHabit::site_signed) {
    out.certificate_pem = DECNET_TRY(make_certificate(facts, out.private_key_pem));
    return out;
  }
  const auto authority = persona::authority_facts(persona, now);
  TlsIdentity issuer;
  issuer.private_key_pem = DECNET_TRY(authority_key(authority.key));
  issuer.certificate_pem = DECNET_TRY(make_certificate(authority, issuer.private_key_pem));
  out.certificate_pem = DECNET_TRY(make_certificate(facts, out.private_key_pem, issuer));
  return out;
}

}  // namespace decnet::worker::reconciler
