// INFO: what the server tells of itself. It moves: uptime, processor time, counters, memory.
#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>

#include "service/redis/call.h"
#include "service/redis/vitals.h"

namespace decnet::service::redis {

namespace {

using Lines = std::string;

template <class Value>
void line(Lines& out, std::string_view name, const Value& value) {
  out += name;
  out += ':';
  if constexpr (std::is_arithmetic_v<Value>) {
    out += std::to_string(value);
  } else {
    out += value;
  }
  out += "\r\n";
}

void fixed(Lines& out, std::string_view name, double value, int digits) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.*f", digits, value);
  line(out, name, std::string_view(buffer));
}

void zeros(Lines& out, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) line(out, name, 0);
}

void server_section(Server& server, Lines& out) {
  const std::int64_t now = server.now_us();
  const std::int64_t uptime = std::max<std::int64_t>(0, now - server.boot.started_us) / 1'000'000;
  line(out, "redis_version", "7.0.15");
  line(out, "redis_git_sha1", "00000000");
  line(out, "redis_git_dirty", 0);
  line(out, "redis_build_id", "ae4d7c971a948f0");
  line(out, "redis_mode", "standalone");
  line(out, "os", "Linux " + server.options().persona->kernel + " x86_64");
  line(out, "arch_bits", 64);
  line(out, "monotonic_clock", "POSIX clock_gettime");
  line(out, "multiplexing_api", "epoll");
  line(out, "atomicvar_api", "c11-builtin");
  line(out, "gcc_version", "12.2.0");
  line(out, "process_id", server.boot.process_id);
  line(out, "process_supervised", "systemd");
  line(out, "run_id", server.boot.run_id);
  line(out, "tcp_port", server.config.get("port"));
  line(out, "server_time_usec", now);
  line(out, "uptime_in_seconds", uptime);
  line(out, "uptime_in_days", uptime / 86400);
  line(out, "hz", server.config.get("hz"));
  line(out, "configured_hz", server.config.get("hz"));
  line(out, "lru_clock", (now / 1'000'000) & 0xffffff);
  line(out, "executable", "/usr/bin/redis-server");
  line(out, "config_file", "/etc/redis/redis.conf");
  line(out, "io_threads_active", 0);
}

void clients_section(Server& server, Lines& out) {
  std::size_t tracking = 0;
  std::size_t timed = 0;
  server.each_client([&](Client& client) {
    tracking += client.tracking.on;
    timed += client.blocked && client.blocked->until_ms != 0;
  });
  line(out, "connected_clients", server.client_count());
  line(out, "cluster_connections", 0);
  line(out, "maxclients", server.config.get("maxclients"));
  line(out, "client_recent_max_input_buffer", server.client_count() > 0 ? 20480 : 0);
  line(out, "client_recent_max_output_buffer", 0);
  line(out, "blocked_clients", server.blocked_count());
  line(out, "tracking_clients", tracking);
  line(out, "clients_in_timeout_table", timed);
}

