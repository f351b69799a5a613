#include "api/login_limits.h"

#include <gtest/gtest.h>

namespace decnet::api {
namespace {

class LoginLimitsTest : public ::testing::Test {
 protected:
  FakeClock clock_;
  LoginLimits limits_{clock_};
};

TEST_F(LoginLimitsTest, AnAccountHasSoManyFailuresAndThenOneAtATime) {
  for (unsigned n = 0; n < kAccountFailuresMax; ++n) {
    EXPECT_EQ(limits_.wait("ana", "s" + std::to_string(n)), Duration{0});
    limits_.note_failure("ana", "s" + std::to_string(n));
  }
  EXPECT_EQ(limits_.wait("ana", "elsewhere"), kAccountRefill);
  clock_.advance(kAccountRefill);
  EXPECT_EQ(limits_.wait("ana", "elsewhere"), Duration{0});
  limits_.note_failure("ana", "elsewhere");
  EXPECT_GT(limits_.wait("ana", "elsewhere"), Duration{0});
  EXPECT_EQ(limits_.wait("bob", "elsewhere"), Duration{0});
}

TEST_F(LoginLimitsTest, ASourceHasThemOverAllAccounts) {
  for (unsigned n = 0; n < kSourceFailuresMax; ++n) {
    EXPECT_EQ(limits_.wait(std::to_string(n), "s"), Duration{0});
    limits_.note_failure(std::to_string(n), "s");
  }
  EXPECT_EQ(limits_.wait("another", "s"), kSourceRefill);
  EXPECT_EQ(limits_.wait("another", "t"), Duration{0});
}

TEST_F(LoginLimitsTest, ASuccessForgivesAll) {
  for (unsigned n = 0; n < kAccountFailuresMax; ++n) limits_.note_failure("ana", "s");
  limits_.note_success("ana", "s");
  EXPECT_EQ(limits_.wait("ana", "s"), Duration{0});
}

TEST_F(LoginLimitsTest, KeepsABoundedNumberOfBucketsAndTheEmptiestOfThem) {
  for (unsigned n = 0; n < kAccountFailuresMax; ++n) limits_.note_failure("ana", "s");
  for (std::size_t n = 0; n < 2 * kLoginKeysMax; ++n) {
    limits_.note_failure("u" + std::to_string(n), "t" + std::to_string(n));
    ASSERT_LE(limits_.size(), kLoginKeysMax + 1);
  }
  EXPECT_GT(limits_.wait("ana", "s"), Duration{0});
}

}  // namespace
}  // namespace decnet::api
