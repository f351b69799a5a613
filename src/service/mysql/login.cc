// From the first byte to the first command.
#include <algorithm>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/counters.h"
#include "base/random.h"
#include "service/mysql/connection.h"
#include "service/mysql/limits.h"

namespace decnet::service::mysql {

namespace {

constexpr std::uint32_t kMariaFlags = 0x81fff7fe;
constexpr std::uint32_t kMysqlFlags = 0xdfffffff;
constexpr std::uint32_t kMariaExtended = 0x1d;
constexpr std::string_view kNative = "mysql_native_password";
constexpr std::string_view kCachingSha2 = "caching_sha2_password";

// Which of the accounts stands in for a user that does not exist: MariaDB hashes the name so that
// the answer to it does not change.
std::uint64_t name_hash(std::string_view name) {
  std::uint64_t first = 1;
  std::uint64_t second = 4;
  for (const char c : upper(name)) {
    first ^= ((first & 63) + second) * static_cast<unsigned char>(c) + (first << 8);
    second += 3;
  }
  return first;
}

}  // namespace

Connection::Connection(session::Session& session, Server& server)
    : session_(session),
      server_(server),
      packets_(session),
      address_(session.stream().peer().ip.text()) {
  for (std::size_t n = 0; n < kSaltBytes; ++n) salt_ += static_cast<char>(33 + random_below(94));
}

Connection::~Connection() {
  server_.connections.erase(id_);
}

net::Task<void> Connection::say_bye(const SqlError& error, std::string_view reason) {
  send_error(error);
  session_.set_end_reason(reason);
  ended_ = true;
  const auto sent = co_await packets_.flush();
  if (!sent) co_return;
}

bool Connection::admits() {
  const std::string_view name = server_.facts().mariadb ? "MariaDB" : "MySQL";
  if (session_.place().option("hosts") == "none") {
    send_error(
        {1130, "",
         fmt::format("Host '{}' is not allowed to connect to this {} server", address_, name)});
    session_.set_end_reason("host_not_allowed");
    return false;
  }
  if (server_.connections.size() >= kConnectionsMax) {
    counter("mysql_connection_limit_total",
            "MySQL sessions turned away because there were too many")
        .add();
    send_error({1040, "08004", "Too many connections"});
    session_.set_end_reason("too_many_connections");
    return false;
  }
  const auto errors = server_.connect_errors.find(address_);
  if (errors != server_.connect_errors.end() &&
      errors->second >= static_cast<int>(kConnectErrorsMax)) {
    counter("mysql_blocked_host_total",
            "MySQL sessions turned away because of the source's errors before")
        .add();
    send_error({1129, "",
                fmt::format("Host '{}' is blocked because of many connection errors; unblock with "
                            "'{} flush-hosts'",
                            address_, server_.facts().mariadb ? "mariadb-admin" : "mysqladmin")});
    session_.set_end_reason("host_blocked");
    return false;
  }
  return true;
}

std::string Connection::greeting() {
  const ServerFacts& facts = server_.facts();
  std::uint32_t flags = facts.mariadb ? kMariaFlags : kMysqlFlags;
  if (facts.tls) flags |= kSsl;
  if (!facts.tls) flags &= ~kSsl;
  std::string out = "\x0a";
  out += (facts.mariadb ? "5.5.5-" : "") + facts.version;
  out += '\0';
  put_int(out, id_, 4);
  out += salt_.substr(0, 8);
  out += '\0';
  put_int(out, flags & 0xffff, 2);
  out += static_cast<char>(facts.mariadb ? 45 : 255);
  put_int(out, kAutocommit, 2);
  put_int(out, flags >> 16, 2);
  out += static_cast<char>(kSaltBytes + 1);
  out.append(6, '\0');
  put_int(out, facts.mariadb ? kMariaExtended : 0, 4);
  out += salt_.substr(8);
  out += '\0';
  out += facts.mariadb ? kNative : kCachingSha2;
  out += '\0';
  return out;
}

bool Connection::parse_login(std::string_view payload, Login& login) const {
  WireReader in(payload);
  login.flags = static_cast<std::uint32_t>(in.number(2));
  if ((login.flags & kProtocol41) == 0) {
    login.old_protocol = true;
    in.number(3);
    if (!in.ok() || in.empty()) return false;
    login.user = in.until_nul();
    login.response = in.until_nul();
    login.plugin = kNative;
    return true;
  }
  login.flags |= static_cast<std::uint32_t>(in.number(2)) << 16;
  in.number(4);
  login.charset = static_cast<std::uint8_t>(in.number(1));
  in.take(19);
  const auto extended = static_cast<std::uint32_t>(in.number(4));
  if ((login.flags & kLongPassword) == 0 && server_.facts().mariadb) login.extended = extended;
  if (!in.ok() || in.empty()) return false;
  login.user = in.until_nul();
  if ((login.flags & kLongAuthData) != 0) {
    login.response = in.text();
  } else if ((login.flags & kSecureConnection) != 0) {
    login.response = in.take(static_cast<std::size_t>(in.number(1)));
  } else {
    login.response = in.until_nul();
  }
  if (!in.ok()) return false;
  if ((login.flags & kConnectWithDb) != 0) login.database = in.until_nul();
  if ((login.flags & kPluginAuth) != 0) login.plugin = in.until_nul();
  if ((login.flags & kConnectAttributes) != 0) {
    WireReader attributes(in.text());
    if (!in.ok()) return false;
    while (!attributes.empty() && attributes.ok()) attributes.text();
    if (!attributes.ok()) return false;
  }
  return true;
}

net::Task<bool> Connection::tls_request() {
  session::Session::TlsOptions options;
  const auto started = co_await packets_.start_tls(options);
  if (!started) session_.set_end_reason("tls_failed");
  co_return started.has_value();
}

net::Task<bool> Connection::log_in() {
  packets_.queue(greeting());
  const auto sent = co_await packets_.flush();
  if (!sent) co_return false;
  Login login;
  for (int round = 0;; ++round) {
    const PacketStream::Packet packet = co_await packets_.read(kHandshakeBytesMax, kConnectTimeout);
    if (packet.trouble == PacketStream::Trouble::out_of_order) {
      server_.count_connect_error(address_);
      const SqlError error = sql_error(1156, "Got packets out of order");
      co_await say_bye(error, "protocol_error");
      co_return false;
    }
    if (packet.trouble != PacketStream::Trouble::none) {
      server_.count_connect_error(address_);
      co_return false;
    }
    WireReader head(packet.payload);
    const auto flags = static_cast<std::uint32_t>(head.number(4));
    const bool wants_tls = packet.payload.size() == 32 && (flags & kSsl) != 0 && round == 0;
    if (wants_tls && server_.facts().tls) {
      const bool secure = co_await tls_request();
      if (!secure) co_return false;
      continue;
    }
    if (wants_tls || !parse_login(packet.payload, login)) {
      server_.count_connect_error(address_);
      const SqlError error = sql_error(1043, "Bad handshake");
      co_await say_bye(error, "protocol_error");
      co_return false;
    }
    break;
  }
  client_flags_ = login.flags;
  extended_flags_ = login.extended;
  const bool accepted = co_await authenticate(login);
  if (!accepted) co_return false;
  welcome(login);
  if (ended_) {
    const auto done = co_await packets_.flush();
    co_return done.has_value() && false;
  }
  co_return true;
}

const std::string* Connection::password_for(const Login& login, bool sha2) const {
  for (const persona::Account& account : session_.persona().accounts) {
    if (account.user != login.user || account.password.empty()) continue;
    const std::string expected =
        sha2 ? sha2_response(account.password, salt_) : native_response(account.password, salt_);
    if (!equal_secret(expected, login.response)) continue;
    if (session_.accepts(account.user, account.password)) return &account.password;
  }
  return nullptr;
}

bool Connection::record(const Login& login, std::string_view method, std::string_view kind,
                        std::string_view secret, bool accepted) {
  const bool native_challenge = kind == "mysql_native" && secret.size() == kSaltBytes;
  const bool sha2_challenge = kind == "mysql_caching_sha2" && secret.size() == kSha2ResponseBytes;
  std::string line;
  if (native_challenge) line = native_crack_line(salt_, secret);
  if (sha2_challenge) line = sha2_crack_line(salt_, secret);
  const std::string shown = kind == "plaintext" ? std::string(secret) : to_hex(secret);
  session_.login({.principal = login.user,
                  .secret = shown,
                  .secret_kind = secret.empty() ? "plaintext" : kind,
                  .method = method,
                  .accepted = accepted,
                  .crack_format = native_challenge ? "11200" : "",
                  .crack_line = line});
  return accepted;
}

void Connection::deny(const Login& login, bool with_password) {
  const std::uint64_t accounts =
      3 + static_cast<std::uint64_t>(
              std::count_if(session_.persona().accounts.begin(), session_.persona().accounts.end(),
                            [](const persona::Account& one) { return !one.password.empty(); }));
  const std::uint64_t stand_in = name_hash(login.user) % accounts;
  const bool known = std::any_of(
      session_.persona().accounts.begin(), session_.persona().accounts.end(),
      [&](const persona::Account& one) { return one.user == login.user && !one.password.empty(); });
  const bool by_socket = server_.facts().mariadb && !known && (stand_in == 2 || stand_in == 4);
  SqlError error =
      by_socket
          ? sql_error(1698, fmt::format("Access denied for user '{}'@'{}'", login.user, address_))
          : sql_error(1045, fmt::format("Access denied for user '{}'@'{}' (using password: {})",
                                        login.user, address_, with_password ? "YES" : "NO"));
  if (login.old_protocol) error.state = "";
  send_error(error);
  session_.set_end_reason("login_refused");
  ended_ = true;
}

// Asks for the answer of another plugin to the same salt. False: the peer gave none.
net::Task<bool> Connection::switch_plugin(Login& login, std::string_view plugin) {
  std::string request = "\xfe";
  request += plugin;
  request += '\0';
  request += salt_;
  request += '\0';
  packets_.queue(request);
  const auto sent = co_await packets_.flush();
  if (!sent) co_return false;
  PacketStream::Packet packet = co_await packets_.read(kHandshakeBytesMax, kConnectTimeout);
  if (packet.trouble != PacketStream::Trouble::none) {
    server_.count_connect_error(address_);
    co_return false;
  }
  login.response = std::move(packet.payload);
  co_return true;
}

net::Task<bool> Connection::native(Login& login) {
  const bool switches = (login.flags & kPluginAuth) != 0 && login.plugin != kNative;
  if (switches) {
    const bool answered = co_await switch_plugin(login, kNative);
    if (!answered) co_return false;
  }
  const bool accepted = !login.response.empty() && password_for(login, false) != nullptr;
  record(login, "mysql_native_password", "mysql_native", login.response, accepted);
  co_return accepted;
}

net::Task<bool> Connection::full_authentication(Login& login) {
  packets_.queue(std::string("\x01\x04", 2));
  std::string password;
  for (int round = 0; round < 3; ++round) {
    const auto sent = co_await packets_.flush();
    if (!sent) co_return false;
    const PacketStream::Packet packet = co_await packets_.read(kHandshakeBytesMax, kConnectTimeout);
    if (packet.trouble != PacketStream::Trouble::none) co_return false;
    if (session_.is_tls()) {
      password = packet.payload;
    } else if (packet.payload == "\x02") {
      packets_.queue("\x01" + server_.password_key().public_pem());
      continue;
    } else {
      password = xor_repeated(server_.password_key().decrypt(packet.payload),
                              salt_ + std::string(1, '\0'));
    }
    break;
  }
  while (password.ends_with('\0')) password.pop_back();
  const bool accepted = !password.empty() && session_.accepts(login.user, password);
  if (accepted) server_.cached_passwords.insert(login.user);
  co_return record(login, "caching_sha2_password", "plaintext", password, accepted);
}

net::Task<bool> Connection::caching_sha2(Login& login) {
  if ((login.flags & kPluginAuth) != 0 && login.plugin != kCachingSha2) {
    const bool answered = co_await switch_plugin(login, kCachingSha2);
    if (!answered) co_return false;
  }
  if (login.response.empty() || login.response == std::string(1, '\0')) {
    login.response.clear();
    co_return record(login, "caching_sha2_password", "plaintext", "", false);
  }
  record(login, "caching_sha2_password", "mysql_caching_sha2", login.response,
         password_for(login, true) != nullptr);
  if (server_.cached_passwords.contains(login.user) && password_for(login, true) != nullptr) {
    packets_.queue(std::string("\x01\x03", 2));
    co_return true;
  }
  const bool accepted = co_await full_authentication(login);
  co_return accepted;
}

net::Task<bool> Connection::authenticate(Login& login) {
  bool accepted = false;
  const bool mariadb = server_.facts().mariadb;
  if (mariadb) {
    accepted = co_await native(login);
  } else {
    accepted = co_await caching_sha2(login);
  }
  if (accepted) co_return true;
  if (login.old_protocol || !login.user.empty() || !login.response.empty() || mariadb)
    deny(login, !login.response.empty());
  const auto sent = co_await packets_.flush();
  co_return sent.has_value() && false;
}

void Connection::welcome(const Login& login) {
  Visitor& visitor = server_.visitor(address_);
  server_.connect_errors.erase(address_);
  engine_ = std::make_unique<Engine>(server_, visitor, login.user, address_, id_);
  engine_->set_charset(login.charset);
  ConnectionInfo& info = server_.connections[id_];
  info.user = login.user;
  info.command = "Sleep";
  logged_in_ = true;
  Ok ok;
  if (!login.database.empty()) {
    const Answer used = engine_->use(login.database);
    if (const auto* error = std::get_if<SqlError>(&used)) {
      send_error(*error);
      session_.set_end_reason("unknown_database");
      ended_ = true;
      return;
    }
    ok = std::get<Ok>(used);
    info.schema = engine_->schema;
  }
  send_ok(ok, false);
}

}  // namespace decnet::service::mysql
