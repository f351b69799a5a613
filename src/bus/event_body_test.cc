#include "bus/event_body.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace decnet::bus {
namespace {

const std::string kId = "0123456789abcdefABCDEF0123456789";

std::string body_with(const std::string& payload) {
  return R"({"v":1,"id":")" + kId + R"(","topic":"a.b","type":"t","ts":1790000000.25,"payload":)" +
         payload + "}";
}

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

class EventBody : public testing::Test {
 protected:
  Result<std::optional<std::string>> complete(const std::string& body) {
    return reader.complete("a.b", body, Padding::absent, ids, clock);
  }
  // What comes out of the broker for a body, as a client reads it.
  Event delivered(const std::string& body) {
    const auto anew = complete(body);
    EXPECT_TRUE(anew.has_value()) << body;
    const auto event = reader.read("a.b", *anew ? **anew : body, clock.now());
    EXPECT_TRUE(event.has_value()) << body;
    return *event;
  }

  EventReader reader;
  EventIds ids;
  FakeClock clock;
};

TEST_F(EventBody, one_with_all_six_fields_is_left_as_it_is) {
  for (const std::string& body :
       {body_with("{}"), body_with(R"({"a":[1,2,{"b":"}"}]})"),
        R"( {"payload" : {"x":1e2}, "ts":5, "type":"", "topic":"a.b", "id":")" + kId +
            R"(", "v":1, "more":[true]} )"}) {
    const auto anew = complete(body);
    ASSERT_TRUE(anew.has_value()) << body;
    EXPECT_FALSE(anew->has_value()) << body << " became " << **anew;
  }
}

TEST_F(EventBody, what_only_begins_like_one_of_ours_is_looked_at) {
  const std::string head = R"({"v":1,"id":")" + kId + R"(","topic":"a.b",)";
  for (const std::string& body :
       {head + R"("type":"t","ts":999999999999,"payload":{}})",         // Beyond the year 9999.
        head + R"("type":"t","ts":5e12,"payload":{}})",                 //
        head + R"("type":"t","ts":-5,"payload":{}})",                   //
        head + R"("type":7,"ts":5,"payload":{}})",                      //
        head + R"("type":"t","ts":5,"payload":{},"payload":{"x":1}})",  // Twice.
        head + R"("type":"t","ts":5,"payload":{},"topic":"x"})",        //
        head + R"("type":")" + std::string(kEventTypeBytesMax + 1, 't') +
            R"(","ts":5,"payload":{}})",
        std::string(R"({"v":1,"id":"0123","topic":"a.b","type":"t","ts":5,"payload":{}})"),
        R"({"v":1,"id":")" + kId + R"(","topic":"a.bc","type":"t","ts":5,"payload":{}})"}) {
    const auto anew = complete(body);
    ASSERT_TRUE(anew.has_value()) << body;
    EXPECT_TRUE(anew->has_value()) << body;
  }
  // Complete all the same, by the longer way.
  for (const std::string& body :
       {head + R"("type":"\u0074","ts":5,"payload":{}})",
        head + R"("type":"t","ts":5e0,"payload":{}})", head + R"("type":"t","ts":5, "payload":{}})",
        head + R"("type":"t","ts":5,"payload":{},"more":1})"}) {
    const auto anew = complete(body);
    ASSERT_TRUE(anew.has_value()) << body;
    EXPECT_FALSE(anew->has_value()) << body;
  }
}

TEST_F(EventBody, a_topic_that_json_would_escape_is_compared_as_what_it_means) {
  const std::string body =
      R"({"v":1,"id":")" + kId + R"(","topic":"a\n","type":"","ts":5,"payload":{}})";
  const auto anew = reader.complete(R"(a\n)", body, Padding::absent, ids, clock);  // A backslash.
  ASSERT_TRUE(anew && *anew) << "the body's topic has a line feed";
  EXPECT_NE((*anew)->find(R"("topic":"a\\n")"), std::string::npos) << **anew;
}

