// Any text as statements: each gives an answer or an SqlError, within its steps.
#include <cstdint>

#include "service/mysql/engine.h"
#include "session/testing.h"
using namespace decnet::service::mysql;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto persona = decnet::session::Script::example_persona();
  static const decnet::FakeClock clock;
  if (size == 0) return 0;
  Server server(persona, clock, {.mariadb = data[0] % 2 == 1, .version = "10.11.19-MariaDB"}, true);
  Engine engine(server, server.visitor("192.0.2.7"), "app", "192.0.2.7", 7);
  engine.use("shop");
  const std::string sql(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    Parser parser(sql, engine.dialect());
    for (int n = 0; n < 64 && !parser.at_end(); ++n) {
      const Statement statement = parser.statement(true);
      engine.columns_of(statement, sql);
      engine.run(statement, sql);
    }
  } catch (const SqlError&) {
  }
  return 0;
}
