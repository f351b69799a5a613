// CONFIG.
#include <algorithm>
#include <array>

#include "service/redis/call.h"
#include "service/redis/filesystem.h"
#include "service/redis/glob.h"

namespace decnet::service::redis {

namespace {

void get(Call& call) {
  // What each name that matches is called in the answer, and in the order of a hash table.
  std::map<std::pair<std::uint64_t, std::string>, std::string> matches;
  const auto add = [&](const std::string& name) {
    const std::uint64_t order = sip_hash(lower(name), call.server.keyspace.seed());
    matches.try_emplace({order, name}, *call.server.config.find(name));
  };
  const std::vector<std::string> names = call.server.config.names();
  for (std::size_t n = 2; n < call.size(); ++n) {
    const std::string& pattern = call.arg(n);
    if (!call.spend(pattern.size() + names.size())) return;
    if (pattern.find_first_of("[*?") == std::string::npos) {
      if (call.server.config.find(pattern) != nullptr) add(pattern);
      continue;
    }
    for (const std::string& name : names) {
      if (glob_match(pattern, name, Case::insensitive)) add(name);
    }
  }
  call.out.map(matches.size());
  for (const auto& [key, value] : matches) {
    call.out.bulk(key.second);
    call.out.bulk(value);
  }
}

// What setting a parameter does beside being remembered; why it fails, if it does.
std::optional<std::string> apply(Call& call, std::string_view name, std::string& value) {
  if (name == "requirepass") call.server.acl.set_default_password(value);
  if (name == "dir") {
    const FolderState state = folder_state(value);
    if (state != FolderState::fine) return std::string(to_string(state));
    call.server.persistence.folder = value = real_path(value);
  }
  if (name == "hz")
    value = std::to_string(std::clamp<std::int64_t>(parse_integer(value).value_or(10), 1, 500));
  if (name == "activedefrag" && value == "yes") {
    return "Active defragmentation cannot be enabled: it requires a Redis server compiled with a "
           "modified Jemalloc like "
           "the one shipped by default with the Redis source distribution";
  }
  if (name.starts_with("tls-") && name != "tls-port" && name != "tls-replication" &&
      name != "tls-cluster") {
    return std::nullopt;
  }
  if (name == "tls-port" && value != "0")
    return "Unable to update TLS configuration. Check server logs.";
  if (name == "tls-replication" && value == "yes")
    return "Unable to update TLS configuration. Check server logs.";
  if (name == "tls-cluster" && value == "yes")
    return "Unable to update TLS configuration. Check server logs.";
  if (name == "proc-title-template") {
    for (std::size_t at = value.find('{'); at != std::string::npos; at = value.find('{', at + 1)) {
      const std::string word = value.substr(at, value.find('}', at) - at + 1);
      constexpr std::string_view kKnown[] = {"{title}",      "{listen-addr}", "{server-mode}",
                                             "{port}",       "{tls-port}",    "{unixsocket}",
                                             "{config-file}"};
      if (std::find(std::begin(kKnown), std::end(kKnown), word) == std::end(kKnown)) {
        return "template format is invalid or contains unknown variables";
      }
    }
  }
  return std::nullopt;
}

struct Setting {
  std::string given, name, value;
};

void set(Call& call) {
  const auto refuse = [&](const std::string& name, const std::string& why) {
    call.out.error("ERR CONFIG SET failed (possibly related to argument '" + name + "') - " + why);
  };
  if (call.size() % 2 != 0) return call.syntax_error();
  const bool trusted = call.server.allows_guarded(call.client, "enable-protected-configs");
  std::vector<Setting> settings;
  std::optional<std::pair<std::string, std::string>> refusal;
  for (std::size_t n = 2; n < call.size(); n += 2) {
    const std::string_view name = Config::resolve(call.arg(n));
    if (name.empty()) {
      return call.out.error("ERR Unknown option or number of arguments for CONFIG SET - '" +
                            call.arg(n) + "'");
    }
    if (refusal) continue;
    const bool twice = std::any_of(settings.begin(), settings.end(),
                                   [&](const Setting& one) { return one.name == name; });
    if (twice) {
      refusal = {call.arg(n), "duplicate parameter"};
      continue;
    }
    Setting setting{call.arg(n), std::string(name), {}};
    const auto why = call.server.config.check(name, call.arg(n + 1), trusted, setting.value);
    if (why) refusal = {call.arg(n), *why};
    settings.push_back(std::move(setting));
  }
  if (refusal) return refuse(refusal->first, refusal->second);
  for (Setting& setting : settings) {
    if (const auto why = apply(call, setting.name, setting.value))
      return refuse(setting.given, *why);
  }
  for (Setting& setting : settings)
    call.server.config.assign(setting.name, std::move(setting.value));
  call.out.ok();
}

void resetstat(Call& call) {
  for (const auto& command : call.server.commands.all()) command->stats = {};
  const std::uint64_t peak = call.server.used_memory();
  const std::uint64_t dirty = call.server.stats.dirty;
  call.server.stats = {};
  call.server.stats.peak_memory = peak;
  call.server.stats.dirty = dirty;
  call.out.ok();
}

void rewrite(Call& call) {
  call.out.ok();
}

constexpr auto kCommands = std::to_array<Binding>({{"config|get", get},
                                                   {"config|resetstat", resetstat},
                                                   {"config|rewrite", rewrite},
                                                   {"config|set", set}});

}  // namespace

std::span<const Binding> config_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
