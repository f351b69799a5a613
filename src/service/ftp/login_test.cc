// Logins, time limits, and what is recorded of them.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "event/dictionary.h"
#include "service/ftp/ftp_test.h"

namespace decnet::service::ftp {

namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::EndsWith;
using testing::Ge;
using testing::HasSubstr;
using testing::Le;
using testing::Not;
using testing::StartsWith;

const Host::Options kVsftpd{{"server", "vsftpd"}, {"anonymous", "yes"}, {"writable", "yes"}};
const Host::Options kProftpd{{"server", "proftpd"}, {"anonymous", "yes"}};

std::string attempt(std::string_view user, std::string_view b64, std::string_view secret,
                    std::string_view outcome, std::string_view method = "password") {
  return "login.attempt principal=" + std::string(user) +
         " secret_kind=plaintext secret_b64=" + std::string(b64) +
         (secret.empty() ? "" : " secret_printable=" + std::string(secret)) +
         " outcome=" + std::string(outcome) + " method=" + std::string(method) + "\n";
}

}  // namespace

TEST(FtpLogin, ASessionOfVsftpd) {
  Host host(kVsftpd);
  EXPECT_EQ(host.visit(as_ann({"PWD\r\n", "QUIT\r\n"})),
            "220 (vsFTPd 3.0.3)\r\n331 Please specify the password.\r\n230 Login successful.\r\n"
            "257 \"/home/ann\" is the current directory\r\n221 Goodbye.\r\n");
  EXPECT_EQ(host.last().event_lines(), "command command=USER ann output_bytes=34\n" +
                                           attempt("ann", "c3VtbWVy", "summer", "accepted") +
                                           "command command=PASS output_bytes=23\n"
                                           "command command=PWD output_bytes=42\n"
                                           "command command=QUIT output_bytes=14\n");
  EXPECT_EQ(host.last().end_reason(), "quit");
  EXPECT_EQ(host.last().waited(), 0s);
}

TEST(FtpLogin, ASessionOfProftpd) {
  Host host(kProftpd);
  EXPECT_EQ(host.visit(as_ann({"PWD\r\n", "QUIT\r\n"})),
            "220 ProFTPD Server (Debian) [::ffff:192.0.2.1]\r\n331 Password required for ann\r\n"
            "230 User ann logged in\r\n257 \"/home/ann\" is the current directory\r\n"
            "221 Goodbye.\r\n");
  EXPECT_THAT(host.last().event_lines(),
              HasSubstr(attempt("ann", "c3VtbWVy", "summer", "accepted")));
}

TEST(FtpLogin, AFailureTakesItsTimeAndTheThirdOneIsTheLast) {
  for (const auto& options : {kVsftpd, kProftpd}) {
    Host host(options);
    const std::string said =
        host.visit({"USER ann\r\n", "PASS 1\r\n", "USER ann\r\n", "PASS 2\r\n", "USER ann\r\n",
                    "PASS 3\r\n", "USER ann\r\n", "PASS summer\r\n"});
    EXPECT_THAT(said, EndsWith("530 Login incorrect.\r\n"));
    EXPECT_THAT(said, Not(HasSubstr("230")));
    EXPECT_EQ(host.last().end_reason(), "login_failures");
    // pam_unix waits one to three seconds, and vsftpd one more.
    const Duration extra = options == kVsftpd ? 3s : 0s;
    EXPECT_THAT(host.last().waited(), AllOf(Ge(3s + extra), Le(9s + extra)));
    EXPECT_THAT(host.last().event_lines(), HasSubstr(attempt("ann", "Mw==", "3", "refused")));
  }
}

TEST(FtpLogin, RootIsListedInFtpusers) {
  for (const auto& options : {kVsftpd, kProftpd}) {
    Host host(options);
    EXPECT_THAT(host.visit({"USER root\r\n", "PASS toor\r\n"}),
                EndsWith("530 Login incorrect.\r\n"));
    EXPECT_THAT(host.last().event_lines(),
                HasSubstr(attempt("root", "dG9vcg==", "toor", "refused")));
  }
}

TEST(FtpLogin, AnonymousWhereThatIsOpen) {
  Host vsftpd(kVsftpd);
  EXPECT_THAT(vsftpd.visit({"user Anonymous\r\n", "pass me@example.org\r\n", "PWD\r\n"}),
              EndsWith("230 Login successful.\r\n257 \"/\" is the current directory\r\n"));
  EXPECT_THAT(vsftpd.last().event_lines(),
              HasSubstr(attempt("Anonymous", "bWVAZXhhbXBsZS5vcmc=", "me@example.org", "accepted",
                                "anonymous")));
  Host proftpd(kProftpd);
  EXPECT_THAT(proftpd.visit({"USER anonymous\r\n", "PASS x@y\r\n"}),
              EndsWith("230 Anonymous access granted, restrictions apply\r\n"));
  Host closed({{"server", "vsftpd"}, {"anonymous", "no"}});
  EXPECT_THAT(closed.visit({"USER anonymous\r\n", "PASS x@y\r\n"}),
              EndsWith("530 Login incorrect.\r\n"));
}

