// EVAL and SCRIPT.
#include <algorithm>
#include <array>

#include "service/redis/script_runner.h"

namespace decnet::service::redis {

namespace {

// Compiles a script and keeps it. Null after an error was said.
const Script* load_script(Call& call, const std::string& body, const std::string& sha) {
  if (const Script* known = call.server.scripts.find(sha)) return known;
  if (body.size() > kScriptBytesMax) {
    call.out.error(kOutOfMemory);
    return nullptr;
  }
  const Shebang shebang = parse_shebang(body, ShebangOf::script);
  if (!shebang.error.empty()) {
    call.out.error(shebang.error);
    return nullptr;
  }
  lua::Compiled compiled =
      lua::compile(std::string_view(body).substr(shebang.body_begin), "user_script");
  if (compiled.chunk == nullptr) {
    call.out.error("ERR Error compiling script (new function): " + compiled.error);
    return nullptr;
  }
  call.server.scripts.add(sha, {body, shebang.flags, std::move(compiled.chunk)});
  return call.server.scripts.find(sha);
}

void run(Call& call, const Script& script, const std::string& sha) {
  const auto keys = call.integer(2);
  if (!keys) return;
  if (*keys > static_cast<std::int64_t>(call.size()) - 3) {
    return call.out.error("ERR Number of keys can't be greater than number of args");
  }
  if (*keys < 0) return call.out.error("ERR Number of keys can't be negative");
  ScriptCall wanted;
  const auto chunk = script.chunk;  // The script may flush itself.
  wanted.chunk = chunk.get();
  wanted.sha = sha;
  wanted.flags = script.flags;
  wanted.read_only = call.command.name().ends_with("_ro");
  wanted.keys = static_cast<std::size_t>(*keys);
  if (wanted.read_only && script.flags.has_shebang && !script.flags.no_writes) {
    return call.out.error("ERR Can not execute a script with write flag using *_ro command.");
  }
  run_script(call, wanted);
}

void eval(Call& call) {
  // numkeys is looked at before the script is.
  const auto keys = call.integer(2);
  if (!keys) return;
  if (*keys > static_cast<std::int64_t>(call.size()) - 3) {
    return call.out.error("ERR Number of keys can't be greater than number of args");
  }
  if (*keys < 0) return call.out.error("ERR Number of keys can't be negative");
  const std::string sha = script_sha(call.arg(1));
  if (const Script* script = load_script(call, call.arg(1), sha)) {
    const Script copy = *script;
    run(call, copy, sha);
  }
}

void evalsha(Call& call) {
  constexpr std::size_t kShaBytes = 40;
  const std::string sha = lower(call.arg(1).substr(0, kShaBytes));
  const Script* script = call.arg(1).size() == kShaBytes ? call.server.scripts.find(sha) : nullptr;
  if (script == nullptr) return call.out.error("NOSCRIPT No matching script. Please use EVAL.");
  const Script copy = *script;
  run(call, copy, sha);
}

void script_load(Call& call) {
  const std::string sha = script_sha(call.arg(2));
  if (load_script(call, call.arg(2), sha) != nullptr) call.out.bulk(sha);
}

void script_exists(Call& call) {
  call.out.array(call.size() - 2);
  for (std::size_t n = 2; n < call.size(); ++n)
    call.out.integer(call.server.scripts.find(lower(call.arg(n))) != nullptr);
}

void script_flush(Call& call) {
  if (call.size() > 3 || (call.size() == 3 && !call.is(2, "SYNC") && !call.is(2, "ASYNC"))) {
    return call.out.error("ERR SCRIPT FLUSH only support SYNC|ASYNC option");
  }
  call.server.scripts.clear();
  call.out.ok();
}

void script_kill(Call& call) {
  call.server.kill_script(call.out);
}

void script_debug(Call& call) {
  if (call.is(2, "NO") || call.is(2, "YES") || call.is(2, "SYNC")) return call.out.ok();
  call.out.error("ERR Use SCRIPT DEBUG YES/SYNC/NO");
}

constexpr auto kCommands = std::to_array<Binding>({
    {"eval", eval},
    {"eval_ro", eval},
    {"evalsha", evalsha},
    {"evalsha_ro", evalsha},
    {"script|debug", script_debug},
    {"script|exists", script_exists},
    {"script|flush", script_flush},
    {"script|kill", script_kill},
    {"script|load", script_load},
});

}  // namespace

std::span<const Binding> script_commands() {
  return kCommands;
}

// --- A script that does not end ---

namespace {

constexpr std::int64_t kEndlessMs =
    300'000;  // The genuine server waits for ever; a decky does not.

}  // namespace

void Server::begin_endless(Client& client, const std::string& sha, bool has_written) {
  endless_ = {client.id, now_ms(), sha, has_written};
  Blocked how;
  how.kind = Blocked::Kind::wait;
  how.until_ms = now_ms() + kEndlessMs;
  how.time_out = [this, &client] {
    endless_ = {};
    close(client, "endless_script");
  };
  block(client, std::move(how));
}

void Server::kill_script(Reply& out) {
  Client* client = endless_.client != 0 ? find_client(endless_.client) : nullptr;
  if (client == nullptr) {
    endless_ = {};
    return out.error("NOTBUSY No scripts in execution right now.");
  }
  if (endless_.has_written) {
    return out.error(
        "UNKILLABLE Sorry the script already executed write commands against the dataset. You can "
        "either wait "
        "the script termination or kill the server in a hard way using the SHUTDOWN NOSAVE "
        "command.");
  }
  client->reply.error("ERR Error running script: Script killed by user with SCRIPT KILL. script: " +
                      endless_.sha + ", on @user_script:1.");
  endless_ = {};
  out.ok();
  finish_unblocked(*client);
}

// While it runs nobody else is served; after a while the server says so.
bool Server::is_busy(Client& client, const Command& command, const Request& argv) {
  if (endless_.client == 0 || endless_.client == client.id ||
      find_client(endless_.client) == nullptr)
    return false;
  const std::string_view name = command.name();
  const bool allowed = command.has_flag("allow_busy") || name == "script|kill" ||
                       name == "function|kill" || name == "function|stats" ||
                       (name == "shutdown" && argv.size() == 2 && equal_case(argv[1], "nosave"));
  const std::int64_t threshold = parse_integer(config.get("busy-reply-threshold")).value_or(5000);
  const std::int64_t until = endless_.since_ms + threshold;
  if (now_ms() < until) {
    Blocked how;
    how.kind = Blocked::Kind::pause;
    how.until_ms = until;
    how.time_out = [this, &client, argv] { run(client, argv, false); };
    block(client, std::move(how));
    return true;
  }
  if (allowed) return false;
  client.reply.error(
      "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.");
  return true;
}

}  // namespace decnet::service::redis
