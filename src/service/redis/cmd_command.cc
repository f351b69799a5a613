// COMMAND: the table of commands, told.
#include <algorithm>
#include <array>

#include "service/redis/acl.h"
#include "service/redis/call.h"
#include "service/redis/glob.h"

namespace decnet::service::redis {

namespace {

void say_words(Call& call, const std::vector<std::string_view>& words, std::string_view prefix) {
  call.out.set(words.size());
  for (const std::string_view word : words)
    call.out.simple(std::string(prefix) + std::string(word));
}

std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

// {type: …, spec: {name: value …}}
void say_half(Call& call, std::string_view title, std::string_view type,
              const std::vector<std::string_view>& names,
              const std::vector<std::string_view>& values) {
  call.out.bulk(title);
  call.out.map(2);
  call.out.bulk("type");
  call.out.bulk(type);
  call.out.bulk("spec");
  call.out.map(names.size());
  for (std::size_t n = 0; n < names.size(); ++n) {
    call.out.bulk(names[n]);
    const auto number = parse_integer(values[n]);
    number ? call.out.integer(*number) : call.out.bulk(values[n]);
  }
}

void say_key_spec(Call& call, const Command& command, std::size_t index) {
  const KeySpec& spec = command.key_specs[index];
  const auto note =
      call.server.texts.find("note " + std::string(command.name()) + " " + std::to_string(index));
  call.out.map(note ? 4 : 3);
  if (note) {
    call.out.bulk("notes");
    call.out.raw(*note);
  }
  call.out.bulk("flags");
  say_words(call, spec.flags, "");
  const auto begin = parts_of(spec.begin.substr(1));
  switch (spec.begin[0]) {
    case 'i':
      say_half(call, "begin_search", "index", {"index"}, begin);
      break;
    case 'k':
      say_half(call, "begin_search", "keyword", {"keyword", "startfrom"}, begin);
      break;
    default:
      say_half(call, "begin_search", "unknown", {}, {});
  }
  const auto find = parts_of(spec.find.substr(1));
  switch (spec.find[0]) {
    case 'r':
      say_half(call, "find_keys", "range", {"lastkey", "keystep", "limit"}, find);
      break;
    case 'n':
      say_half(call, "find_keys", "keynum", {"keynumidx", "firstkey", "keystep"}, find);
      break;
    default:
      say_half(call, "find_keys", "unknown", {}, {});
  }
}

void say_command(Call& call, const Command& command) {
  const CommandFacts& facts = *command.facts;
  call.out.array(10);
  call.out.bulk(facts.name);
  call.out.integer(facts.arity);
  say_words(call, command.flags, "");
  call.out.integer(facts.first_key);
  call.out.integer(facts.last_key);
  call.out.integer(facts.key_step);
  say_words(call, command.categories, "@");
  std::vector<std::string> tips;
  split_words(facts.tips, tips);
  call.out.set(tips.size());
  for (const std::string& tip : tips) call.out.bulk(tip);
  call.out.set(command.key_specs.size());
  for (std::size_t n = 0; n < command.key_specs.size(); ++n) say_key_spec(call, command, n);
  call.out.set(command.subcommands.size());
  for (const Command* sub :
       CommandTable::shuffled(command.subcommands, call.server.keyspace.seed())) {
    say_command(call, *sub);
  }
}

std::vector<Command*> all_commands(const Call& call) {
  return CommandTable::shuffled(call.server.commands.top(), call.server.keyspace.seed());
}

void command(Call& call) {
  const auto commands = all_commands(call);
  call.out.array(commands.size());
  for (const Command* one : commands) say_command(call, *one);
}

void count(Call& call) {
  call.out.integer(static_cast<std::int64_t>(call.server.commands.top().size()));
}

void info(Call& call) {
  if (call.size() == 2) return command(call);
  call.out.array(call.size() - 2);
  for (std::size_t n = 2; n < call.size() && !call.stopped(); ++n) {
    const Command* one =
        call.arg(n).size() <= 64 ? call.server.commands.find(call.arg(n)) : nullptr;
    one != nullptr ? say_command(call, *one) : call.out.null();
    if (!call.spend(64)) return;
  }
}

std::string docs_of(const Command& command) {
  return "docs " + std::string(command.name());
}

void docs(Call& call) {
  std::vector<const Command*> chosen;
  if (call.size() == 2) {
    for (const Command* one : all_commands(call)) chosen.push_back(one);
  }
  for (std::size_t n = 2; n < call.size(); ++n) {
    const Command* one =
        call.arg(n).size() <= 64 ? call.server.commands.find(call.arg(n)) : nullptr;
    if (one != nullptr) chosen.push_back(one);
    if (!call.spend(64)) return;
  }
  // Without its texts a server knows of no command.
  std::erase_if(chosen, [&](const Command* one) { return !call.server.texts.find(docs_of(*one)); });
  call.out.map(chosen.size());
  for (const Command* one : chosen) {
    if (call.stopped()) return;
    call.out.bulk(one->name());
    call.server.texts.say(call.out, docs_of(*one), [&] { call.out.map(0); });
  }
}

// GETKEYS and GETKEYSANDFLAGS
void getkeys(Call& call) {
  const bool with_flags = call.command.name() == "command|getkeysandflags";
  const Request inner(call.argv.begin() + 2, call.argv.end());
  const Command* one = call.server.commands.of_request(inner);
  if (one == nullptr) return call.out.error("ERR Invalid command specified");
  if (one->key_specs.empty()) return call.out.error("ERR The command has no key arguments");
  if (!one->accepts(inner.size()))
    return call.out.error("ERR Invalid number of arguments specified for command");
  const KeysOfRequest found = keys_of(*one, inner);
  if (found.keys.empty() && !found.valid && !one->has_flag("no_mandatory_keys")) {
    return call.out.error("ERR Invalid arguments specified for command");
  }
  call.out.array(found.keys.size());
  for (const KeyRef& key : found.keys) {
    if (call.stopped()) return;
    if (with_flags) call.out.array(2);
    call.out.bulk(inner[key.index]);
    if (with_flags) say_words(call, key.spec->flags, "");
  }
}

void list(Call& call) {
  enum class By : std::uint8_t { all, module, category, pattern };
  By by = By::all;
  if (call.size() == 5 && call.is(2, "FILTERBY")) {
    if (call.is(3, "MODULE")) {
      by = By::module;
    } else if (call.is(3, "ACLCAT")) {
      by = By::category;
    } else if (call.is(3, "PATTERN")) {
      by = By::pattern;
    } else {
      return call.syntax_error();
    }
  } else if (call.size() != 2) {
    return call.syntax_error();
  }
  std::vector<std::string_view> names;
  const auto visit = [&](const Command& one) {
    const bool wanted =
        by == By::all || (by == By::category && one.has_category(lower(call.arg(4)))) ||
        (by == By::pattern && glob_match(call.arg(4), one.name(), Case::insensitive));
    if (wanted) names.push_back(one.name());
  };
  for (const Command* one : all_commands(call)) {
    visit(*one);
    for (const Command* sub : one->subcommands) visit(*sub);
  }
  call.out.array(names.size());
  for (const std::string_view name : names) call.out.bulk(name);
}

constexpr auto kCommands = std::to_array<Binding>({
    {"command", command},
    {"command|count", count},
    {"command|docs", docs},
    {"command|getkeys", getkeys},
    {"command|getkeysandflags", getkeys},
    {"command|info", info},
    {"command|list", list},
});

}  // namespace

std::span<const Binding> command_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