TEST(FtpLogin, SilenceEndsASession) {
  Host vsftpd(kVsftpd);
  const TimePoint start = vsftpd.visit({}).empty() ? TimePoint{} : vsftpd.last().fake_clock().now();
  EXPECT_THAT(vsftpd.visit({}, {.end = net::ScriptEnd::stays_silent}),
              EndsWith("421 Timeout.\r\n"));
  EXPECT_EQ(vsftpd.last().end_reason(), "idle");
  EXPECT_EQ(vsftpd.last().fake_clock().now() - start, 300s);

  Host proftpd(kProftpd);
  EXPECT_THAT(proftpd.visit({}, {.end = net::ScriptEnd::stays_silent}),
              EndsWith("421 Login timeout (300 seconds): closing control connection\r\n"));
  EXPECT_THAT(proftpd.visit(as_ann({"NOOP\r\n"}), {.end = net::ScriptEnd::stays_silent}),
              EndsWith("421 No transfer timeout (600 seconds): closing control connection\r\n"));
  EXPECT_EQ(proftpd.last().fake_clock().now() - start, 600s);
}

TEST(FtpLogin, LongLines) {
  Host vsftpd(kVsftpd);
  EXPECT_THAT(vsftpd.visit({"USER " + std::string(600, 'a') + "\r\n"}),
              EndsWith("331 Please specify the password.\r\n"));
  EXPECT_THAT(vsftpd.last().event_lines(), HasSubstr("detection_probe name=ftp_long_line\n"));
  EXPECT_THAT(vsftpd.visit({std::string(5'000, 'a') + "\r\n", "QUIT\r\n"}),
              EndsWith("500 Input line too long.\r\n"));
  EXPECT_EQ(vsftpd.last().end_reason(), "line_too_long");
  Host proftpd(kProftpd);
  std::vector<std::string> many(40, std::string(5'000, 'a') + "\r\n");
  EXPECT_THAT(proftpd.visit(many), Not(HasSubstr("500 ")));
  EXPECT_LE(proftpd.last().waited(), 10s);
}

TEST(FtpLogin, KnownAttacksAndProbesAreNamed) {
  Host host(kVsftpd);
  host.visit({"USER a:)\r\n", "PASS x\r\n"});
  EXPECT_THAT(host.last().event_lines(),
              HasSubstr("request verb=USER argument=a:) attack=vsftpd_234_backdoor\n"));
  host.visit({"PASS\r\n", ".\r\n"});
  EXPECT_THAT(host.last().event_lines(), HasSubstr("detection_probe name=ftp_empty_pass\n"));
  EXPECT_THAT(host.last().event_lines(), HasSubstr("detection_probe name=ftp_dot_command\n"));
  Host proftpd(kProftpd);
  proftpd.visit({"SITE CPFR /proc/self/cmdline\r\n", "HELP ACIDBITCHEZ\r\n"});
  EXPECT_THAT(proftpd.last().event_lines(), HasSubstr("attack=proftpd_mod_copy\n"));
  EXPECT_THAT(proftpd.last().event_lines(), HasSubstr("attack=proftpd_133c_backdoor\n"));
}

TEST(FtpLogin, ForeignProtocolsAreTurnedAway) {
  Host vsftpd(kVsftpd);
  EXPECT_THAT(vsftpd.visit({"GET / HTTP/1.0\r\n", "Host: x\r\n"}),
              EndsWith("530 Please login with USER and PASS.\r\n"));
  Host proftpd(kProftpd);
  EXPECT_EQ(proftpd.visit({"GET / HTTP/1.0\r\n", "QUIT\r\n"}),
            "220 ProFTPD Server (Debian) [::ffff:192.0.2.1]\r\n");
}

TEST(FtpLogin, TlsIsOfferedOnlyWithACertificate) {
  for (const std::string server : {"vsftpd", "proftpd"}) {
    Host host({{"server", server}, {"tls", "yes"}});
    EXPECT_THAT(host.visit({"FEAT\r\n"}), Not(HasSubstr("AUTH TLS")));
  }
}

TEST(FtpLogin, ThePersonaDecidesWhatAutoMeans) {
  session::Script script{.service = "ftp", .port = 21};
  script.persona.versions = {{"vsftpd", "3.0.3"}};
  EXPECT_THAT(session::run_service(descriptor(), script)->written(),
              StartsWith("220 (vsFTPd 3.0.3)"));
  script.persona.versions = {{"proftpd", "1.3.8"}};
  EXPECT_THAT(session::run_service(descriptor(), script)->written(),
              StartsWith("220 ProFTPD Server"));
}

TEST(FtpLogin, EveryEventIsDeclared) {
  std::string declared;
  std::ifstream toml("service.toml");
  std::string line;
  while (std::getline(toml, line) && line != "[fields]") {
  }
  while (std::getline(toml, line)) declared += " " + line.substr(0, line.find(' ')) + " ";
  for (const auto& options : {kVsftpd, kProftpd}) {
    Host host(options);
    host.visit(as_ann({"PASV\r\n", "STOR a\r\n", "REST 1\r\n", "PORT 198,51,100,7,9,9\r\n",
                       "RETR a\r\n", "PORT 10,0,0,1,0,22\r\n", ".\r\n"}),
               {.data = {{.script = {"abc"}}, {}}});
    EXPECT_GE(host.last().events().size(), 10U);
    for (event::Event event : host.last().events()) {
      if (event.type == event::kRequest) {
        for (const auto& field : event.fields)
          EXPECT_THAT(declared, HasSubstr(" " + field.name + " "));
      }
      event.add("src_ip", "198.51.100.7").add("src_port", "40007").add("dst_ip", "192.0.2.1");
      event.add("dst_port", "21").add("proto", "tcp");
      EXPECT_EQ(event::complaint(event), "") << event.type;
    }
  }
}

}  // namespace decnet::service::ftp
