// The server as a whole: time, saving, shutting down, watching it.
#include <array>

#include "service/redis/attacks.h"
#include "service/redis/call.h"
#include "service/redis/filesystem.h"

namespace decnet::service::redis {

namespace {

constexpr std::int64_t kSaveMs = 12;  // A small key space is on the disk that fast …
constexpr std::int64_t kRewriteMs = 60;

void time(Call& call) {
  const std::int64_t now = call.server.now_us();
  call.out.array(2);
  call.out.bulk_integer(now / 1'000'000);
  call.out.bulk_integer(now % 1'000'000);
}

void lastsave(Call& call) {
  finish_background_save(call.server);
  call.out.integer(call.server.persistence.last_save_s);
}

bool can_save(const Call& call) {
  return folder_is_writable(call.server.persistence.folder) &&
         !call.server.config.get("dbfilename").empty();
}

void save(Call& call) {
  finish_background_save(call.server);
  Persistence& state = call.server.persistence;
  if (state.bgsave_done_ms != 0) return call.out.error("ERR Background save already in progress");
  const bool worked = can_save(call);
  capture_saved(call.server, call.client, worked);
  if (!worked) return call.out.raw("-ERR\r\n");
  call.server.keep_saved();
  ++state.saves;
  state.changes = 0;
  state.last_save_s = call.now() / 1000;
  state.last_bgsave_ok = true;
  call.out.ok();
}

void bgsave(Call& call) {
  if (call.size() > 1 && !(call.size() == 2 && call.is(1, "SCHEDULE"))) return call.syntax_error();
  finish_background_save(call.server);
  Persistence& state = call.server.persistence;
  if (state.bgsave_done_ms != 0) return call.out.error("ERR Background save already in progress");
  capture_saved(call.server, call.client, can_save(call));
  ++call.server.stats.forks;
  state.bgsave_done_ms = call.now() + kSaveMs;
  call.out.simple("Background saving started");
}

void bgrewriteaof(Call& call) {
  Persistence& state = call.server.persistence;
  if (state.rewrite_done_ms > call.now()) {
    return call.out.error("ERR Background append only file rewriting already in progress");
  }
  ++call.server.stats.forks;
  state.rewrite_done_ms = call.now() + kRewriteMs;
  call.out.simple("Background append only file rewriting started");
}

void shutdown(Call& call) {
  bool no_save = false, save = false, abort = false, others = false;
  for (std::size_t n = 1; n < call.size(); ++n) {
    if (call.is(n, "NOSAVE")) {
      no_save = true;
    } else if (call.is(n, "SAVE")) {
      save = true;
    } else if (call.is(n, "ABORT")) {
      abort = true;
    } else if (call.is(n, "NOW") || call.is(n, "FORCE")) {
      others = true;
    } else {
      return call.syntax_error();
    }
  }
  if ((abort && (no_save || save || others)) || (no_save && save)) return call.syntax_error();
  if (abort) return call.out.error("ERR No shutdown in progress.");
  if (call.client.is_script || call.client.in_exec) {
    return call.out.error(
        "ERR SHUTDOWN without NOW or ABORT isn't allowed for DENY BLOCKING client");
  }
  const bool saves = save || (!no_save && !call.server.config.get("save").empty());
  if (saves && !can_save(call)) return call.out.error("ERR Errors trying to SHUTDOWN. Check logs.");
  call.server.restart(saves);
}

void monitor(Call& call) {
  if (!call.may_block())
    return call.out.error("ERR MONITOR isn't allowed for DENY BLOCKING client");
  call.client.is_monitor = true;
  call.out.ok();
}

void lolwut(Call& call) {
  call.out.verbatim("Redis ver. 7.0.15\n");
}

constexpr auto kCommands = std::to_array<Binding>({
    {"bgrewriteaof", bgrewriteaof},
    {"bgsave", bgsave},
    {"lastsave", lastsave},
    {"lolwut", lolwut},
    {"monitor", monitor},
    {"save", save},
    {"shutdown", shutdown},
    {"time", time},
});

}  // namespace

void finish_background_save(Server& server) {
  Persistence& state = server.persistence;
  if (state.bgsave_done_ms == 0 || state.bgsave_done_ms > server.now_ms()) return;
  const bool worked = folder_is_writable(state.folder) && !server.config.get("dbfilename").empty();
  state.last_bgsave_ok = worked;
  state.last_bgsave_s = 0;
  if (worked) {
    state.last_save_s = state.bgsave_done_ms / 1000;
    state.changes = 0;
    ++state.saves;
    server.keep_saved();
  }
  state.bgsave_done_ms = 0;
}

std::span<const Binding> server_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
