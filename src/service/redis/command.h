// The commands: what the genuine server says of each (command_table.inc), and who answers it here.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "service/redis/dict.h"

namespace decnet::service::redis {

struct Call;
using Handler = void (*)(Call& call);

// A family's commands ("get", "config|set"), each in its own cmd_*.cc.
struct Binding {
  std::string_view name;
  Handler handler;
};

// A row of command_table.inc. Lists are separated by blanks, key specs by '|'.
struct CommandFacts {
  std::string_view name;
  int arity;
  std::string_view flags;
  int first_key, last_key, key_step;
  std::string_view categories, tips, key_specs;
};
std::span<const CommandFacts> command_facts();

// Where a command's keys are: `begin` is i<index>, k<KEYWORD>,<from> or u; `find` is
// r<last>,<step>,<limit>, n<keynum index>,<first>,<step> or u.
struct KeySpec {
  std::vector<std::string_view> flags;
  std::string_view begin, find;
  bool has(std::string_view flag) const noexcept;
};

struct CommandStats {
  std::uint64_t calls = 0, micros = 0, rejected = 0, failed = 0;
  std::map<std::uint32_t, std::uint32_t> latency;  // Calls by microseconds, large ones rounded.
  void record(std::int64_t micros);
  // Nanoseconds below which that share of the calls stayed, to two digits as an HDR histogram has.
  double percentile(double percent) const;
};

struct Command {
  const CommandFacts* facts = nullptr;
  std::string_view name() const noexcept { return facts->name; }
  Handler handler = nullptr;
  Command* parent = nullptr;
  std::vector<Command*> subcommands;
  std::vector<std::string_view> flags, categories;
  std::vector<KeySpec> key_specs;
  std::size_t index = 0;  // In CommandTable::all().
  CommandStats stats;

  // The flags that every command is asked for.
  bool is_write = false, is_readonly = false, denies_oom = false, is_fast = false, is_admin = false;
  bool allowed_unauthenticated = false, allowed_in_script = true, allowed_in_multi = true;
  bool shown_to_monitors = true, logged_when_slow = true, may_block = false;

  bool has_flag(std::string_view flag) const noexcept;
  bool has_category(std::string_view category) const noexcept;
  bool accepts(std::size_t args) const noexcept;  // Of an argv with that many elements.
};

class CommandTable {
 public:
  CommandTable();

  Command* find(std::string_view name) const;  // "get", "config|get", any case
  // The command of a request; for a container its subcommand, or the container itself if there is
  // no such subcommand.
  Command* of_request(const std::vector<std::string>& argv) const;

  const std::vector<std::unique_ptr<Command>>& all() const noexcept { return commands_; }
  const std::vector<Command*>& top() const noexcept { return top_; }
  // In the order in which a hash table with that seed holds them: the genuine server's differs from
  // start to start too.
  static std::vector<Command*> shuffled(std::vector<Command*> commands, HashSeed seed);

 private:
  void bind(std::span<const Binding> bindings);
  std::vector<std::unique_ptr<Command>> commands_;
  std::vector<Command*> top_;
  std::unordered_map<std::string, Command*> by_name_;
};

// The keys of a request with the flags of their spec ("RO access"), as COMMAND GETKEYSANDFLAGS has
// them.
struct KeyRef {
  std::size_t index;
  const KeySpec* spec;
};
struct KeysOfRequest {
  std::vector<KeyRef> keys;
  bool valid = true;  // False: "Invalid arguments specified for command".
};
KeysOfRequest keys_of(const Command& command, const std::vector<std::string>& argv);

// One a family.
std::span<const Binding> acl_commands();
std::span<const Binding> bitfield_commands();
std::span<const Binding> bitmap_commands();
std::span<const Binding> client_commands();
std::span<const Binding> cluster_commands();
std::span<const Binding> command_commands();
std::span<const Binding> config_commands();
std::span<const Binding> connection_commands();
std::span<const Binding> debug_commands();
std::span<const Binding> dump_commands();
std::span<const Binding> expire_commands();
std::span<const Binding> function_commands();
std::span<const Binding> geo_commands();
std::span<const Binding> hash_commands();
std::span<const Binding> help_commands();
std::span<const Binding> hyperloglog_commands();
std::span<const Binding> info_commands();
std::span<const Binding> key_commands();
std::span<const Binding> lcs_commands();
std::span<const Binding> list_commands();
std::span<const Binding> blocking_list_commands();
std::span<const Binding> memory_commands();
std::span<const Binding> pubsub_commands();
std::span<const Binding> replication_commands();
std::span<const Binding> scan_commands();
std::span<const Binding> script_commands();
std::span<const Binding> server_commands();
std::span<const Binding> set_commands();
std::span<const Binding> slow_commands();
std::span<const Binding> sort_commands();
std::span<const Binding> stream_commands();
std::span<const Binding> stream_claim_commands();
std::span<const Binding> stream_group_commands();
std::span<const Binding> stream_info_commands();
std::span<const Binding> stream_read_commands();
std::span<const Binding> string_commands();
std::span<const Binding> tracking_commands();
std::span<const Binding> transaction_commands();
std::span<const Binding> zset_commands();
std::span<const Binding> zset_range_commands();
std::span<const Binding> zset_store_commands();

}  // namespace decnet::service::redis