TEST_F(EventBody, a_payload_alone_gets_the_other_fields) {
  const auto anew = complete(R"({"payload":{"ip":"198.51.100.7"}})");
  ASSERT_TRUE(anew && *anew);
  EXPECT_TRUE((*anew)->starts_with(R"({"v":1,"id":")")) << **anew;
  EXPECT_TRUE((*anew)->ends_with(
      R"(","topic":"a.b","type":"","ts":1790000000.000000,"payload":{"ip":"198.51.100.7"}})"))
      << **anew;
  EXPECT_FALSE(complete(**anew)->has_value()) << "what is rebuilt is complete";
}

TEST_F(EventBody, type_id_and_ts_are_kept_where_they_are_given) {
  const Event event =
      delivered(R"({"payload":{"n":1},"type":"jarm","id":")" + kId + R"(","ts":1700000000.5})");
  EXPECT_EQ(event.type(), "jarm");
  EXPECT_EQ(event.id(), kId);
  EXPECT_EQ(to_micros(event.time()), 1'700'000'000'500'000);
}

TEST_F(EventBody, a_missing_or_falsy_payload_and_an_empty_body_are_an_empty_object) {
  EXPECT_EQ(delivered("").payload(), "{}");
  EXPECT_EQ(delivered("{}").payload(), "{}");
  for (const auto* falsy : {"null", "false", "0", "0.0", "-0", "\"\"", "[]", "{}", "[ ]"})
    EXPECT_EQ(delivered(body_with(falsy)).payload(), "{}") << falsy;
}

TEST_F(EventBody, a_payload_that_is_something_else_is_refused) {
  for (const auto* other : {"true", "1", "-1.5", "\"x\"", "[0]", "18446744073709551615"}) {
    const auto anew = complete(body_with(other));
    ASSERT_FALSE(anew.has_value()) << other;
    EXPECT_EQ(anew.error().code, Errc::invalid_argument);
  }
}

TEST_F(EventBody, the_payload_keeps_its_bytes_when_the_rest_is_rebuilt) {
  for (const std::string payload :
       {R"({"n":1.50e+2,"big":123456789012345678901234567890.0,"t":"\u00e9\/"})",
        R"({ "spaces" : [ 1 , 2 ] })", R"({"s":"}],\"payload\":{\\"})", R"({"o":{"payload":[{}]}})",
        "{\"utf8\":\"\xc3\xa9\xf0\x9f\x90\x9d\"}"}) {
    EXPECT_EQ(delivered(R"({"x":"{[\"","y":[{"payload":1}],"payload":)" + payload + R"(,"z":0})")
                  .payload(),
              payload);
    EXPECT_EQ(delivered("{\"payload\" : " + payload + " \n}").payload(), payload);
    EXPECT_EQ(delivered(body_with(payload)).payload(), payload) << "and when nothing is";
  }
}

TEST_F(EventBody, what_is_not_well_formed_is_made_anew) {
  const auto with = [](const std::string& field) { return "{" + field + R"(,"payload":{"k":1}})"; };
  for (const std::string& id :
       {std::string(R"("")"), std::string(R"("0123")"), "\"" + kId + "0\"",
        std::string(R"("g123456789abcdef0123456789abcdef")"), std::string("7")}) {
    const Event event = delivered(with("\"id\":" + id));
    EXPECT_EQ(event.id().size(), kEventIdBytes) << id;
    EXPECT_TRUE(from_hex(event.id()).has_value()) << id;
  }
  for (const std::string ts :
       {"-1", "-0.5", "253402300800", "1e300", "\"now\"", "true", "null", "[1]"})
    EXPECT_EQ(delivered(with("\"ts\":" + ts)).time(), clock.now()) << ts;
  for (const std::string& type : {std::string("7"), std::string("null"), std::string("[]"),
                                  "\"" + std::string(kEventTypeBytesMax + 1, 'x') + "\""})
    EXPECT_EQ(delivered(with("\"type\":" + type)).type(), "") << type;
}

TEST_F(EventBody, version_and_topic_are_the_brokers) {
  for (const std::string& body :
       {R"({"v":2,"id":")" + kId + R"(","topic":"a.b","type":"t","ts":5,"payload":{}})",
        R"({"v":1.0,"id":")" + kId + R"(","topic":"a.b","type":"t","ts":5,"payload":{}})",
        R"({"v":1,"id":")" + kId + R"(","topic":"other","type":"t","ts":5,"payload":{}})"}) {
    const auto anew = complete(body);
    ASSERT_TRUE(anew && *anew) << body;
    EXPECT_EQ(**anew, R"({"v":1,"id":")" + kId +
                          R"(","topic":"a.b","type":"t","ts":5.000000,"payload":{}})");
  }
}

