#include "shell/answers.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "base/bytes.h"

namespace decnet::shell {
namespace {

constexpr const char* kText =
    "$ one\n>usage\\n\\ttwo\\x1b\n!\\e\\\\\n=1\n"
    "$ one\t--help\n>^!\n!^>\n=0\n"
    "$ onely\t-a\tb\n=255\n";

// The layout that tools/image_answers.py writes.
std::string packed_of(const std::string& text, std::size_t said) {
  std::string packed(compressBound(text.size()), '\0');
  uLongf size = packed.size();
  compress(reinterpret_cast<Bytef*>(packed.data()), &size,
           reinterpret_cast<const Bytef*>(text.data()), text.size());
  packed.resize(size);
  std::string asset("DNANS1\n\0", 8);
  ByteWriter(asset).u32_le(static_cast<std::uint32_t>(said)).bytes(packed);
  return asset;
}

TEST(AnswersAsset, is_found_by_name_and_arguments) {
  const std::string text = kText;
  const auto answers = Answers::read(packed_of(text, text.size()));
  ASSERT_TRUE(answers) << answers.error().detail;
  EXPECT_EQ((*answers)->size(), 3U);
  const auto alone = (*answers)->find("one", "");
  ASSERT_TRUE(alone);
  EXPECT_EQ(alone->out, "usage\n\ttwo\x1b");
  EXPECT_EQ(alone->err, "\x1b\\");
  EXPECT_EQ(alone->status, 1);
  const auto help = (*answers)->find("one", "--help");
  ASSERT_TRUE(help);
  EXPECT_EQ(help->out, alone->err);
  EXPECT_EQ(help->err, alone->out);
  EXPECT_EQ((*answers)->find("onely", "-a\tb")->status, 255);
  EXPECT_FALSE((*answers)->find("onely", ""));
  EXPECT_TRUE((*answers)->knows("one"));
  EXPECT_TRUE((*answers)->knows("onely"));
  EXPECT_FALSE((*answers)->knows("on"));
  EXPECT_FALSE((*answers)->knows(""));
}

TEST(AnswersAsset, that_is_broken_is_an_error) {
  const std::string text = kText;
  const std::string asset = packed_of(text, text.size());
  for (std::size_t size = 0; size < asset.size(); ++size)
    EXPECT_FALSE(Answers::read(std::string_view(asset).substr(0, size))) << size;
  EXPECT_FALSE(Answers::read(packed_of(text, text.size() + 1)));
  EXPECT_FALSE(Answers::read(packed_of(text, text.size() - 1)));
  const auto too_large = Answers::read(packed_of(text, kAnswersBytesMax + 1));
  ASSERT_FALSE(too_large);
  EXPECT_EQ(too_large.error().code, Errc::limit);
  for (const char* broken : {"\n",
                             "=0\n",
                             ">x\n",
                             "$ a\n",
                             "$ a\n=0",
                             "$ a\n$ b\n=0\n",
                             "$\n=0\n",
                             "$ \n=0\n",
                             "$ \t-h\n=0\n",
                             "$a\n=0\n",
                             "$ a\n=256\n",
                             "$ a\n=-1\n",
                             "$ a\n=\n",
                             "$ a\n=x\n",
                             "$ a\n=0\n=0\n",
                             "$ a\n!x\n>x\n=0\n",
                             "$ a\n>x\n>x\n=0\n",
                             "$ a\n>\\\n=0\n",
                             "$ a\n>\\x1\n=0\n",
                             "$ a\n>\\xgg\n=0\n",
                             "$ a\n>\\q\n=0\n",
                             "$ a\n>^\n=0\n",
                             "$ a\n>^=\n=0\n",
                             "$ a\n>^>\n=0\n",
                             "$ a\n>^>-h\n=0\n",
                             "$ a\n=0\n$ a\n=0\n",
                             "$ a\n=0\n?\n",
                             "$ a\n>^>-h\n=0\n$ a\t-h\n>^>\n=0\n"})
    EXPECT_FALSE(Answers::read_text(broken)) << broken;
  EXPECT_TRUE(Answers::read_text(""));
}

}  // namespace
}  // namespace decnet::shell
