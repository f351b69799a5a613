// Digests. Each takes the whole input; Sha256 also takes it in pieces.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace decnet {

std::string sha256(std::string_view bytes);  // 32 bytes
std::string sha1(std::string_view bytes);    // 20 bytes; only where a protocol asks for it
std::string md5(
    std::string_view bytes);  // 16 bytes; only where a protocol or a fingerprint asks for it
std::string hmac_sha256(std::string_view key, std::string_view bytes);

std::string sha256_hex(std::string_view bytes);  // 64 characters, lower case
std::string md5_hex(std::string_view bytes);     // 32 characters, lower case

// CRC-32C (Castagnoli), by the processor's instruction where it has one. `seed` continues an
// earlier sum.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t seed = 0) noexcept;

// A fast 64-bit hash that is the same on every machine and in every release: for shards and seeds,
// not for secrets.
std::uint64_t stable_hash(std::string_view bytes) noexcept;

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(std::string_view bytes);
  std::string finish();  // 32 bytes; once.

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace decnet
