#include "codec/ssh/key.h"

#include <array>

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "base/hash.h"
#include "codec/ssh/key_state.h"
#include "codec/ssh/wire.h"

namespace decnet::codec::ssh {
namespace {

std::string public_bytes(EVP_PKEY* key) {
  unsigned char* bytes = nullptr;
  const std::size_t length = EVP_PKEY_get1_encoded_public_key(key, &bytes);
  std::string out(reinterpret_cast<const char*>(bytes), length);
  OPENSSL_free(bytes);
  return out;
}

EvpKey read_pem(std::string_view pem) {
  BIO* file = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  EvpKey key(PEM_read_bio_PrivateKey(file, nullptr, nullptr, nullptr));
  BIO_free(file);
  return key;
}

std::string ecdsa_signature(std::string_view der) {
  const unsigned char* at = evp_bytes(der);
  ECDSA_SIG* signature = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
  std::string out;
  for (const BIGNUM* number : {ECDSA_SIG_get0_r(signature), ECDSA_SIG_get0_s(signature)}) {
    std::string bytes(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
    BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
    put_mpint(out, bytes);
  }
  ECDSA_SIG_free(signature);
  return out;
}

}  // namespace

HostKey::HostKey(std::unique_ptr<State> state) : state_(std::move(state)) {
  EVP_PKEY* key = state_->key.get();
  Message blob;
  if (EVP_PKEY_is_a(key, "RSA")) {
    type_ = "ssh-rsa";
    blob.string(type_)
        .mpint(evp_number(key, OSSL_PKEY_PARAM_RSA_E))
        .mpint(evp_number(key, OSSL_PKEY_PARAM_RSA_N));
  } else if (EVP_PKEY_is_a(key, "EC")) {
    type_ = "ecdsa-sha2-nistp256";
    blob.string(type_).string("nistp256").string(public_bytes(key));
  } else {
    type_ = "ssh-ed25519";
    std::array<unsigned char, 32> point{};
    std::size_t length = point.size();
    EVP_PKEY_get_raw_public_key(key, point.data(), &length);
    blob.string(type_).string({reinterpret_cast<const char*>(point.data()), length});
  }
  blob_ = blob.take();
}

HostKey::~HostKey() = default;

Result<std::shared_ptr<const HostKey>> HostKey::read(std::string_view pem) {
  auto state = std::make_unique<State>();
  state->key = read_pem(pem);
  if (state->key == nullptr) return fail(Errc::invalid_argument, "this is no private key in PEM");
  const EVP_PKEY* key = state->key.get();
  const bool known = EVP_PKEY_is_a(key, "RSA") || EVP_PKEY_is_a(key, "ED25519") ||
                     (EVP_PKEY_is_a(key, "EC") && EVP_PKEY_get_bits(key) == 256);
  if (!known) return fail(Errc::unsupported, "a host key is RSA, P-256 or Ed25519");
  return std::shared_ptr<const HostKey>(new HostKey(std::move(state)));
}

bool HostKey::serves(std::string_view algorithm) const noexcept {
  if (type_ == "ssh-rsa") return algorithm == "rsa-sha2-512" || algorithm == "rsa-sha2-256";
  return algorithm == type_;
}

std::string HostKey::sign(std::string_view algorithm, std::string_view bytes) const {
  const EvpDigest context(EVP_MD_CTX_new());
  std::size_t length = 0;
  EVP_DigestSignInit(context.get(), nullptr, signature_digest(algorithm), nullptr,
                     state_->key.get());
  EVP_DigestSign(context.get(), nullptr, &length, evp_bytes(bytes), bytes.size());
  std::string signature(length, '\0');
  EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length,
                 evp_bytes(bytes), bytes.size());
  signature.resize(length);
  if (type_.starts_with("ecdsa")) signature = ecdsa_signature(signature);
  return Message().string(algorithm).string(signature).take();
}

std::string fingerprint_of(std::string_view blob) {
  std::string text = to_base64(sha256(blob));
  while (text.ends_with('=')) text.pop_back();
  return "SHA256:" + text;
}

}  // namespace decnet::codec::ssh
