#include "service/redis/command.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "service/redis/number.h"

namespace decnet::service::redis {

namespace {

constexpr CommandFacts kFacts[] = {
#include "service/redis/command_table.inc"
};

std::vector<std::string_view> split(std::string_view text, char by) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(by), text.size());
    parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

KeySpec parse_key_spec(std::string_view text) {
  KeySpec spec;
  const auto take = [&] {
    const std::size_t end = std::min(text.find(';'), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return part;
  };
  spec.flags = split(take(), ' ');
  spec.begin = take();
  spec.find = take();
  return spec;
}

bool contains(const std::vector<std::string_view>& list, std::string_view word) noexcept {
  return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

std::span<const CommandFacts> command_facts() {
  return kFacts;
}

bool KeySpec::has(std::string_view flag) const noexcept {
  return contains(flags, flag);
}
bool Command::has_flag(std::string_view flag) const noexcept {
  return contains(flags, flag);
}
bool Command::has_category(std::string_view category) const noexcept {
  return contains(categories, category);
}

namespace {

// The greatest value that a histogram with two significant digits cannot tell from this one.
std::uint64_t highest_equivalent(std::uint64_t value) {
  constexpr unsigned kSubBucketBits = 8;
  const auto bits = static_cast<unsigned>(std::bit_width(value | ((1U << kSubBucketBits) - 1)));
  const std::uint64_t unit = 1ULL << (bits - kSubBucketBits);
  return (value & ~(unit - 1)) + unit - 1;
}

}  // namespace

void CommandStats::record(std::int64_t micros_spent) {
  constexpr std::size_t kExactMax = 64;
  constexpr std::int64_t kMicrosMax = 1'000'000;
  auto value = static_cast<std::uint32_t>(std::clamp<std::int64_t>(micros_spent, 1, kMicrosMax));
  if (latency.size() >= kExactMax && !latency.contains(value)) value = std::bit_ceil(value);
  ++latency[value];
}

double CommandStats::percentile(double percent) const {
  std::uint64_t total = 0;
  for (const auto& [value, count] : latency) total += count;
  const auto wanted = static_cast<std::uint64_t>(
      std::max(1LL, std::llround(percent / 100 * static_cast<double>(total))));
  std::uint64_t seen = 0;
  for (const auto& [value, count] : latency) {
    seen += count;
    if (seen >= wanted) return static_cast<double>(highest_equivalent(value * 1000ULL)) / 1000;
  }
  return 0;
}

std::vector<Command*> CommandTable::shuffled(std::vector<Command*> commands, HashSeed seed) {
  std::sort(commands.begin(), commands.end(), [seed](const Command* a, const Command* b) {
    return sip_hash(a->name(), seed) < sip_hash(b->name(), seed);
  });
  return commands;
}

bool Command::accepts(std::size_t args) const noexcept {
  const auto count = static_cast<int>(std::min<std::size_t>(args, 1U << 30));
  return facts->arity >= 0 ? count == facts->arity : count >= -facts->arity;
}

CommandTable::CommandTable() {
  for (const CommandFacts& facts : kFacts) {
    auto command = std::make_unique<Command>();
    command->facts = &facts;
    command->flags = split(facts.flags, ' ');
    command->categories = split(facts.categories, ' ');
    for (const std::string_view spec : split(facts.key_specs, '|')) {
      command->key_specs.push_back(parse_key_spec(spec));
    }
    command->is_write = command->has_flag("write");
    command->is_readonly = command->has_flag("readonly");
    command->denies_oom = command->has_flag("denyoom");
    command->is_fast = command->has_flag("fast");
    command->is_admin = command->has_flag("admin");
    command->allowed_unauthenticated = command->has_flag("no_auth");
    command->allowed_in_script = !command->has_flag("noscript");
    command->allowed_in_multi = !command->has_flag("no_multi");
    command->shown_to_monitors = !command->has_flag("skip_monitor") && !command->is_admin;
    command->logged_when_slow = !command->has_flag("skip_slowlog");
    command->may_block = command->has_flag("blocking");
    command->index = commands_.size();
    by_name_.emplace(facts.name, command.get());
    const std::size_t bar = facts.name.find('|');
    if (bar == std::string_view::npos) {
      top_.push_back(command.get());
    } else {
      command->parent = by_name_.at(std::string(facts.name.substr(0, bar)));
      command->parent->subcommands.push_back(command.get());
    }
    commands_.push_back(std::move(command));
  }
  for (const auto family :
       {acl_commands,           bitmap_commands,      client_commands,      cluster_commands,
        command_commands,       config_commands,      connection_commands,  debug_commands,
        dump_commands,          expire_commands,      function_commands,    geo_commands,
        hash_commands,          help_commands,        hyperloglog_commands, info_commands,
        key_commands,           lcs_commands,         list_commands,        bitfield_commands,
        blocking_list_commands, memory_commands,      pubsub_commands,      replication_commands,
        scan_commands,          script_commands,      server_commands,      set_commands,
        slow_commands,          sort_commands,        stream_commands,      stream_claim_commands,
        stream_group_commands,  stream_info_commands, stream_read_commands, string_commands,
        tracking_commands,      transaction_commands, zset_commands,        zset_range_commands,
        zset_store_commands}) {
    bind(family());
  }
}

void CommandTable::bind(std::span<const Binding> bindings) {
  for (const Binding& binding : bindings) {
    by_name_.at(std::string(binding.name))->handler = binding.handler;
  }
}

Command* CommandTable::find(std::string_view name) const {
  const auto at = by_name_.find(lower(name));
  return at == by_name_.end() ? nullptr : at->second;
}

Command* CommandTable::of_request(const std::vector<std::string>& argv) const {
  constexpr std::size_t kNameBytesMax =
      64;  // No command's name is longer: a long word need not be hashed.
  if (argv.empty() || argv[0].size() > kNameBytesMax || argv[0].find('|') != std::string::npos)
    return nullptr;
  Command* command = find(argv[0]);
  if (command == nullptr || command->subcommands.empty() || argv.size() < 2) return command;
  if (argv[1].size() > kNameBytesMax) return command;
  Command* sub = find(std::string(command->name()) + "|" + argv[1]);
  return sub != nullptr ? sub : command;
}

}  // namespace decnet::service::redis
