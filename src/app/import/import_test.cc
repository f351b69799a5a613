#include "app/import/import.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "event/codec.h"
#include "event/dictionary.h"

namespace decnet::app {
namespace {

using event::Event;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// "type field=value …", without the common fields.
std::string show(const Event& event) {
  std::string out = event.type;
  for (const event::Field& field : event.fields) {
    bool common = false;
    for (const event::FieldInfo& info : event::common_fields()) common |= info.name == field.name;
    if (!common) out += " " + field.name + "=" + field.value;
  }
  return out;
}

struct Imported {
  std::vector<Event> events;
  ImportSummary summary;
  std::string last_rejection;

  std::vector<std::string> shown() const {
    std::vector<std::string> all;
    for (const Event& event : events) all.push_back(show(event));
    return all;
  }
};

Imported import(std::string_view kind, const std::vector<std::string>& lines,
                const std::string& source = "f00d") {
  Import import(*find_import_kind(kind),
                {.source = source, .reference_time = from_micros(1'790'000'000'000'000)});
  Imported out;
  for (const std::string& line : lines) {
    for (Event& event : import.add(line)) out.events.push_back(std::move(event));
  }
  out.summary = import.summary();
  out.last_rejection = import.last_rejection();
  EXPECT_EQ(out.summary.rows, out.summary.mapped + out.summary.rejected_total());
  EXPECT_EQ(out.summary.events, out.events.size());
  return out;
}

// A row of dionaea with `more` at its end.
std::string dionaea(const std::string& protocol, const std::string& type,
                    const std::string& more = "", const std::string& src = "198.51.100.7") {
  return R"({"connection":{"protocol":")" + protocol + R"(","transport":"tcp","type":")" + type +
         R"("},"dst_ip":"192.0.2.5","dst_port":445,"src_hostname":"","src_ip":")" + src +
         R"(","src_port":40001,"timestamp":"2025-02-11T16:29:06.553931")" + more + "}";
}

TEST(Import, KindsAreFoundByName) {
  std::string_view last;
  for (const ImportKind& kind : import_kinds()) {
    EXPECT_LT(last, kind.name);
    last = kind.name;
    EXPECT_EQ(find_import_kind(kind.name), &kind);
  }
  EXPECT_EQ(find_import_kind("nonsense"), nullptr);
}

TEST(Import, NamesEventsByTheSourceAndCountsThem) {
  const std::vector<std::string> lines = {dionaea("smbd", "accept"), "nonsense",
                                          dionaea("httpd", "accept")};
  const auto first = import("dionaea", lines), again = import("dionaea", lines),
             other = import("dionaea", lines, "beef");
  ASSERT_EQ(first.events.size(), 4U);
  EXPECT_EQ(first.events, again.events);
  for (std::size_t n = 0; n < 4; ++n) {
    EXPECT_EQ(first.events[n].seq, n + 1);
    EXPECT_EQ(first.events[n].origin, first.events[0].origin);
  }
  EXPECT_NE(first.events[0].origin, other.events[0].origin);
  EXPECT_NE(first.events[0].session, other.events[0].session);
  EXPECT_NE(first.events[0].session, first.events[2].session);
  EXPECT_EQ(first.summary.rejected,
            (std::map<std::string, std::uint64_t>{{"the row is no JSON", 1}}));
}

TEST(Import, CountsWhatNoMapperTakes) {
  for (const ImportKind& kind : import_kinds()) {
    const auto out = import(kind.name, {"", "  ", "\r", std::string(kImportLineBytesMax + 1, '{')});
    EXPECT_TRUE(out.events.empty());
    EXPECT_EQ(out.summary.rejected, (std::map<std::string, std::uint64_t>{
                                        {"the line is empty", 3}, {"the line is too long", 1}}));
  }
  for (const char* kind : {"cowrie", "dionaea", "heralding", "honeytrap"}) {
    const auto out = import(kind, {"[]", "1", "{}", "{\"a\":", "\xff", "{}{}"});
    EXPECT_TRUE(out.events.empty());
    EXPECT_EQ(out.summary.rejected.at("the row is no JSON object"), 2U);
    EXPECT_EQ(out.summary.rejected.at("the row is no JSON"), 3U);
  }
}

TEST(Dionaea, AConnectionIsASession) {
  const auto out = import("dionaea", {dionaea("smbd", "accept")});
  EXPECT_THAT(out.shown(), ElementsAre("session.started", "session.ended reason=imported"));
  const Event& event = out.events[0];
  EXPECT_EQ(event.decky, "192.0.2.5");
  EXPECT_EQ(event.service, "smb");
  EXPECT_EQ(format_time(event.time, TimeDigits::micros), "2025-02-11T16:29:06.553931Z");
  EXPECT_EQ(event.get("src_ip"), "198.51.100.7");
  EXPECT_EQ(event.get("src_port"), "40001");
  EXPECT_EQ(event.get("dst_port"), "445");
  for (const Event& each : out.events) EXPECT_EQ(event::complaint(each), "");
}

TEST(Dionaea, CredentialsAndCommands) {
  const auto out = import(
      "dionaea",
      {dionaea("ftpd", "accept",
               R"(,"credentials":{"username":["a","b"],"password":["x"]},)"
               R"("ftp":{"commands":{"command":["USER","","PASS"],"arguments":["a","",""]}})")});
  EXPECT_THAT(out.shown(),
              ElementsAre("session.started", "command command=USER a", "command command=PASS",
                          "login.attempt principal=a secret_kind=plaintext secret_b64=eA== "
                          "secret_printable=x method=password",
                          "login.attempt principal=b secret_kind=plaintext secret_b64= "
                          "secret_printable= method=password",
                          "session.ended reason=imported"));
  for (const Event& each : out.events) EXPECT_EQ(event::complaint(each), "");
}

TEST(Dionaea, OtherConnections) {
  EXPECT_THAT(import("dionaea", {dionaea("pcap", "reject")}).shown(),
              ElementsAre("scan port=445 flags=S"));
  EXPECT_THAT(import("dionaea", {dionaea("mirrorc", "connect")}).shown(),
              ElementsAre("request request=connect_back"));
  EXPECT_EQ(import("dionaea", {dionaea("ftpdatalisten", "listen")}).last_rejection,
            "the row is a listener of the sensor");
  EXPECT_EQ(import("dionaea", {dionaea("smbd", "accept", "", "")}).last_rejection,
            "the row has no peer");
  EXPECT_EQ(import("dionaea", {dionaea("smbd", "accept", "", "x")}).last_rejection,
            "the row has a malformed address");
  EXPECT_EQ(import("dionaea", {dionaea("smbd", "accept", "", "::ffff:198.51.100.9")})
                .events.at(0)
                .get("src_ip"),
            "198.51.100.9");
}

TEST(Dionaea, ARowMakesNoMoreEventsThanTheLimit) {
  std::string users;
  for (std::size_t n = 0; n < 2 * kImportEventsPerRowMax; ++n) users += n == 0 ? "\"u\"" : ",\"u\"";
  const auto out = import(
      "dionaea", {dionaea("ftpd", "accept", R"(,"credentials":{"username":[)" + users + "]}")});
  EXPECT_EQ(out.events.size(), kImportEventsPerRowMax);
}

std::string heralding(const std::string& attempts, const std::string& more = "") {
  return R"({"timestamp":"2025-02-11 09:51:17.638493","duration":3,"session_id":"7f8e9843-a019-492c-9d9b-6406d633850e",)"
         R"("source_ip":"203.0.113.9","source_port":44002,"destination_ip":"192.0.2.6","destination_port":5432,)"
         R"("protocol":"postgresql","num_auth_attempts":1,"auth_attempts":[)" +
         attempts + R"(],"session_ended":true,"auxiliary_data":{)" + more + "}}";
}

TEST(Heralding, ASessionWithItsAttempts) {
  const auto out = import(
      "heralding",
      {heralding(
          R"({"timestamp":"2025-02-11 09:51:17.841570","username":"postgres","password":"pw"},)"
          R"({"timestamp":"2025-02-11 09:51:18.841570","username":null,"password":null})",
          R"("client_auth_methods":["NO AUTHENTICATION REQUIRED","GSSAPI"])")});
  EXPECT_THAT(
      out.shown(),
      ElementsAre(
          "session.started",
          "request request=authentication_methods methods=NO AUTHENTICATION REQUIRED, GSSAPI",
          "login.attempt principal=postgres secret_kind=plaintext secret_b64=cHc= "
          "secret_printable=pw outcome=refused method=password",
          "request request=login_without_secret",
          "session.ended duration_ms=3000 reason=imported"));
  EXPECT_EQ(out.events[0].session, "7f8e9843-a019-492c-9d9b-6406d633850e");
  EXPECT_EQ(format_time(out.events[2].time, TimeDigits::micros), "2025-02-11T09:51:17.841570Z");
  EXPECT_EQ(format_time(out.events[4].time), "2025-02-11T09:51:20.638Z");
  for (const Event& each : out.events) EXPECT_EQ(event::complaint(each), "");
}

TEST(Heralding, Rejects) {
  EXPECT_EQ(import("heralding", {R"({"timestamp":"2025-02-11 09:51:17"})"}).last_rejection,
            "the row is no session");
  EXPECT_EQ(import("heralding", {R"({"session_id":"x","source_ip":"203.0.113.9"})"}).last_rejection,
            "the row has no time");
}

std::string honeytrap(const std::string& ip, const std::string& hex,
                      const std::string& is_virtual = "false") {
  return R"({"is_virtual":)" + is_virtual +
         R"(,"@timestamp":"2025-02-12T01:57:41Z","start_time":"2025-02-12T01:57:41Z",)"
         R"("end_time":"2025-02-12T01:57:43Z","attack_connection":{"protocol":"tcp","remote_ip":")" +
         ip +
         R"(","remote_port":60210,"local_ip":"192.0.2.7","local_port":4430,"payload":{"md5_hash":"00ff","sha512_hash":"",)"
         R"("length":1,"data_hex":")" +
         hex + R"("}},"operation_mode":1,"download_count":0,"downloads":{}})";
}

