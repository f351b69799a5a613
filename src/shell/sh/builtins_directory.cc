// pushd, popd, dirs, caller, enable, suspend.
#include <algorithm>

#include <fmt/format.h>

#include "shell/sh/interpreter.h"
#include "shell/sh/limits.h"

namespace decnet::shell::sh {
namespace {

constexpr std::size_t kDirectoriesMax = 256;  // On the stack of pushd; beyond: refused.

std::vector<std::string> stack_of(const Interpreter& shell) {
  std::vector<std::string> all = {shell.process->directory};
  all.insert(all.end(), shell.directories.begin(), shell.directories.end());
  return all;
}

std::string tilde(const Interpreter& shell, const std::string& path) {
  const std::string home = shell.get("HOME");
  if (home.size() > 1 && (path == home || path.starts_with(home + "/")))
    return "~" + path.substr(home.size());
  return path;
}

std::string stack_line(const Interpreter& shell, bool full = false) {
  std::string out;
  for (const std::string& one : stack_of(shell))
    out += (out.empty() ? "" : " ") + (full ? one : tilde(shell, one));
  return out + "\n";
}

bool is_place(const std::string& word) {
  return word.size() > 1 && (word[0] == '+' || word[0] == '-') &&
         word.find_first_not_of("0123456789", 1) == std::string::npos;
}

// "+1" from the left, "-1" from the right; nothing: out of range.
std::optional<std::size_t> place_of(const std::string& word, std::size_t count) {
  const auto number = static_cast<std::size_t>(std::atoi(word.substr(1, 9).c_str()));
  if (number >= count) return std::nullopt;
  return word[0] == '+' ? number : count - 1 - number;
}

int out_of_range(const Interpreter& shell, const std::string& name, const std::string& word,
                 Output& output) {
  output.error = shell.directories.empty()
                     ? fmt::format("{}: directory stack empty\n", name)
                     : fmt::format("{}: {}: directory stack index out of range\n", name,
                                   name == "dirs" ? word.substr(1) : word);
  return 1;
}

int enter(Interpreter& shell, const std::string& name, const std::string& path, Output& output) {
  Arguments words = {"cd", "--", path};
  Output said;
  const int result = shell.builtin("cd")->plain(shell, words, said);
  if (!said.error.empty()) output.error = name + said.error.substr(2);
  return result;
}

int refuse(const std::string& name, const std::string& word, std::string_view usage,
           Output& output) {
  output.error =
      fmt::format("{}: {}: invalid number\n\x01{}: usage: {} {}\n", name, word, name, name, usage);
  return 2;
}

void set_stack(Interpreter& shell, std::vector<std::string> all) {
  all.erase(all.begin());
  shell.directories = std::move(all);
}

int run_pushd(Interpreter& shell, Arguments& arguments, Output& output) {
  bool stay = false;
  std::size_t i = 1;
  for (; i < arguments.size(); ++i) {
    if (arguments[i] == "-n")
      stay = true;
    else if (arguments[i] == "--") {
      ++i;
      break;
    } else {
      break;
    }
  }
  std::vector<std::string> all = stack_of(shell);
  if (i >= arguments.size()) {
    if (all.size() < 2) {
      output.error = "pushd: no other directory\n";
      return 1;
    }
    std::swap(all[0], all[1]);
  } else if (arguments.size() > i + 1) {
    output.error = "pushd: too many arguments\n";
    return 1;
  } else if (is_place(arguments[i])) {
    const auto place = place_of(arguments[i], all.size());
    if (!place || all.size() < 2) return out_of_range(shell, "pushd", arguments[i], output);
    std::rotate(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(*place), all.end());
  } else if (arguments[i][0] == '-' && arguments[i].size() > 1) {
    return refuse("pushd", arguments[i], "[-n] [+N | -N | dir]", output);
  } else if (all.size() >= kDirectoriesMax) {
    count(Limit::directories);
    output.error = "pushd: cannot allocate memory\n";
    return 1;
  } else if (stay) {
    all.insert(all.begin() + 1, arguments[i]);
  } else {
    const std::string from = all[0];
    if (const int result = enter(shell, "pushd", arguments[i], output); result != 0) return result;
    all.insert(all.begin(), shell.process->directory);
  }
  if (!stay && shell.process->directory != all[0]) {
    if (const int result = enter(shell, "pushd", all[0], output); result != 0) return result;
  }
  set_stack(shell, std::move(all));
  output.out = stack_line(shell);
  return 0;
}

int run_popd(Interpreter& shell, Arguments& arguments, Output& output) {
  bool stay = false;
  std::string word = "+0";
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    if (arguments[i] == "-n")
      stay = true;
    else if (is_place(arguments[i]))
      word = arguments[i];
    else
      return refuse("popd", arguments[i], "[-n] [+N | -N]", output);
  }
  std::vector<std::string> all = stack_of(shell);
  const auto place = place_of(word, all.size());
  if (all.size() < 2 || !place) return out_of_range(shell, "popd", word, output);
  if (*place == 0 && !stay) {
    if (const int result = enter(shell, "popd", all[1], output); result != 0) return result;
    all.erase(all.begin());
  } else {
    all.erase(all.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(1, *place)));
  }
  set_stack(shell, std::move(all));
  output.out = stack_line(shell);
  return 0;
}

