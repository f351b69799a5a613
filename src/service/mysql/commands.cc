#include <algorithm>
#include <bit>

#include <fmt/format.h>

#include "base/counters.h"
#include "service/mysql/connection.h"
#include "service/mysql/functions.h"
#include "service/mysql/limits.h"

namespace decnet::service::mysql {

namespace {

enum Command : std::uint8_t {
  kQuit = 1,
  kInitDb = 2,
  kQuery = 3,
  kFieldList = 4,
  kRefresh = 7,
  kShutdown = 8,
  kStatistics = 9,
  kProcessInfo = 10,
  kProcessKill = 12,
  kDebug = 13,
  kPing = 14,
  kChangeUser = 17,
  kBinlogDump = 18,
  kRegisterSlave = 21,
  kPrepare = 22,
  kExecute = 23,
  kLongData = 24,
  kClose = 25,
  kResetStatement = 26,
  kSetOption = 27,
  kFetch = 28,
  kResetConnection = 31
};

// The password in a statement is not for the list of commands.
bool has_password(std::string_view sql) {
  const std::string low = folded(sql.substr(0, 4096));
  return low.find("identified") != std::string::npos ||
         (low.find("password") != std::string::npos && low.find("set") != std::string::npos &&
          low.find("select") == std::string::npos);
}

}  // namespace

void Connection::record_command(std::string_view sql) {
  std::string text(sql.substr(0, kCommandEventBytesMax));
  if (has_password(text)) {
    bool inside = false;
    std::string masked;
    for (const char c : text) {
      if (c == '\'') inside = !inside;
      if (inside && c != '\'') continue;
      masked += c;
    }
    text = masked;
  }
  session_.command(text);
  const std::string low = folded(sql.substr(0, 256));
  if (low.starts_with("select @@version_comment") || low.find("7919*7927") != std::string::npos)
    return;
  if (low.find("honeypot") != std::string::npos)
    session_.detection_probe("mysql_asks_for_honeypot");
}

void Connection::record_attacks(std::string_view sql) {
  for (const AttackNote& one : engine_->attacks) {
    event::Event event = session_.request();
    event.severity = event::Severity::warning;
    event.add("verb", one.verb).add("attack", one.kind);
    if (!one.target.empty()) event.add("target", std::string_view(one.target).substr(0, 1024));
    session_.emit(std::move(event));
  }
  engine_->attacks.clear();
  for (const auto& [path, content] : engine_->files) {
    const auto capture = session_.capture(path.substr(path.rfind('/') + 1), path);
    capture->write(content);
    capture->finish();
  }
  engine_->files.clear();
  (void)sql;
}

void Connection::kill(std::uint32_t id) {
  const auto at = server_.connections.find(id);
  if (at == server_.connections.end() || id == id_) return;
  // Only those of the same source: nobody else's session ends for it.
  if (at->second.host.starts_with(address_ + ":") && at->second.end) at->second.end();
}

net::Task<bool> Connection::answer(const Answer& given, bool binary, bool more) {
  if (engine_->slept > Duration{0}) {
    const Duration wait = std::exchange(engine_->slept, Duration{0});
    const auto waited = co_await session_.delay(std::min(wait, kSleepMax));
    if (!waited) co_return false;
  }
  if (const auto* ok = std::get_if<Ok>(&given)) send_ok(*ok, more);
  if (const auto* result = std::get_if<ResultSet>(&given)) send_result(*result, binary, more);
  if (const auto* error = std::get_if<SqlError>(&given)) send_error(*error);
  if (engine_->killed) {
    const std::uint32_t id = *std::exchange(engine_->killed, std::nullopt);
    ended_ = ended_ || id == id_;
    kill(id);
  }
  co_return true;
}

// The client sends the file that its own statement named, or an error's nothing.
net::Task<void> Connection::lure(const WantsFile& file, bool more) {
  packets_.queue("\xfb" + file.path);
  const auto sent = co_await packets_.flush();
  if (!sent) co_return;
  const auto capture = session_.capture(file.path.substr(file.path.rfind('/') + 1), file.path);
  std::size_t bytes = 0;
  std::uint64_t lines = 0;
  while (true) {
    const PacketStream::Packet packet =
        co_await packets_.read(kPacketBytesMax, std::chrono::seconds{30});
    if (packet.trouble != PacketStream::Trouble::none) {
      ended_ = true;
      co_return;
    }
    if (packet.payload.empty()) break;
    lines +=
        static_cast<std::uint64_t>(std::count(packet.payload.begin(), packet.payload.end(), '\n'));
    if (bytes < kLureBytesMax) capture->write(packet.payload);
    bytes += packet.payload.size();
  }
  if (bytes > 0) capture->finish();
  if (file.table.empty()) co_return;
  Ok ok;
  ok.affected = lines;
  ok.info = fmt::format("Records: {}  Deleted: 0  Skipped: 0  Warnings: 0", lines);
  send_ok(ok, more);
}

net::Task<void> Connection::query(std::string_view statement_text) {
  std::string sql(statement_text);
  while (!sql.empty() && (sql.back() == ' ' || sql.back() == '\n' || sql.back() == '\r' ||
                          sql.back() == '\t' || sql.back() == '\0'))
    sql.pop_back();
  record_command(sql);
  ++server_.questions;
  if (!server_.facts().lure_file.empty() && (client_flags_ & kLocalFiles) != 0 &&
      !std::exchange(engine_->visitor().lured, true)) {
    const WantsFile wanted{server_.facts().lure_file, ""};
    co_await lure(wanted, false);
    if (ended_) co_return;
  }
  if (sql.empty()) {
    send_error(sql_error(1065, "Query was empty"));
    co_return;
  }
  if (sql.size() > kStatementBytesMax) {
    counter("mysql_statement_limit_total", "MySQL statements that were too long to be looked at")
        .add();
    send_error(sql_error(1041,
                         "Out of memory; check if mysqld or some other process uses all available "
                         "memory; if not, you may have to use 'ulimit' to allow mysqld to use more "
                         "memory or you can add more swap space"));
    co_return;
  }
  const bool multi = (client_flags_ & kMultiStatements) != 0;
  std::unique_ptr<Parser> parser = std::make_unique<Parser>(sql, engine_->dialect());
  bool more = true;
  while (more && !ended_) {
    Answer given = Ok{};
    const std::size_t begin = parser->position();
    more = false;
    try {
      const Statement statement = parser->statement(multi);
      more = multi && statement.end < sql.size() &&
             sql[statement.end - (statement.end > 0 ? 1 : 0)] == ';' &&
             statement.verb != Verb::empty;
      given = engine_->run(statement, sql);
    } catch (const SqlError& error) {
      engine_->warnings.clear();
      engine_->warn(error.code, error.text, "Error");
      given = error;
      if (begin > 0 && error.code == 1064) {
        // Its place is told as if the statement stood alone.
        try {
          const std::string rest = sql.substr(begin);
          Parser alone(rest, engine_->dialect());
          alone.statement(multi);
        } catch (const SqlError& nearer) {
          given = nearer;
        }
      }
    }
    if (std::holds_alternative<SqlError>(given)) more = false;
    record_attacks(sql);
    if (const auto* file = std::get_if<WantsFile>(&given)) {
      const WantsFile wanted = *file;
      if ((client_flags_ & kLocalFiles) == 0) {
        send_error(sql_error(1148,
                             "The used command is not allowed because the MariaDB server or client "
                             "has disabled the local infile capability"));
        co_return;
      }
      co_await lure(wanted, more);
    } else {
      const bool goes_on = co_await answer(given, false, more);
      if (!goes_on) {
        ended_ = true;
        co_return;
      }
    }
    if (packets_.queued() > 256 * 1024) {
      const auto sent = co_await packets_.flush();
      if (!sent) co_return;
    }
  }
}

void Connection::field_list(std::string_view arguments) {
  WireReader in(arguments);
  const std::string name(in.until_nul());
  Statement statement;
  const std::string sql = "SELECT * FROM `" + name + "`";
  try {
    if (engine_->schema.empty()) throw sql_error(1046, "No database selected");
    Parser parser(sql, engine_->dialect());
    const Statement parsed = parser.statement();
    const TablePtr of = engine_->visitor().world->table(engine_->schema, name);
    for (const Field& field : engine_->columns_of(parsed, sql)) {
      const ColumnDef* column = of == nullptr ? nullptr : of->column(field.name);
      Value fallback = column == nullptr || !column->has_default ? Value() : column->fallback;
      if (column != nullptr && !column->nullable && is_null(fallback) &&
          column->type.starts_with("enum('"))  // Its first value.
        fallback = column->type.substr(6, column->type.find('\'', 6) - 6);
      send_field(field, &fallback);
    }
    send_eof(0);
  } catch (const SqlError& error) {
    send_error(error);
  }
}

void Connection::statistics() {
  const std::int64_t uptime = server_.uptime_s();
  const std::uint64_t questions = server_.questions + static_cast<std::uint64_t>(uptime / 11);
  std::string text = fmt::format(
      "Uptime: {}  Threads: {}  Questions: {}  Slow queries: 0  Opens: {}  {}Open tables: {}  "
      "Queries per second avg: {:.3f}",
      uptime, server_.connections.size(), questions, 33,
      server_.facts().mariadb ? "" : "Flush tables: 3  ", 26,
      static_cast<double>(questions) / static_cast<double>(uptime));
  packets_.queue(text);
}

bool Connection::parse_change_user(std::string_view payload, Login& login) const {
  WireReader in(payload);
  login.flags = client_flags_;
  login.user = in.until_nul();
  login.response = in.take(static_cast<std::size_t>(in.number(1)));
  login.database = in.until_nul();
  login.charset = static_cast<std::uint8_t>(in.number(2));
  if (!in.ok()) return false;
  login.plugin = in.until_nul();
  return true;
}

net::Task<bool> Connection::change_user(std::string_view arguments) {
  Login login;
  if (!parse_change_user(arguments, login)) {
    send_error(sql_error(1047, "Unknown command"));
    co_return true;
  }
  if (login.plugin.empty()) login.plugin = "mysql_native_password";
  const bool accepted = co_await authenticate(login);
  if (!accepted) co_return false;
  statements_.clear();
  welcome(login);
  co_return !ended_;
}

net::Task<bool> Connection::command(const std::string& payload) {
  const std::uint8_t code = payload.empty() ? 0 : static_cast<std::uint8_t>(payload[0]);
  const std::string_view arguments = std::string_view(payload).substr(payload.empty() ? 0 : 1);
  const std::size_t size = arguments.size();
  switch (code) {
    case kQuit:
      session_.set_end_reason("quit");
      co_return false;
    case kInitDb: {
      record_command(fmt::format("USE {}", arguments.substr(0, 64)));
      const Answer used = engine_->use(arguments);
      if (const auto* error = std::get_if<SqlError>(&used)) {
        send_error(*error);
      } else {
        send_ok(std::get<Ok>(used), false);
      }
      co_return true;
    }
    case kQuery: {
      co_await query(arguments);
      co_return !ended_;
    }
    case kFieldList:
      field_list(arguments);
      co_return true;
    case kRefresh:
    case kPing:
      send_ok(Ok{}, false);
      co_return true;
    case kShutdown: {
      event::Event event = session_.request();
      event.severity = event::Severity::warning;
      event.add("verb", "COM_SHUTDOWN").add("attack", "shutdown");
      session_.emit(std::move(event));
      send_error(sql_error(1227,
                           "Access denied; you need (at least one of) the SHUTDOWN privilege(s) "
                           "for this operation"));
      co_return true;
    }
    case kStatistics:
      statistics();
      co_return true;
    case kProcessInfo: {
      const std::string sql = "SHOW PROCESSLIST";
      Parser parser(sql, engine_->dialect());
      const Statement statement = parser.statement();
      const Answer given = engine_->run(statement, sql);
      if (const auto* result = std::get_if<ResultSet>(&given)) send_result(*result, false, false);
      co_return true;
    }
    case kProcessKill: {
      WireReader in(arguments);
      const auto id = static_cast<std::uint32_t>(in.number(4));
      if (!server_.connections.contains(id)) {
        send_error(sql_error(1094, fmt::format("Unknown thread id: {}", id)));
      } else {
        kill(id);
        send_ok(Ok{}, false);
      }
      co_return true;
    }
    case kDebug:
      send_eof(0);
      co_return true;
    case kChangeUser: {
      const bool goes_on = co_await change_user(arguments);
      co_return goes_on;
    }
    case kBinlogDump:
      send_error(sql_error(1236, "Binary log is not open"));
      session_.set_end_reason("replication_refused");
      co_return false;
    case kRegisterSlave:
      send_ok(Ok{}, false);
      co_return true;
    case kSetOption: {
      const int option = size >= 2 ? static_cast<unsigned char>(arguments[0]) : 0;
      if (option > 1 || (size >= 2 && arguments[1] != 0)) {
        send_error(sql_error(1047, "Unknown command"));
        co_return true;
      }
      if (option == 0) client_flags_ |= kMultiStatements;
      if (option == 1) client_flags_ &= ~kMultiStatements;
      send_eof(0);
      co_return true;
    }
    case kResetConnection:
      engine_->reset();
      statements_.clear();
      send_ok(Ok{}, false);
      co_return true;
    case kPrepare:
      prepare(std::string(arguments));
      co_return true;
    case kExecute: {
      co_await execute(arguments);
      co_return !ended_;
    }
    case kLongData:
    case kClose:
    case kResetStatement:
    case kFetch:
      statement_command(code, arguments);
      co_return true;
    case 0xfa:
      send_error(sql_error(1835, "Malformed communication packet"));
      co_return true;
    default:
      send_error(sql_error(1047, "Unknown command"));
      co_return true;
  }
}

}  // namespace decnet::service::mysql
