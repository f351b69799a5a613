// ${…}
#include <fmt/format.h>

#include "shell/sh/escapes.h"
#include "shell/sh/expander.h"
#include "shell/sh/pattern.h"

namespace decnet::shell::sh {
namespace {

std::vector<std::string> from(const std::vector<std::string>& items, std::int64_t offset,
                              std::int64_t count) {
  std::vector<std::string> out;
  for (std::int64_t i = offset; i < static_cast<std::int64_t>(items.size()) && count > 0;
       ++i, --count) {
    if (i >= 0) out.push_back(items[static_cast<std::size_t>(i)]);
  }
  return out;
}

std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  for (const char byte : text) count += (static_cast<unsigned char>(byte) & 0xc0) != 0x80 ? 1 : 0;
  return count;
}

std::size_t character_offset(std::string_view text, std::size_t wanted) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) continue;
    if (wanted-- == 0) break;
  }
  return at;
}

}  // namespace

Task<bool> Expander::parameter(const Part& part) {
  if (!part.bad.empty()) {
    {
      const std::string said = shell_.bash() ? part.bad + ": bad substitution" : "Bad substitution";
      co_await shell_.complain(said);
    }
    shell_.status = shell_.bash() ? 1 : 2;
    shell_.stop_line();
    co_return false;
  }
  Value value;
  Part real = part;
  const bool listed = part.has_subscript && (part.subscript == "@" || part.subscript == "*");
  if (part.indirect && part.op == "names") {
    value.list = true;
    for (const auto& [name, variable] : shell_.variables.all()) {
      if (name.starts_with(part.text)) value.items.push_back(name);
    }
    put_value(value, part.quoted);
    co_return true;
  }
  if (part.indirect && listed) {
    const Variable* variable = shell_.variables.find(part.text);
    value.list = part.subscript == "@";
    value.star = !value.list;
    if (variable != nullptr) {
      for (const auto& [index, one] : variable->elements)
        value.items.push_back(std::to_string(index));
      for (const auto& [key, one] : variable->keys) value.items.push_back(key);
    }
    put_value(value, part.quoted);
    co_return true;
  }
  if (const Variable* itself = shell_.variables.all().contains(part.text)
                                   ? &shell_.variables.all().find(part.text)->second
                                   : nullptr;
      part.indirect && itself != nullptr && itself->reference) {
    put(itself->value, part.quoted);  // ${!reference}: the name it stands for.
    co_return true;
  }
  if (part.indirect) {
    Value name;
    const bool good = co_await fetch(part, name);
    if (!good) co_return false;
    const std::string target = name.items.empty() ? std::string{} : name.items[0];
    const std::string begin = target.substr(0, target.find('['));
    const bool special_name =
        !target.empty() && (target.find_first_not_of("0123456789") == std::string::npos ||
                            (target.size() == 1 && std::string_view("@*#?-$!").find(target[0]) !=
                                                       std::string_view::npos));
    if ((name.items.empty() && part.op.find_first_of("-+") == std::string::npos) ||
        (!name.items.empty() && !is_name(begin) && !special_name)) {
      const std::string said = name.items.empty() ? part.text + ": invalid indirect expansion"
                                                  : target + ": invalid variable name";
      co_await shell_.complain(said);
      shell_.status = 1;
      shell_.stop_line();
      co_return false;
    }
    real.text = name.items.empty() ? std::string{} : name.items[0];
    real.has_subscript = false;
    if (const std::size_t bracket = real.text.find('[');
        bracket != std::string::npos && real.text.ends_with(']')) {
      real.has_subscript = true;
      real.subscript = real.text.substr(bracket + 1, real.text.size() - bracket - 2);
      real.text.resize(bracket);
    }
  }
  const bool good = co_await fetch(real, value);
  if (!good) co_return false;
  const bool special = part.text == "@" || part.text == "*";
  if (!value.set && shell_.options.nounset && !special && !listed &&
      part.op.find_first_of("-=?+") == std::string::npos) {
    {
      const bool number = part.text.find_first_not_of("0123456789") == std::string::npos;
      const std::string said = (number && shell_.bash() ? "$" : "") + part.text +
                               (part.has_subscript ? "[" + part.subscript + "]" : "") +
                               (shell_.bash() ? ": unbound variable" : ": parameter not set");
      co_await shell_.complain(said);
    }
    shell_.status = shell_.bash() ? (shell_.interactive || shell_.subshell ? 1 : 127) : 2;
    shell_.stop_line();
    co_return false;
  }
  if (part.length) {
    const std::size_t count = special || listed     ? value.items.size()
                              : value.items.empty() ? 0
                                                    : characters(value.items[0]);
    put(std::to_string(count), part.quoted);
    co_return true;
  }
  bool done = false;
  if (!part.op.empty()) {
    const bool applied = co_await apply(real, value, done);
    if (!applied) co_return false;
  }
  if (!done) put_value(value, part.quoted);
  co_return true;
}