TEST_F(EventBody, a_field_that_stands_there_twice_is_settled) {
  const auto anew = complete(body_with(R"({"n":1},"payload":{"n":2})"));
  ASSERT_TRUE(anew && *anew);
  EXPECT_EQ(delivered(**anew).payload(), R"({"n":2})");
  EXPECT_EQ((*anew)->find(R"("n":1)"), std::string::npos);
}

TEST_F(EventBody, an_escaped_name_is_that_name) {
  EXPECT_EQ(delivered(R"({"p\u0061yload":{"n":1}})").payload(), R"({"n":1})");
}

TEST_F(EventBody, what_is_not_a_json_object_is_refused) {
  for (const std::string body : {" ",
                                 "null",
                                 "1",
                                 "\"x\"",
                                 "[]",
                                 "{",
                                 "}",
                                 "{}{}",
                                 "{\"a\":}",
                                 "{\"a\":1,}",
                                 "{a:1}",
                                 "{\"a\":01}",
                                 "{\"a\":{\"b\":tru}}",
                                 "{\"a\":\"\n\"}",
                                 "{\"a\":\"\xff\"}",
                                 "{\"payload\":{\"x\":nan}}",
                                 "{\"payload\":{\"x\":1e400}}",
                                 "{\"payload\":{\"x\":36893488147419103232}}",
                                 "{\"payload\":{\"x\":[1,2}}",
                                 "\xef\xbb\xbf"}) {
    const auto anew = complete(body);
    ASSERT_FALSE(anew.has_value()) << body;
    EXPECT_EQ(anew.error().code, Errc::invalid_argument) << body;
  }
}

TEST_F(EventBody, holds_its_depth) {
  const auto of_depth = [](std::size_t depth) {  // The body and the payload are two of them.
    return R"({"payload":{"x":)" + nested(depth - 2) + "}}";
  };
  EXPECT_TRUE(complete(of_depth(kEventDepthMax)).has_value());
  const auto deeper = complete(of_depth(kEventDepthMax + 1));
  ASSERT_FALSE(deeper.has_value());
  EXPECT_EQ(deeper.error().code, Errc::limit);
  EXPECT_FALSE(complete(nested(100'000)).has_value());
}

TEST_F(EventBody, may_be_given_with_padding_that_holds_anything) {
  const std::string body = body_with(R"({"n":1})");
  const std::string padded = body + std::string(kBodyPaddingBytes, '"');
  const auto anew = reader.complete("a.b", std::string_view(padded).substr(0, body.size()),
                                    Padding::present, ids, clock);
  ASSERT_TRUE(anew.has_value());
  EXPECT_FALSE(anew->has_value());
}

TEST_F(EventBody, a_receiver_trusts_the_headers_topic) {
  const auto event = reader.read("real", body_with("{}"), clock.now());
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(event->topic(), "real");
}

TEST_F(EventBody, an_event_made_here_is_complete) {
  const std::string body =
      make_event_body({"a.b", ids.next(), "x \"y\"\n", clock.now(), R"({"n":1})"});
  EXPECT_FALSE(complete(body)->has_value()) << body;
  EXPECT_EQ(delivered(body).type(), "x \"y\"\n");
  EXPECT_EQ(delivered(body).time(), clock.now());
}

TEST_F(EventBody, large_bodies_work_and_small_ones_after_them) {
  const std::string large = R"({"payload":{"x":")" + std::string(1'000'000, 'x') + R"("}})";
  EXPECT_EQ(delivered(large).payload().size(), 1'000'008U);
  EXPECT_EQ(delivered(R"({"payload":{"x":1}})").payload(), R"({"x":1})");
}

TEST_F(EventBody, strings_of_an_object) {
  EXPECT_EQ(*reader.string_in(R"({"a":"x","b":2})", "a"), "x");
  EXPECT_EQ(*reader.string_in(R"({"a":"x","b":2})", "b"), "");
  EXPECT_EQ(*reader.string_in(R"({"a":"x","b":2})", "c"), "");
  EXPECT_FALSE(reader.string_in("[]", "a").has_value());
}

TEST(EventIds, are_well_formed_and_never_the_same) {
  EventIds one;
  EventIds other;
  std::set<std::string> seen;
  for (int n = 0; n < 1000; ++n) {
    for (const std::string& id : {one.next(), other.next()}) {
      EXPECT_EQ(id.size(), kEventIdBytes);
      EXPECT_TRUE(from_hex(id).has_value());
      EXPECT_TRUE(seen.insert(id).second);
    }
  }
}

}  // namespace
}  // namespace decnet::bus
