// OpenSSL's objects behind key.h.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <openssl/bn.h>
#include <openssl/evp.h>

namespace decnet::codec::ssh {

struct EvpFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(BIGNUM* number) const { BN_free(number); }
};
using EvpKey = std::unique_ptr<EVP_PKEY, EvpFree>;
using EvpKeyContext = std::unique_ptr<EVP_PKEY_CTX, EvpFree>;
using EvpDigest = std::unique_ptr<EVP_MD_CTX, EvpFree>;
using EvpNumber = std::unique_ptr<BIGNUM, EvpFree>;

inline const unsigned char* evp_bytes(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

EvpKey rsa_public(std::string_view modulus, std::string_view exponent);
EvpKey ec_public(const char* group, std::string_view point);
EvpKey ed25519_public(std::string_view point);
const EVP_MD* signature_digest(std::string_view algorithm);  // Null for Ed25519.

}  // namespace decnet::codec::ssh
