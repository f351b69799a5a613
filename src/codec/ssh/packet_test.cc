#include "codec/ssh/packet.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace decnet::codec::ssh {
namespace {

using State = PacketOpener::State;

PacketKeys keys_for(std::string_view cipher, std::string_view mac) {
  PacketKeys keys{.cipher = find_cipher(cipher), .mac = find_mac(mac)};
  SeededRandom random(1, cipher);
  keys.key = random.bytes(keys.cipher->key_bytes);
  keys.iv = random.bytes(keys.cipher->iv_bytes);
  if (keys.mac != nullptr) keys.mac_key = random.bytes(keys.mac->key_bytes);
  return keys;
}

constexpr std::pair<const char*, const char*> kSuites[] = {
    {"chacha20-poly1305@openssh.com", ""},
    {"aes128-gcm@openssh.com", ""},
    {"aes256-gcm@openssh.com", ""},
    {"aes128-ctr", "umac-64-etm@openssh.com"},
    {"aes192-ctr", "umac-128-etm@openssh.com"},
    {"aes256-ctr", "hmac-sha2-256-etm@openssh.com"},
    {"aes128-ctr", "hmac-sha2-512-etm@openssh.com"},
    {"aes128-ctr", "hmac-sha1-etm@openssh.com"},
    {"aes128-ctr", "umac-64@openssh.com"},
    {"aes128-ctr", "umac-128@openssh.com"},
    {"aes192-ctr", "hmac-sha2-256"},
    {"aes256-ctr", "hmac-sha2-512"},
    {"aes128-ctr", "hmac-sha1"},
};

}  // namespace

TEST(SshPacket, EverySuiteOpensWhatItSealed) {
  for (const auto& [cipher, mac] : kSuites) {
    PacketSealer sealer;
    PacketOpener opener;
    sealer.rekey(keys_for(cipher, mac), false);
    opener.rekey(keys_for(cipher, mac), false);
    sealer.compress();
    opener.decompress();
    std::string wire;
    for (std::size_t size = 1; size < 70; ++size) wire += sealer.seal(std::string(size, 'A'));
    wire += sealer.seal(std::string(40'000, 'B'));
    std::size_t packets = 0;
    for (std::size_t at = 0; at < wire.size(); at += 7) {
      opener.feed(std::string_view(wire).substr(at, 7));
      for (Packet packet; opener.next(packet) == State::packet; ++packets) {
        EXPECT_EQ(packet.sequence, packets) << cipher << mac;
        EXPECT_EQ(packet.payload.size(), packets < 69 ? packets + 1 : 40'000) << cipher << mac;
      }
    }
    EXPECT_EQ(packets, 70U) << cipher << mac;
  }
}

TEST(SshPacket, EverySuiteRefusesAChangedByte) {
  for (const auto& [cipher, mac] : kSuites) {
    for (const std::size_t at : {std::size_t{6}, std::size_t{20}, std::size_t{45}}) {
      PacketSealer sealer;
      PacketOpener opener;
      sealer.rekey(keys_for(cipher, mac), false);
      opener.rekey(keys_for(cipher, mac), false);
      std::string wire = sealer.seal(std::string(30, 'A'));
      wire[at] = static_cast<char>(wire[at] ^ 1);
      opener.feed(wire);
      Packet packet;
      EXPECT_EQ(opener.next(packet), State::broken) << cipher << mac << at;
      EXPECT_EQ(opener.next(packet), State::broken);
    }
  }
}

TEST(SshPacket, PlainPacketsHaveZerosAsPadding) {
  PacketSealer sealer;
  EXPECT_EQ(sealer.seal("abc"), std::string("\0\0\0\x0c\x08"
                                            "abc\0\0\0\0\0\0\0\0",
                                            16));
}

TEST(SshPacket, LengthsAndPaddingThatAreNone) {
  const auto state_of = [](std::string wire, std::string& words) {
    PacketOpener opener;
    opener.feed(wire);
    Packet packet;
    const State state = opener.next(packet);
    words = opener.last_words();
    return state;
  };
  std::string words;
  EXPECT_EQ(state_of(std::string("\0\0\0\x04\0\0\0\0", 8), words), State::broken);
  EXPECT_EQ(words, "");
  EXPECT_EQ(state_of(std::string("\0\x04\0\x04\0\0\0\0", 8), words), State::broken);
  EXPECT_EQ(state_of(std::string("\0\0\0\x0d\0\0\0\0", 8), words), State::broken);
  EXPECT_EQ(state_of(std::string("\0\0\0\x0c\x03"
                                 "abc\0\0\0\0\0\0\0\0",
                                 16),
                     words),
            State::broken);
  EXPECT_EQ(words, "Corrupted padlen 3 on input.");
  EXPECT_EQ(state_of(std::string("\0\0\0\x0c\x08\xc8"
                                 "bc\0\0\0\0\0\0\0\0",
                                 16),
                     words),
            State::broken);
  EXPECT_EQ(words, "Invalid ssh2 packet type: 200");
  EXPECT_EQ(state_of(std::string("\0\0\0\x0c\x0b"
                                 "abc\0\0\0\0\0\0\0\0",
                                 16),
                     words),
            State::broken);
  EXPECT_EQ(state_of(std::string("\0\0\0\x0c\xff"
                                 "abc\0\0\0\0\0\0\0\0",
                                 16),
                     words),
            State::broken);
}

TEST(SshPacket, APacketThatInflatesToTooMuchIsCorrupt) {
  PacketSealer sealer;
  PacketOpener opener;
  sealer.compress();
  opener.decompress();
  opener.feed(sealer.seal(std::string(kInflatedBytesMax + 1, 'A')));
  Packet packet;
  EXPECT_EQ(opener.next(packet), State::broken);
}

}  // namespace decnet::codec::ssh
