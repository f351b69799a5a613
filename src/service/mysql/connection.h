// One session: greeting, login, and commands until the client goes.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "service/mysql/engine.h"
#include "service/mysql/server.h"
#include "service/mysql/wire.h"
#include "session/session.h"

namespace decnet::service::mysql {

class Connection {
 public:
  Connection(session::Session& session, Server& server);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  net::Task<void> run();

 private:
  struct Login {
    bool old_protocol = false;
    std::uint32_t flags = 0;
    std::uint32_t extended = 0;  // MariaDB's own, of clients that are MariaDB's.
    std::uint8_t charset = 0;
    std::string user, database, plugin, response;
  };

  // The login
  bool admits();
  std::string greeting();
  net::Task<bool> log_in();
  net::Task<bool> tls_request();
  bool parse_login(std::string_view payload, Login& login) const;
  bool parse_change_user(std::string_view payload, Login& login) const;
  net::Task<bool> authenticate(Login& login);
  net::Task<bool> switch_plugin(Login& login, std::string_view plugin);
  net::Task<bool> native(Login& login);
  net::Task<bool> caching_sha2(Login& login);
  net::Task<bool> full_authentication(Login& login);
  bool record(const Login& login, std::string_view method, std::string_view kind,
              std::string_view secret, bool accepted);
  const std::string* password_for(const Login& login, bool sha2) const;
  void deny(const Login& login, bool with_password);
  void welcome(const Login& login);
  net::Task<void> say_bye(const SqlError& error, std::string_view reason);

  // Commands
  net::Task<bool> command(const std::string& payload);
  net::Task<bool> guarded(const std::string& payload);
  net::Task<void> query(std::string_view statement);
  net::Task<bool> answer(const Answer& given, bool binary, bool more);
  net::Task<void> lure(const WantsFile& file, bool more);
  void field_list(std::string_view arguments);
  void statistics();
  void prepare(const std::string& sql);
  net::Task<void> execute(std::string_view arguments);
  bool read_parameters(WireReader& in, struct PreparedStatement& statement);
  void statement_command(std::uint8_t code, std::string_view arguments);
  net::Task<bool> change_user(std::string_view arguments);
  void kill(std::uint32_t id);
  void record_attacks(std::string_view sql);
  void record_command(std::string_view sql);

  // Packets
  void send_ok(const Ok& ok, bool more);
  void send_error(const SqlError& error);
  void send_eof(std::uint16_t extra, std::optional<std::uint16_t> warnings = {});
  // COM_FIELD_LIST has defaults, too.
  void send_field(const Field& field, const Value* fallback = nullptr);
  void send_result(const ResultSet& result, bool binary, bool more);
  std::uint16_t status(std::uint16_t extra) const;

  session::Session& session_;
  Server& server_;
  PacketStream packets_;
  std::string address_;
  std::string salt_;
  std::uint32_t id_ = 0;
  std::uint32_t client_flags_ = 0;
  std::uint32_t extended_flags_ = 0;
  bool logged_in_ = false;
  bool ended_ = false;
  std::unique_ptr<Engine> engine_;
  std::map<std::uint32_t, std::unique_ptr<struct PreparedStatement>> statements_;
  std::uint32_t next_statement_ = 1;
};

struct PreparedStatement {
  std::string sql;
  Statement statement;
  std::vector<std::uint16_t> types;
  std::map<std::size_t, std::string> long_data;
  std::vector<Value> values;
};

}  // namespace decnet::service::mysql