void memory_section(Server& server, Lines& out) {
  const Vitals now = vitals_of(server);
  const auto human = [&](std::string_view name, std::uint64_t bytes) {
    line(out, name, bytes);
    line(out, std::string(name) + "_human", format_bytes(bytes));
  };
  const auto percent = [&](std::string_view name, double of, double all) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%.2f%%", all > 0 ? of / all * 100 : 0);
    line(out, name, std::string_view(buffer));
  };
  human("used_memory", now.used);
  human("used_memory_rss", now.rss);
  human("used_memory_peak", now.peak);
  percent("used_memory_peak_perc", static_cast<double>(now.used), static_cast<double>(now.peak));
  line(out, "used_memory_overhead", now.overhead);
  line(out, "used_memory_startup", kStartupBytes);
  line(out, "used_memory_dataset", now.used - now.overhead);
  percent("used_memory_dataset_perc", static_cast<double>(now.used - now.overhead),
          static_cast<double>(now.used - kStartupBytes));
  line(out, "allocator_allocated", now.allocated);
  line(out, "allocator_active", now.active);
  line(out, "allocator_resident", now.resident);
  human("total_system_memory", now.system);
  line(out, "used_memory_lua", now.lua);
  line(out, "used_memory_vm_eval", now.lua);
  line(out, "used_memory_lua_human", format_bytes(now.lua));
  line(out, "used_memory_scripts_eval", now.scripts);
  line(out, "number_of_cached_scripts", server.scripts.size());
  line(out, "number_of_functions", server.scripts.library_of.size());
  line(out, "number_of_libraries", server.scripts.libraries.size());
  line(out, "used_memory_vm_functions", kFunctionVmBytes);
  human("used_memory_vm_total", now.lua + kFunctionVmBytes);
  line(out, "used_memory_functions", 200);
  human("used_memory_scripts", now.scripts + 200);
  human("maxmemory", server.config.maxmemory);
  line(out, "maxmemory_policy", server.config.get("maxmemory-policy"));
  const auto ratio = [&](std::string_view name, std::string_view bytes_name, std::uint64_t of,
                         std::uint64_t base) {
    fixed(out, name, base > 0 ? static_cast<double>(of) / static_cast<double>(base) : 0, 2);
    line(out, bytes_name, static_cast<std::int64_t>(of) - static_cast<std::int64_t>(base));
  };
  ratio("allocator_frag_ratio", "allocator_frag_bytes", now.active, now.allocated);
  ratio("allocator_rss_ratio", "allocator_rss_bytes", now.resident, now.active);
  ratio("rss_overhead_ratio", "rss_overhead_bytes", now.rss, now.resident);
  ratio("mem_fragmentation_ratio", "mem_fragmentation_bytes", now.rss, now.used - 40'000);
  zeros(out, {"mem_not_counted_for_evict", "mem_replication_backlog",
              "mem_total_replication_buffers", "mem_clients_slaves"});
  line(out, "mem_clients_normal", now.clients);
  zeros(out, {"mem_cluster_links", "mem_aof_buffer"});
  line(out, "mem_allocator", "jemalloc-5.3.0");
  zeros(out, {"active_defrag_running", "lazyfree_pending_objects", "lazyfreed_objects"});
}

void persistence_section(Server& server, Lines& out) {
  const Persistence& state = server.persistence;
  const bool saving = state.bgsave_done_ms > server.now_ms();
  const bool append_only = server.config.get("appendonly") == "yes";
  zeros(out, {"loading", "async_loading", "current_cow_peak", "current_cow_size",
              "current_cow_size_age"});
  line(out, "current_fork_perc", "0.00");
  zeros(out, {"current_save_keys_processed", "current_save_keys_total"});
  line(out, "rdb_changes_since_last_save", state.changes);
  line(out, "rdb_bgsave_in_progress", saving ? 1 : 0);
  line(out, "rdb_last_save_time", state.last_save_s);
  line(out, "rdb_last_bgsave_status", state.last_bgsave_ok ? "ok" : "err");
  line(out, "rdb_last_bgsave_time_sec", state.last_bgsave_s);
  line(out, "rdb_current_bgsave_time_sec", saving ? 0 : -1);
  line(out, "rdb_saves", state.saves);
  line(out, "rdb_last_cow_size", state.last_bgsave_s >= 0 ? 311296 : 0);
  line(out, "rdb_last_load_keys_expired", 0);
  line(out, "rdb_last_load_keys_loaded", state.keys_loaded);
  line(out, "aof_enabled", append_only ? 1 : 0);
  line(out, "aof_rewrite_in_progress", state.rewrite_done_ms > server.now_ms() ? 1 : 0);
  line(out, "aof_rewrite_scheduled", 0);
  line(out, "aof_last_rewrite_time_sec", state.rewrite_done_ms != 0 ? 0 : -1);
  line(out, "aof_current_rewrite_time_sec", -1);
  line(out, "aof_last_bgrewrite_status", "ok");
  line(out, "aof_rewrites", state.rewrite_done_ms != 0 ? 1 : 0);
  line(out, "aof_rewrites_consecutive_failures", 0);
  line(out, "aof_last_write_status", "ok");
  zeros(out, {"aof_last_cow_size", "module_fork_in_progress", "module_fork_last_cow_size"});
}