// The word of ${x-word}: its own quotes count, what is not quoted splits.
Task<bool> Expander::nested(const Word& inner, bool quoted) {
  if (!split_ || quoted) {
    const bool good = co_await word(inner);
    co_return good;
  }
  // Blanks that were written part words, though they come from no expansion.
  bool first = true;
  for (const Part& one : inner.parts) {
    if (one.kind == Part::Kind::literal && !one.quoted && !(first && one.text.starts_with('~'))) {
      put(one.text, false);
    } else {
      Word single;
      single.parts.push_back(one);
      const bool good = co_await word(single);
      if (!good) co_return false;
    }
    first = false;
  }
  co_return true;
}

Task<bool> Expander::apply(const Part& part, Value& value, bool& done) {
  const std::string& op = part.op;
  const bool colon = op.size() > 1 && op[0] == ':';
  const char kind = op[colon ? 1 : 0];
  bool empty = true;
  for (const std::string& item : value.items) empty = empty && item.empty();
  const bool missing = !value.set || (colon && empty && value.items.size() < 2);
  if (op == ":") {
    const bool good = co_await slice(part, value);
    co_return good;
  }
  if (op.find_first_of("-=?+") != std::string::npos) {
    if (kind == '+' ? missing : !missing) {
      done = kind == '+';
      if (done && part.quoted) put("", true);
      co_return true;
    }
    done = true;
    if (kind == '-' || kind == '+') {
      const bool good = co_await nested(*part.argument, part.quoted);
      co_return good;
    }
    std::string text;
    const bool good = co_await shell_.expand_text(*part.argument, text);
    if (!good) co_return false;
    if (kind == '=') {
      if (!shell_.assign(part.text, part.has_subscript ? &part.subscript : nullptr, text, false)) {
        co_await shell_.complain(shell_.problem);
        shell_.status = shell_.bash() ? 1 : 2;
        shell_.stop_line();
        co_return false;
      }
      put(text, part.quoted);
      co_return true;
    }
    if (text.empty())
      text = shell_.bash() ? (colon ? "parameter null or not set" : "parameter not set")
                           : (colon ? "parameter not set or null" : "parameter not set");
    {
      const std::string said = part.text + ": " + text;
      co_await shell_.complain(said);
    }
    shell_.status = shell_.bash() ? (shell_.interactive || shell_.subshell ? 1 : 127) : 2;
    shell_.stop_line();
    co_return false;
  }
  if (op == "@") {
    std::string letter;
    const bool good = co_await shell_.expand_text(*part.argument, letter);
    if (!good) co_return false;
    if (letter.size() != 1 || std::string_view("QUuLEAKkaP").find(letter[0]) == std::string::npos) {
      const std::string said = "${" + part.text + "@" + letter + "}: bad substitution";
      co_await shell_.complain(said);
      shell_.status = shell_.interactive ? 1 : 127;
      shell_.stop_line();
      co_return false;
    }
    transform_value(part, letter[0], value);
    co_return true;
  }
  std::string pattern, with;
  bool good = co_await shell_.expand_pattern(*part.argument, pattern);
  if (good && part.argument2) good = co_await shell_.expand_pattern(*part.argument2, with);
  if (!good) co_return false;
  std::uint32_t work = 0;
  const std::uint64_t steps_before = pattern_steps();
  const bool nocase = shell_.shopts.contains("nocasematch") && shell_.shopts.at("nocasematch");
  for (std::string& item : value.items) {
    if (kind == '#' || kind == '%') {
      item = remove_pattern(item, pattern, op);
    } else if (kind == '/') {
      item = replace_pattern(item, pattern, with, op, nocase);
    } else {
      item = change_letters(item, pattern, op);
    }
    work += static_cast<std::uint32_t>(item.size() / 32);
  }
  work += static_cast<std::uint32_t>((pattern_steps() - steps_before) / 64);
  co_await shell_.process->breathe(1 + work);
  co_return true;
}

