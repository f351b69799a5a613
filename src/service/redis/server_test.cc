// The limits of a server, and what several clients of one do to each other.
#include "service/redis/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "session/testing.h"

namespace decnet::service::redis {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class ServerTest : public ::testing::Test {
 protected:
  Client* connect() {
    return server_.connect("198.51.100.7:40007", "192.0.2.1:6379", false, nullptr);
  }
  // The answer to a request, made from words.
  std::string ask(Client* client, const std::vector<std::string>& words) {
    std::string sent = "*" + std::to_string(words.size()) + "\r\n";
    for (const std::string& word : words)
      sent += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
    return say(client, sent);
  }
  std::string say(Client* client, const std::string& bytes) {
    server_.receive(*client, bytes);
    std::string answer = std::exchange(client->output, {});
    while (server_.resume(*client) || !client->output.empty())
      answer += std::exchange(client->output, {});
    return answer;
  }
  void pass(Duration time) {
    clock_.advance(time);
    server_.tick();
  }

  persona::Persona persona_ = session::Script::example_persona();
  FakeClock clock_;
  Server server_{{.persona = &persona_, .clock = &clock_}};
};

TEST_F(ServerTest, TellsSubscribers) {
  Client* listener = connect();
  Client* speaker = connect();
  ask(listener, {"SUBSCRIBE", "news"});
  EXPECT_EQ(ask(speaker, {"PUBLISH", "news", "hello"}), ":1\r\n");
  EXPECT_EQ(listener->output, "*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$5\r\nhello\r\n");
  server_.disconnect(*listener);
  EXPECT_EQ(ask(speaker, {"PUBLISH", "news", "hello"}), ":0\r\n");
}

TEST_F(ServerTest, ServesWhoWaitedLongest) {
  Client* first = connect();
  Client* second = connect();
  Client* giver = connect();
  ask(first, {"BLPOP", "q", "0"});
  ask(second, {"BLPOP", "q", "0"});
  EXPECT_EQ(ask(giver, {"RPUSH", "q", "1"}), ":1\r\n");
  EXPECT_EQ(first->output, "*2\r\n$1\r\nq\r\n$1\r\n1\r\n");
  EXPECT_EQ(second->output, "");
}

TEST_F(ServerTest, WhoWaitsMayGo) {
  Client* waiting = connect();
  Client* giver = connect();
  ask(waiting, {"BLPOP", "q", "0"});
  server_.disconnect(*waiting);
  EXPECT_EQ(ask(giver, {"RPUSH", "q", "1"}), ":1\r\n");
  EXPECT_EQ(ask(giver, {"LLEN", "q"}), ":1\r\n");
}

TEST_F(ServerTest, ClientsMayKillEachOther) {
  Client* victim = connect();
  Client* killer = connect();
  EXPECT_EQ(ask(killer, {"CLIENT", "KILL", "ID", std::to_string(victim->id)}), ":1\r\n");
  EXPECT_TRUE(victim->closed);
}

TEST_F(ServerTest, AReplicaThatIsAnsweredIsCutOff) {
  Client* replica = connect();
  ask(replica, {"SYNC"});
  EXPECT_EQ(ask(replica, {"REPLCONF", "ACK", "0"}), "");
  EXPECT_FALSE(replica->closed);
  EXPECT_EQ(ask(replica, {"PING"}), "");
  EXPECT_TRUE(replica->closed);
}

TEST_F(ServerTest, RefusesMoreClientsThanItHolds) {
  for (std::size_t n = 0; n < kClientsMax; ++n) EXPECT_FALSE(connect()->closes_after_reply);
  Client* late = connect();
  EXPECT_TRUE(late->closes_after_reply);
  EXPECT_EQ(late->output, "-ERR max number of clients reached\r\n");
}

TEST_F(ServerTest, RefusesWritesWhenTheKeySpaceIsFull) {
  Client* client = connect();
  const std::string value(4U << 20, 'x');
  std::string answer = "+OK\r\n";
  int kept = 0;
  for (; kept < 64 && answer == "+OK\r\n"; ++kept)
    answer = ask(client, {"SET", "k" + std::to_string(kept), value});
  EXPECT_THAT(answer, StartsWith("-OOM"));
  EXPECT_LE(server_.keyspace.bytes(), kDatasetBytesMax + (5U << 20));
  EXPECT_EQ(ask(client, {"DEL", "k0", "k1"}), ":2\r\n");
  EXPECT_EQ(ask(client, {"SET", "small", "x"}), "+OK\r\n");
}

TEST_F(ServerTest, ATransactionCannotPassTheLimitEither) {
  Client* client = connect();
  ask(client, {"MULTI"});
  for (int n = 0; n < 32; ++n)
    EXPECT_EQ(ask(client, {"SETRANGE", "k" + std::to_string(n), "4194304", "x"}), "+QUEUED\r\n");
  EXPECT_THAT(ask(client, {"EXEC"}), HasSubstr("-OOM"));
  EXPECT_LE(server_.keyspace.bytes(), kDatasetBytesMax + (9U << 20));
}

TEST_F(ServerTest, QueuesNoMoreThanItMay) {
  Client* client = connect();
  ask(client, {"MULTI"});
  std::string many;
  for (std::size_t n = 0; n < kQueuedCommandsMax; ++n) many += "PING\r\n";
  say(client, many);
  EXPECT_THAT(ask(client, {"PING"}), StartsWith("-OOM"));
  EXPECT_THAT(ask(client, {"EXEC"}), StartsWith("-EXECABORT"));
}

TEST_F(ServerTest, DropsARequestThatIsTooLong) {
  Client* client = connect();
  EXPECT_THAT(ask(client, {"SET", "k", std::string(kRequestBytesMax + 1, 'x')}),
              StartsWith("-OOM"));
  EXPECT_EQ(ask(client, {"EXISTS", "k"}), ":0\r\n");
  EXPECT_THAT(ask(client, std::vector<std::string>(kRequestArgsMax + 2, "DEL")),
              StartsWith("-OOM"));
}

TEST_F(ServerTest, ClosesWhoDoesNotTakeItsAnswers) {
  Client* client = connect();
  ask(client, {"SETRANGE", "k", "4000000", "x"});
  for (int n = 0; n < 8 && !client->closed; ++n)
    server_.receive(*client, "GET k\r\n"), server_.resume(*client);
  Client* listener = connect();
  Client* speaker = connect();
  ask(listener, {"SUBSCRIBE", "a"});
  for (int n = 0; n < 8; ++n) ask(speaker, {"PUBLISH", "a", std::string(4'000'000, 'x')});
  EXPECT_TRUE(listener->closed);
  EXPECT_EQ(listener->end_reason, "output_limit");
}

TEST_F(ServerTest, AnswersOneCommandWithNoMoreThanItMay) {
  Client* client = connect();
  ask(client, {"SETRANGE", "k", "8000000", "x"});
  EXPECT_EQ(ask(client, {"MGET", "k", "k", "k"}), "");
  EXPECT_TRUE(client->closed);
}

TEST_F(ServerTest, ClosesWhoAsksForTooMuchWork) {
  Client* client = connect();
  std::vector<std::string> members{"SADD", "s"};
  for (int n = 0; n < 50'000; ++n) members.push_back("m" + std::to_string(n));
  ask(client, members);
  std::vector<std::string> request{"SINTER"};
  for (int n = 0; n < 2000; ++n) request.emplace_back("s");
  EXPECT_EQ(ask(client, request), "");
  EXPECT_EQ(client->end_reason, "work_limit");
}

TEST_F(ServerTest, AScriptWithoutEndMakesOthersWait) {
  Client* client = connect();
  EXPECT_EQ(ask(client, {"EVAL", "while true do end", "0"}), "");
  Client* other = connect();
  pass(std::chrono::seconds{6});
  EXPECT_THAT(ask(other, {"PING"}), StartsWith("-BUSY Redis is busy running a script."));
  EXPECT_EQ(ask(other, {"SCRIPT", "KILL"}), "+OK\r\n");
  EXPECT_THAT(client->output, HasSubstr("-ERR Error running script"));
  EXPECT_EQ(ask(other, {"PING"}), "+PONG\r\n");
}

TEST_F(ServerTest, AScriptCannotFillTheMemory) {
  Client* client = connect();
  for (const char* script :
       {"local s = 'x' while true do s = s .. s end", "return string.rep('x', 1e9)",
        "local t = {1} for i = 1, 60 do t = {t, t} end return cjson.encode(t)",
        "local t = {1} for i = 1, 14 do t = {t, t, t, t} end return cmsgpack.pack(t)",
        "local function f() return f() + 1 end return f()",
        "return ('('):rep(300, 'x'):find(('(.-)'):rep(200))"}) {
    const std::string answer = ask(client, {"EVAL", script, "0"});
    EXPECT_TRUE(answer.empty() || answer[0] == '-') << script << ": " << answer.substr(0, 200);
    if (client->blocked) ask(connect(), {"SCRIPT", "KILL"});
  }
}

TEST_F(ServerTest, KeepsNoMoreScriptsThanItMay) {
  Client* client = connect();
  for (std::size_t n = 0; n < kScriptsMax + 10; ++n)
    ask(client, {"SCRIPT", "LOAD", "return " + std::to_string(n)});
  EXPECT_EQ(server_.scripts.size(), kScriptsMax);
}

TEST_F(ServerTest, KeepsNoMoreUsersThanItMay) {
  Client* client = connect();
  for (std::size_t n = 0; n < kUsersMax + 10; ++n)
    ask(client, {"ACL", "SETUSER", "u" + std::to_string(n)});
  EXPECT_LE(server_.acl.users().size(), kUsersMax);
}

TEST_F(ServerTest, SubscribesToNoMoreThanItMay) {
  Client* client = connect();
  std::vector<std::string> request{"SUBSCRIBE"};
  for (std::size_t n = 0; n <= kSubscriptionsMax; ++n) request.push_back(std::to_string(n));
  ask(client, request);
  EXPECT_TRUE(client->closed);
}

TEST_F(ServerTest, KeysGoWhenTheirTimeIsOver) {
  Client* client = connect();
  ask(client, {"SET", "k", "v", "EX", "10"});
  pass(std::chrono::seconds{9});
  EXPECT_EQ(ask(client, {"GET", "k"}), "$1\r\nv\r\n");
  pass(std::chrono::seconds{2});
  EXPECT_EQ(ask(client, {"DBSIZE"}), ":0\r\n");
}

TEST_F(ServerTest, AShutDownServerComesBackWithWhatItSaved) {
  Client* client = connect();
  ask(client, {"SET", "saved", "1"});
  ask(client, {"SAVE"});
  ask(client, {"SET", "lost", "1"});
  const std::string run_id = server_.boot.run_id;
  EXPECT_EQ(ask(client, {"SHUTDOWN", "NOSAVE"}), "");
  EXPECT_TRUE(client->closed);
  Client* later = connect();
  EXPECT_EQ(ask(later, {"EXISTS", "saved"}), ":1\r\n");
  EXPECT_EQ(ask(later, {"EXISTS", "lost"}), ":0\r\n");
  EXPECT_NE(server_.boot.run_id, run_id);
}

}  // namespace
}  // namespace decnet::service::redis
