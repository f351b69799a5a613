#include "codec/ssh/packet.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/random.h"

namespace decnet::codec::ssh {
namespace {

constexpr std::size_t kPaddingMin = 4;
constexpr std::uint32_t kLengthMin = 1 + 4;
constexpr std::uint8_t kLocalNumbers = 192;  // From here on they are for local extensions.

// After how many blocks OpenSSH asks for new keys: 2^(2 × block bytes), or a gigabyte where blocks
// are small.
std::uint64_t rekey_blocks(std::size_t block_bytes) {
  if (block_bytes >= 16) return 1ULL << (block_bytes * 2);
  return (1ULL << 30) / block_bytes;
}

}  // namespace

std::string PacketSealer::frame(std::string_view payload, std::size_t open_bytes) const {
  const std::size_t length = 4 + 1 + payload.size() - open_bytes;
  std::size_t padding = block_ - length % block_;
  if (padding < kPaddingMin) padding += block_;
  std::string out;
  out.reserve(5 + payload.size() + padding + 64);
  ByteWriter(out)
      .u32(static_cast<std::uint32_t>(1 + payload.size() + padding))
      .u8(static_cast<std::uint8_t>(padding))
      .bytes(payload);
  if (cipher_ == nullptr)
    out.append(padding, '\0');
  else
    out += random_bytes(padding);
  return out;
}

std::string PacketSealer::seal(std::string_view payload) {
  std::string deflated;
  if (deflater_ != nullptr) payload = deflated = deflater_->run(payload);
  const std::size_t open_bytes = authenticated_ || encrypt_then_mac_ ? 4 : 0;
  std::string out = frame(payload, open_bytes);
  blocks_ += out.size() / block_;
  std::string tag;
  if (mac_ != nullptr && !encrypt_then_mac_) tag = mac_->tag(sequence_, out);
  if (cipher_ != nullptr) {
    std::string cipher_tag;
    cipher_->run(out, open_bytes, cipher_tag, sequence_);
    if (authenticated_) tag = std::move(cipher_tag);
  }
  if (mac_ != nullptr && encrypt_then_mac_) tag = mac_->tag(sequence_, out);
  ++sequence_;
  return out += tag;
}

void PacketSealer::rekey(const PacketKeys& keys, bool reset_sequence) {
  cipher_ = make_cipher(*keys.cipher, keys.key, keys.iv, Direction::seal);
  authenticated_ = keys.cipher->tag_bytes > 0;
  mac_ = authenticated_ ? nullptr : make_mac(*keys.mac, keys.mac_key);
  encrypt_then_mac_ = !authenticated_ && keys.mac->encrypt_then_mac;
  block_ = keys.cipher->block_bytes;
  blocks_ = 0;
  blocks_max_ = rekey_blocks(block_);
  if (reset_sequence) sequence_ = 0;
}

void PacketOpener::rekey(const PacketKeys& keys, bool reset_sequence) {
  cipher_ = make_cipher(*keys.cipher, keys.key, keys.iv, Direction::open);
  authenticated_ = keys.cipher->tag_bytes > 0;
  mac_ = authenticated_ ? nullptr : make_mac(*keys.mac, keys.mac_key);
  encrypt_then_mac_ = !authenticated_ && keys.mac->encrypt_then_mac;
  tag_bytes_ = authenticated_ ? keys.cipher->tag_bytes : keys.mac->tag_bytes;
  block_ = keys.cipher->block_bytes;
  blocks_ = 0;
  blocks_max_ = rekey_blocks(block_);
  if (reset_sequence) sequence_ = 0;
}

PacketOpener::State PacketOpener::broken(std::string words) {
  is_broken_ = true;
  last_words_ = std::move(words);
  input_.clear();
  at_ = 0;
  return State::broken;
}

// Learns the length of the packet that comes; `packet` means: known.
PacketOpener::State PacketOpener::read_length() {
  if (length_ != 0) return State::packet;
  const std::string_view rest = std::string_view(input_).substr(at_);
  const bool open_length = authenticated_ || encrypt_then_mac_;
  if (rest.size() < (open_length ? 4 : block_)) return State::more;
  if (authenticated_) {
    length_ = cipher_->length(rest, sequence_);
  } else if (open_length || cipher_ == nullptr) {
    length_ = ByteReader(rest).u32();
  } else {
    first_block_ = rest.substr(0, block_);
    cipher_->stream(first_block_.data(), first_block_.size());
    length_ = ByteReader(first_block_).u32();
  }
  if (length_ < kLengthMin || length_ > kPacketBytesMax) return broken();
  const std::size_t need = length_ + (open_length ? 0 : 4);
  if (need % block_ != 0) return broken();
  return State::packet;
}

// Takes a whole packet off the input, checks and decrypts it.
PacketOpener::State PacketOpener::open(std::string& packet) {
  const std::size_t whole = 4 + std::size_t{length_};
  if (buffered() < whole + tag_bytes_) return State::more;
  packet = input_.substr(at_, whole);
  std::string tag = input_.substr(at_ + whole, tag_bytes_);
  at_ += whole + tag_bytes_;
  if (at_ == input_.size() || at_ > kPacketBytesMax) {
    input_.erase(0, at_);
    if (input_.empty()) input_.shrink_to_fit();
    at_ = 0;
  }
  if (mac_ != nullptr && encrypt_then_mac_ && !equal_secret(mac_->tag(sequence_, packet), tag))
    return broken();
  if (cipher_ != nullptr) {
    if (authenticated_ || encrypt_then_mac_) {
      if (!cipher_->run(packet, 4, tag, sequence_)) return broken();
    } else {
      packet.replace(0, block_, first_block_);
      cipher_->stream(packet.data() + block_, packet.size() - block_);
    }
  }
  if (mac_ != nullptr && !encrypt_then_mac_ && !equal_secret(mac_->tag(sequence_, packet), tag))
    return broken();
  return State::packet;
}

PacketOpener::State PacketOpener::unpack(std::string_view plain, Packet& packet) {
  const std::size_t padding = static_cast<unsigned char>(plain[4]);
  if (padding < kPaddingMin)
    return broken("Corrupted padlen " + std::to_string(padding) + " on input.");
  plain.remove_prefix(5);
  if (padding > plain.size()) return broken();
  plain.remove_suffix(padding);
  if (inflater_ != nullptr) {
    auto inflated = inflater_->run(plain, kInflatedBytesMax);
    if (!inflated) return broken();
    packet.payload = std::move(*inflated);
  } else {
    packet.payload = plain;
  }
  if (packet.payload.empty()) return broken();
  if (packet.type() < 1 || packet.type() >= kLocalNumbers)
    return broken("Invalid ssh2 packet type: " + std::to_string(packet.type()));
  return State::packet;
}

PacketOpener::State PacketOpener::next(Packet& packet) {
  if (is_broken_) return State::broken;
  State state = read_length();
  if (state != State::packet) return state;
  std::string plain;
  state = open(plain);
  if (state != State::packet) return state;
  packet.sequence = sequence_++;
  blocks_ += plain.size() / block_;
  length_ = 0;
  return unpack(plain, packet);
}

}  // namespace decnet::codec::ssh
