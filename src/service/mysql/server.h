// Server: what the connections of one decky share: who it is, its accounts, its data, who is
// connected, and what its attackers have changed.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/clock.h"
#include "persona/persona.h"
#include "service/mysql/catalog.h"
#include "service/mysql/scramble.h"

namespace decnet::service::mysql {

struct ServerFacts {
  bool mariadb = true;
  unsigned version_number = 101119;  // 10.11.19; 8.0.36 is 80036
  std::string version;               // "10.11.19-MariaDB-0+deb12u1"
  std::string comment;               // "Debian 12"
  bool tls = false;
  bool local_infile = true;
  std::string lure_file;  // Empty: none.
};

// What one source address has done so far, and its view of the data.
struct Visitor {
  std::string address;
  std::shared_ptr<World> world;
  std::set<std::string> users;  // That it made: "name@host".
  std::int64_t last_seen_s = 0;
  bool changed = false;
  bool lured = false;
};

struct ConnectionInfo {
  std::uint32_t id = 0;
  std::string user, host, schema, command, info;
  TimePoint since{};
  std::function<void()> end;  // KILL
};

class Server {
 public:
  Server(const persona::Persona& persona, const Clock& clock, ServerFacts facts, bool bait);

  const ServerFacts& facts() const { return facts_; }
  const persona::Persona& persona() const { return *persona_; }
  const Clock& clock() const { return *clock_; }

  Visitor& visitor(const std::string& address);
  std::uint32_t next_connection_id() { return next_id_++; }
  std::int64_t uptime_s() const;
  TimePoint started_at() const { return started_at_; }

  std::map<std::uint32_t, ConnectionInfo> connections;
  std::map<std::string, std::uint64_t, std::less<>> counts;  // Com_select and others.
  std::map<std::string, int> connect_errors;                 // By address, without a login between.
  std::set<std::string> cached_passwords;  // Users whose caching_sha2 fast path works.
  std::uint64_t questions = 0;
  std::uint64_t bytes_in = 0, bytes_out = 0, connects = 0, aborted = 0;
  void count_connect_error(const std::string& address);

  const PasswordKey& password_key();  // Made when it is first asked for.

  // What must outlive the engine, at most kServiceStateBytesMax bytes: the latest visitors first.
  std::string save() const;
  void load(std::string_view state);

 private:
  const persona::Persona* persona_;
  const Clock* clock_;
  ServerFacts facts_;
  std::shared_ptr<const World> base_;
  std::map<std::string, Visitor, std::less<>> visitors_;
  std::uint32_t next_id_ = 1;
  TimePoint started_at_{};
  std::unique_ptr<PasswordKey> key_;
};

// The databases of a decky from the start.
World make_bait(const persona::Persona& persona, bool mariadb, bool bait);

// What an attacker's world differs in from the decky's, and applying it.
std::string save_world(const World& base, const World& changed, std::size_t bytes_max);
std::shared_ptr<World> load_world(const World& base, std::string_view saved);

}  // namespace decnet::service::mysql