TEST(Honeytrap, APayloadIsARequest) {
  const auto out =
      import("honeytrap", {honeytrap("198.51.100.8", "474554"), honeytrap("198.51.100.8", "")});
  EXPECT_THAT(
      out.shown(),
      ElementsAre("session.started",
                  "request payload=GET payload_sha256=" + sha256_hex("GET") + " payload_md5=00ff",
                  "session.ended duration_ms=2000 bytes_in=3 reason=imported", "session.started",
                  "session.ended duration_ms=2000 bytes_in=0 reason=imported"));
  for (const Event& each : out.events) EXPECT_EQ(event::complaint(each), "");
}

TEST(Honeytrap, LongPayloadsAreCut) {
  const auto out =
      import("honeytrap",
             {honeytrap("198.51.100.8", to_hex(std::string(event::kFieldValueBytesMax + 5, 'a')))});
  EXPECT_EQ(out.events.at(1).get("payload").size(), event::kFieldValueBytesMax);
  EXPECT_EQ(out.events.at(1).get("payload_bytes"), std::to_string(event::kFieldValueBytesMax + 5));
}

TEST(Honeytrap, Rejects) {
  EXPECT_EQ(import("honeytrap", {honeytrap("0.0.0.0", "00", "true")}).last_rejection,
            "the row is an unpacked payload without a peer");
  EXPECT_EQ(import("honeytrap", {honeytrap("0.0.0.0", "00")}).last_rejection,
            "the row has no peer");
  EXPECT_EQ(import("honeytrap", {honeytrap("198.51.100.8", "0")}).last_rejection,
            "the row has a malformed payload");
}

