// Data connections, uploads, and what stays of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/ftp/data_port.h"
#include "service/ftp/ftp_test.h"
#include "service/ftp/store.h"

namespace decnet::service::ftp {

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

const Host::Options kVsftpd{{"server", "vsftpd"}, {"anonymous", "yes"}, {"writable", "yes"}};
const Host::Options kProftpd{{"server", "proftpd"}, {"anonymous", "yes"}};
constexpr std::string_view kBinary = "TYPE I\r\n";

}  // namespace

TEST(FtpTransfer, AnUploadIsCapturedAndCanBeReadAgain) {
  for (const auto& options : {kVsftpd, kProftpd}) {
    Host host(options);
    const std::string content("MZ\x90\0one\r\ntwo\n", 13);
    host.visit(as_ann({std::string(kBinary), "PASV\r\n", "STOR x.bin\r\n"}),
               {.data = {{.script = {content.substr(0, 5), content.substr(5)}}},
                .end = net::ScriptEnd::stays_silent});
    EXPECT_THAT(host.last().captured(), ElementsAre(content));
    EXPECT_THAT(host.last().data_written(), ElementsAre(""));
    EXPECT_THAT(host.last().event_lines(), HasSubstr(" name=x.bin path=/home/ann/x.bin\n"));
    EXPECT_THAT(host.last().event_lines(),
                HasSubstr("request verb=STOR path=/home/ann/x.bin bytes=13 outcome=complete "
                          "mode=passive\n"));
    // In the next session, too, and for nobody else.
    host.visit(as_ann({std::string(kBinary), "SIZE x.bin\r\n", "PASV\r\n", "RETR x.bin\r\n"}),
               {.data = {{}}});
    EXPECT_THAT(host.last().written(), HasSubstr("\r\n213 13\r\n"));
    EXPECT_THAT(host.last().data_written(), ElementsAre(content));
    EXPECT_THAT(
        host.visit(as_ann({std::string(kBinary), "SIZE x.bin\r\n"}), {.from = "198.51.100.8"}),
        HasSubstr("\r\n550 "));
  }
}

TEST(FtpTransfer, UploadsSurviveARestart) {
  Host before(kVsftpd);
  before.visit(as_ann({"PASV\r\n", "STOR a.txt\r\n"}), {.data = {{.script = {"abc"}}}});
  const std::string state = before.service().save_state();
  Host after(kVsftpd);
  after.service().load_state(state);
  after.visit(as_ann({"PASV\r\n", "RETR a.txt\r\n"}), {.data = {{}}});
  EXPECT_THAT(after.last().data_written(), ElementsAre("abc"));
}

TEST(FtpTransfer, ACutUploadIsCapturedAsFarAsItCame) {
  Host host(kVsftpd);
  host.visit(as_ann({"PASV\r\n", "STOR a\r\n"}),
             {.data = {{.script = {std::string(100, 'x')}}}, .limits = {.capture_bytes_max = 10}});
  EXPECT_THAT(host.last().captured(), ElementsAre(std::string(10, 'x')));
  EXPECT_THAT(host.last().event_lines(), HasSubstr(" size=100 "));
}

TEST(FtpTransfer, AnUploadBeyondTheLimitMeetsAFullDisk) {
  const std::vector<std::string> flood((kPeerBytesMax >> 16) + 1, std::string(1 << 16, 'x'));
  for (const auto& options : {kVsftpd, kProftpd}) {
    Host host(options);
    const std::string said =
        host.visit(as_ann({std::string(kBinary), "PASV\r\n", "STOR a\r\n"}),
                   {.data = {{.script = flood}}, .end = net::ScriptEnd::stays_silent});
    EXPECT_THAT(said, HasSubstr(options == kVsftpd ? "\r\n451 Failure writing to local file.\r\n"
                                                   : "No space left on device\r\n"));
    EXPECT_THAT(host.last().event_lines(), HasSubstr("outcome=no_room"));
  }
}

TEST(FtpTransfer, ProftpdHearsOneCommandForEachPieceOfAnUpload) {
  Host host(kProftpd);
  EXPECT_THAT(host.visit(as_ann({"PASV\r\n", "STOR a\r\n", "NOOP\r\nPWD\r\n"}),
                         {.data = {{.script = {"abc"}}}, .end = net::ScriptEnd::stays_silent}),
              HasSubstr("for a\r\n200 NOOP: data transfer in progress\r\n"
                        "226 Transfer complete\r\n257 "));
  EXPECT_THAT(host.visit(as_ann({"PASV\r\n", "STOR b\r\n", "ABOR\r\n", "NOOP\r\n"}),
                         {.data = {{.script = {"abc"}}}}),
              EndsWith("426 Transfer aborted. Data connection closed.\r\n"
                       "226 Abort successful\r\n200 NOOP command successful\r\n"));
}

// A flood of commands while a file comes must not pile up.
TEST(FtpTransfer, CommandsDuringAnUploadAreReadOnlyAsFarAsThereIsRoom) {
  Host host(kProftpd);
  std::vector<std::string> script = as_ann({"PASV\r\n", "STOR a\r\n"});
  std::string noops;
  while (noops.size() < kCommandsBytesMax) noops += "NOOP\r\n";
  script.insert(script.end(), 100, noops);
  const std::vector<std::string> pieces(50, "x");
  host.visit(script, {.data = {{.script = pieces}}});
  std::size_t busy = 0;
  const std::string said = host.last().written();
  for (auto at = said.find(": data"); at != std::string::npos; at = said.find(": data", at + 1))
    ++busy;
  EXPECT_EQ(busy, pieces.size() + 1);
}

