// The ciphers and MACs of SSH by their names, one direction each.
// Sources: RFC 4253 section 6, RFC 4344, RFC 5647 with OpenSSH's PROTOCOL (AES-GCM, -etm MACs),
// PROTOCOL.chacha20poly1305.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace decnet::codec::ssh {

enum class Direction : std::uint8_t { seal, open };

struct CipherInfo {
  std::string_view name;
  std::size_t key_bytes;
  std::size_t iv_bytes;
  std::size_t block_bytes;
  std::size_t tag_bytes;  // Of an authenticated cipher; 0: a MAC is needed.
};

struct MacInfo {
  std::string_view name;
  std::size_t key_bytes;
  std::size_t tag_bytes;
  bool encrypt_then_mac;
};

// Null where the name is not known.
const CipherInfo* find_cipher(std::string_view name) noexcept;
const MacInfo* find_mac(std::string_view name) noexcept;

class Cipher {
 public:
  virtual ~Cipher() = default;
  // The length of the packet whose first four bytes these are (authenticated ciphers only).
  virtual std::uint32_t length(std::string_view head, std::uint32_t sequence) = 0;
  // In place: `aad` bytes that are only authenticated (or, by ChaCha20, encrypted apart), then the
  // text. `tag` is written by seal and checked by open; empty for ciphers without one.
  virtual bool run(std::string& packet, std::size_t aad, std::string& tag,
                   std::uint32_t sequence) = 0;
  // A piece of a stream (counter mode only).
  virtual void stream(char* bytes, std::size_t count) = 0;
};

class Mac {
 public:
  virtual ~Mac() = default;
  virtual std::string tag(std::uint32_t sequence, std::string_view packet) = 0;
};

// `key` and `iv` have the lengths that the info says.
std::unique_ptr<Cipher> make_cipher(const CipherInfo& info, std::string_view key,
                                    std::string_view iv, Direction direction);
std::unique_ptr<Mac> make_mac(const MacInfo& info, std::string_view key);

}  // namespace decnet::codec::ssh
