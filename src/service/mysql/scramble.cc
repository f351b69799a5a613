#include "service/mysql/scramble.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "base/bytes.h"
#include "base/hash.h"

namespace decnet::service::mysql {

namespace {

using BioPtr = std::unique_ptr<BIO, decltype(&BIO_free)>;

std::string content_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

}  // namespace

struct PasswordKey::State {
  EVP_PKEY* key = nullptr;
  ~State() { EVP_PKEY_free(key); }
};

std::string xor_repeated(std::string_view bytes, std::string_view with) {
  std::string out(bytes);
  for (std::size_t n = 0; n < out.size() && !with.empty(); ++n)
    out[n] = static_cast<char>(out[n] ^ with[n % with.size()]);
  return out;
}

std::string native_response(std::string_view password, std::string_view salt) {
  if (password.empty()) return {};
  const std::string once = sha1(password);
  return xor_repeated(once, sha1(std::string(salt) + sha1(once)));
}

std::string sha2_response(std::string_view password, std::string_view salt) {
  if (password.empty()) return {};
  const std::string once = sha256(password);
  return xor_repeated(once, sha256(sha256(once) + std::string(salt)));
}

std::string native_crack_line(std::string_view salt, std::string_view response) {
  return "$mysqlna$" + to_hex(salt) + "*" + to_hex(response);
}

std::string sha2_crack_line(std::string_view salt, std::string_view response) {
  return "$mysqlsha2$" + to_hex(salt) + "*" + to_hex(response);
}

std::string native_hash(std::string_view password) {
  if (password.empty()) return {};
  std::string out = "*" + to_hex(sha1(sha1(password)));
  for (char& c : out) {
    if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

std::string sha2_digest(std::string_view bytes, unsigned bits) {
  const EVP_MD* kind = nullptr;
  if (bits == 224) kind = EVP_sha224();
  if (bits == 256 || bits == 0) kind = EVP_sha256();
  if (bits == 384) kind = EVP_sha384();
  if (bits == 512) kind = EVP_sha512();
  if (kind == nullptr) return {};
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest, &size, kind, nullptr) != 1) return {};
  return {reinterpret_cast<const char*>(digest), size};
}

std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = 0xffffffffU;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320U : 0U);
  }
  return ~crc;
}

PasswordKey::PasswordKey(std::unique_ptr<State> state) : state_(std::move(state)) {}
PasswordKey::~PasswordKey() = default;

std::unique_ptr<PasswordKey> PasswordKey::make() {
  auto state = std::make_unique<State>();
  state->key = EVP_RSA_gen(2048);
  if (state->key == nullptr) return nullptr;
  return std::unique_ptr<PasswordKey>(new PasswordKey(std::move(state)));
}

std::unique_ptr<PasswordKey> PasswordKey::load(std::string_view pem) {
  if (pem.empty() || pem.size() > 16 * 1024) return nullptr;
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  auto state = std::make_unique<State>();
  state->key = PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr);
  if (state->key == nullptr || EVP_PKEY_get_base_id(state->key) != EVP_PKEY_RSA) return nullptr;
  return std::unique_ptr<PasswordKey>(new PasswordKey(std::move(state)));
}

std::string PasswordKey::public_pem() const {
  const BioPtr bio(BIO_new(BIO_s_mem()), &BIO_free);
  PEM_write_bio_PUBKEY(bio.get(), state_->key);
  return content_of(bio.get());
}

std::string PasswordKey::private_pem() const {
  const BioPtr bio(BIO_new(BIO_s_mem()), &BIO_free);
  PEM_write_bio_PrivateKey(bio.get(), state_->key, nullptr, nullptr, 0, nullptr, nullptr);
  return content_of(bio.get());
}

std::string PasswordKey::decrypt(std::string_view bytes) const {
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new(state_->key, nullptr), &EVP_PKEY_CTX_free);
  if (EVP_PKEY_decrypt_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_OAEP_PADDING) != 1)
    return {};
  std::string out(512, '\0');
  std::size_t size = out.size();
  if (EVP_PKEY_decrypt(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size,
                       reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()) != 1)
    return {};
  out.resize(size);
  return out;
}

}  // namespace decnet::service::mysql