TEST(FtpTransfer, ActiveConnectionsGoToThePeerOnly) {
  Host vsftpd(kVsftpd);
  EXPECT_THAT(vsftpd.visit(as_ann({"PORT 198,51,100,7,200,1\r\n", "NLST\r\n"}), {.data = {{}}}),
              HasSubstr("\r\n200 PORT command successful. Consider using PASV.\r\n"
                        "150 Here comes the directory listing.\r\n226 Directory send OK.\r\n"));
  EXPECT_THAT(vsftpd.last().event_lines(), HasSubstr("mode=active"));
  EXPECT_THAT(vsftpd.visit(as_ann({"PORT 192,0,2,99,0,22\r\n", "LIST\r\n"})),
              EndsWith("500 Illegal PORT command.\r\n425 Use PORT or PASV first.\r\n"));
  EXPECT_THAT(vsftpd.last().event_lines(), HasSubstr("attack=ftp_bounce\n"));
  EXPECT_THAT(vsftpd.visit(as_ann({"PORT 198,51,100,7,200,1\r\n", "LIST\r\n"}),
                           {.data = {{.refuses = true}}}),
              EndsWith("425 Failed to establish connection.\r\n"));
  Host proftpd(kProftpd);
  proftpd.visit(as_ann({"PASV\r\n", "NLST\r\n"}), {.data = {{}}});
  EXPECT_THAT(proftpd.last().event_lines(), HasSubstr("mode=passive"));
  EXPECT_THAT(proftpd.visit(as_ann({"PORT 192,0,2,99,0,22\r\n"})),
              EndsWith("500 Illegal PORT command\r\n"));
  EXPECT_THAT(proftpd.last().event_lines(), HasSubstr("attack=ftp_bounce\n"));
}

TEST(FtpTransfer, NobodyComesToAPassivePort) {
  Host vsftpd(kVsftpd);
  EXPECT_THAT(vsftpd.visit(as_ann({"PASV\r\n", "LIST\r\n"}), {.data = {{.refuses = true}}}),
              EndsWith("425 Failed to establish connection.\r\n"));
  EXPECT_EQ(vsftpd.last().fake_clock().now(), FakeClock().now() + 60s);
  Host proftpd(kProftpd);
  EXPECT_THAT(proftpd.visit(as_ann({"PASV\r\n", "LIST\r\n"}), {.data = {{.refuses = true}}}),
              EndsWith("421 No transfer timeout (600 seconds): closing control connection\r\n"));
}

TEST(FtpTransfer, AnonymousUploadsGoIntoIncoming) {
  Host vsftpd(kVsftpd);
  const std::vector<std::string> guest{"USER ftp\r\n",         "PASS a@b\r\n", "PASV\r\n",
                                       "STOR /incoming/x\r\n", "PASV\r\n",     "STOR /y\r\n"};
  EXPECT_THAT(vsftpd.visit(guest, {.data = {{.script = {"abc"}}, {}}}),
              EndsWith("553 Could not create file.\r\n"));
  EXPECT_THAT(vsftpd.last().captured(), ElementsAre("abc"));
  Host readonly({{"server", "vsftpd"}, {"anonymous", "yes"}, {"writable", "no"}});
  EXPECT_THAT(readonly.visit(guest), EndsWith("550 Permission denied.\r\n"));
  EXPECT_THAT(readonly.last().captured(), ElementsAre());
}

TEST(FtpTransfer, WhatIsDeletedIsGoneForThatPeerOnly) {
  for (const auto& options : {kVsftpd, kProftpd}) {
    Host host(options);
    EXPECT_THAT(host.visit(as_ann({"DELE .bashrc\r\n"})), HasSubstr("\r\n250 "));
    EXPECT_THAT(host.visit(as_ann({"MDTM .bashrc\r\n"})), Not(HasSubstr("\r\n213 ")));
    EXPECT_THAT(host.visit(as_ann({"MDTM .bashrc\r\n"}), {.from = "198.51.100.8"}),
                HasSubstr("\r\n213 "));
  }
}

TEST(FtpTransfer, TwoSessionsOfAPeerSeeTheSameDisk) {
  Host host(kProftpd);
  host.visit(as_ann({"MKD loot\r\n"}));
  EXPECT_THAT(host.visit(as_ann({"CWD loot\r\n", "PWD\r\n"})),
              EndsWith("257 \"/home/ann/loot\" is the current directory\r\n"));
}

TEST(FtpTransfer, ASessionCannotOutliveItsLimitOnADataConnection) {
  Host host(kVsftpd);
  host.visit(as_ann({"PASV\r\n", "LIST\r\n"}),
             {.data = {{.refuses = true}}, .limits = {.duration_max = 20s}});
  EXPECT_LE(host.last().fake_clock().now(), FakeClock().now() + 20s);
}

}  // namespace decnet::service::ftp
