// DEBUG and MODULE where an administrator has opened them, and the commands of a cluster, which
// this is not.
#include <array>

#include "service/redis/call.h"
#include "service/redis/rdb.h"

namespace decnet::service::redis {

namespace {

void debug_object(Call& call) {
  Object* object = call.server.lookup(call.client.db, call.arg(2));
  if (object == nullptr) return call.out.error(kNoSuchKey);
  constexpr std::uint64_t kHeap = 0x7f0000000000;
  const std::uint64_t address =
      kHeap + (sip_hash(call.arg(2), call.server.keyspace.seed()) & 0xfffffffff0);
  char where[32];
  std::snprintf(where, sizeof where, "0x%llx", static_cast<unsigned long long>(address));
  constexpr std::size_t kFrame = 11;  // Type, version and checksum.
  const std::int64_t idle = (call.now() - object->accessed_ms) / 1000;
  call.out.simple("Value at:" + std::string(where) +
                  " refcount:1 encoding:" + std::string(to_string(object->encoding())) +
                  " serializedlength:" + std::to_string(dump_object(*object).size() - kFrame) +
                  " lru:" + std::to_string((object->accessed_ms / 1000) & 0xffffff) +
                  " lru_seconds_idle:" + std::to_string(idle));
}

void debug(Call& call) {
  const std::string sub = lower(call.arg(1).substr(0, 64));
  const std::size_t args = call.size() - 2;
  if (sub == "help")
    return call.server.texts.say(call.out, "debug help", [&] { call.out.array(0); });
  if (sub == "object" && args >= 1) return debug_object(call);
  if (sub == "sleep" && args == 1) {
    constexpr double kLongestS = 10;
    const auto seconds = parse_double(call.arg(2)).value_or(0);
    if (seconds <= 0 || !call.may_block()) return call.out.ok();
    Blocked how;
    how.kind = Blocked::Kind::wait;
    how.until_ms = call.now() + static_cast<std::int64_t>(std::min(seconds, kLongestS) * 1000);
    how.time_out = [&client = call.client] { client.reply.ok(); };
    return call.server.block(call.client, std::move(how));
  }
  if ((sub == "segfault" || sub == "panic" || sub == "restart" || sub == "crash-and-recover" ||
       sub == "assert" || sub == "oom") &&
      args <= 1) {
    return call.server.restart(false);  // It dies; systemd starts it again.
  }
  for (const std::string_view known :
       {"set-active-expire", "quicklist-packed-threshold", "set-disable-deny-scripts", "replicate",
        "log", "change-repl-id", "jmap", "reload", "loadaof", "pause-cron",
        "lua-always-replicate-commands", "stringmatch-len", "config-rewrite-force-all"}) {
    if (sub == known) return call.out.ok();
  }
  call.unknown_subcommand();
}

void module_list(Call& call) {
  call.out.array(0);
}

// No file that it could name is there: uploads never reach a disk.
void module_load(Call& call) {
  call.out.error("ERR Error loading the extension. Please check the server logs.");
}

void module_unload(Call& call) {
  call.out.error("ERR Error unloading module: no such module with that name");
}

void no_cluster(Call& call) {
  call.out.error("ERR This instance has cluster support disabled");
}

// Replies to internal checks of the genuine server; nobody else calls them.
void pf_debug_only(Call& call) {
  call.out.ok();
}

constexpr auto kDebug = std::to_array<Binding>({{"debug", debug},
                                                {"module|list", module_list},
                                                {"module|load", module_load},
                                                {"module|loadex", module_load},
                                                {"module|unload", module_unload},
                                                {"pfselftest", pf_debug_only}});

constexpr auto kCluster = std::to_array<Binding>({
    {"asking", no_cluster},
    {"cluster|addslots", no_cluster},
    {"cluster|addslotsrange", no_cluster},
    {"cluster|bumpepoch", no_cluster},
    {"cluster|count-failure-reports", no_cluster},
    {"cluster|countkeysinslot", no_cluster},
    {"cluster|delslots", no_cluster},
    {"cluster|delslotsrange", no_cluster},
    {"cluster|failover", no_cluster},
    {"cluster|flushslots", no_cluster},
    {"cluster|forget", no_cluster},
    {"cluster|getkeysinslot", no_cluster},
    {"cluster|help", no_cluster},
    {"cluster|info", no_cluster},
    {"cluster|keyslot", no_cluster},
    {"cluster|links", no_cluster},
    {"cluster|meet", no_cluster},
    {"cluster|myid", no_cluster},
    {"cluster|nodes", no_cluster},
    {"cluster|replicas", no_cluster},
    {"cluster|replicate", no_cluster},
    {"cluster|reset", no_cluster},
    {"cluster|saveconfig", no_cluster},
    {"cluster|set-config-epoch", no_cluster},
    {"cluster|setslot", no_cluster},
    {"cluster|shards", no_cluster},
    {"cluster|slaves", no_cluster},
    {"cluster|slots", no_cluster},
    {"readonly", no_cluster},
    {"readwrite", no_cluster},
});

}  // namespace

std::span<const Binding> debug_commands() {
  return kDebug;
}
std::span<const Binding> cluster_commands() {
  return kCluster;
}

}  // namespace decnet::service::redis
