// ${…}
#include <fmt/format.h>

#include "shell/sh/escapes.h"
#include "shell/sh/expander.h"

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

void Expander::named_list(const Part& part, Value& out) const {
  out.list = part.subscript == "@";
  out.star = part.subscript == "*";
  const Variable* variable = shell_.variables.find(part.text);
  if (part.text == "PIPESTATUS") {
    for (const int one : shell_.statuses) out.items.push_back(std::to_string(one));
  } else if (part.text == "FUNCNAME") {
    out.items.assign(shell_.call_names.rbegin(), shell_.call_names.rend());
  } else if (part.text == "DIRSTACK") {
    out.items = shell_.directories;
  } else if (variable != nullptr && variable->is_array) {
    for (const auto& [index, value] : variable->elements) out.items.push_back(value);
  } else if (variable != nullptr && variable->is_map) {
    for (const auto& [key, value] : variable->keys) out.items.push_back(value);
  } else if (const std::optional<std::string> value = shell_.lookup(part.text)) {
    out.items.push_back(*value);
  }
  out.set = !out.items.empty();
}

Task<bool> Expander::fetch(const Part& part, Value& out) {
  if (part.text == "@" || part.text == "*") {
    out.list = part.text == "@";
    out.star = !out.list;
    out.items = shell_.positional;
    out.set = !out.items.empty();
    co_return true;
  }
  if (part.has_subscript && (part.subscript == "@" || part.subscript == "*")) {
    named_list(part, out);
    co_return true;
  }
  std::optional<std::string> value;
  if (!part.has_subscript) {
    value = shell_.lookup(part.text);
  } else {
    const Variable* variable = shell_.variables.find(part.text);
    std::string key;
    const Word word = Parser::quoted_text(part.subscript, {.flavour = shell_.flavour});
    const bool good = co_await shell_.expand_text(word, key);
    if (!good) co_return false;
    if (variable != nullptr && variable->is_map) {
      if (key.size() > 1 && (key[0] == '"' || key[0] == '\'')) key = key.substr(1, key.size() - 2);
      const auto found = variable->keys.find(key);
      if (found != variable->keys.end()) value = found->second;
    } else {
      const auto index = shell_.calculate(key);
      if (!index) {
        co_await shell_.complain(index.error());
        co_return false;
      }
      Value all;
      Part whole = part;
      whole.subscript = "@";
      std::int64_t at = *index;
      if (variable != nullptr && variable->is_array) {
        if (at < 0 && !variable->elements.empty()) at += variable->elements.rbegin()->first + 1;
        const auto found = variable->elements.find(at);
        if (found != variable->elements.end()) value = found->second;
      } else {
        named_list(whole, all);
        if (at < 0) at += static_cast<std::int64_t>(all.items.size());
        if (at >= 0 && at < static_cast<std::int64_t>(all.items.size()))
          value = all.items[static_cast<std::size_t>(at)];
      }
    }
  }
  out.set = value.has_value();
  if (value) out.items.push_back(std::move(*value));
  co_return true;
}

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
  if (part.indirect) {
    Value name;
    const bool good = co_await fetch(part, name);
    if (!good) co_return false;
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
      const std::string said =
          part.text + (shell_.bash() ? ": unbound variable" : ": parameter not set");
      co_await shell_.complain(said);
    }
    shell_.status = shell_.bash() ? (shell_.interactive ? 1 : 127) : 2;
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
  (void)quoted;
  const bool good = co_await word(inner);
  co_return good;
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
        {
          const std::string said = part.text + ": readonly variable";
          co_await shell_.complain(said);
        }
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
    shell_.status = shell_.bash() ? (shell_.interactive ? 1 : 127) : 2;
    shell_.stop_line();
    co_return false;
  }
  if (op == "@") {
    std::string letter;
    const bool good = co_await shell_.expand_text(*part.argument, letter);
    if (!good) co_return false;
    for (std::string& item : value.items) {
      item = transform(letter.empty() ? ' ' : letter[0], part.text, item, value.set);
    }
    co_return true;
  }
  std::string pattern, with;
  bool good = co_await shell_.expand_pattern(*part.argument, pattern);
  if (good && part.argument2) good = co_await shell_.expand_text(*part.argument2, with);
  if (!good) co_return false;
  std::uint32_t work = 0;
  for (std::string& item : value.items) {
    if (kind == '#' || kind == '%') {
      item = remove_pattern(item, pattern, op);
    } else if (kind == '/') {
      item = replace_pattern(item, pattern, with, op);
    } else {
      item = change_letters(item, pattern, op);
    }
    work += static_cast<std::uint32_t>(item.size() / 32);
  }
  co_await shell_.process->breathe(1 + work);
  co_return true;
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