std::string cowrie(const std::string& id, const std::string& more = "") {
  return R"({"eventid":"cowrie.)" + id +
         R"(","session":"a1b2c3d4e5f6","sensor":"pot-1","src_ip":"203.0.113.20",)"
         R"("timestamp":"2026-01-02T03:04:05.678901Z")" +
         (more.empty() ? "" : "," + more) + "}";
}

const std::string kConnect = cowrie(
    "session.connect", R"("src_port":51000,"dst_ip":"192.0.2.8","dst_port":2222,"protocol":"ssh")");

TEST(Cowrie, AWholeSession) {
  const std::string digest(64, 'a');
  const auto out = import(
      "cowrie",
      {kConnect, cowrie("client.version", R"("version":"b'SSH-2.0-Go'")"),
       cowrie("client.kex",
              R"("hassh":"0df0d56bb50c6b2426d8d40234bf1826","hasshAlgorithms":"a;b;c;d")"),
       cowrie("client.fingerprint",
              R"("username":"root","fingerprint":"aa:bb","key":"ssh-rsa AAAA","type":"ssh-rsa")"),
       cowrie("login.failed", R"("username":"root","password":"123456")"),
       cowrie("login.success", R"("username":"root","password":"toor")"),
       cowrie("client.size", R"("width":80,"height":24)"),
       cowrie("command.input", R"("input":"uname -a")"),
       cowrie("command.failed", R"("input":"frob")"),
       cowrie("session.file_download",
              R"("url":"http://198.51.100.30/bin/x86?y","outfile":"var/x","shasum":")" + digest +
                  "\""),
       cowrie("session.file_download.failed", R"("url":"http://198.51.100.30/z")"),
       cowrie("session.file_upload",
              R"("filename":"/tmp/a.sh","size":12,"shasum":")" + digest + "\""),
       cowrie("direct-tcpip.request",
              R"("dst_ip":"example.net","dst_port":443,"src_ip":"127.0.0.1","src_port":1)"),
       cowrie("log.closed", R"("ttylog":"tty/1","size":100,"duration":4.5)"),
       cowrie("session.closed", R"("duration":"12.5")")});
  EXPECT_THAT(
      out.shown(),
      ElementsAre(
          "session.started", "fingerprint kind=banner value=SSH-2.0-Go",
          "fingerprint kind=hassh value=0df0d56bb50c6b2426d8d40234bf1826 raw=a;b;c;d",
          "login.attempt principal=root secret_kind=ssh_publickey secret_b64=c3NoLXJzYSBBQUFB "
          "secret_printable=ssh-rsa AAAA method=publickey",
          "login.attempt principal=root secret_kind=plaintext secret_b64=MTIzNDU2 "
          "secret_printable=123456 outcome=refused method=password",
          "login.attempt principal=root secret_kind=plaintext secret_b64=dG9vcg== "
          "secret_printable=toor outcome=accepted method=password",
          "request request=client.size width=80 height=24", "command command=uname -a",
          "file.captured sha256=" + digest + " name=x86 path=http://198.51.100.30/bin/x86?y",
          "request request=session.file_download.failed url=http://198.51.100.30/z",
          "file.captured sha256=" + digest + " size=12 name=a.sh path=/tmp/a.sh",
          "request request=direct-tcpip.request target_host=example.net target_port=443",
          "request request=log.closed ttylog=tty/1 size=100 duration=4.5",
          "session.ended duration_ms=12500 reason=imported"));
  EXPECT_EQ(out.summary.rejected,
            (std::map<std::string, std::uint64_t>{{"the row repeats a command", 1}}));
  for (const Event& each : out.events) {
    EXPECT_EQ(event::complaint(each), "") << show(each);
    EXPECT_EQ(each.get("src_ip"), "203.0.113.20");
    EXPECT_EQ(each.get("dst_port"), "2222");
    EXPECT_EQ(each.session, out.events[0].session);
    EXPECT_EQ(each.decky, "pot-1");
    EXPECT_EQ(each.service, "ssh");
  }
}

