#include "app/commands/completion.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/core.h>

namespace decnet::app {
namespace {

// "up down status …", and for each command its own commands and options.
std::string words_of(const CLI::App& app) {
  std::string out;
  for (const auto* command : app.get_subcommands({})) {
    if (!command->get_group().empty()) out += command->get_name() + " ";
  }
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) out += "--" + name + " ";
  }
  return out;
}

std::string bash(const CLI::App& app) {
  std::string cases;
  for (const auto* command : app.get_subcommands({})) {
    if (!command->get_group().empty())
      cases += fmt::format("    {}) words=\"{}\" ;;\n", command->get_name(), words_of(*command));
  }
  return fmt::format(
      "_decnet() {{\n"
      "  local current=${{COMP_WORDS[COMP_CWORD]}} words=\"{}\"\n"
      "  [ \"$COMP_CWORD\" -gt 1 ] && case ${{COMP_WORDS[1]}} in\n{}  esac\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\") $(compgen -f -- \"$current\"))\n"
      "}}\ncomplete -F _decnet decnet\n",
      words_of(app), cases);
}

std::string fish(const CLI::App& app) {
  std::string out;
  for (const auto* command : app.get_subcommands({})) {
    if (command->get_group().empty()) continue;
    out += fmt::format("complete -c decnet -n __fish_use_subcommand -a {} -d '{}'\n",
                       command->get_name(),
                       CLI::detail::find_and_replace(command->get_description(), "'", ""));
    for (const auto* inner : command->get_subcommands({})) {
      out += fmt::format("complete -c decnet -n '__fish_seen_subcommand_from {}' -a {} -d '{}'\n",
                         command->get_name(), inner->get_name(),
                         CLI::detail::find_and_replace(inner->get_description(), "'", ""));
    }
    for (const auto* option : command->get_options()) {
      for (const auto& name : option->get_lnames()) {
        out += fmt::format("complete -c decnet -n '__fish_seen_subcommand_from {}' -l {}\n",
                           command->get_name(), name);
      }
    }
  }
  return out;
}

}  // namespace

std::string completion_script(const CLI::App& app, std::string_view shell) {
  if (shell == "fish") return fish(app);
  return (shell == "zsh" ? "autoload -U +X bashcompinit && bashcompinit\n" : "") + bash(app);
}

}  // namespace decnet::app
