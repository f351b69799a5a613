// Logins: what is recorded of them can be cracked, and only the accounts' passwords work.
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "service/mysql/mysql_test.h"
#include "service/mysql/scramble.h"

namespace decnet::service::mysql {
namespace {

TEST(MysqlLogin, ARefusedOneIsKeptInTheFormThatHashcatTakes) {
  Host host({{"server", "mariadb"}, {"bait", "none"}});
  const Talk talk = host.talk({client_login("root", "summer2024")});
  ASSERT_FALSE(talk.events.empty());
  std::string line;
  for (const auto& field : talk.events[0].fields) {
    if (field.name == "crack_line") line = field.value;
  }
  const std::string salt = salt_of(talk.answers[0]);
  EXPECT_EQ(line, "$mysqlna$" + to_hex(salt) + "*" + to_hex(native_response("summer2024", salt)));
}

}  // namespace
}  // namespace decnet::service::mysql