void stats_section(Server& server, Lines& out) {
  const Stats& stats = server.stats;
  const Background background = background_of(server);
  line(out, "total_connections_received", stats.connections + background.connections);
  line(out, "total_commands_processed", stats.commands + background.commands);
  line(out, "instantaneous_ops_per_sec", recent_rate(server));
  line(out, "total_net_input_bytes", stats.bytes_in + background.bytes_in);
  line(out, "total_net_output_bytes", stats.bytes_out + background.bytes_out);
  zeros(out, {"total_net_repl_input_bytes", "total_net_repl_output_bytes"});
  for (const std::string_view name :
       {"instantaneous_input_kbps", "instantaneous_output_kbps", "instantaneous_input_repl_kbps",
        "instantaneous_output_repl_kbps"}) {
    line(out, name, "0.00");
  }
  line(out, "rejected_connections", stats.rejected_connections);
  zeros(out, {"sync_full", "sync_partial_ok", "sync_partial_err"});
  line(out, "expired_keys", stats.expired);
  line(out, "expired_stale_perc", "0.00");
  line(out, "expired_time_cap_reached_count", 0);
  line(out, "expire_cycle_cpu_milliseconds", background.expire_millis);
  zeros(out, {"evicted_keys", "evicted_clients", "total_eviction_exceeded_time",
              "current_eviction_exceeded_time"});
  line(out, "keyspace_hits", stats.hits);
  line(out, "keyspace_misses", stats.misses);
  line(out, "pubsub_channels", server.channels.size());
  line(out, "pubsub_patterns", server.patterns.size());
  line(out, "pubsubshard_channels", server.shard_channels.size());
  line(out, "latest_fork_usec", stats.forks > 0 ? 214 : 0);
  line(out, "total_forks", stats.forks);
  zeros(out, {"migrate_cached_sockets", "slave_expires_tracked_keys", "active_defrag_hits",
              "active_defrag_misses", "active_defrag_key_hits", "active_defrag_key_misses",
              "total_active_defrag_time", "current_active_defrag_time"});
  line(out, "tracking_total_keys", server.tracked_keys.size());
  line(out, "tracking_total_items", server.tracked_keys.size());
  zeros(out, {"tracking_total_prefixes", "unexpected_error_replies"});
  line(out, "total_error_replies", stats.error_replies);
  line(out, "dump_payload_sanitizations", 0);
  line(out, "total_reads_processed", stats.reads + background.commands + background.connections);
  line(out, "total_writes_processed", stats.writes + background.commands);
  zeros(out, {"io_threaded_reads_processed", "io_threaded_writes_processed"});
  line(out, "reply_buffer_shrinks", background.connections);
  line(out, "reply_buffer_expands", 0);
}

void replication_section(Server& server, Lines& out) {
  const Replication& state = server.replication;
  const bool is_master = state.master_host.empty();
  line(out, "role", is_master ? "master" : "slave");
  if (!is_master) {
    line(out, "master_host", state.master_host);
    line(out, "master_port", state.master_port);
    line(out, "master_link_status", state.link_up ? "up" : "down");
    line(out, "master_last_io_seconds_ago", state.link_up ? 0 : -1);
    line(out, "master_sync_in_progress", 0);
    line(out, "slave_read_repl_offset", state.offset);
    line(out, "slave_repl_offset", state.offset);
    if (!state.link_up) line(out, "master_link_down_since_seconds", -1);
    line(out, "slave_priority", server.config.get("replica-priority"));
    line(out, "slave_read_only", server.config.get("replica-read-only") == "yes" ? 1 : 0);
    line(out, "replica_announced", 1);
  }
  line(out, "connected_slaves", 0);
  line(out, "master_failover_state", "no-failover");
  line(out, "master_replid", state.id);
  line(out, "master_replid2", state.id2);
  line(out, "master_repl_offset", state.offset);
  line(out, "second_repl_offset", state.second_offset);
  line(out, "repl_backlog_active", 0);
  line(out, "repl_backlog_size", server.config.get("repl-backlog-size"));
  zeros(out, {"repl_backlog_first_byte_offset", "repl_backlog_histlen"});
}

void cpu_section(Server& server, Lines& out) {
  const Background background = background_of(server);
  fixed(out, "used_cpu_sys", background.cpu_system, 6);
  fixed(out, "used_cpu_user", background.cpu_user, 6);
  fixed(out, "used_cpu_sys_children", static_cast<double>(server.stats.forks) * 0.0021, 6);
  fixed(out, "used_cpu_user_children", static_cast<double>(server.stats.forks) * 0.0009, 6);
  fixed(out, "used_cpu_sys_main_thread", background.cpu_system * 0.9921, 6);
  fixed(out, "used_cpu_user_main_thread", background.cpu_user * 0.9934, 6);
}