void Expander::transform_value(const Part& part, char with, Value& value) const {
  const Variable* variable = shell_.variables.find(part.text);
  const bool whole = value.list || value.star;
  const bool compound = variable != nullptr && (variable->is_array || variable->is_map);
  if (with == 'a') {
    const std::string flags = variable != nullptr ? attribute_letters(*variable) : std::string{};
    for (std::string& item : value.items) item = flags;
    return;
  }
  if (with == 'P') {
    for (std::string& item : value.items) item = shell_.prompt(item);
    return;
  }
  if (compound && whole && with == 'A') {
    std::string text = variable_declaration(part.text, *variable);
    while (text.ends_with('\n')) text.pop_back();
    value.items.assign(1, std::move(text));
    return;
  }
  if (compound && whole && (with == 'K' || with == 'k')) {
    std::vector<std::string> out;
    const auto add = [&](const std::string& key, const std::string& one) {
      if (with == 'k') {
        out.push_back(key);
        out.push_back(one);
      } else {
        out.push_back(key + " " + double_quoted_value(one));
      }
    };
    for (const auto& [index, one] : variable->elements) add(std::to_string(index), one);
    for (const auto& [key, one] : variable->keys) add(key, one);
    if (with == 'K') {
      std::string text;
      for (const std::string& one : out) text += (text.empty() ? "" : " ") + one;
      if (variable->is_map) text += " ";
      out.assign(1, std::move(text));
    }
    value.items = std::move(out);
    return;
  }
  const std::string flags =
      with == 'A' && variable != nullptr ? attribute_letters(*variable) : std::string{};
  for (std::string& item : value.items) {
    item = transform(with, part.text, item, value.set);
    if (!flags.empty() && value.set) item = "declare -" + flags + " " + item;
  }
}

Task<bool> Expander::slice(const Part& part, Value& value) {
  std::string texts[2];
  std::int64_t numbers[2] = {0, INT64_MAX};
  const std::shared_ptr<const Word> sources[2] = {part.argument, part.argument2};
  for (int i = 0; i < 2; ++i) {
    if (!sources[i]) continue;
    const bool good = co_await shell_.expand_text(*sources[i], texts[i]);
    if (!good) co_return false;
    const auto number = shell_.calculate(texts[i]);
    if (!number) {
      {
        const std::string said = part.text + ": " + number.error();
        co_await shell_.complain(said);
        shell_.status = 1;
        shell_.stop_line();
      }
      co_return false;
    }
    numbers[i] = *number;
  }
  std::int64_t offset = numbers[0];
  std::int64_t count = numbers[1];
  if (value.list || value.star) {
    const bool parameters = part.text == "@" || part.text == "*";
    std::vector<std::string> items = value.items;
    if (parameters) items.insert(items.begin(), shell_.name_zero);
    if (offset < 0) offset += static_cast<std::int64_t>(items.size());
    if (parameters && offset == 0 && numbers[0] == 0) offset = 0;
    value.items = offset < 0 ? std::vector<std::string>{} : from(items, offset, count);
    co_return true;
  }
  std::string text = value.items.empty() ? std::string{} : value.items[0];
  const auto size = static_cast<std::int64_t>(characters(text));
  if (offset < 0) offset += size;
  if (offset < 0 || offset > size) {
    value.items.assign(1, "");
    co_return true;
  }
  std::int64_t end = count < 0 ? size + count : count > size - offset ? size : offset + count;
  if (end < offset) {
    {
      const std::string said = fmt::format("{}: substring expression < 0", texts[1]);
      co_await shell_.complain(said);
    }
    shell_.status = 1;
    shell_.stop_line();
    co_return false;
  }
  const std::size_t begin = character_offset(text, static_cast<std::size_t>(offset));
  const std::size_t stop = character_offset(text, static_cast<std::size_t>(end));
  value.items.assign(1, text.substr(begin, stop - begin));
  co_return true;
}

}  // namespace decnet::shell::sh
