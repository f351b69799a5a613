#include "site/site.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "site/talk_test.h"

namespace decnet::site {
namespace {

using session::Script;
using session::ScriptedSession;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

const event::Event* first_of(const ScriptedSession& session, std::string_view type) {
  for (const event::Event& event : session.events()) {
    if (event.type == type) return &event;
  }
  return nullptr;
}

TEST(Site, TellsOfARequest) {
  const auto session = talk({.says = {"GET /a%20b?c=d HTTP/1.1\r\nHost: h.test\r\nUser-Agent: "
                                      "curl/8\r\nAccept: */*\r\n\r\n"}});
  EXPECT_THAT(session->written(), StartsWith("HTTP/1.1 404 Not Found\r\nServer: nginx/1.22.1\r\n"));
  EXPECT_EQ(session->event_lines(),
            "request method=GET target=/a%20b?c=d path=/a b query=c=d host=h.test version=1.1 "
            "status=404 response_bytes=" +
                std::to_string(session->written().size()) +
                " user_agent=curl/8\n"
                "fingerprint kind=user_agent value=curl/8\n"
                "fingerprint kind=header_order value=Host,User-Agent,Accept "
                "raw=Host,User-Agent,Accept\n");
}

TEST(Site, FingerprintsAPeerOnce) {
  const std::string request = "GET / HTTP/1.1\r\nHost: h.test\r\nUser-Agent: a\r\n\r\n";
  const auto session =
      talk({.says = {request, request,
                     "GET / HTTP/1.1\r\nUser-Agent: b\r\nHost: h.test\r\nCookie: x=1\r\n\r\n"}});
  std::string kinds;
  for (const event::Event& event : session->events()) {
    if (event.type == event::kFingerprint)
      kinds += std::string(event.get("kind")) + "=" + std::string(event.get("value")) + " ";
  }
  EXPECT_EQ(kinds,
            "user_agent=a header_order=Host,User-Agent user_agent=b header_order=User-Agent,Host ");
}

TEST(Site, RecordsCredentials) {
  const auto session = talk(
      {.says = {"GET / HTTP/1.1\r\nHost: h\r\nAuthorization: Basic YWRtaW46aHVudGVyMg==\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer t0k\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\nAuthorization: Digest username=\"u\", realm=\"r\", "
                "nonce=\"n\", uri=\"/\", "
                "response=\"6629fae49393a05397450978507c4ef1\"\r\n\r\n"}});
  std::string logins;
  for (const event::Event& event : session->events()) {
    if (event.type == event::kLoginAttempt) {
      logins += std::string(event.get("secret_kind")) + ":" + std::string(event.get("principal")) +
                ":" + std::string(event.get("secret_printable")) + ":" +
                std::string(event.get("crack_line")) + "\n";
    }
  }
  EXPECT_EQ(logins,
            "http_basic:admin:hunter2:\n"
            "http_bearer::t0k:\n"
            "http_digest:u:6629fae49393a05397450978507c4ef1:$response$"
            "6629fae49393a05397450978507c4ef1$u$r$GET$/$n\n");
}

TEST(Site, ATraversalIsAWarning) {
  const auto session =
      talk({.says = {"GET /cgi-bin/.%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: h\r\n\r\n"},
            .server = "apache"});
  const event::Event* request = first_of(*session, event::kRequest);
  ASSERT_NE(request, nullptr);
  EXPECT_EQ(request->severity, event::Severity::warning);
  EXPECT_EQ(request->get("status"), "400");
}

TEST(Site, CapturesWhatIsPut) {
  const auto session =
      talk({.says = {"PUT /shell.php HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhel", "lo"},
            .server = "apache"});
  EXPECT_THAT(session->written(), StartsWith("HTTP/1.1 405 Method Not Allowed\r\n"));
  EXPECT_THAT(session->event_lines(), HasSubstr("size=5 name=shell.php path=/shell.php\n"));
  EXPECT_EQ(session->captured(), std::vector<std::string>{"hello"});
  EXPECT_THAT(session->event_lines(), HasSubstr("body_bytes=5 body=hello\n"));
}

TEST(Site, CapturesUploads) {
  const std::string body =
      "--B\r\nContent-Disposition: form-data; name=\"f\"; "
      "filename=\"a.php\"\r\n\r\n<?php\r\n--B\r\n"
      "Content-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n--B--\r\n";
  const auto session = talk({.says = {"POST /upload HTTP/1.1\r\nHost: h\r\nContent-Type: "
                                      "multipart/form-data; boundary=B\r\nContent-Length: " +
                                      std::to_string(body.size()) + "\r\n\r\n" + body}});
  EXPECT_EQ(session->captured(), std::vector<std::string>{"<?php"});
  EXPECT_THAT(session->event_lines(), HasSubstr("name=a.php path=/upload\n"));
}

TEST(Site, AnUploadThatBreaksOffIsKept) {
  const auto session =
      talk({.says = {"PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc"},
            .server = "apache"});
  EXPECT_EQ(session->captured(), std::vector<std::string>{"abc"});
  EXPECT_THAT(session->event_lines(), HasSubstr("incomplete=true"));
}

// curl -T waits for a 100 (Continue), which nginx does not send where it answers at once.
TEST(Site, APutWhoseBodyNeverComesIsNoFile) {
  const auto session = talk({.says = {"PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n"
                                      "Expect: 100-continue\r\n\r\n"},
                             .server = "nginx"});
  EXPECT_THAT(session->written(), StartsWith("HTTP/1.1 404 Not Found\r\n"));
  EXPECT_THAT(session->captured(), IsEmpty());
  EXPECT_THAT(session->event_lines(), Not(HasSubstr("file.captured")));
}

TEST(Site, TellsOfWhatIsNoRequest) {
  const auto session = talk({.says = {"SSH-2.0-scan\r\n"}});
  EXPECT_THAT(session->written(), StartsWith("HTTP/1.1 400 Bad Request\r\n"));
  EXPECT_THAT(session->event_lines(), StartsWith("request line=SSH-2.0-scan"));
  EXPECT_EQ(session->end_reason(), "bad_request");
}

TEST(Site, TellsOfAHeadThatWasNeverFinished) {
  const auto session =
      talk({.says = {"GET / HTTP/1.1\r\nHo"}, .end = net::ScriptEnd::stays_silent});
  EXPECT_EQ(session->written(), "");
  EXPECT_EQ(session->event_lines(), "request line=GET / HTTP/1.1\\x0d\\x0aHo refused=incomplete\n");
  EXPECT_EQ(session->end_reason(), "timeout");
}

TEST(Site, RecognisesTricksThatTellDecoys) {
  EXPECT_THAT(talk({.says = {"GET / HTTP/1337\r\nHost: n\r\n\r\n"}})->event_lines(),
              HasSubstr("detection_probe name=http_version"));
  EXPECT_THAT(
      talk({.says = {"GET / HTTP/9.8\r\nHost: n\r\n\r\n"}, .server = "apache"})->event_lines(),
      HasSubstr("detection_probe name=http_version"));
  EXPECT_THAT(talk({.says = {"\xff\xfe\xff\xfe\xff\xfe\xff\xfe"}})->event_lines(),
              HasSubstr("detection_probe name="));
  EXPECT_THAT(talk({.says = {"GET / HTTP/1.1\r\nHost: n\r\n\r\n"}})->event_lines(),
              Not(HasSubstr("detection_probe")));
}

TEST(Site, ShowsSomethingWithoutThePackages) {
  EXPECT_THAT(talk({.says = {"GET / HTTP/1.0\r\n\r\n"}})->written(), HasSubstr("It works!"));
  EXPECT_THAT(talk({.says = {"GET / HTTP/1.0\r\n\r\n"}, .server = "apache"})->written(),
              HasSubstr("It works!"));
}

TEST(Site, TwoDeckiesHaveTheirOwnTimes) {
  const auto tag_of = [](std::uint64_t seed) {
    Script script;
    script.service = "http";
    script.port = 80;
    script.persona.seed = seed;
    script.options = {{"server", "apache"}, {"site", "default"}};
    script.script = {"GET / HTTP/1.0\r\n\r\n"};
    const std::string answer =
        session::run_service(
            {"http",
             [](const session::Place& place) { return make_service(place, Transport::plain); }},
            std::move(script))
            ->written();
    return answer.substr(answer.find("ETag"), 40);
  };
  EXPECT_NE(tag_of(1), tag_of(2));
  EXPECT_EQ(tag_of(3), tag_of(3));
}

TEST(Config, ComparesVersionsByNumber) {
  EXPECT_TRUE(older_than("2.4.9", "2.4.66"));
  EXPECT_FALSE(older_than("2.4.66", "2.4.66"));
  EXPECT_FALSE(older_than("2.4.71", "2.4.66"));
}

TEST(Config, ThePersonaDecides) {
  persona::Persona host;
  host.versions = {{"apache2", "2.4.59"}, {"php", "8.2.18"}, {"wordpress", "6.5.2"}};
  session::Place place;
  place.persona = std::make_shared<const persona::Persona>(host);
  place.options = {{"server", "auto"}, {"site", "auto"}};
  const Config config = make_config(place, Transport::plain);
  EXPECT_EQ(config.program, Program::apache);
  EXPECT_EQ(config.kind, Kind::wordpress);
  EXPECT_EQ(config.version, "2.4.59");
  EXPECT_EQ(config.site_version, "6.5.2");
}

}  // namespace
}  // namespace decnet::site