void each_command(Server& server, const std::function<void(const Command&)>& visit) {
  for (Command* command : CommandTable::shuffled(server.commands.top(), server.keyspace.seed())) {
    visit(*command);
    for (Command* sub : CommandTable::shuffled(command->subcommands, server.keyspace.seed()))
      visit(*sub);
  }
}

void commandstats_section(Server& server, Lines& out) {
  const Background background = background_of(server);
  each_command(server, [&](const Command& command) {
    const bool is_info = command.name() == "info";
    const std::uint64_t calls = command.stats.calls + (is_info ? background.commands : 0);
    const std::uint64_t micros = command.stats.micros + (is_info ? background.commands * 93 : 0);
    if (calls == 0 && command.stats.rejected == 0 && command.stats.failed == 0) return;
    char buffer[256];
    std::snprintf(buffer, sizeof buffer,
                  "calls=%llu,usec=%llu,usec_per_call=%.2f,rejected_calls=%llu,failed_calls=%llu",
                  static_cast<unsigned long long>(calls), static_cast<unsigned long long>(micros),
                  calls > 0 ? static_cast<double>(micros) / static_cast<double>(calls) : 0.0,
                  static_cast<unsigned long long>(command.stats.rejected),
                  static_cast<unsigned long long>(command.stats.failed));
    line(out, "cmdstat_" + std::string(command.name()), std::string_view(buffer));
  });
}

void errorstats_section(Server& server, Lines& out) {
  for (const auto& [code, count] : server.stats.errors)
    line(out, "errorstat_" + code, "count=" + std::to_string(count));
}

void latencystats_section(Server& server, Lines& out) {
  std::vector<std::string> words;
  split_words(server.config.get("latency-tracking-info-percentiles"), words);
  if (server.config.get("latency-tracking") != "yes") return;
  each_command(server, [&](const Command& command) {
    if (command.stats.latency.empty()) return;
    std::string values;
    for (const std::string& word : words) {
      char buffer[64];
      std::snprintf(buffer, sizeof buffer, "%.3f",
                    command.stats.percentile(parse_double(word).value_or(50)));
      values += (values.empty() ? "p" : ",p") + word + "=" + buffer;
    }
    line(out, "latency_percentiles_usec_" + std::string(command.name()), values);
  });
}

void keyspace_section(Server& server, Lines& out) {
  for (int db = 0; db < kDatabases; ++db) {
    if (server.keyspace.size(db) == 0) continue;
    line(out, "db" + std::to_string(db),
         "keys=" + std::to_string(server.keyspace.size(db)) +
             ",expires=" + std::to_string(server.keyspace.expiring(db)) +
             ",avg_ttl=" + std::to_string(server.keyspace.average_ttl_ms(db, server.now_ms())));
  }
}

struct Section {
  std::string_view name, title;
  bool is_default;
  void (*write)(Server&, Lines&);
};

constexpr Section kSections[] = {
    {"server", "Server", true, server_section},
    {"clients", "Clients", true, clients_section},
    {"memory", "Memory", true, memory_section},
    {"persistence", "Persistence", true, persistence_section},
    {"stats", "Stats", true, stats_section},
    {"replication", "Replication", true, replication_section},
    {"cpu", "CPU", true, cpu_section},
    {"modules", "Modules", true, [](Server&, Lines&) {}},
    {"commandstats", "Commandstats", false, commandstats_section},
    {"errorstats", "Errorstats", true, errorstats_section},
    {"latencystats", "Latencystats", false, latencystats_section},
    {"cluster", "Cluster", true, [](Server&, Lines& out) { line(out, "cluster_enabled", 0); }},
    {"keyspace", "Keyspace", true, keyspace_section},
};

void info(Call& call) {
  std::string text;
  for (const Section& section : kSections) {
    bool wanted = call.size() == 1 && section.is_default;
    for (std::size_t n = 1; n < call.size(); ++n) {
      wanted = wanted || call.is(n, section.name) || call.is(n, "all") ||
               call.is(n, "everything") || (call.is(n, "default") && section.is_default);
    }
    if (!wanted) continue;
    if (!text.empty()) text += "\r\n";
    text += "# " + std::string(section.title) + "\r\n";
    section.write(call.server, text);
  }
  call.out.verbatim(text);
}

constexpr auto kCommands = std::to_array<Binding>({{"info", info}});

}  // namespace

std::span<const Binding> info_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
