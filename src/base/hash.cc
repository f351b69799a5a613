#include "base/hash.h"

#include <array>
#include <cstring>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/bytes.h"

namespace decnet {
namespace {

std::string digest(const EVP_MD* algorithm, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned length = 0;
  EVP_Digest(bytes.data(), bytes.size(), out.data(), &length, algorithm, nullptr);
  return {reinterpret_cast<const char*>(out.data()), length};
}

constexpr std::uint32_t kCastagnoli = 0x82f63b78;  // The polynomial, reflected.

constexpr std::array<std::uint32_t, 256> crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t n = 0; n < 256; ++n) {
    std::uint32_t value = n;
    for (int bit = 0; bit < 8; ++bit)
      value = (value & 1U) != 0 ? value >> 1 ^ kCastagnoli : value >> 1;
    table[n] = value;
  }
  return table;
}
constexpr auto kCrcTable = crc_table();

std::uint32_t crc_by_table(std::string_view bytes, std::uint32_t crc) noexcept {
  for (const char c : bytes)
    crc = crc >> 8 ^ kCrcTable[(crc ^ static_cast<unsigned char>(c)) & 0xff];
  return crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t crc_by_instruction(std::string_view bytes,
                                                                   std::uint32_t crc) noexcept {
  std::uint64_t wide = crc;
  while (bytes.size() >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), 8);
    wide = __builtin_ia32_crc32di(wide, word);
    bytes.remove_prefix(8);
  }
  auto narrow = static_cast<std::uint32_t>(wide);
  for (const char c : bytes) narrow = __builtin_ia32_crc32qi(narrow, static_cast<unsigned char>(c));
  return narrow;
}
#endif

}  // namespace

std::string sha256(std::string_view bytes) {
  return digest(EVP_sha256(), bytes);
}
std::string sha1(std::string_view bytes) {
  return digest(EVP_sha1(), bytes);
}
std::string md5(std::string_view bytes) {
  return digest(EVP_md5(), bytes);
}
std::string sha256_hex(std::string_view bytes) {
  return to_hex(sha256(bytes));
}
std::string md5_hex(std::string_view bytes) {
  return to_hex(md5(bytes));
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), out.data(), &length);
  return {reinterpret_cast<const char*>(out.data()), length};
}

std::uint32_t crc32c(std::string_view bytes, std::uint32_t seed) noexcept {
  const std::uint32_t start = ~seed;
#if defined(__x86_64__)
  static const bool has_instruction = __builtin_cpu_supports("sse4.2") != 0;
  if (has_instruction) return ~crc_by_instruction(bytes, start);
#endif
  return ~crc_by_table(bytes, start);
}

std::uint64_t stable_hash(std::string_view bytes) noexcept {
  std::uint64_t hash =
      0xcbf29ce484222325;  // FNV-1a, then a finalizer that spreads it over all 64 bits.
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  hash = (hash ^ hash >> 30) * 0xbf58476d1ce4e5b9;
  hash = (hash ^ hash >> 27) * 0x94d049bb133111eb;
  return hash ^ hash >> 31;
}

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr);
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::string_view bytes) {
  EVP_DigestUpdate(state_->context, bytes.data(), bytes.size());
}

std::string Sha256::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned length = 0;
  EVP_DigestFinal_ex(state_->context, out.data(), &length);
  return {reinterpret_cast<const char*>(out.data()), length};
}

}  // namespace decnet
