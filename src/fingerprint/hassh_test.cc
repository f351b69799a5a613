#include "fingerprint/hassh.h"

#include <fstream>

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/hash.h"

namespace decnet::fingerprint {
namespace {

std::string payload_of(const std::vector<std::string>& lists) {
  std::string payload = "\x14" + std::string(16, 'c');
  for (const std::string& list : lists) {
    ByteWriter(payload).u32(static_cast<std::uint32_t>(list.size())).bytes(list);
  }
  ByteWriter(payload).u8(0).u32(0);
  return payload;
}

const std::vector<std::string> kLists = {"kex1,kex2", "ssh-rsa", "aes-c", "aes-s", "mac-c",
                                         "mac-s",     "none",    "zlib",  "",      ""};

std::string packet(std::string_view payload) {
  std::string out;
  ByteWriter(out).u32(static_cast<std::uint32_t>(payload.size() + 5)).u8(4).bytes(payload).u32(0);
  return out;
}

TEST(KexInit, ClientAndServerUseTheirOwnDirection) {
  const KexInit offer = parse_kexinit(payload_of(kLists)).value();
  EXPECT_EQ(hassh_string(offer), "kex1,kex2;aes-c;mac-c;none");
  EXPECT_EQ(hassh_server_string(offer), "kex1,kex2;aes-s;mac-s;zlib");
  EXPECT_EQ(hassh(offer), md5_hex("kex1,kex2;aes-c;mac-c;none"));
}

TEST(KexInit, CutOffIsAnError) {
  const std::string payload = payload_of(kLists);
  for (std::size_t n = 0; n + 4 < payload.size(); ++n)
    EXPECT_FALSE(parse_kexinit(payload.substr(0, n))) << n;
  EXPECT_FALSE(parse_kexinit("\x15" + payload.substr(1)));
  EXPECT_FALSE(parse_kexinit(payload.substr(0, 17) + "\xff\xff\xff\xff"));
}

TEST(Hassh, AgreesWithTheTableOfKnownClients) {
  std::ifstream file("testdata/hassh.tsv");
  std::string line;
  std::getline(file, line);
  int rows = 0;
  while (std::getline(file, line)) {
    const std::string hash = line.substr(0, line.find('\t'));
    EXPECT_EQ(md5_hex(line.substr(hash.size() + 1)), hash);
    ++rows;
  }
  EXPECT_EQ(rows, 16);
}

TEST(SshReader, FindsBannerAndOfferByteByByte) {
  const std::string stream =
      "hello\r\nSSH-2.0-Test_1 a comment\r\n" + packet("\x02ignored") + packet(payload_of(kLists));
  SshReader reader;
  for (const char byte : stream) {
    EXPECT_EQ(reader.kexinit(), nullptr);
    reader.feed(std::string_view(&byte, 1));
  }
  EXPECT_EQ(reader.banner(), "SSH-2.0-Test_1 a comment");
  ASSERT_NE(reader.kexinit(), nullptr);
  EXPECT_EQ(reader.kexinit()->host_key, "ssh-rsa");
  EXPECT_TRUE(reader.is_over());
}

TEST(SshReader, GivesUpOnWhatIsNotSsh) {
  SshReader preamble;
  preamble.feed(std::string(kSshPreambleBytesMax + 1, 'x'));
  EXPECT_TRUE(preamble.is_over());
  SshReader lines;
  for (std::size_t n = 0; n <= kSshPreambleBytesMax / 4; ++n) lines.feed("abc\n");
  EXPECT_TRUE(lines.is_over());
  for (const std::string_view length :
       {std::string_view("\0\0\0\1", 4), std::string_view("\0\0\x88\xb9", 4)}) {
    SshReader reader;
    reader.feed("SSH-2.0-x\n");
    reader.feed(length);
    EXPECT_TRUE(reader.is_over());
    EXPECT_EQ(reader.kexinit(), nullptr);
  }
}

}  // namespace
}  // namespace decnet::fingerprint
