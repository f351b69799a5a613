// The binary packet protocol (RFC 4253 section 6), one direction each, as OpenSSH speaks it.
//
//   PacketSealer out;                      // Plain until rekey().
//   wire += out.seal(payload);
//   PacketOpener in;
//   in.feed(bytes);
//   while (in.next(packet) == PacketOpener::State::packet) use(packet);
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "codec/ssh/cipher.h"
#include "codec/ssh/compress.h"

namespace decnet::codec::ssh {

inline constexpr std::uint32_t kPacketBytesMax = 256 * 1024;  // OpenSSH's; a longer one is corrupt.
inline constexpr std::size_t kInflatedBytesMax = 1U << 20;    // Of one packet; beyond: corrupt.

// What a key exchange gives one direction. `mac` is ignored where the cipher authenticates.
struct PacketKeys {
  const CipherInfo* cipher = nullptr;
  const MacInfo* mac = nullptr;
  std::string key, iv, mac_key;
};

struct Packet {
  std::string payload;  // Begins with the message number.
  std::uint32_t sequence = 0;
  std::uint8_t type() const noexcept { return static_cast<std::uint8_t>(payload.front()); }
};

class PacketSealer {
 public:
  std::string seal(std::string_view payload);
  // The next packet is under these keys.
  void rekey(const PacketKeys& keys, bool reset_sequence);
  void compress() { deflater_ = std::make_unique<Deflater>(); }  // From here on, anew.
  std::uint64_t blocks() const noexcept { return blocks_; }      // Since the last rekey.
  std::uint64_t blocks_max() const noexcept { return blocks_max_; }
  std::uint32_t sequence() const noexcept { return sequence_; }  // Of the next packet.

 private:
  std::string frame(std::string_view payload, std::size_t open_bytes) const;

  std::unique_ptr<Cipher> cipher_;
  std::unique_ptr<Mac> mac_;
  std::unique_ptr<Deflater> deflater_;
  bool encrypt_then_mac_ = false;
  bool authenticated_ = false;
  std::size_t block_ = 8;
  std::uint64_t blocks_ = 0;
  std::uint64_t blocks_max_ = ~0ULL;
  std::uint32_t sequence_ = 0;
};

class PacketOpener {
 public:
  enum class State : std::uint8_t { more, packet, broken };

  void feed(std::string_view bytes) { input_ += bytes; }
  // `broken` is for ever; last_words() then says what a DISCONNECT has to say, or nothing.
  State next(Packet& packet);
  const std::string& last_words() const noexcept { return last_words_; }

  // The next packet is under these keys.
  void rekey(const PacketKeys& keys, bool reset_sequence);
  void decompress() { inflater_ = std::make_unique<Inflater>(); }
  std::size_t buffered() const noexcept { return input_.size() - at_; }
  std::uint64_t blocks() const noexcept { return blocks_; }
  std::uint64_t blocks_max() const noexcept { return blocks_max_; }
  std::uint32_t sequence() const noexcept { return sequence_; }  // Of the next packet.

 private:
  State broken(std::string words = {});
  State read_length();
  State open(std::string& packet);
  State unpack(std::string_view plain, Packet& packet);

  std::unique_ptr<Cipher> cipher_;
  std::unique_ptr<Mac> mac_;
  std::unique_ptr<Inflater> inflater_;
  bool encrypt_then_mac_ = false;
  bool authenticated_ = false;
  std::size_t block_ = 8;
  std::size_t tag_bytes_ = 0;
  std::uint64_t blocks_ = 0;
  std::uint64_t blocks_max_ = ~0ULL;
  std::uint32_t sequence_ = 0;
  std::string input_;
  std::size_t at_ = 0;        // Start of what is not consumed.
  std::uint32_t length_ = 0;  // Of the packet under way; 0: not known yet.
  std::string first_block_;   // Of it, decrypted, where the length was in there.
  std::string last_words_;
  bool is_broken_ = false;
};

}  // namespace decnet::codec::ssh
