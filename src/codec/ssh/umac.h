// UMAC with tags of 8 or 16 bytes, as SSH uses it (umac-64@openssh.com, umac-128@openssh.com).
// Sources: RFC 4418; draft-miller-secsh-umac-01 (the nonce is the packet's sequence number).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace decnet::codec::ssh {

class Umac {
 public:
  static constexpr std::size_t kKeyBytes = 16;
  static constexpr std::size_t kMessageBytesMax = 16U << 20;  // Beyond it the tag is not UMAC's.

  Umac(std::string_view key, std::size_t tag_bytes);  // 16 bytes; 8 or 16.
  ~Umac();
  Umac(Umac&&) noexcept;

  std::string tag(std::string_view message, std::uint64_t nonce);

 private:
  struct Aes;
  std::string derive(std::uint8_t index, std::size_t count);
  std::uint32_t hash(std::string_view message, std::size_t round) const;

  std::size_t rounds_;
  std::unique_ptr<Aes> aes_;
  std::vector<std::uint32_t> l1_;  // Shared by the rounds: each begins 4 words later.
  std::vector<std::uint64_t> l2_;  // One for each round.
  std::vector<std::array<std::uint64_t, 8>> l3_;
  std::vector<std::uint32_t> l3_mask_;
};

}  // namespace decnet::codec::ssh
