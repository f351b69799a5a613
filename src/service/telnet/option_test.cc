#include "service/telnet/option.h"

#include <gtest/gtest.h>

namespace decnet::service::telnet {
namespace {

class OptionsTest : public testing::Test {
 protected:
  std::string said() { return std::exchange(output_, {}); }
  std::string output_;
  Options options_{output_};
};

TEST_F(OptionsTest, WhatIsNotSupportedIsRefusedEachTime) {
  EXPECT_EQ(options_.receive(Verb::will, 42), Change::none);
  EXPECT_EQ(said(), "\xff\xfe\x2a");
  EXPECT_EQ(options_.receive(Verb::do_it, 42), Change::none);
  EXPECT_EQ(said(), "\xff\xfc\x2a");
  options_.receive(Verb::wont, 42);
  options_.receive(Verb::dont, 42);
  EXPECT_EQ(said(), "");
}

TEST_F(OptionsTest, AnAnswerIsNotAnswered) {
  options_.ask(Side::peer, kWindowSize);
  EXPECT_EQ(said(), "\xff\xfd\x1f");
  EXPECT_FALSE(options_.is_settled(Side::peer, kWindowSize));
  EXPECT_EQ(options_.receive(Verb::will, kWindowSize), Change::on);
  EXPECT_TRUE(options_.is_on(Side::peer, kWindowSize));
  EXPECT_EQ(options_.receive(Verb::will, kWindowSize), Change::none);
  EXPECT_EQ(said(), "");
  EXPECT_EQ(options_.receive(Verb::wont, kWindowSize), Change::off);
  EXPECT_EQ(said(), "\xff\xfe\x1f");
}

TEST_F(OptionsTest, ProposalsOfThePeerAreAgreedToOnce) {
  options_.support(Side::us, kEcho);
  for (int time = 0; time < 20; ++time) options_.receive(Verb::do_it, kEcho);
  EXPECT_EQ(said(), "\xff\xfb\x01");
  options_.ask(Side::us, kEcho);
  EXPECT_EQ(said(), "");
}

TEST_F(OptionsTest, TheOppositeWaitsForTheAnswer) {
  options_.ask(Side::us, kEcho);
  options_.end(Side::us, kEcho);
  EXPECT_EQ(said(), "\xff\xfb\x01");
  options_.receive(Verb::do_it, kEcho);
  EXPECT_EQ(said(), "\xff\xfc\x01");
  options_.ask(Side::us, kEcho);
  options_.receive(Verb::dont, kEcho);
  EXPECT_EQ(said(), "\xff\xfb\x01");
  EXPECT_EQ(options_.receive(Verb::do_it, kEcho), Change::on);
}

TEST_F(OptionsTest, ARefusalCannotBeRefused) {
  options_.ask(Side::us, kEcho);
  options_.receive(Verb::do_it, kEcho);
  options_.end(Side::us, kEcho);
  said();
  EXPECT_EQ(options_.receive(Verb::do_it, kEcho), Change::off);
  EXPECT_EQ(said(), "");
}

// Two engines that face each other come to rest whatever was begun.
TEST_F(OptionsTest, NoLoops) {
  std::string other_output;
  Options other(other_output);
  options_.support(Side::us, kEcho);
  other.support(Side::us, kEcho);
  for (Options* one : {&options_, &other}) {
    one->ask(Side::us, kEcho);
    one->ask(Side::peer, kEcho);
    one->end(Side::us, kEcho);
    one->ask(Side::peer, kBinary);
  }
  int rounds = 0;
  while (!(output_.empty() && other_output.empty()) && ++rounds < 100) {
    const std::string a = said(), b = std::exchange(other_output, {});
    const auto play = [](Options& to, const std::string& commands) {
      for (std::size_t at = 0; at + 2 < commands.size(); at += 3)
        to.receive(static_cast<Verb>(commands[at + 1]),
                   static_cast<std::uint8_t>(commands[at + 2]));
    };
    play(other, a);
    play(options_, b);
  }
  EXPECT_LT(rounds, 10);
}

}  // namespace
}  // namespace decnet::service::telnet
