// What a running server knows of itself beside its keys.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "service/redis/dict.h"

namespace decnet::service::redis {

struct Stats {
  std::uint64_t connections = 0, rejected_connections = 0, commands = 0;
  std::uint64_t bytes_in = 0, bytes_out = 0, reads = 0, writes = 0;
  std::uint64_t expired = 0, hits = 0, misses = 0, error_replies = 0, forks = 0;
  std::uint64_t peak_memory = 0, dirty = 0;
  std::uint64_t acl_denied_auth = 0, acl_denied_command = 0;
  std::map<std::string, std::uint64_t> errors;  // by code: "WRONGTYPE"

  // Commands of the last seconds, for instantaneous_ops_per_sec.
  std::deque<std::pair<std::int64_t, std::uint64_t>> samples;
};

// One life of the process.
struct Boot {
  std::int64_t started_us = 0;
  std::uint64_t number = 0;  // How often systemd has started it again since the host came up.
  std::string run_id;
  int process_id = 0;
  HashSeed hash_seed;
  std::int64_t monitoring_interval_s =
      0;  // The operator's own monitoring asks INFO that often; 0: never.
};

struct Replication {
  std::string id, id2 = std::string(40, '0');
  std::string master_host;  // Empty: this is a master.
  int master_port = 0;
  std::int64_t second_offset = -1;
  std::int64_t offset = 0;
  bool link_up = false;
};

struct Persistence {
  std::int64_t last_save_s = 0;
  std::uint64_t changes = 0;        // Since then.
  std::int64_t last_bgsave_s = -1;  // How long it took; -1: there was none.
  std::int64_t bgsave_done_ms = 0;  // One is under way until then; 0: none.
  std::int64_t rewrite_done_ms = 0;
  bool last_bgsave_ok = true;
  std::uint64_t saves = 0;
  std::uint64_t keys_loaded = 0;
  std::string folder = "/var/lib/redis";
};

struct SlowEntry {
  std::uint64_t id = 0;
  std::int64_t time_s = 0, micros = 0;
  std::vector<std::string> argv;
  std::string peer, name;
};

struct AclLogEntry {
  std::uint64_t count = 1;
  std::string reason, context, object, user, client_info;
  std::int64_t created_ms = 0;
};

}  // namespace decnet::service::redis
