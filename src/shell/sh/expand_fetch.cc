// What a parameter holds, before anything is made of it.
#include <fmt/format.h>

#include "shell/sh/expander.h"

namespace decnet::shell::sh {

void Expander::named_list(const Part& part, Value& out) const {
  out.list = part.subscript == "@";
  out.star = part.subscript == "*";
  const Variable* variable = shell_.variables.find(part.text);
  if (part.text == "PIPESTATUS") {
    for (const int one : shell_.statuses) out.items.push_back(std::to_string(one));
  } else if (part.text == "FUNCNAME") {
    if (shell_.function_depth > 0)
      out.items.assign(shell_.call_names.rbegin(), shell_.call_names.rend());
  } else if (part.text == "DIRSTACK") {
    out.items = shell_.directories;
    out.items.insert(out.items.begin(), shell_.process->directory);
  } else if (part.text == "BASH_SOURCE") {
    out.items.assign(shell_.sources.rbegin(), shell_.sources.rend());
  } else if (part.text == "BASH_LINENO") {
    for (auto it = shell_.call_lines.rbegin(); it != shell_.call_lines.rend(); ++it)
      out.items.push_back(std::to_string(*it));
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
        if (at < 0) {
          const std::string said = part.text + ": bad array subscript";
          co_await shell_.complain(said);
        }
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

}  // namespace decnet::shell::sh
