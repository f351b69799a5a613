// Every limit of limits.h is reached by what a peer can send, and answered as the genuine server
// answers; the connection goes on or ends as its does.
#include "service/mysql/limits.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/counters.h"
#include "service/mysql/mysql_test.h"
#include "service/mysql/state.h"
#include "service/mysql/wire.h"

namespace decnet::service::mysql {
namespace {

std::uint64_t counted(std::string_view name) {
  for (const CounterValue& one : counter_values()) {
    if (one.name == name) return one.value;
  }
  return 0;
}

Step login() {
  return client_login("app", "app-password");
}

// The last answer to these statements, of a server with nothing but what they make.
std::string last_answer(std::vector<Step> steps) {
  Host host({{"server", "mariadb"}, {"bait", "none"}});
  steps.insert(steps.begin(), login());
  const std::size_t last = steps.size();
  const Talk talk = host.talk(std::move(steps));
  return talk.answers.at(std::min(last, talk.answers.size() - 1));
}

std::string repeated(std::string_view one, std::size_t count) {
  std::string out;
  while (count-- > 0) out += one;
  return out;
}

bool says(const std::string& answer, std::string_view words) {
  return answer.find(words) != std::string::npos;
}

TEST(MysqlLimits, APacketBeforeTheLogin) {
  Host host({{"server", "mariadb"}, {"bait", "none"}});
  std::string head;
  put_int(head, kHandshakeBytesMax + 1, 3);
  const Talk talk = host.talk({send(head + std::string("\x01", 1)), query("SELECT 1")});
  EXPECT_TRUE(talk.closed);
}

TEST(MysqlLimits, APacket) {
  std::string bytes;
  put_int(bytes, 0xffffff, 3);
  bytes += '\0';
  bytes += std::string(0xffffff, ' ');
  put_int(bytes, 2, 3);
  bytes += std::string("\x01  ", 3);
  EXPECT_TRUE(says(last_answer({send(bytes)}), "Got a packet bigger than 'max_allowed_packet'"));
}

TEST(MysqlLimits, AStatement) {
  EXPECT_TRUE(says(last_answer({query("SELECT " + std::string(kStatementBytesMax, '1'))}),
                   "Out of memory"));
}

TEST(MysqlLimits, TheStatementInItsEvent) {
  Host host({{"server", "mariadb"}, {"bait", "none"}});
  const Talk talk = host.talk({login(), query("SELECT '" + std::string(10'000, 'x') + "'")});
  std::size_t size = 0;
  for (const event::Event& event : talk.events) {
    for (const auto& field : event.fields) {
      if (field.name == "command") size = field.value.size();
    }
  }
  EXPECT_EQ(size, kCommandEventBytesMax);
}

TEST(MysqlLimits, Depth) {
  const std::string deep = repeated("(", 5'000) + "1" + repeated(")", 5'000);
  EXPECT_EQ(last_answer({query("SELECT " + deep)})[4], '\xff');
  EXPECT_EQ(last_answer({query("SELECT " + repeated("NOT ", 5'000) + "1")})[4], '\xff');
  EXPECT_EQ(last_answer({query("SELECT " + repeated("- ", 5'000) + "1")})[4], '\xff');
  EXPECT_EQ(last_answer({query(repeated("SELECT (", 5'000))})[4], '\xff');
  EXPECT_EQ(last_answer({query("SELECT " + repeated("abs(", 5'000))})[4], '\xff');
  EXPECT_EQ(last_answer({query("SELECT " + repeated("CASE WHEN ", 5'000))})[4], '\xff');
}

TEST(MysqlLimits, HeightOfAnExpression) {
  for (const std::string_view more :
       {"+1", " OR 1", " = 1", " IS NULL", " LIKE 1", " IN (1)", " COLLATE utf8mb4_bin"}) {
    EXPECT_EQ(last_answer({query("SELECT 1" + repeated(more, 20'000))})[4], '\xff') << more;
    EXPECT_NE(last_answer({query("SELECT 1" + repeated(more, kExpressionHeightMax - 2))})[4],
              '\xff')
        << more;
  }
}

TEST(MysqlLimits, Tokens) {
  EXPECT_EQ(last_answer({query("SELECT 1" + repeated(",1", kTokensMax))})[4], '\xff');
}

TEST(MysqlLimits, Rows) {
  const std::string tables =
      "information_schema.COLLATIONS a, information_schema.COLLATIONS b, "
      "information_schema.COLLATIONS c";
  EXPECT_TRUE(says(last_answer({query("SELECT 1 FROM " + tables)}), "MAX_JOIN_SIZE"));
}

TEST(MysqlLimits, Steps) {
  const std::string slow =
      "SELECT COUNT(*) FROM information_schema.COLUMNS a WHERE (SELECT "
      "COUNT(*) FROM information_schema.COLUMNS b WHERE a.TABLE_NAME LIKE "
      "b.TABLE_NAME) > 0";
  EXPECT_TRUE(says(last_answer({query(slow)}), "Query execution was interrupted"));
}

TEST(MysqlLimits, BytesOfAResult) {
  const std::string big = "SELECT REPEAT('x', 1000000)";
  const std::string sql = big + repeated(" UNION ALL " + big, 9);
  EXPECT_TRUE(says(last_answer({query(sql)}), "Query execution was interrupted"));
}

TEST(MysqlLimits, BytesOfAValue) {
  Host host({{"server", "mariadb"}, {"bait", "none"}});
  const Talk talk = host.talk({login(), query("SELECT LENGTH(REPEAT('x', 999999999))"),
                               query("SELECT CONCAT(REPEAT('x', 1000000), REPEAT('x', 1000000))"),
                               query("SHOW WARNINGS")});
  EXPECT_TRUE(says(talk.answers[3], "\x01") && talk.answers[3].size() < 1'000);
  EXPECT_TRUE(says(talk.answers[4], "Result of concat() was larger than max_allowed_packet"));
}

TEST(MysqlLimits, PreparedStatements) {
  std::vector<Step> steps;
  for (std::size_t n = 0; n <= kPreparedMax; ++n) steps.push_back(send(packet("\x16SELECT 1")));
  EXPECT_TRUE(says(last_answer(steps), "max_prepared_stmt_count"));
  steps.clear();
  for (std::size_t n = 0; n <= kPreparedMax; ++n)
    steps.push_back(query("PREPARE s" + std::to_string(n) + " FROM 'SELECT 1'"));
  EXPECT_TRUE(says(last_answer(steps), "max_prepared_stmt_count"));
}

TEST(MysqlLimits, LongData) {
  const std::uint64_t before = counted("mysql_long_data_limit_total");
  const std::string head("\x18\x01\x00\x00\x00\x00\x00", 7);
  last_answer({send(packet("\x16SELECT ?")),
               send(packet(head + std::string(kLongDataBytesMax + 1, 'x')) + packet("\x0e"))});
  EXPECT_EQ(counted("mysql_long_data_limit_total"), before + 1);
}

TEST(MysqlLimits, UserVariables) {
  std::vector<Step> steps;
  for (std::size_t n = 0; n <= kUserVariablesMax; ++n)
    steps.push_back(query("SET @v" + std::to_string(n) + " = 1"));
  steps.push_back(
      query("SELECT CONCAT('<', @v" + std::to_string(kUserVariablesMax - 1) + ", '>')"));
  EXPECT_TRUE(says(last_answer(steps), "<1>"));
  steps.push_back(query("SELECT CONCAT('<', @v" + std::to_string(kUserVariablesMax) + ", '>')"));
  EXPECT_FALSE(says(last_answer(steps), "<1>"));
}

TEST(MysqlLimits, ConnectErrorsOfOneSourceAndSources) {
  Host host({{"server", "mariadb"}, {"bait", "none"}});
  for (std::size_t n = 0; n < kConnectErrorsMax; ++n) host.talk({});
  EXPECT_TRUE(says(host.talk({}).answers[0], "is blocked because of many connection errors"));
  EXPECT_FALSE(says(host.talk({}, "192.0.2.9").answers[0], "is blocked"));
  for (std::size_t n = 0; n <= kConnectErrorSourcesMax; ++n)
    host.talk({}, "198.18." + std::to_string(n / 250) + "." + std::to_string(n % 250 + 1));
  EXPECT_FALSE(says(host.talk({}).answers[0], "is blocked"));  // Forgotten for newer ones.
}

TEST(MysqlLimits, AttackersWhoseChangesAreKept) {
  const std::uint64_t before = counted("mysql_visitor_limit_total");
  Host host({{"server", "mariadb"}, {"bait", "none"}});
  for (std::size_t n = 0; n <= kAttackersMax; ++n)
    host.talk({login()}, "198.18." + std::to_string(n / 250) + "." + std::to_string(n % 250 + 1));
  EXPECT_EQ(counted("mysql_visitor_limit_total"), before + 1);
}

TEST(MysqlLimits, WhatOneAttackerChanges) {
  const std::string row = "INSERT INTO t VALUES (REPEAT('x', 60000))";
  std::vector<Step> steps = {query("CREATE DATABASE d"), query("USE d"),
                             query("CREATE TABLE t (a LONGTEXT)")};
  for (std::size_t n = 0; n < kChangeBytesMax / 60'000 + 1; ++n) steps.push_back(query(row));
  EXPECT_TRUE(says(last_answer(steps), "is full"));
}

TEST(MysqlLimits, ColumnsAndTables) {
  std::string columns = "a0 INT";
  for (std::size_t n = 1; n <= kColumnsMax; ++n) columns += ",a" + std::to_string(n) + " INT";
  EXPECT_TRUE(says(last_answer({query("CREATE DATABASE d"), query("USE d"),
                                query("CREATE TABLE t (" + columns + ")")}),
                   "Too many columns"));
  std::vector<Step> steps = {query("CREATE DATABASE d"), query("USE d")};
  for (std::size_t n = 0; n <= kTablesMax; ++n)
    steps.push_back(query("CREATE TABLE t" + std::to_string(n) + " (a INT)"));
  EXPECT_EQ(last_answer(steps)[4], '\xff');
}

TEST(MysqlLimits, AFileThatAClientSends) {
  Host host({{"server", "mariadb"}, {"bait", "none"}});
  const std::string piece(700'000, 'x');
  const Talk talk =
      host.talk({login(), query("CREATE DATABASE d"), query("CREATE TABLE d.t (a TEXT)"),
                 query("LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE d.t"),
                 send(packet(piece, 2) + packet(piece, 3) + packet(piece, 4) + packet("", 5))});
  ASSERT_EQ(talk.captured.size(), 1U);
  EXPECT_LT(talk.captured[0].size(), kLureBytesMax + piece.size());
}

TEST(MysqlLimits, Sleep) {
  Host host({{"server", "mariadb"}, {"bait", "none"}});
  EXPECT_EQ(host.talk({login(), query("SELECT SLEEP(100000)")}).waited, kSleepMax);
}

// What was saved is what is loaded, and never more than may be.
TEST(MysqlLimits, TheSavedStateGoesRound) {
  Host host({{"server", "mariadb"}, {"bait", "auto"}});
  host.talk({login(), query("CREATE DATABASE kept"),
             query("CREATE TABLE kept.t (a INT, b TEXT, c DECIMAL(5,2))"),
             query("INSERT INTO kept.t VALUES (1, 'note', 1.50), (NULL, '', -0.01)"),
             query("CREATE USER evil@'%' IDENTIFIED BY 'x'")});
  const std::string state = host.service().save_state();
  ASSERT_FALSE(state.empty());
  Host again({{"server", "mariadb"}, {"bait", "auto"}});
  again.service().load_state(state);
  EXPECT_EQ(again.service().save_state(), state);
  const Talk talk = again.talk({login(), query("SELECT * FROM kept.t")});
  const Talk first = host.talk({login(), query("SELECT * FROM kept.t")});
  EXPECT_EQ(talk.answers[2], first.answers[2]);
  EXPECT_TRUE(says(talk.answers[2], "note"));
  for (std::size_t n = 0; n < state.size(); n += 7) {  // A part of it does no harm.
    Host cut({{"server", "mariadb"}, {"bait", "none"}});
    cut.service().load_state(std::string_view(state).substr(0, n));
  }
}

TEST(MysqlLimits, TheSavedStateIsBounded) {
  Host host({{"server", "mariadb"}, {"bait", "none"}});
  const std::string row = "INSERT INTO d.t VALUES (REPEAT('x', 60000))";
  for (int n = 1; n < 5; ++n)
    host.talk(
        {login(), query("CREATE DATABASE d"), query("CREATE TABLE d.t (a LONGTEXT)"), query(row)},
        "192.0.2." + std::to_string(n));
  EXPECT_LE(host.service().save_state().size(), kStateBytesMax);
}

// Whatever is thrown while a statement runs is an error of that statement.
TEST(MysqlLimits, AStatementThatFailsInsideEndsNothing) {
  Host host({{"server", "mariadb"}, {"bait", "none"}});
  const Talk talk = host.talk({login(),
                               [&](const std::string&) {
                                 host.clock_fails(true);
                                 return packet("\x03SELECT NOW()");
                               },
                               [&](const std::string&) {
                                 host.clock_fails(false);
                                 return packet("\x03SELECT 'alive'");
                               }});
  ASSERT_GE(talk.answers.size(), 4U);
  EXPECT_TRUE(says(talk.answers[2], "#HY000Unknown error"));
  EXPECT_TRUE(says(talk.answers[3], "alive"));
}

}  // namespace
}  // namespace decnet::service::mysql
