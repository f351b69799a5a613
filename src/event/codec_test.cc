#include "event/codec.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace decnet::event {
namespace {

constexpr TimePoint kReceived = from_micros(1'763'906'462'000'345);  // 2025-11-23T14:01:02.000345Z

Event example() {
  Event event{.origin = 0xf3,
              .seq = 7,
              .time = kReceived,
              .decky = "web-01",
              .service = "http",
              .session = "s1",
              .type = "request"};
  event.add("method", "GET").add("port", 80);
  return event;
}

Event round_trip(const Event& event) {
  Event out;
  const auto parsed = parse_line(to_line(event), {}, out);
  EXPECT_TRUE(parsed.has_value()) << to_line(event);
  return out;
}

TEST(Codec, writes_an_rfc5424_line) {
  EXPECT_EQ(to_line(example()),
            "<134>1 2025-11-23T14:01:02.000345Z web-01 http s1 request "
            "[decnet@32473 origin=\"00000000000000f3\" seq=\"7\" method=\"GET\" port=\"80\"]");
}

TEST(Codec, escapes_as_section_6_3_3_says) {
  Event event = example();
  event.fields = {{"path", R"(a"b\c]d)"}};
  EXPECT_NE(to_line(event).find(R"(path="a\"b\\c\]d")"), std::string::npos);
  EXPECT_EQ(round_trip(event), event);
}

TEST(Codec, carries_what_is_not_text_as_base64) {
  Event event = example();
  event.fields = {{"body", std::string("\xff\x00\n", 3)},
                  {"line", "two\nlines"},
                  {"umlaut", "gr\xc3\xbc\xc3\x9f"}};
  const std::string line = to_line(event);
  EXPECT_NE(line.find("body_b64=\"/wAK\""), std::string::npos);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_EQ(round_trip(event), event);
}

TEST(Codec, keeps_fields_that_are_base64_themselves) {
  Event event = example();
  event.fields = {{"secret_b64", "/wAK"},
                  {"other_b64", "/wAK"},
                  {"x_b64_b64", "/wAK"},
                  {"text_b64", "aGVsbG8="}};
  EXPECT_EQ(round_trip(event), event);
}

TEST(Codec, round_trips_random_fields) {
  SeededRandom random(1, "codec");
  for (int n = 0; n < 3000; ++n) {
    Event event = example();
    event.fields.clear();
    for (std::uint64_t k = random.below(8); k > 0; --k) {
      std::string name =
          "f" + std::to_string(random.below(100)) + (random.chance(0.2) ? "_b64" : "");
      event.fields.push_back({std::move(name), random.bytes(random.below(40))});
    }
    event.message = random.chance(0.5) ? random.bytes(random.below(20)) : "";
    ASSERT_EQ(round_trip(event), event);
  }
}

TEST(Codec, keeps_a_byte_order_mark_at_the_front_of_a_message) {
  Event event;
  event.type = "system.log";
  event.message = "\xef\xbb\xbf\xef\xbb\xbfgo";
  EXPECT_EQ(round_trip(event).message, event.message);
}

TEST(Codec, reads_what_others_write) {
  Event event;
  ASSERT_TRUE(
      parse_line("<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su 77042 ID47 "
                 "[exampleSDID@32473 iut=\"3\" eventSource=\"App\"][examplePriority@32473 "
                 "class=\"high\"] \xef\xbb\xbfgo",
                 kReceived, event));
  EXPECT_EQ(event.decky, "mymachine.example.com");
  EXPECT_EQ(event.session, "77042");
  EXPECT_EQ(event.get("examplesdid_iut"), "3");
  EXPECT_EQ(event.get("examplepriority_class"), "high");
  EXPECT_EQ(event.message, "go");
  ASSERT_TRUE(parse_line("<34>1 - - - - - -", kReceived, event));
  EXPECT_EQ(event.time, kReceived);
  EXPECT_TRUE(event.fields.empty());
}

TEST(Codec, marks_rfc3164_lines) {
  Event event;
  ASSERT_TRUE(parse_line("<34>Oct 11 22:14:15 mymachine su: 'su root' failed", kReceived, event));
  EXPECT_EQ(event.type, kTypeRfc3164);
  EXPECT_EQ(event.decky, "mymachine");
  EXPECT_EQ(event.service, "su");
  EXPECT_EQ(event.message, "'su root' failed");
  EXPECT_EQ(format_time(event.time), "2025-10-11T22:14:15.000Z");
  ASSERT_TRUE(parse_line("<34>anything else", kReceived, event));
  EXPECT_EQ(event.message, "anything else");
}

TEST(Codec, one_bad_field_costs_only_itself) {
  Event event;
  ASSERT_TRUE(
      parse_line("<134>1 - h a - t [decnet@1 origin=\"00000000000000f3\" seq=\"9\" bad x=y =\"z\" "
                 "Good-Name=\"1\" ok=\"2\"] m",
                 kReceived, event));
  EXPECT_EQ(event.seq, 9U);
  EXPECT_EQ(event.get("good_name"), "1");
  EXPECT_EQ(event.get("ok"), "2");
  EXPECT_EQ(event.message, "m");
}

TEST(Codec, refuses_what_is_no_line) {
  Event event;
  for (const auto* line :
       {"", "hello", "<", "<1", "<999>1 x", "<134>1 yesterday h a - t -", "<134>1 - h"}) {
    EXPECT_FALSE(parse_line(line, kReceived, event).has_value()) << line;
  }
  EXPECT_EQ(parse_line(std::string(kLineBytesMax + 1, 'x'), kReceived, event).error().code,
            Errc::limit);
}

TEST(Codec, cuts_a_value_that_is_too_long_and_says_so) {
  Event event = example();
  event.fields = {{"body", std::string(kFieldValueBytesMax + 5, 'x')}};
  const Event out = round_trip(event);
  EXPECT_EQ(out.get("body").size(), kFieldValueBytesMax);
  EXPECT_EQ(out.get("body_bytes"), std::to_string(kFieldValueBytesMax + 5));
}

TEST(Framer, takes_both_framings_in_any_pieces) {
  const std::string bytes = "5 hello<1>a\n\r\n11 <2>b\nc d ef<3>g\n";
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    Framer framer;
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
      framer.feed(std::string_view(bytes).substr(at, step));
      for (std::string_view line; framer.next(line);) lines.emplace_back(line);
    }
    EXPECT_EQ(lines, (std::vector<std::string>{"hello", "<1>a", "<2>b\nc d ef", "<3>g"})) << step;
  }
}

TEST(Framer, skips_lines_without_end) {
  Framer framer;
  framer.feed(std::string(kLineBytesMax + 10, 'x') + "\n<1>a\n" +
              std::to_string(kLineBytesMax + 1) + " ");
  std::string_view line;
  ASSERT_TRUE(framer.next(line));
  EXPECT_EQ(line, "<1>a");
  EXPECT_FALSE(framer.next(line));
  framer.feed(std::string(kLineBytesMax + 1, 'y') + "<1>b\n");
  ASSERT_TRUE(framer.next(line));
  EXPECT_EQ(line, "<1>b");
  EXPECT_EQ(framer.skipped(), 2U);
}

}  // namespace
}  // namespace decnet::event
