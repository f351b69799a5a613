#include "api/event_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "event/codec.h"

namespace decnet::api {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

store::EventRow row_of(std::string_view type, std::string_view fields) {
  store::EventRow row;
  row.seq = 7;
  row.at = parse_time("2026-01-02T03:04:05.678901Z").value();
  row.type = type;
  row.decky = "web-01";
  row.service = "ftp";
  row.src_ip = "198.51.100.7";
  row.src_port = 40007;
  row.dst_ip = "192.0.2.1";
  row.dst_port = 21;
  row.proto = "tcp";
  row.fields_json = fields;
  return row;
}

std::string summary(std::string_view type, std::string_view fields,
                    Secrets secrets = Secrets::masked) {
  const auto row = row_of(type, fields);
  return EventView(row, secrets).summary();
}

constexpr std::string_view kLogin =
    R"({"principal":"root","secret_kind":"plaintext","secret_b64":"aHVudGVyMg==","secret_printable":"hunter2","outcome":"refused","method":"password"})";

TEST(EventView, SaysWhatHappened) {
  EXPECT_EQ(summary("login.attempt", kLogin), "login refused: root / ••••• (plaintext)");
  EXPECT_EQ(summary("login.attempt", kLogin, Secrets::shown),
            "login refused: root / hunter2 (plaintext)");
  EXPECT_EQ(
      summary("login.attempt",
              R"({"principal":"","secret_kind":"plaintext","secret_b64":"","outcome":"accepted"})"),
      "login accepted: (none) / (none) (plaintext)");
  EXPECT_EQ(summary("session.started", "{}"), "connected from 198.51.100.7:40007");
  EXPECT_EQ(summary("session.ended", R"({"duration_ms":"1230","reason":"quit"})"),
            "disconnected after 1.2 s: quit");
  EXPECT_EQ(summary("command", R"({"command":"uname -a"})"), "command: uname -a");
  EXPECT_EQ(summary("request", R"({"method":"GET","path":"/x","status":"404"})"), "GET /x → 404");
  EXPECT_EQ(summary("request", R"({"verb":"RETR","path":"/a"})"), "verb=RETR path=/a");
  EXPECT_EQ(summary("file.captured", R"({"name":"x.sh","size":"2048"})"), "file: x.sh (2.0 KiB)");
  EXPECT_EQ(summary("scan", R"({"port":"23","flags":"S"})"), "touched port 23 (S)");
  EXPECT_EQ(summary("unheard_of", R"({"a":"1"})"), "unheard_of: a=1");
}

TEST(EventView, IsOneLineWhateverAnAttackerSends) {
  EXPECT_EQ(summary("command", R"({"command":"a\nb\u001b[2J\u009bc\u007f"})"),
            "command: a\\x0ab\\x1b[2J\\x9bc\\x7f");
  const auto cut = summary("command", R"({"command":")" + std::string(5000, 'x') + "\"}");
  EXPECT_LE(cut.size(), kSummaryBytesMax + 8);
  EXPECT_TRUE(cut.ends_with("…"));
}

TEST(EventView, HidesSecretsInFieldsToo) {
  const auto row = row_of("login.attempt", kLogin);
  JsonWriter masked;
  EventView(row, Secrets::masked).append(masked);
  EXPECT_THAT(masked.text(), Not(HasSubstr("hunter2")));
  EXPECT_THAT(masked.text(), Not(HasSubstr("aHVudGVyMg")));
  EXPECT_THAT(masked.text(), HasSubstr(R"("principal":"root")"));
  JsonWriter shown;
  EventView(row, Secrets::shown).append(shown);
  EXPECT_THAT(shown.text(), HasSubstr(R"("secret_printable":"hunter2")"));
}

TEST(EventView, HasTheShapeOfTheApi) {
  auto row = row_of("scan", R"({"port":"23","flags":"S"})");
  row.severity = event::Severity::warning;
  JsonWriter json;
  EventView(row, Secrets::masked).append_with(json, "RAW");
  EXPECT_EQ(json.text(),
            R"x({"seq":7,"at":"2026-01-02T03:04:05.678Z","severity":"warning","type":"scan",)x"
            R"x("decky":"web-01","service":"ftp","session_uuid":null,"attacker_uuid":null,)x"
            R"x("src_ip":"198.51.100.7","src_port":40007,"dst_ip":"192.0.2.1","dst_port":21,)x"
            R"x("proto":"tcp","summary":"touched port 23 (S)","fields":{"port":"23","flags":"S"},)x"
            R"x("raw":"RAW"})x");
}

TEST(EventView, RebuildsTheLine) {
  auto row = row_of("scan", R"({"port":"23","flags":"S"})");
  row.origin = 1;
  row.origin_seq = 2;
  event::Event read;
  ASSERT_TRUE(event::parse_line(EventView(row, Secrets::shown).line(32473), {}, read));
  EXPECT_EQ(read.type, "scan");
  EXPECT_EQ(read.seq, 2U);
  EXPECT_EQ(read.time, row.at);
  EXPECT_EQ(read.get("src_ip"), "198.51.100.7");
  EXPECT_EQ(read.get("port"), "23");
}

TEST(EventView, TakesFieldsThatAreNoObject) {
  for (const char* fields : {"", "[]", "{", "{\"a\":1}"}) {
    EXPECT_EQ(summary("command", fields), "command: ") << fields;
  }
}

TEST(Mask, TellsAnEmptySecretFromAnother) {
  EXPECT_EQ(mask(""), "");
  EXPECT_EQ(mask("a"), mask("a much longer one"));
}

}  // namespace
}  // namespace decnet::api
