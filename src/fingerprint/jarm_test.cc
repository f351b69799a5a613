#include "fingerprint/jarm.h"

#include <fstream>

#include <gtest/gtest.h>

namespace decnet::fingerprint {
namespace {

TEST(Jarm, AgreesWithTheReferences) {
  std::ifstream file("testdata/jarm.tsv");
  std::string line;
  std::getline(file, line);
  int rows = 0;
  while (std::getline(file, line)) {
    const std::size_t tab = line.find('\t');
    const auto answers = parse_jarm_raw(line.substr(tab + 1));
    ASSERT_TRUE(answers);
    EXPECT_EQ(jarm(*answers), line.substr(0, tab));
    ++rows;
  }
  EXPECT_EQ(rows, 7);
}

TEST(Jarm, ACipherThatIsNotListedComesAfterTheLast) {
  std::array<JarmAnswer, kJarmProbes> answers;
  answers[0] = {"ffff", "0304", "", ""};
  EXPECT_EQ(jarm(answers).substr(0, 6), "46e000");
  answers[0] = {"1305", "0300", "", ""};
  EXPECT_EQ(jarm(answers).substr(0, 6), "45a000");
}

TEST(Jarm, RefusesWhatIsNotTenAnswers) {
  for (const char* bad : {"", "|||", "|||,|||,|||,|||,|||,|||,|||,|||,|||,||",
                          "|||,|||,|||,|||,|||,|||,|||,|||,|||,||||",
                          "|||,|||,|||,|||,|||,|||,|||,|||,|||,|||,|||"}) {
    EXPECT_FALSE(parse_jarm_raw(bad)) << bad;
  }
  EXPECT_FALSE(parse_jarm_raw(std::string(kJarmRawBytesMax, 'x') +
                              "|||,|||,|||,|||,|||,|||,|||,|||,|||,|||"));
}

}  // namespace
}  // namespace decnet::fingerprint