// Cowrie begins a new file every day.
TEST(Cowrie, ASessionGoesOnInTheNextFile) {
  const auto first = import("cowrie", {kConnect}, "monday");
  const auto second = import(
      "cowrie", {cowrie("command.input", R"("input":"id")"), cowrie("session.closed")}, "tuesday");
  EXPECT_EQ(second.events.at(0).session, first.events.at(0).session);
  EXPECT_EQ(second.events.at(0).find("dst_port"), nullptr);
  EXPECT_EQ(second.events.at(0).get("src_ip"), "203.0.113.20");
}

TEST(Cowrie, Rejects) {
  EXPECT_EQ(import("cowrie", {cowrie("direct-tcpip.request")}).last_rejection,
            "the row's session has no beginning in this file");
  EXPECT_EQ(import("cowrie", {cowrie("virustotal.scanfile")}).last_rejection,
            "the row is about a file look-up");
  EXPECT_EQ(import("cowrie", {cowrie("brand.new")}).last_rejection,
            "the row has an event id that is not known");
  EXPECT_EQ(import("cowrie", {R"({"eventid":"other"})"}).last_rejection,
            "the row is no event of Cowrie");
  EXPECT_EQ(import("cowrie", {R"({"eventid":"cowrie.log.open"})"}).last_rejection,
            "the row has no session");
}

