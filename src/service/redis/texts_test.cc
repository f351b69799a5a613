#include "service/redis/texts.h"

#include <gtest/gtest.h>

#include "service/redis/limits.h"
#include "service/redis/server.h"
#include "session/testing.h"

namespace decnet::service::redis {
namespace {

constexpr std::string_view kBytes =
    "%4\r\n"
    "$11\r\nconfig help\r\n*2\r\n+GET a setting\r\n+SET a setting\r\n"
    "$8\r\ndocs get\r\n%2\r\n$7\r\nsummary\r\n$5\r\nReads\r\n$5\r\nflags\r\n~1\r\n+fast\r\n"
    "$6\r\ndenied\r\n-DENIED Stay out\r\n"
    "$13\r\nmemory doctor\r\n=12\r\ntxt:All well\r\n";

TEST(Texts, AreFoundByName) {
  Texts texts(kBytes);
  EXPECT_EQ(texts.find("config help"), "*2\r\n+GET a setting\r\n+SET a setting\r\n");
  EXPECT_EQ(texts.find("denied"), "-DENIED Stay out\r\n");
  EXPECT_EQ(texts.find("config"), std::nullopt);
  EXPECT_EQ(texts.find(""), std::nullopt);
}

TEST(Texts, AreNoneWhereTheyAreBroken) {
  EXPECT_EQ(Texts().find("denied"), std::nullopt);
  EXPECT_EQ(Texts("*1\r\n$6\r\ndenied\r\n").find("denied"), std::nullopt);
  // Cut short anywhere, or with something behind it.
  for (std::size_t size = 0; size < kBytes.size(); ++size)
    ASSERT_EQ(Texts(kBytes.substr(0, size)).find("denied"), std::nullopt) << size;
  EXPECT_EQ(Texts(std::string(kBytes) + "x").find("denied"), std::nullopt);

  std::string long_one = "%1\r\n$1\r\na\r\n$" + std::to_string(kTextsBytesMax) + "\r\n";
  long_one += std::string(kTextsBytesMax, 'x') + "\r\n";
  EXPECT_EQ(resp_end(long_one, 0), long_one.size());
  EXPECT_EQ(Texts(long_one).find("a"), std::nullopt);
}

TEST(Texts, RespEndsWhereItIsWhole) {
  EXPECT_EQ(resp_end("*2\r\n:1\r\n$-1\r\n+x", 0), 13U);
  EXPECT_EQ(resp_end("+a\r\n+b\r\n", 4), 8U);
  for (const std::string_view broken :
       {"", "\r\n", "+a", "$3\r\nab\r\n", "$1\r\nabc", "$x\r\n", "$-2\r\n", "%-1\r\n",
        "=3\r\ntxt\r\n", "*9223372036854775807\r\n", "%1\r\n+a\r\n"}) {
    EXPECT_EQ(resp_end(broken, 0), std::string_view::npos) << broken;
  }
}

TEST(Texts, AreToldInResp2) {
  EXPECT_EQ(as_resp2("%1\r\n$1\r\na\r\n~2\r\n=5\r\ntxt:b\r\n$-1\r\n"),
            "*2\r\n$1\r\na\r\n*2\r\n$1\r\nb\r\n$-1\r\n");
  EXPECT_EQ(as_resp2("*-1\r\n"), "*-1\r\n");
}

// What a server says with some texts or none.
class TextsOfServer : public ::testing::Test {
 protected:
  std::string ask(std::string_view texts, const std::string& request, bool is_loopback = true) {
    ServerOptions options{.persona = &persona_, .clock = &clock_};
    options.protected_mode = true;
    options.texts = texts;
    Server server(options);
    Client* client = server.connect("127.0.0.1:40007", "127.0.0.1:6379", is_loopback, nullptr);
    server.receive(*client, request);
    return client->output;
  }

  persona::Persona persona_ = session::Script::example_persona();
  FakeClock clock_;
};

TEST_F(TextsOfServer, AreSaid) {
  EXPECT_EQ(ask(kBytes, "CONFIG HELP\r\n"), "*2\r\n+GET a setting\r\n+SET a setting\r\n");
  EXPECT_EQ(ask(kBytes, "MEMORY DOCTOR\r\n"), "$8\r\nAll well\r\n");
  EXPECT_EQ(
      ask(kBytes, "COMMAND DOCS get set\r\n"),
      "*2\r\n$3\r\nget\r\n*4\r\n$7\r\nsummary\r\n$5\r\nReads\r\n$5\r\nflags\r\n*1\r\n+fast\r\n");
  EXPECT_EQ(ask(kBytes, "PING\r\n", false), "-DENIED Stay out\r\n");
}

TEST_F(TextsOfServer, AreAbsentWithoutAWord) {
  EXPECT_EQ(ask("", "CONFIG HELP\r\nXINFO HELP\r\n"), "*0\r\n*0\r\n");
  EXPECT_EQ(ask("", "MEMORY DOCTOR\r\nLATENCY DOCTOR\r\n"), "$0\r\n\r\n$0\r\n\r\n");
  EXPECT_EQ(ask("", "COMMAND DOCS\r\nCOMMAND DOCS get\r\n"), "*0\r\n*0\r\n");
  EXPECT_EQ(ask("", "PING\r\n", false), "-DENIED\r\n");
}

}  // namespace
}  // namespace decnet::service::redis
