#include "app/bus/event_line.h"

#include <algorithm>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/table.h"

namespace decnet::app {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

bus::Event event(std::string payload, std::string type = "t",
                 std::string topic = "attacker.scored") {
  return bus::Event({std::move(topic), std::string(32, 'a'), std::move(type),
                     TimePoint{std::chrono::milliseconds{1'790'000'000'250}}, std::move(payload)});
}

// Nothing but what is printed: no C0, DEL, C1 or mark that turns the direction of text.
bool is_harmless(std::string_view line) {
  for (std::size_t n = 0; n < line.size(); ++n) {
    const auto byte = static_cast<unsigned char>(line[n]);
    if (byte < 0x20 || byte == 0x7f) return false;
    if (byte == 0xc2 && static_cast<unsigned char>(line[n + 1]) < 0xa0) return false;
    if (line.substr(n, 3) == "\u202e") return false;
  }
  return true;
}

const std::string kHostile = "{\"a\":\"\x7f\u009b31m\u202e\u00e9\"}";

TEST(EventLine, shows_time_topic_type_and_payload) {
  const auto line = event_line(event(R"({"score":1})"), {});
  EXPECT_EQ(line, R"(2026-09-21 14:13:20.250  attacker.scored                   t  {"score":1})");
}

TEST(EventLine, colours_only_where_it_is_told_to) {
  EXPECT_THAT(event_line(event("{}"), {}), Not(HasSubstr("\x1b")));
  EXPECT_THAT(event_line(event("{}"), {.colour = true}), HasSubstr("\x1b[1mattacker.scored"));
}

TEST(EventLine, gives_a_terminal_nothing_to_obey) {
  const auto line = event_line(event(kHostile, "\x1b]0;x\x07", "a.\x1b[2J"), {});
  EXPECT_TRUE(is_harmless(line)) << line;
  EXPECT_THAT(line, HasSubstr("\u00e9")) << "letters stay";
}

TEST(EventLine, is_one_line_cut_to_the_window) {
  const auto pretty = event("{\n\t\"a\": \"" + std::string(500, 'x') + "\"\r\n}");
  EXPECT_TRUE(is_harmless(event_line(pretty, {})));
  EXPECT_EQ(display_width(event_line(pretty, {.columns = 120})), 120U);
  EXPECT_THAT(event_line(pretty, {.columns = 120}), EndsWith("x…"));
  EXPECT_GT(display_width(event_line(pretty, {.columns = 10})), kPayloadColumnsMin)
      << "a narrow window still shows the beginning";
}

TEST(EventLine, a_cut_never_splits_a_letter) {
  std::string letters;
  for (int n = 0; n < 300; ++n) letters += "\u00e9";
  const auto line = event_line(event("{\"a\":\"" + letters + "\"}"), {});
  EXPECT_THAT(line, EndsWith("\u00e9…"));
}

TEST(EventJson, is_the_whole_event_on_one_line) {
  const auto line = event_json(event("{\n \"a\": 1\r\n}"));
  EXPECT_EQ(
      line,
      R"({"v":1,"id":")" + std::string(32, 'a') +
          R"(","topic":"attacker.scored","type":"t","ts":1790000000.250000,"payload":{  "a": 1  }})");
}

TEST(EventJson, gives_a_terminal_nothing_to_obey_and_means_the_same) {
  const auto line = event_json(event(kHostile));
  EXPECT_TRUE(is_harmless(line)) << line;
  const auto parsed = boost::json::parse(line);
  EXPECT_EQ(parsed.at("payload").at("a").as_string(), "\x7f\u009b31m\u202e\u00e9");
}

}  // namespace
}  // namespace decnet::app
