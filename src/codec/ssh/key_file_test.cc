// The files that the genuine ssh-keygen wrote (test/differential/ssh/record_keys.py), and ours of
// the same keys.
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "codec/ssh/key.h"
#include "codec/ssh/wire.h"

namespace decnet::codec::ssh {
namespace {

std::string text_of(const std::string& name) {
  std::ifstream file("testdata/keys/" + name);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// The bytes of a private key's file but for the two numbers that are drawn.
std::string without_check(const std::string& file) {
  std::string letters;
  std::istringstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with('-')) letters += line;
  }
  std::string bytes = from_base64(letters).value_or("");
  ByteReader reader(bytes);
  reader.take(15);
  for (int n = 0; n < 3; ++n) get_string(reader);
  EXPECT_EQ(reader.u32(), 1U);
  get_string(reader);
  const std::size_t at = bytes.size() - reader.rest().size() + 4;
  EXPECT_EQ(bytes.substr(at, 4), bytes.substr(at + 4, 4));
  return bytes.replace(at, 8, 8, '\0');
}

class KeyFile : public testing::TestWithParam<const char*> {};

TEST_P(KeyFile, IsAsSshKeygenWritesIt) {
  const std::string kind = GetParam();
  const auto key = HostKey::read(text_of(kind + ".pem"));
  ASSERT_TRUE(key) << key.error().detail;
  const std::string genuine = text_of(kind);
  const std::string ours = (*key)->private_file("root@web-01");
  EXPECT_EQ(without_check(ours), without_check(genuine));
  EXPECT_EQ(ours.size(), genuine.size());
  EXPECT_EQ(ours.find('\n', 40), genuine.find('\n', 40)) << "lines are as long";
  EXPECT_EQ((*key)->public_file("root@web-01"), text_of(kind + ".pub"));
  EXPECT_EQ((*key)->file_name(), "ssh_host_" + kind + "_key");
  EXPECT_EQ(ours, (*key)->private_file("root@web-01")) << "and it stays the same";
}

INSTANTIATE_TEST_SUITE_P(Kinds, KeyFile, testing::Values("rsa", "ecdsa", "ed25519"));

}  // namespace
}  // namespace decnet::codec::ssh
