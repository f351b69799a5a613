#include "fleet/catalog.h"

#include <algorithm>
#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace decnet::fleet {
namespace {

using ::testing::StartsWith;

constexpr PortInfo kPorts[] = {{7, Transport::tcp}};
constexpr std::string_view kMoods[] = {"calm", "loud"};
constexpr OptionInfo kOptions[] = {
    {"mood", OptionType::choice, kMoods, 0, 0, "calm", "How it answers."},
    {"times", OptionType::integer, {}, 1, 9, "2", "How often."},
    {"strict", OptionType::boolean, {}, 0, 0, "true", "Whether it minds."},
    {"greeting", OptionType::text, {}, 0, 0, "", "What it says first."},
};
constexpr ServiceInfo kEcho = {"echo", "says it again", kPorts, kOptions, {}};

std::string refusal(const Options& given) {
  const auto options = complete_options(kEcho, given);
  if (options) return "";
  EXPECT_EQ(options.error().code, Errc::invalid_argument);
  return options.error().detail;
}

DeckySpec plain() {
  return {.uuid = Uuid::v8("plain"),
          .name = "web-01",
          .archetype = "web-server",
          .seed = 1,
          .ip = "127.66.0.10",
          .services = {},
          .deployed_at = {}};
}

std::string refusal(const DeckySpec& decky) {
  const auto result = validate(decky);
  return result ? "" : result.error().detail;
}

TEST(Options, AreFilledInWithDefaults) {
  const auto options = complete_options(kEcho, {{"mood", "loud"}});
  ASSERT_TRUE(options);
  EXPECT_EQ(*options,
            (Options{{"mood", "loud"}, {"times", "2"}, {"strict", "true"}, {"greeting", ""}}));
}

TEST(Options, ThatAreWrongAreNamed) {
  EXPECT_THAT(refusal(Options{{"colour", "red"}}), StartsWith("services.echo.options.colour: "));
  EXPECT_THAT(refusal(Options{{"mood", "wild"}}),
              StartsWith("services.echo.options.mood: must be one of calm, loud"));
  EXPECT_THAT(refusal(Options{{"strict", "yes"}}), StartsWith("services.echo.options.strict: "));
  for (const char* value : {"0", "10", "", "2x", " 2", "99999999999999999999", "1.5"}) {
    EXPECT_THAT(refusal(Options{{"times", value}}), StartsWith("services.echo.options.times: "))
        << value;
  }
  EXPECT_EQ(refusal(Options{{"times", "9"}}), "");
  EXPECT_EQ(refusal(Options{{"greeting", std::string(kOptionValueBytesMax, 'x')}}), "");
  EXPECT_THAT(refusal(Options{{"greeting", std::string(kOptionValueBytesMax + 1, 'x')}}),
              StartsWith("services.echo.options.greeting: "));
}

TEST(Catalogue, IsWellFormed) {
  std::string_view last;
  for (const ServiceInfo& service : catalogue()) {
    EXPECT_LT(last, service.name);
    last = service.name;
    ASSERT_FALSE(service.ports.empty()) << service.name;
    EXPECT_EQ(find_service(service.name), &service);
    EXPECT_TRUE(complete_options(service, {})) << service.name;
    for (const OptionInfo& option : service.options) {
      const Options given = {{std::string(option.name), std::string(option.standard)}};
      EXPECT_TRUE(complete_options(service, given)) << service.name << "." << option.name;
    }
  }
  EXPECT_EQ(find_service("no such service"), nullptr);
}

TEST(DefaultServices, AreThoseThatTheBuildHas) {
  for (const persona::Archetype& archetype : persona::archetypes()) {
    const auto services = default_services(archetype);
    std::size_t known = 0;
    for (const std::string_view name : archetype.services) known += find_service(name) != nullptr;
    EXPECT_EQ(services.size(), known);
    EXPECT_TRUE(std::is_sorted(services.begin(), services.end(),
                               [](const auto& a, const auto& b) { return a.port < b.port; }));
  }
}

TEST(Validation, NamesTheBadKey) {
  EXPECT_EQ(refusal(plain()), "");
  DeckySpec decky = plain();
  decky.uuid = {};
  EXPECT_THAT(refusal(decky), StartsWith("uuid: "));
  for (const char* name : {"", "Web", "web_1", "web.1", "-web", "web-", "web 1"}) {
    decky = plain();
    decky.name = name;
    EXPECT_THAT(refusal(decky), StartsWith("name: ")) << name;
  }
  decky.name = std::string(63, 'a');
  EXPECT_EQ(refusal(decky), "");
  decky.name += 'a';
  EXPECT_THAT(refusal(decky), StartsWith("name: "));
  decky = plain();
  decky.archetype = "submarine";
  EXPECT_THAT(refusal(decky), StartsWith("archetype: "));
  decky = plain();
  decky.ip = "127.66.0.010";
  EXPECT_THAT(refusal(decky), StartsWith("ip: "));
  decky = plain();
  decky.services = {{.name = "gopher", .port = 70, .options = {}}};
  EXPECT_THAT(refusal(decky), StartsWith("services.gopher: "));
}

TEST(Validation, OfServicesOfThisBuild) {
  ASSERT_FALSE(catalogue().empty());
  const ServiceInfo& service = catalogue().front();
  const std::string name(service.name);
  DeckySpec decky = plain();
  decky.services = {{.name = name, .port = service.ports.front().port, .options = {}}};
  EXPECT_EQ(refusal(decky), "");
  decky.services.push_back(decky.services.front());
  EXPECT_EQ(refusal(decky), "services." + name + ".port: is taken by another service");
  decky.services = {{.name = name, .port = 0, .options = {}}};
  EXPECT_THAT(refusal(decky), StartsWith("services." + name + ".port: "));
  decky.services = {{.name = name, .port = 1, .options = {{"no_such_option", "1"}}}};
  EXPECT_THAT(refusal(decky), StartsWith("services." + name + ".options.no_such_option: "));
}

TEST(Validation, OfAFleetRefusesTwins) {
  const DeckySpec first = plain();
  DeckySpec second = plain();
  const auto conflict = [&]() -> std::string {
    const std::array<DeckySpec, 2> both = {first, second};
    const auto result = validate(both);
    if (result) return "";
    EXPECT_EQ(result.error().code, Errc::conflict);
    return result.error().detail;
  };
  EXPECT_THAT(conflict(), StartsWith("uuid: "));
  second.uuid = Uuid::v8("second");
  EXPECT_THAT(conflict(), StartsWith("name: "));
  second.name = "web-02";
  EXPECT_THAT(conflict(), StartsWith("ip: "));
  second.ip = "127.66.0.11";
  EXPECT_EQ(conflict(), "");
}

}  // namespace
}  // namespace decnet::fleet
