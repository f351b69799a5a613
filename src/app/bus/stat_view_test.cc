#include "app/bus/stat_view.h"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace decnet::app {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string payload(double uptime, std::uint64_t published, const std::string& clients) {
  return R"({"pid":7,"uptime":)" + std::to_string(uptime) + R"(,"published":)" +
         std::to_string(published) + R"(,"more":[],"clients":[)" + clients + R"(],"omitted":2})";
}

BusReport report(double uptime, std::uint64_t published, const std::string& clients) {
  auto parsed = parse_report(payload(uptime, published, clients));
  EXPECT_TRUE(parsed.has_value());
  return parsed ? *std::move(parsed) : BusReport{};
}

TEST(StatView, reads_a_report_and_forgives_what_it_does_not_know) {
  const auto read = report(1.5, 10, R"({"id":3,"name":"core","uid":1000,"frames_in":5,"x":{}})");
  EXPECT_EQ(read.pid, 7);
  EXPECT_EQ(read.uptime_s, 1.5);
  EXPECT_EQ(read.omitted, 2U);
  ASSERT_EQ(read.clients.size(), 1U);
  EXPECT_EQ(read.clients[0].name, "core");
  EXPECT_EQ(read.clients[0].uid, 1000);
  EXPECT_EQ(read.clients[0].frames_in, 5U);
  EXPECT_EQ(read.clients[0].dropped, 0U);
}

TEST(StatView, what_is_no_report_is_refused) {
  for (const auto* text : {"", "[]", "{}", R"({"clients":1})", "{\"clients\":[}"})
    EXPECT_EQ(parse_report(text).error().code, Errc::corrupt) << text;
}

TEST(StatView, rates_are_what_happened_between_two_reports) {
  const auto before = report(10, 100, R"({"id":1,"frames_in":10},{"id":2,"frames_in":5})");
  const auto now = report(12, 300, R"({"id":2,"frames_in":25},{"id":9,"frames_in":70})");
  const auto rates = rates_between(before, now);
  EXPECT_THAT(rates.published, DoubleEq(100));
  ASSERT_EQ(rates.clients.size(), 2U);
  EXPECT_THAT(rates.clients[0].frames_in, DoubleEq(10));
  EXPECT_THAT(rates.clients[1].frames_in, DoubleEq(0)) << "who is new has no rate yet";
}

TEST(StatView, two_reports_of_one_moment_or_of_two_brokers_have_no_rates) {
  const auto before = report(10, 100, "");
  EXPECT_EQ(rates_between(before, report(10, 200, "")).published, 0);
  EXPECT_EQ(rates_between(report(10, 500, ""), report(12, 200, "")).published, 0);
  auto other = report(12, 200, "");
  other.pid = 8;
  EXPECT_EQ(rates_between(before, other).published, 0);
}

TEST(StatView, the_slowest_consumer_comes_first) {
  const auto before =
      report(1, 0, R"({"id":1},{"id":2,"dropped":9},{"id":3},{"id":4,"dropped":1})");
  const auto now = report(
      2, 0, R"({"id":1,"queued_bytes":50},{"id":2,"dropped":9},{"id":3},{"id":4,"dropped":2})");
  EXPECT_THAT(slowest_first(now, rates_between(before, now)), ElementsAre(3, 0, 1, 2));
}

TEST(StatView, prints_names_without_what_a_terminal_obeys) {
  const auto hostile = report(2, 1, R"({"id":1,"name":"\u001b[2Jx","pid":42,"dropped":3})");
  testing::internal::CaptureStdout();
  print_report(hostile, rates_between(hostile, hostile));
  const std::string out = testing::internal::GetCapturedStdout();
  EXPECT_THAT(out, Not(HasSubstr("\x1b[2J")));
  EXPECT_THAT(out, HasSubstr("slowest: \\x1b[2Jx (pid 42), 0 events wait, 3 dropped"));
  EXPECT_THAT(out, HasSubstr("and 2 more"));
}

TEST(StatView, has_its_json_on_one_line) {
  const auto now = report(2, 1, R"({"id":1,"name":"core","pid":42,"pace":"behind"})");
  const auto line = report_json(now, rates_between(now, now));
  EXPECT_THAT(line, Not(HasSubstr("\n")));
  const auto parsed = boost::json::parse(line);
  EXPECT_EQ(parsed.at("published").as_int64(), 1);
  EXPECT_EQ(parsed.at("clients").at(0).at("name").as_string(), "core");
  EXPECT_EQ(parsed.at("clients").at(0).at("pace").as_string(), "behind");
}

}  // namespace
}  // namespace decnet::app
