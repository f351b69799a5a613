// FUNCTION and FCALL.
#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "service/redis/glob.h"
#include "service/redis/rdb.h"
#include "service/redis/script_runner.h"

namespace decnet::service::redis {

namespace {

void forget_library(Scripts& scripts, const std::string& name) {
  std::erase_if(scripts.library_of, [&](const auto& entry) { return entry.second == name; });
  scripts.libraries.erase(name);
}

void load(Call& call) {
  bool replaces = false;
  for (std::size_t n = 2; n + 1 < call.size(); ++n) {
    if (!call.is(n, "REPLACE")) return call.out.error("ERR Unknown option given: " + call.arg(n));
    replaces = true;
  }
  const std::string& code = call.argv.back();
  Scripts& scripts = call.server.scripts;
  const Shebang shebang = parse_shebang(code, ShebangOf::library);
  if (!shebang.error.empty()) return call.out.error(shebang.error);
  const bool valid = std::all_of(shebang.name.begin(), shebang.name.end(), [](char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
  if (!valid) {
    return call.out.error(
        "ERR Library names can only contain letters, numbers, or underscores(_) and must be at "
        "least one "
        "character long");
  }
  if (!equal_case(shebang.engine, "lua"))
    return call.out.error("ERR Engine '" + shebang.engine + "' not found");
  if (scripts.libraries.contains(shebang.name) && !replaces) {
    return call.out.error("ERR Library '" + shebang.name + "' already exists");
  }
  if (code.size() > kScriptBytesMax || scripts.libraries.size() >= kFunctionLibrariesMax)
    return call.out.error(kOutOfMemory);
  lua::Compiled compiled =
      lua::compile(std::string_view(code).substr(shebang.body_begin), "user_function");
  if (compiled.chunk == nullptr)
    return call.out.error("ERR Error compiling function: " + compiled.error);
  Library library;
  library.name = shebang.name;
  library.code = code;
  library.chunk = std::move(compiled.chunk);
  if (const auto why = register_functions(call.server, *library.chunk, library))
    return call.out.error(*why);
  if (library.functions.empty()) return call.out.error("ERR No functions registered");
  for (const auto& [name, function] : library.functions) {
    const auto at = scripts.library_of.find(name);
    if (at != scripts.library_of.end() && at->second != library.name) {
      return call.out.error("ERR Function " + name + " already exists");
    }
  }
  forget_library(scripts, library.name);
  for (const auto& [name, function] : library.functions) scripts.library_of[name] = library.name;
  call.out.bulk(library.name);
  scripts.libraries[library.name] = std::move(library);
}

void say_flags(Call& call, const ScriptFlags& flags) {
  std::vector<std::string_view> names;
  if (flags.no_writes) names.emplace_back("no-writes");
  if (flags.allow_oom) names.emplace_back("allow-oom");
  if (flags.allow_stale) names.emplace_back("allow-stale");
  if (flags.no_cluster) names.emplace_back("no-cluster");
  call.out.set(names.size());
  for (const std::string_view name : names) call.out.simple(name);
}

void list(Call& call) {
  std::optional<std::string> pattern;
  bool with_code = false;
  for (std::size_t n = 2; n < call.size(); ++n) {
    if (!with_code && call.is(n, "WITHCODE")) {
      with_code = true;
    } else if (!pattern && call.is(n, "LIBRARYNAME")) {
      if (n + 1 >= call.size()) return call.out.error("ERR library name argument was not given");
      pattern = call.arg(++n);
    } else {
      return call.out.error("ERR Unknown argument " + call.arg(n));
    }
  }
  std::vector<const Library*> chosen;
  for (const auto& [name, library] : call.server.scripts.libraries) {
    if (!pattern || glob_match(*pattern, name, Case::insensitive)) chosen.push_back(&library);
  }
  call.out.array(chosen.size());
  for (const Library* library : chosen) {
    call.out.map(with_code ? 4 : 3);
    call.out.bulk("library_name");
    call.out.bulk(library->name);
    call.out.bulk("engine");
    call.out.bulk("LUA");
    call.out.bulk("functions");
    call.out.array(library->functions.size());
    for (const auto& [name, function] : library->functions) {
      call.out.map(3);
      call.out.bulk("name");
      call.out.bulk(name);
      call.out.bulk("description");
      function.has_description ? call.out.bulk(function.description) : call.out.null();
      call.out.bulk("flags");
      say_flags(call, function.flags);
    }
    if (!with_code) continue;
    call.out.bulk("library_code");
    call.out.bulk(library->code);
  }
}

void stats(Call& call) {
  call.out.map(2);
  call.out.bulk("running_script");
  call.out.null();
  call.out.bulk("engines");
  call.out.map(1);
  call.out.bulk("LUA");
  call.out.map(2);
  call.out.bulk("libraries_count");
  call.out.integer(static_cast<std::int64_t>(call.server.scripts.libraries.size()));
  call.out.bulk("functions_count");
  call.out.integer(static_cast<std::int64_t>(call.server.scripts.library_of.size()));
}

void remove(Call& call) {
  if (!call.server.scripts.libraries.contains(call.arg(2)))
    return call.out.error("ERR Library not found");
  const std::string name = call.arg(2);
  forget_library(call.server.scripts, name);
  call.out.ok();
}

void flush(Call& call) {
  if (call.size() > 3 || (call.size() == 3 && !call.is(2, "SYNC") && !call.is(2, "ASYNC"))) {
    return call.out.error("ERR FUNCTION FLUSH only supports SYNC|ASYNC option");
  }
  call.server.scripts.libraries.clear();
  call.server.scripts.library_of.clear();
  call.out.ok();
}

void kill(Call& call) {
  call.server.kill_script(call.out);
}

// Libraries one behind another, each marked; then version and checksum as DUMP has them.
void dump(Call& call) {
  std::string out;
  for (const auto& [name, library] : call.server.scripts.libraries) {
    out += '\xf5';
    const std::string packed = dump_object(Object::of_string(library.code));
    constexpr std::size_t kFooterBytes = 10;
    out += packed.substr(1, packed.size() - 1 - kFooterBytes);
  }
  out += {'\x0a', '\x00'};
  ByteWriter(out).u64_le(crc64(out));
  call.out.bulk(out);
}

void restore(Call& call) {
  constexpr std::size_t kFooterBytes = 10;
  if (call.size() > 4)
    return call.out.error(
        "ERR Unknown subcommand or wrong number of arguments for 'restore'. Try FUNCTION HELP.");
  if (call.size() == 4 && !call.is(3, "FLUSH") && !call.is(3, "APPEND") && !call.is(3, "REPLACE")) {
    return call.out.error(
        "ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.");
  }
  const std::string& payload = call.arg(2);
  ByteReader footer(
      std::string_view(payload).substr(payload.size() - std::min(payload.size(), kFooterBytes)));
  const bool sized = payload.size() >= kFooterBytes;
  const std::uint64_t version = footer.u16_le();
  const std::uint64_t sum = footer.u64_le();
  if (!sized || version > 10 || (sum != 0 && sum != crc64(payload.substr(0, payload.size() - 8)))) {
    return call.out.error("ERR DUMP payload version or checksum are wrong");
  }
  if (payload.size() == kFooterBytes) return call.out.ok();
  call.out.error("ERR given type is not a function");
}

void fcall(Call& call) {
  const bool read_only = call.command.name() == "fcall_ro";
  Scripts& scripts = call.server.scripts;
  const auto at = scripts.library_of.find(call.arg(1));
  if (at == scripts.library_of.end()) return call.out.error("ERR Function not found");
  const Library& library = scripts.libraries.at(at->second);
  const auto keys = call.integer(2, "ERR Bad number of keys provided");
  if (!keys) return;
  if (*keys > static_cast<std::int64_t>(call.size()) - 3) {
    return call.out.error("ERR Number of keys can't be greater than number of args");
  }
  if (*keys < 0) return call.out.error("ERR Number of keys can't be negative");
  ScriptCall wanted;
  const auto chunk = library.chunk;
  wanted.chunk = chunk.get();
  wanted.sha = wanted.function = call.arg(1);
  wanted.flags = library.functions.at(call.arg(1)).flags;
  wanted.read_only = read_only;
  wanted.keys = static_cast<std::size_t>(*keys);
  if (read_only && !wanted.flags.no_writes) {
    return call.out.error("ERR Can not execute a script with write flag using *_ro command.");
  }
  run_script(call, wanted);
}

constexpr auto kCommands = std::to_array<Binding>({
    {"fcall", fcall},
    {"fcall_ro", fcall},
    {"function|delete", remove},
    {"function|dump", dump},
    {"function|flush", flush},
    {"function|kill", kill},
    {"function|list", list},
    {"function|load", load},
    {"function|restore", restore},
    {"function|stats", stats},
});

}  // namespace

std::span<const Binding> function_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
