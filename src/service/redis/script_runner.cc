#include "service/redis/script_runner.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/counters.h"
#include "base/hash.h"
#include "service/redis/lua_interpreter.h"
#include "service/redis/script_values.h"

namespace decnet::service::redis {

namespace {

using lua::Entry;
using lua::Interpreter;
using lua::Table;
using lua::Value;
using lua::Values;

// What a run knows; the functions of `redis` find it by their context.
struct Run {
  Server& server;
  Client& script;  // Runs the commands.
  bool read_only = false;
  bool has_written = false;
  int protocol = 2;        // redis.setresp()
  bool registers = false;  // A library is being loaded.
  std::map<std::string, Value> callbacks;
  Library* library = nullptr;
};

Run& run_of(void* context) {
  return *static_cast<Run*>(context);
}

// Raises {err = text}, as the functions of `redis` do.
bool raise(Interpreter& machine, std::string text) {
  Table* error = machine.heap.table();
  error->set("err", machine.string(std::move(text)));
  return machine.fail_value(Value(error));
}

std::optional<Request> to_request(const Values& args) {
  Request argv;
  for (const Value& value : args) {
    if (value.is_string()) {
      argv.push_back(value.text());
    } else if (value.is_number()) {
      // As "%.17g": a whole number without a point.
      argv.push_back(format_double(value.number()));
    } else {
      return std::nullopt;
    }
  }
  return argv;
}

// Why a command cannot run; empty: it can.
std::string refusal(Run& run, const Command* command, const Request& argv) {
  if (command == nullptr || command->handler == nullptr)
    return "ERR Unknown Redis command called from script";
  if (!command->accepts(argv.size()))
    return "ERR Wrong number of args calling Redis command from script";
  if (!command->allowed_in_script) return "ERR This Redis command is not allowed from script";
  if (command->is_write && run.read_only)
    return "ERR Write commands are not allowed from read-only scripts.";
  std::size_t bad = 0;
  switch (run.server.acl.check(*run.script.user, *command, argv, bad)) {
    case AclVerdict::command:
      return "NOPERM The user executing the script can't run this command or subcommand";
    case AclVerdict::key:
      return "NOPERM The user executing the script can't access at least one of the keys mentioned "
             "in the command arguments";
    case AclVerdict::channel:
      return "NOPERM The user executing the script can't publish to the channel mentioned in the "
             "command";
    case AclVerdict::allowed:
      break;
  }
  std::string why;
  return run.server.refuses_now(run.script, *command, why) ? why : std::string{};
}

bool call_command(Interpreter& machine, Run& run, const Values& args, Values& results,
                  bool raises) {
  const auto failed = [&](std::string text) {
    if (raises) return raise(machine, std::move(text));
    Table* error = machine.heap.table();
    error->set("err", machine.string(std::move(text)));
    results.emplace_back(error);
    return true;
  };
  if (args.empty())
    return failed("ERR Please specify at least one argument for this redis lib call");
  const auto argv = to_request(args);
  if (!argv) return failed("ERR Lua redis lib command arguments must be strings or integers");
  if (!machine.step(20)) return false;
  Command* command = run.server.commands.of_request(*argv);
  const std::string why = refusal(run, command, *argv);
  if (!why.empty()) return failed(why);
  run.script.output.clear();
  run.script.reply.set_protocol(run.protocol);
  run.has_written = run.has_written || command->is_write;
  run.server.call(run.script, *command, *argv);
  run.script.reply.take_errors();
  if (run.script.reply.overflowed() || !machine.heap.grow(run.script.output.size()))
    return raise(machine, "ERR not enough memory");
  const Value value = value_of_reply(machine, run.script.output, run.protocol);
  const bool is_error = !run.script.output.empty() && run.script.output[0] == '-';
  if (is_error && raises) return machine.fail_value(value);
  results.push_back(value);
  return machine.check_memory();
}

bool redis_call(Interpreter& machine, void* context, Values& args, Values& results) {
  return call_command(machine, run_of(context), args, results, true);
}

bool redis_pcall(Interpreter& machine, void* context, Values& args, Values& results) {
  return call_command(machine, run_of(context), args, results, false);
}

bool one_field(Interpreter& machine, const Values& args, Values& results, std::string_view field) {
  Table* table = machine.heap.table();
  if (args.size() != 1 || !args[0].is_string()) {
    table->set("err", machine.string("ERR wrong number or type of arguments"));
  } else {
    const std::string& text = args[0].text();
    const bool is_error = field == "err";
    std::string value = is_error && !text.empty() && text[0] == '-' ? text.substr(1) : text;
    if (is_error && value.find(' ') == std::string::npos) value = "ERR " + value;
    table->set(field, machine.string(std::move(value)));
  }
  results.emplace_back(table);
  return true;
}

bool redis_error_reply(Interpreter& machine, void*, Values& args, Values& results) {
  return one_field(machine, args, results, "err");
}

bool redis_status_reply(Interpreter& machine, void*, Values& args, Values& results) {
  return one_field(machine, args, results, "ok");
}

bool redis_sha1hex(Interpreter& machine, void*, Values& args, Values& results) {
  if (args.size() != 1) return raise(machine, "ERR wrong number of arguments");
  std::string text;
  if (!lua::take_text(machine, args, 1, text)) return false;
  results.push_back(machine.string(to_hex(sha1(text))));
  return machine.step(text.size() / 64);
}

bool redis_log(Interpreter& machine, void*, Values& args, Values&) {
  if (args.size() < 2) return raise(machine, "ERR redis.log() requires two arguments or more.");
  if (!args[0].is_number())
    return raise(machine, "ERR First argument must be a number (log level).");
  if (args[0].number() < 0 || args[0].number() > 3) return raise(machine, "ERR Invalid log level.");
  return true;
}

bool redis_nothing(Interpreter&, void*, Values&, Values&) {
  return true;
}

bool redis_false(Interpreter&, void*, Values&, Values& results) {
  results.emplace_back(false);
  return true;
}

bool redis_true(Interpreter&, void*, Values&, Values& results) {
  results.emplace_back(true);
  return true;
}

bool redis_setresp(Interpreter& machine, void* context, Values& args, Values&) {
  if (args.size() != 1) return raise(machine, "ERR redis.setresp() requires one argument.");
  const double protocol = args[0].is_number() ? args[0].number() : 0;
  if (protocol != 2 && protocol != 3) return raise(machine, "ERR RESP version must be 2 or 3.");
  run_of(context).protocol = static_cast<int>(protocol);
  return true;
}

bool redis_acl_check(Interpreter& machine, void* context, Values& args, Values& results) {
  if (args.empty())
    return raise(machine,
                 "ERR Please specify at least one argument for this redis.acl_check_cmd() call");
  const auto argv = to_request(args);
  if (!argv)
    return raise(machine, "ERR redis.acl_check_cmd() require arguments to be strings or integers");
  Run& run = run_of(context);
  const Command* command = run.server.commands.of_request(*argv);
  if (command == nullptr)
    return raise(machine, "ERR Invalid command passed to redis.acl_check_cmd()");
  std::size_t bad = 0;
  results.emplace_back(run.server.acl.check(*run.script.user, *command, *argv, bad) ==
                       AclVerdict::allowed);
  return true;
}

// redis.register_function('name', callback) or with a table of names.
bool redis_register(Interpreter& machine, void* context, Values& args, Values&) {
  Run& run = run_of(context);
  if (!run.registers && run.library == nullptr) {
    return raise(machine,
                 "ERR redis.register_function can only be called on FUNCTION LOAD command");
  }
  Library::Function function;
  Value callback;
  if (args.size() == 1 && args[0].is_table()) {
    const Table& given = *args[0].table();
    const Value name = given.get("function_name");
    const Value text = given.get("description");
    callback = given.get("callback");
    if (!name.is_string())
      return raise(machine, "ERR redis.register_function must get a function name argument");
    function.name = name.text();
    function.has_description = text.is_string();
    if (text.is_string()) function.description = text.text();
    const Value flags = given.get("flags");
    for (std::size_t n = 1; flags.is_table() && !flags.table()->at(n).is_nil(); ++n) {
      const Value flag = flags.table()->at(n);
      if (!flag.is_string() || add_flag(function.flags, flag.text()))
        return raise(machine, "ERR unknown flag given");
    }
  } else if (args.size() == 2 && args[0].is_string()) {
    function.name = args[0].text();
    callback = args[1];
  } else {
    return raise(machine, "ERR wrong number of arguments to redis.register_function");
  }
  if (!callback.is_function())
    return raise(machine,
                 "ERR callback argument given to redis.register_function must be a function");
  const bool valid =
      !function.name.empty() && std::all_of(function.name.begin(), function.name.end(), [](char c) {
        return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
               (c >= 'A' && c <= 'Z');
      });
  if (!valid) {
    return raise(machine,
                 "ERR Function names can only contain letters, numbers, or underscores(_) and must "
                 "be at least one "
                 "character long");
  }
  if (run.callbacks.contains(function.name))
    return raise(machine, "ERR Function already exists in the library");
  run.callbacks[function.name] = callback;
  if (run.registers) run.library->functions[function.name] = std::move(function);
  return true;
}

constexpr Entry kRedis[] = {
    {"acl_check_cmd", redis_acl_check},
    {"breakpoint", redis_false},
    {"call", redis_call},
    {"debug", redis_nothing},
    {"error_reply", redis_error_reply},
    {"log", redis_log},
    {"pcall", redis_pcall},
    {"register_function", redis_register},
    {"replicate_commands", redis_true},
    {"set_repl", redis_nothing},
    {"setresp", redis_setresp},
    {"sha1hex", redis_sha1hex},
    {"status_reply", redis_status_reply},
};

void open_redis(Interpreter& machine, Run& run) {
  Table* redis = machine.heap.table();
  for (const Entry& entry : kRedis)
    redis->set(entry.name, machine.native(entry.name, entry.function, &run));
  constexpr std::pair<std::string_view, double> kNumbers[] = {
      {"LOG_DEBUG", 0},  {"LOG_VERBOSE", 1},
      {"LOG_NOTICE", 2}, {"LOG_WARNING", 3},
      {"REPL_NONE", 0},  {"REPL_AOF", 1},
      {"REPL_SLAVE", 2}, {"REPL_REPLICA", 2},
      {"REPL_ALL", 3},   {"REDIS_VERSION_NUM", 458767}};
  for (const auto& [name, value] : kNumbers) redis->set(name, Value(value));
  redis->set("REDIS_VERSION", machine.string("7.0.15"));
  redis->read_only = true;
  machine.globals->set("redis", Value(redis));
}

Table* words_table(Interpreter& machine, const Request& argv, std::size_t first, std::size_t last) {
  Table* table = machine.heap.table();
  for (std::size_t n = first; n < last; ++n) {
    table->set(Value(static_cast<double>(n - first + 1)), machine.string(argv[n]));
  }
  return table;
}

// The error as its caller sees it, with where it happened.
std::string error_text(Interpreter& machine, const ScriptCall& script) {
  const Value error = machine.take_error();
  std::string text;
  if (error.is_table() && error.table()->get("err").is_string()) {
    text = error.table()->get("err").text();
  } else {
    std::string shown = "unknown error";
    machine.to_text(error, shown);
    text = "ERR " + shown;
  }
  if (!text.empty() && text[0] == '-') text.erase(0, 1);
  return text + " script: " + script.sha + ", on @" + script.chunk->name() + ":" +
         std::to_string(machine.error_line()) + ".";
}

}  // namespace

void run_script(Call& call, const ScriptCall& script) {
  if (call.client.observer != nullptr || !call.client.is_script)
    call.server.feed_monitors(call.client, call.argv);
  Interpreter machine;
  Client worker(0, nullptr);
  worker.is_script = true;
  worker.db = call.client.db;
  worker.user = call.client.user;
  worker.authenticated = true;
  worker.active_ms = call.now();
  Library scratch;
  Run run{call.server, worker, script.read_only || script.flags.no_writes, false, 2, false,
          {},          nullptr};
  if (!script.function.empty()) run.library = &scratch;
  open_redis(machine, run);
  const std::size_t keys_end = script.first_key + script.keys;
  Table* keys = words_table(machine, call.argv, script.first_key, keys_end);
  Table* args = words_table(machine, call.argv, keys_end, call.size());
  if (script.function.empty()) {
    machine.globals->set("KEYS", Value(keys));
    machine.globals->set("ARGV", Value(args));
  }
  machine.globals->read_only = true;
  Client* outer = std::exchange(call.server.script_caller, &call.client);
  Values results;
  bool worked = machine.run(*script.chunk, {}, results);
  if (worked && !script.function.empty()) {
    results.clear();
    const Values given{Value(keys), Value(args)};
    worked = machine.call(run.callbacks[script.function], given, results);
  }
  call.server.script_caller = outer;
  if (call.client.closed || !call.spend(machine.steps())) return;
  if (worked) return say_value(call.out, results.empty() ? Value() : results[0], run.protocol);
  if (machine.is_endless())
    return call.server.begin_endless(call.client, script.sha, run.has_written);
  call.out.error(error_text(machine, script));
}

std::optional<std::string> register_functions(Server& server, const lua::Chunk& chunk,
                                              Library& library) {
  Interpreter machine;
  Client worker(0, nullptr);
  worker.is_script = true;
  worker.user = server.acl.default_user();
  Run run{server, worker, true, false, 2, true, {}, &library};
  open_redis(machine, run);
  machine.globals->read_only = true;
  Values results;
  if (machine.run(chunk, {}, results)) return std::nullopt;
  if (machine.is_endless()) return "ERR FUNCTION LOAD timeout";
  const Value error = machine.take_error();
  std::string text;
  if (error.is_table() && error.table()->get("err").is_string()) {
    text = error.table()->get("err").text();
    if (text.starts_with("ERR ")) text.erase(0, 4);
  } else {
    machine.to_text(error, text);
  }
  return "ERR Error registering functions: " + text;
}

}  // namespace decnet::service::redis
