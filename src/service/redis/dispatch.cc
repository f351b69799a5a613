// From a request to its answer: the checks that the genuine server makes before a command runs, in
// its order, and what follows a command.
#include <algorithm>
#include <chrono>

#include "base/counters.h"
#include "service/redis/attacks.h"
#include "service/redis/call.h"

namespace decnet::service::redis {

namespace {

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool needs_login(const Server& server, const Client& client) {
  const auto user = server.acl.default_user();
  return (!user->no_password || !user->enabled) && !client.authenticated;
}

std::string denied(AclVerdict verdict, const Command& command) {
  switch (verdict) {
    case AclVerdict::command:
      return "NOPERM this user has no permissions to run the '" + std::string(command.name()) +
             "' command";
    case AclVerdict::key:
      return "NOPERM this user has no permissions to access one of the keys used as arguments";
    case AclVerdict::channel:
      return "NOPERM this user has no permissions to access one of the channels used as arguments";
    case AclVerdict::allowed:
      break;
  }
  return {};
}

void log_denied(Server& server, const Client& client, AclVerdict verdict, const Command& command,
                const Request& argv, std::size_t bad_argument) {
  AclLogEntry entry;
  entry.reason = verdict == AclVerdict::command ? "command"
                 : verdict == AclVerdict::key   ? "key"
                                                : "channel";
  entry.context = client.is_script                              ? "lua"
                  : client.in_exec || client.transaction.active ? "multi"
                                                                : "toplevel";
  entry.object = verdict == AclVerdict::command ? std::string(command.name()) : argv[bad_argument];
  entry.user = client.user->name;
  entry.created_ms = server.now_ms();
  ++server.stats.acl_denied_command;
  server.log_acl(client, std::move(entry));
}

std::string guard_text(std::string_view name, std::string_view setting) {
  return "ERR " + std::string(name) + " command not allowed. If the " + std::string(setting) +
         " option is set to \"local\", you can run it from a local connection, otherwise you need "
         "to set this "
         "option in the configuration file, and then restart the server.";
}

}  // namespace

void Server::unknown_command(const Request& argv, std::string& why) const {
  constexpr std::size_t kShown = 128;
  const auto text = [](const std::string& bytes) {
    return std::string(bytes.c_str());
  };  // As %s: up to a NUL.
  const Command* parent = commands.find(argv[0]);
  if (parent != nullptr && !parent->subcommands.empty() && argv.size() > 1) {
    why = "ERR unknown subcommand '" + text(argv[1]).substr(0, kShown) + "'. Try " +
          upper(parent->name()) + " HELP.";
    return;
  }
  std::string args;
  for (std::size_t n = 1; n < argv.size() && args.size() < kShown; ++n) {
    args += "'" + text(argv[n]).substr(0, kShown - args.size()) + "' ";
  }
  why = "ERR unknown command '" + text(argv[0]).substr(0, kShown) +
        "', with args beginning with: " + args;
}

void Server::reject(Client& client, Command* command, std::string_view why) {
  client.transaction.queue_failed = client.transaction.active;
  if (command != nullptr) ++command->stats.rejected;
  if (command == nullptr || command->name() != "exec") {
    client.reply.error(why);
    return;
  }
  discard_transaction(client);
  if (why.substr(0, 4) == "ERR ") why.remove_prefix(4);
  client.reply.error("EXECABORT Transaction discarded because of: " + std::string(why));
}

// What refuses a command before it runs or is queued.
bool Server::refuses(Client& client, const Command& command, const Request& argv,
                     std::string& why) {
  if (needs_login(*this, client) && !command.allowed_unauthenticated) {
    why = "NOAUTH Authentication required.";
    return true;
  }
  if (client.transaction.active && !command.allowed_in_multi) {
    why = "ERR Command not allowed inside a transaction";
    return true;
  }
  std::size_t bad_argument = 0;
  const AclVerdict verdict = acl.check(*client.user, command, argv, bad_argument);
  if (verdict != AclVerdict::allowed) {
    log_denied(*this, client, verdict, command, argv, bad_argument);
    why = denied(verdict, command);
    return true;
  }
  return refuses_now(client, command, why);
}

bool Server::refuses_queued(Client& client, const Command& command, const Request& argv,
                            std::string& why) {
  std::size_t bad_argument = 0;
  const AclVerdict verdict = acl.check(*client.user, command, argv, bad_argument);
  if (verdict == AclVerdict::allowed) {
    // The genuine server has room for whatever was queued; we may not.
    if (command.denies_oom && !keyspace.has_room()) why = kOutOfMemory;
    return !why.empty();
  }
  log_denied(*this, client, verdict, command, argv, bad_argument);
  why =
      "NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC "
      "call. This command is no longer allowed for the following reason: " +
      std::string(verdict == AclVerdict::command
                      ? "no permission to execute the command or subcommand"
                  : verdict == AclVerdict::key
                      ? "no permission to touch the specified keys"
                      : "no permission to access one of the channels used as arguments to the "
                        "command");
  return true;
}

// The state of the server refuses it.
bool Server::refuses_now(Client& client, const Command& command, std::string& why) {
  const bool out_of_memory =
      !keyspace.has_room() || (config.maxmemory != 0 && used_memory() > config.maxmemory);
  if (out_of_memory && (command.denies_oom || command.name() == "exec") &&
      !(command.name() == "exec" && !client.transaction.has_denied_oom)) {
    counter("redis_dataset_refused_total",
            "Redis writes refused because a limit of the key space was reached")
        .add();
    why = kOutOfMemory;
    return true;
  }
  const bool writes =
      command.is_write || (command.name() == "exec" && client.transaction.has_write);
  if (!persistence.last_bgsave_ok && config.get("stop-writes-on-bgsave-error") == "yes" &&
      !config.get("save").empty() && replication.master_host.empty() &&
      (writes || command.name() == "ping")) {
    why =
        "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist "
        "to disk. Commands "
        "that may modify the data set are disabled, because this instance is configured to report "
        "errors during "
        "writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). Please check the "
        "Redis logs for "
        "details about the RDB error.";
    return true;
  }
  if (!replication.master_host.empty() && config.get("replica-read-only") == "yes" && writes) {
    why = "READONLY You can't write against a read only replica.";
    return true;
  }
  if (client.is_subscriber() && client.reply.protocol() == 2 &&
      !is_one_of(command.name(), {"ping", "subscribe", "ssubscribe", "sunsubscribe", "psubscribe",
                                  "unsubscribe", "punsubscribe", "quit", "reset"})) {
    why = "ERR Can't execute '" + std::string(command.name()) +
          "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this "
          "context";
    return true;
  }
  if (replication.master_host.empty() || config.get("replica-serve-stale-data") == "yes" ||
      command.has_flag("stale")) {
    return false;
  }
  why = "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.";
  return true;
}

void Server::process(Client& client) {
  Request argv;
  while (!client.closed && !client.closes_after_reply && !client.blocked &&
         !client.reply.overflowed()) {
    if (client.output.size() > kTurnReplyBytes || turn_work_ > kTurnWorkMax) return;
    const auto outcome =
        client.parser.next(!needs_login(*this, client), config.bulk_bytes_max, argv);
    if (outcome == RequestParser::Outcome::more) return;
    if (outcome == RequestParser::Outcome::error) {
      if (client.observer != nullptr) client.observer->protocol_error(client.parser.error());
      client.reply.error("ERR " + std::string(client.parser.error()));
      count_errors(client.reply);
      client.closes_after_reply = true;
      client.end_reason = "protocol_error";
      return;
    }
    execute(client, std::move(argv), outcome == RequestParser::Outcome::oversized);
  }
  if (client.reply.overflowed()) close(client, "output_limit");
}

void Server::execute(Client& client, Request argv, bool oversized) {
  client.active_ms = now_ms();
  client.argv_bytes = 0;
  for (const std::string& arg : argv) client.argv_bytes += arg.size();
  const std::size_t answered = client.output.size();
  if (client.observer != nullptr) {
    client.observer->command(argv);
    watch_for_attacks(*this, client, argv);
  }
  if (client.reply_mode == ReplyMode::skip_next) client.reply_mode = ReplyMode::skip;
  if (!argv.empty() && (equal_case(argv[0], "host:") || equal_case(argv[0], "post"))) {
    return close(
        client,
        "cross_protocol");  // A browser was sent here: nothing is answered, not even what was due.
  }
  if (!argv.empty() && equal_case(argv[0], "quit")) {
    client.reply.ok();
    client.closes_after_reply = true;
    client.end_reason = "quit";
    return;
  }
  work_ = 0;
  const bool was_replica = client.is_replica;
  run(client, std::move(argv), oversized);
  turn_work_ += work_ + 1;
  client.work += work_ + 1;
  count_errors(client.reply);
  if (client.reply_mode == ReplyMode::off || client.reply_mode == ReplyMode::skip)
    client.output.resize(answered);
  if (client.reply_mode == ReplyMode::skip) client.reply_mode = ReplyMode::on;
  if (was_replica && client.output.size() > answered) close(client, "replica_answered");
  after_command();
}

void Server::run(Client& client, Request argv, bool oversized) {
  Command* command = argv.empty() ? nullptr : commands.of_request(argv);
  std::string why;
  if (oversized) {
    counter("redis_requests_oversized_total", "Redis requests with more than is kept of one").add();
    return reject(client, command, kOutOfMemory);
  }
  const bool is_bare_container = command != nullptr && !command->subcommands.empty() &&
                                 argv.size() > 1 && command->handler == nullptr;
  if (command == nullptr || is_bare_container ||
      (command->name() == "command" && argv.size() > 1)) {
    unknown_command(argv, why);
    client.last_command = nullptr;
    return reject(client, nullptr, why);
  }
  client.last_command = command;
  if (!command->accepts(argv.size())) {
    return reject(
        client, command,
        "ERR wrong number of arguments for '" + std::string(command->name()) + "' command");
  }
  const std::string_view top =
      command->parent != nullptr ? command->parent->name() : command->name();
  if (top == "debug" && !allows_guarded(client, "enable-debug-command")) {
    return reject(client, command, guard_text("DEBUG", "enable-debug-command"));
  }
  if (top == "module" &&
      is_one_of(command->name(), {"module|load", "module|loadex", "module|unload"}) &&
      !allows_guarded(client, "enable-module-command")) {
    return reject(client, command, guard_text("MODULE", "enable-module-command"));
  }
  if (refuses(client, *command, argv, why)) return reject(client, command, why);
  if (is_busy(client, *command, argv) || postpone(client, *command, argv)) return;
  if (client.transaction.active &&
      !is_one_of(command->name(), {"exec", "discard", "multi", "watch", "quit", "reset"})) {
    return queue(client, *command, std::move(argv));
  }
  call(client, *command, argv);
}

void Server::queue(Client& client, Command& command, Request argv) {
  Transaction& transaction = client.transaction;
  std::size_t bytes = 0;
  for (const std::string& arg : argv) bytes += arg.size() + sizeof(std::string);
  if (transaction.queue.size() >= kQueuedCommandsMax ||
      transaction.bytes + bytes > kQueuedBytesMax) {
    return reject(client, &command, kOutOfMemory);
  }
  transaction.bytes += bytes;
  transaction.has_write = transaction.has_write || command.is_write;
  transaction.has_denied_oom = transaction.has_denied_oom || command.denies_oom;
  // After a failure nothing will run: nothing more need be kept.
  if (!transaction.queue_failed && !transaction.watched_changed)
    transaction.queue.push_back({&command, std::move(argv)});
  client.reply.simple("QUEUED");
}

void Server::call(Client& client, Command& command, const Request& argv) {
  const auto start = options_.clock->monotonic();
  const std::uint64_t errors_before = client.reply.errors();
  const bool feeds_itself = command.has_flag("skip_monitor");
  Call call{*this, client, argv, client.reply, command};
  command.handler(call);
  if (command.is_readonly && client.tracking.on) remember_keys(client, command, argv);
  const auto spent = options_.clock->monotonic() - start;
  const std::int64_t micros = std::chrono::duration_cast<std::chrono::microseconds>(spent).count();
  CommandStats& stats_of = command.stats;
  ++stats_of.calls;
  stats_of.micros += static_cast<std::uint64_t>(micros);
  if (client.reply.errors() > errors_before) ++stats_of.failed;
  stats_of.record(micros);
  ++stats.commands;
  if (!feeds_itself && command.shown_to_monitors) feed_monitors(client, argv);
  if (!client.blocked) account_slow(client, command, argv, micros);
  if (client.tracking.caching && !client.tracking.caching_fresh) client.tracking.caching = false;
  client.tracking.caching_fresh = false;
}

bool Server::spend(Client& client, std::uint64_t steps) {
  work_ += steps;
  if (work_ <= kCommandWorkMax) return true;
  counter("redis_work_limit_total",
          "Redis connections closed because one command asked for too much work")
      .add();
  close(script_caller != nullptr ? *script_caller : client, "work_limit");
  return false;
}

// CLIENT PAUSE: the command waits, and whatever comes behind it.
bool Server::postpone(Client& client, Command& command, const Request& argv) {
  if (paused_until_ms <= now_ms() || client.in_exec || client.is_script) return false;
  const bool writes =
      command.is_write || command.has_flag("may_replicate") ||
      is_one_of(command.name(), {"eval", "evalsha", "fcall", "publish", "spublish", "pfcount"}) ||
      (command.name() == "exec" && client.transaction.has_write);
  if (paused_writes_only && !writes) return false;
  Blocked how;
  how.kind = Blocked::Kind::pause;
  how.until_ms = paused_until_ms;
  how.time_out = [this, &client, argv] { run(client, argv, false); };
  block(client, std::move(how));
  return true;
}

}  // namespace decnet::service::redis
