// What a server is and holds, apart from what it does (server.h).
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>

#include "base/clock.h"
#include "persona/persona.h"
#include "service/redis/acl.h"
#include "service/redis/command.h"
#include "service/redis/config.h"
#include "service/redis/keyspace.h"
#include "service/redis/script.h"
#include "service/redis/state.h"
#include "service/redis/texts.h"

namespace decnet::service::redis {

class Client;

struct ServerOptions {
  const persona::Persona* persona = nullptr;
  const Clock* clock = nullptr;
  std::uint16_t port = 6379;
  std::string password;  // requirepass
  bool protected_mode = false;
  std::string protected_configs = "no";  // enable-protected-configs: no, local, yes
  std::string debug_command = "no";
  std::string module_command = "no";
  std::string_view texts;  // texts.h; they outlive the server.
};

struct ServerState {
  ServerState();

  CommandTable commands;
  Texts texts;
  Config config;
  Keyspace keyspace;
  Acl acl;
  Scripts scripts;
  Stats stats;
  Boot boot;
  Replication replication;
  Persistence persistence;
  std::deque<SlowEntry> slowlog;
  std::uint64_t next_slow_id = 0;
  std::deque<AclLogEntry> acl_log;
  std::map<std::string, std::set<std::uint64_t>> channels, patterns, shard_channels;
  std::map<std::string, std::set<std::uint64_t>> tracked_keys;
  std::int64_t paused_until_ms = 0;
  bool paused_writes_only = false;
  bool pause_ended = false;         // Who was paused goes on after this command.
  Client* script_caller = nullptr;  // Who runs the script under way.
};

}  // namespace decnet::service::redis
