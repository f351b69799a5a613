// The builtins by name.
#include <algorithm>
#include <map>

#include "shell/sh/interpreter.h"

namespace decnet::shell::sh {

namespace {

const std::map<std::string, Builtin, std::less<>>& builtin_table() {
  static const std::map<std::string, Builtin, std::less<>> table = [] {
    std::map<std::string, Builtin, std::less<>> all;
    for (const auto& group :
         {basic_builtins(), variable_builtins(), flow_builtins(), job_builtins(), option_builtins(),
          input_builtins(), trap_builtins(), limit_builtins(), unset_builtins(),
          directory_builtins(), history_builtins(), completion_builtins()}) {
      for (const Builtin& one : group) all.emplace(std::string(one.name), one);
    }
    return all;
  }();
  return table;
}

}  // namespace

std::vector<std::string> builtin_names() {
  std::vector<std::string> names;
  for (const auto& [name, one] : builtin_table()) {
    if (name != "chdir") names.push_back(name);
  }
  const auto period = std::find(names.begin(), names.end(), ".");
  if (period != names.end()) std::rotate(names.begin(), period, period + 1);
  return names;
}

const Builtin* Interpreter::builtin(std::string_view name) const {
  const auto& table = builtin_table();
  const auto found = table.find(name);
  if (found == table.end() || (found->second.bash_only && !bash())) return nullptr;
  if (disabled && disabled->contains(name)) return nullptr;
  return &found->second;
}

}  // namespace decnet::shell::sh
