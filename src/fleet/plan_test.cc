#include "fleet/plan.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/random.h"

namespace decnet::fleet {
namespace {

DeckySpec decky(int number) {
  return {.uuid = Uuid::v8(fmt::format("{}", number)),
          .name = fmt::format("web-{:02}", number),
          .archetype = "web-server",
          .seed = static_cast<std::uint64_t>(number),
          .ip = fmt::format("127.66.0.{}", number),
          .services = {{"http", 80, {}}, {"https", 443, {}}},
          .deployed_at = {}};
}

std::vector<std::string> words(const std::vector<Step>& steps) {
  std::vector<std::string> all;
  for (const Step& step : steps) all.push_back(describe(step));
  return all;
}

TEST(Plan, OfEqualFleetsIsEmpty) {
  const std::vector<DeckySpec> fleet = {decky(1), decky(2)};
  EXPECT_TRUE(plan(fleet, fleet).empty());
  EXPECT_TRUE(plan({}, {}).empty());
}

TEST(Plan, AddsAndRemoves) {
  const std::vector<DeckySpec> desired = {decky(1), decky(3)}, actual = {decky(1), decky(2)};
  EXPECT_EQ(words(plan(desired, actual)),
            (std::vector<std::string>{"remove web-02 (127.66.0.2)",
                                      "add web-03 (127.66.0.3), web-server: http:80 https:443"}));
}

TEST(Plan, ChangesServicesInPlace) {
  DeckySpec wanted = decky(1);
  wanted.services = {{"ftp", 21, {}}, {"http", 80, {{"server", "apache2"}}}};
  const std::vector<DeckySpec> desired = {wanted}, actual = {decky(1)};
  const auto steps = plan(desired, actual);
  EXPECT_EQ(words(steps),
            (std::vector<std::string>{"change web-01 (127.66.0.1): +ftp:21 -https:443 ~http:80"}));
  EXPECT_EQ(steps[0].decky, wanted);
}

TEST(Plan, AnotherMachineIsBuiltAnew) {
  for (const auto change : std::vector<void (*)(DeckySpec&)>{
           [](DeckySpec& d) { d.name = "x"; }, [](DeckySpec& d) { d.archetype = "linux-server"; },
           [](DeckySpec& d) { d.seed = 99; }, [](DeckySpec& d) { d.ip = "127.66.9.9"; },
           [](DeckySpec& d) { d.deployed_at = from_micros(1); }}) {
    std::vector<DeckySpec> desired = {decky(1)};
    change(desired[0]);
    const std::vector<DeckySpec> actual = {decky(1)};
    const auto steps = plan(desired, actual);
    ASSERT_EQ(steps.size(), 2U);
    EXPECT_EQ(steps[0].kind, StepKind::remove);
    EXPECT_EQ(steps[0].decky, actual[0]);
    EXPECT_EQ(steps[1].kind, StepKind::add);
    EXPECT_EQ(steps[1].decky, desired[0]);
  }
}

// Two deckies that swap their addresses must not be on one at the same time.
TEST(Plan, FreesAnAddressBeforeItIsUsedAgain) {
  std::vector<DeckySpec> desired = {decky(1), decky(2)};
  std::swap(desired[0].ip, desired[1].ip);
  const std::vector<DeckySpec> actual = {decky(1), decky(2)};
  std::set<std::string> in_use = {"127.66.0.1", "127.66.0.2"};
  for (const Step& step : plan(desired, actual)) {
    if (step.kind == StepKind::remove) in_use.erase(step.decky.ip);
    if (step.kind == StepKind::add) {
      EXPECT_TRUE(in_use.insert(step.decky.ip).second);
    }
  }
}

// Whatever the fleets: doing the steps gives the desired one.
TEST(Plan, DoneGivesTheDesiredFleet) {
  SeededRandom random(7, "plan");
  const auto some = [&] {
    std::vector<DeckySpec> fleet;
    for (int n = 1; n < 12; ++n) {
      if (random.chance(0.4)) continue;
      DeckySpec one = decky(n);
      if (random.chance(0.3)) one.services.erase(one.services.begin());
      if (random.chance(0.3)) one.services.push_back({"redis", 6379, {}});
      if (random.chance(0.3)) one.services.back().options["a"] = "b";
      if (random.chance(0.2)) one.seed += 100;
      fleet.push_back(one);
    }
    return fleet;
  };
  for (int round = 0; round < 500; ++round) {
    const auto desired = some(), actual = some();
    std::map<Uuid, DeckySpec> state;
    for (const DeckySpec& one : actual) state[one.uuid] = one;
    for (const Step& step : plan(desired, actual)) {
      if (step.kind == StepKind::remove) {
        EXPECT_EQ(state.erase(step.decky.uuid), 1U);
      } else if (step.kind == StepKind::add) {
        EXPECT_TRUE(state.emplace(step.decky.uuid, step.decky).second);
      } else {
        auto& services = state.at(step.decky.uuid).services;
        const auto drop = [&](const ServiceSpec& gone) {
          std::erase_if(services, [&](const ServiceSpec& s) { return s.name == gone.name; });
        };
        std::for_each(step.removed.begin(), step.removed.end(), drop);
        std::for_each(step.changed.begin(), step.changed.end(), drop);
        services.insert(services.end(), step.added.begin(), step.added.end());
        services.insert(services.end(), step.changed.begin(), step.changed.end());
        std::sort(services.begin(), services.end(),
                  [](const auto& a, const auto& b) { return a.port < b.port; });
      }
    }
    ASSERT_EQ(state.size(), desired.size());
    for (const DeckySpec& one : desired) EXPECT_EQ(state.at(one.uuid), one);
  }
}

}  // namespace
}  // namespace decnet::fleet
