#include "codec/ssh/umac.h"

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace decnet::codec::ssh {

TEST(Umac, TheVectorsOfRfc4418) {
  Umac umac("abcdefghijklmnop", 8);
  const std::uint64_t nonce = 0x6263646566676869;  // "bcdefghi"
  const auto repeat = [](std::string_view text, std::size_t times) {
    std::string out;
    while (times-- > 0) out += text;
    return out;
  };
  EXPECT_EQ(to_hex(umac.tag("", nonce)), "6e155fad26900be1");
  EXPECT_EQ(to_hex(umac.tag("aaa", nonce)), "44b5cb542f220104");
  EXPECT_EQ(to_hex(umac.tag(repeat("a", 1 << 10), nonce)), "26bf2f5d60118bd9");
  EXPECT_EQ(to_hex(umac.tag(repeat("a", 1 << 15), nonce)), "27f8ef643b0d118d");
  EXPECT_EQ(to_hex(umac.tag(repeat("a", 1 << 20), nonce)), "a4477e87e9f55853");
  EXPECT_EQ(to_hex(umac.tag("abc", nonce)), "d4d7b9f6bd4fbfcf");
  EXPECT_EQ(to_hex(umac.tag(repeat("abc", 500), nonce)), "d4cf26ddefd5c01a");
}

}  // namespace decnet::codec::ssh
