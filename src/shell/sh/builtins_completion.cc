// complete, compgen, compopt, bind: what start files and the curious ask of programmable
// completion. Rules are kept and shown; Tab does not ask them.
#include <fmt/format.h>

#include "shell/sh/escapes.h"
#include "shell/sh/interpreter.h"

namespace decnet::shell::sh {
namespace {

constexpr std::size_t kRulesMax = 2000;      // Of `complete`; beyond: not kept.
constexpr std::size_t kRuleBytesMax = 4096;  // Of one.

constexpr std::string_view kKeywords[] = {
    "if", "then", "else", "elif",     "fi",   "case", "esac", "for", "select", "while", "until",
    "do", "done", "in",   "function", "time", "{",    "}",    "!",   "[[",     "]]",    "coproc"};

int run_complete(Interpreter& shell, Arguments& arguments, Output& output) {
  auto rules =
      shell.completions
          ? std::make_shared<std::map<std::string, std::string, std::less<>>>(*shell.completions)
          : std::make_shared<std::map<std::string, std::string, std::less<>>>();
  const auto show = [&](const std::string& name, const std::string& rule) {
    output.out += fmt::format("complete {}{}{}\n", rule, rule.empty() ? "" : " ", name);
  };
  if (arguments.size() == 1 || (arguments.size() == 2 && arguments[1] == "-p")) {
    for (const auto& [name, rule] : *rules) show(name, rule);
    return 0;
  }
  if (arguments[1] == "-r" || arguments[1] == "-p") {
    int result = 0;
    if (arguments.size() == 2) rules->clear();
    for (std::size_t i = 2; i < arguments.size(); ++i) {
      const auto found = rules->find(arguments[i]);
      if (found == rules->end()) {
        output.error += fmt::format("complete: {}: no completion specification\n", arguments[i]);
        result = 1;
      } else if (arguments[1] == "-p") {
        show(found->first, found->second);
      } else {
        rules->erase(found);
      }
    }
    shell.completions = std::move(rules);
    return result;
  }
  std::string rule;
  std::size_t i = 1;
  for (; i < arguments.size() && arguments[i].size() > 1 && arguments[i][0] == '-'; ++i) {
    rule += (rule.empty() ? "" : " ") + arguments[i];
    const bool takes =
        std::string_view("oAGWFCXPS").find(arguments[i].back()) != std::string_view::npos;
    if (takes && i + 1 < arguments.size()) {
      const std::string& value = arguments[++i];
      rule += " " + (arguments[i - 1].back() == 'W' ? always_quote(value) : shell_quote(value));
    }
  }
  for (; i < arguments.size(); ++i) {
    if (rules->size() < kRulesMax && rule.size() <= kRuleBytesMax) (*rules)[arguments[i]] = rule;
  }
  shell.completions = std::move(rules);
  return 0;
}

int run_compgen(Interpreter& shell, Arguments& arguments, Output& output) {
  std::vector<std::string> all;
  std::string prefix;
  const auto add = [&](char kind) {
    if (kind == 'b' || kind == 'c') {
      const auto names = builtin_names();
      all.insert(all.end(), names.begin(), names.end());
    }
    if (kind == 'k' || kind == 'c')
      all.insert(all.end(), std::begin(kKeywords), std::end(kKeywords));
    if (kind == 'f' || kind == 'd') {
      const auto entries =
          shell.process->files().list(shell.process->directory, shell.process->user);
      for (const DirectoryEntry& entry : entries ? *entries : std::vector<DirectoryEntry>{})
        all.push_back(entry.name);
    }
    if (kind == 'a' || kind == 'c') {
      for (const auto& [name, value] : *shell.aliases) all.push_back(name);
    }
    if (kind == 'v' || kind == 'e') {
      for (const auto& [name, variable] : shell.variables.all()) {
        if (kind == 'v' || variable.exported) all.push_back(name);
      }
    }
    if (kind == 'F' || kind == 'c') {
      for (const auto& [name, body] : *shell.functions) all.push_back(name);
    }
  };
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (word == "-W" && i + 1 < arguments.size()) {
      const std::string& words = arguments[++i];
      for (std::size_t at = 0; at < words.size();) {
        const std::size_t end = std::min(words.find_first_of(" \t\n", at), words.size());
        if (end > at) all.push_back(words.substr(at, end - at));
        at = end + 1;
      }
    } else if (word == "-A" && i + 1 < arguments.size()) {
      const std::string& kind = arguments[++i];
      add(kind == "builtin"    ? 'b'
          : kind == "keyword"  ? 'k'
          : kind == "function" ? 'F'
          : kind == "alias"    ? 'a'
          : kind == "variable" ? 'v'
          : kind == "export"   ? 'e'
          : kind == "command"  ? 'c'
                               : 'f');
    } else if (word.size() == 2 && word[0] == '-' && word != "--") {
      add(word[1]);
    } else if (word != "--") {
      prefix = word;
    }
  }
  int result = 1;
  for (const std::string& one : all) {
    if (!one.starts_with(prefix)) continue;
    output.out += one + "\n";
    result = 0;
  }
  return result;
}

int run_compopt(Interpreter&, Arguments&, Output& output) {
  output.error = "compopt: not currently executing completion function\n";
  return 1;
}

int run_bind(Interpreter& shell, Arguments&, Output& output) {
  if (!shell.interactive) output.error = "bind: warning: line editing not enabled\n";
  return 0;
}

}  // namespace

std::vector<Builtin> completion_builtins() {
  return {{"complete", &run_complete, nullptr, false, true},
          {"compgen", &run_compgen, nullptr, false, true},
          {"compopt", &run_compopt, nullptr, false, true},
          {"bind", &run_bind, nullptr, false, true}};
}

}  // namespace decnet::shell::sh