TEST(Rfc5424, OwnLinesComeBack) {
  Event event = import("dionaea", {dionaea("smbd", "accept")}).events[0];
  const auto out = import(
      "rfc5424", {event::to_line(event), "no syslog", "<13>Feb  5 17:32:18 host app: hello"});
  ASSERT_EQ(out.events.size(), 2U);
  event.origin = out.events[0].origin;
  EXPECT_EQ(out.events[0], event);
  EXPECT_EQ(out.events[1].type, event::kTypeRfc3164);
  EXPECT_EQ(out.summary.rejected,
            (std::map<std::string, std::uint64_t>{{"the line is no syslog", 1}}));
}

// Real logs, where somebody has some: every row must be counted, and every event be well-formed.
TEST(ForeignLogs, AreCountedRowByRow) {
  const char* folder = std::getenv("DECNET_FOREIGN_LOGS");
  if (folder == nullptr) GTEST_SKIP() << "DECNET_FOREIGN_LOGS is not set";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename();
    for (const ImportKind& kind : import_kinds()) {
      if (name.find(".json") == name.npos || name.find(kind.name) == name.npos) continue;
      Import import(kind, {.source = name, .reference_time = {}});
      std::ifstream file(entry.path());
      std::map<std::string, std::uint64_t> types;
      for (std::string line; std::getline(file, line);) {
        for (const Event& event : import.add(line)) {
          ++types[event.type];
          EXPECT_EQ(event::complaint(event), "") << line;
        }
      }
      const ImportSummary& summary = import.summary();
      EXPECT_GT(summary.rows, 0U);
      EXPECT_EQ(summary.rows, summary.mapped + summary.rejected_total());
      std::printf("%s: %lu rows = %lu mapped + %lu rejected, %lu events\n", name.c_str(),
                  summary.rows, summary.mapped, summary.rejected_total(), summary.events);
      for (const auto& [reason, count] : summary.rejected)
        std::printf("  rejected %6lu  %s\n", count, reason.c_str());
      for (const auto& [type, count] : types) std::printf("  %-16s %6lu\n", type.c_str(), count);
    }
  }
}

}  // namespace
}  // namespace decnet::app