int run_dirs(Interpreter& shell, Arguments& arguments, Output& output) {
  bool full = false, lines = false, numbers = false;
  std::string place;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (is_place(word)) {
      place = word;
      continue;
    }
    if (word == "-c") {
      shell.directories.clear();
      return 0;
    }
    if (word.size() < 2 || word[0] != '-' || word.find_first_not_of("lpv", 1) != std::string::npos)
      return refuse("dirs", word, "[-clpv] [+N] [-N]", output);
    full = full || word.find('l') != std::string::npos;
    lines = lines || word.find('p') != std::string::npos;
    numbers = numbers || word.find('v') != std::string::npos;
  }
  const std::vector<std::string> all = stack_of(shell);
  if (!place.empty()) {
    const auto at = place_of(place, all.size());
    if (!at) return out_of_range(shell, "dirs", place, output);
    output.out = (full ? all[*at] : tilde(shell, all[*at])) + "\n";
    return 0;
  }
  if (!lines && !numbers) {
    output.out = stack_line(shell, full);
    return 0;
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string shown = full ? all[i] : tilde(shell, all[i]);
    output.out += numbers ? fmt::format("{:>2}  {}\n", i, shown) : shown + "\n";
  }
  return 0;
}

int run_caller(Interpreter& shell, Arguments& arguments, Output& output) {
  const std::size_t depth = shell.call_names.size();
  if (depth == 0) return 1;
  const auto level = arguments.size() > 1
                         ? static_cast<std::size_t>(std::max(0, std::atoi(arguments[1].c_str())))
                         : 0;
  if (level >= depth) return 1;
  const std::string outer_source = level + 1 < depth    ? shell.sources[depth - 2 - level]
                                   : shell.from_command ? "NULL"
                                                        : shell.name_zero;
  const int line = shell.call_lines[depth - 1 - level];
  if (arguments.size() == 1) {
    output.out = fmt::format("{} {}\n", line, outer_source);
    return 0;
  }
  if (level + 1 >= depth && shell.from_command) return 1;
  const std::string name = level + 1 < depth ? shell.call_names[depth - 2 - level] : "main";
  output.out = fmt::format("{} {} {}\n", line, name, outer_source);
  return 0;
}

int run_enable(Interpreter& shell, Arguments& arguments, Output& output) {
  bool off = false, special = false, all = false;
  std::size_t i = 1;
  for (; i < arguments.size() && arguments[i].starts_with('-'); ++i) {
    off = off || arguments[i].find('n') != std::string::npos;
    special = special || arguments[i].find('s') != std::string::npos;
    all = all || arguments[i].find('a') != std::string::npos;
  }
  const auto disabled = shell.disabled ? *shell.disabled : std::set<std::string, std::less<>>{};
  if (i >= arguments.size()) {
    for (const std::string& name : builtin_names()) {
      const bool on = !disabled.contains(name);
      const Builtin* known = shell.builtin(name);
      if (special && (known == nullptr || !known->special)) continue;
      if (all || on != off) output.out += fmt::format("enable {}{}\n", on ? "" : "-n ", name);
    }
    return 0;
  }
  int result = 0;
  auto changed = std::make_shared<std::set<std::string, std::less<>>>(disabled);
  for (; i < arguments.size(); ++i) {
    const std::string& name = arguments[i];
    if (shell.builtin(name) == nullptr && !disabled.contains(name)) {
      output.error += fmt::format("enable: {}: not a shell builtin\n", name);
      result = 1;
    } else if (off) {
      changed->insert(name);
    } else {
      changed->erase(name);
    }
  }
  shell.disabled = changed->empty() ? nullptr : std::move(changed);
  return result;
}

int run_suspend(Interpreter& shell, Arguments&, Output& output) {
  output.error = shell.login ? "suspend: cannot suspend a login shell\n"
                             : "suspend: cannot suspend: no job control\n";
  return 1;
}

}  // namespace

std::vector<Builtin> directory_builtins() {
  return {{"pushd", &run_pushd, nullptr, false, true},
          {"popd", &run_popd, nullptr, false, true},
          {"dirs", &run_dirs, nullptr, false, true},
          {"caller", &run_caller, nullptr, false, true},
          {"enable", &run_enable, nullptr, false, true},
          {"suspend", &run_suspend, nullptr, false, true}};
}

}  // namespace decnet::shell::sh
