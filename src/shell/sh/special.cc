// Parameters that are not variables: $?, RANDOM, SECONDS and their like.
#include <fmt/format.h>

#include "shell/machine.h"
#include "shell/sh/interpreter.h"

namespace decnet::shell::sh {

std::string Interpreter::special(std::string_view name, bool& known) const {
  known = true;
  if (name == "?") return std::to_string(status);
  if (name == "$") return std::to_string(shell_pid);
  if (name == "#") return std::to_string(positional.size());
  if (name == "0") return name_zero;
  if (name == "-") return option_letters();
  if (name == "!" && last_background != 0) return std::to_string(last_background);
  if (name == "LINENO" && bash()) return std::to_string(line);
  if (bash()) {
    if (name == "BASHPID") return std::to_string(process->pid);
    if (name == "EPOCHSECONDS")
      return std::to_string(to_micros(process->clock().now()) / 1'000'000);
    if (name == "EPOCHREALTIME") {
      const std::int64_t micros = to_micros(process->clock().now());
      return fmt::format("{}.{:06}", micros / 1'000'000, micros % 1'000'000);
    }
    if (name == "SECONDS") {
      return std::to_string((process->clock().now() - started).count() / 1'000'000);
    }
    if (name == "RANDOM") {
      if (random_state == 0) {
        random_state =
            static_cast<std::uint32_t>(to_micros(process->clock().now()) ^ process->pid << 16) | 1;
      }
      // Park and Miller's generator, the halves of its value folded.
      const auto state = static_cast<std::int64_t>(random_state);
      std::int64_t next = 16'807 * (state % 127'773) - 2'836 * (state / 127'773);
      if (next < 0) next += 2'147'483'647;
      random_state = static_cast<std::uint32_t>(next);
      return std::to_string((random_state >> 16 ^ (random_state & 65'535)) & 32'767);
    }
    if (name == "FUNCNAME" && function_depth > 0) return call_names.back();
    if (name == "PIPESTATUS") return std::to_string(statuses.empty() ? 0 : statuses[0]);
    if (name == "BASH_SUBSHELL") return std::to_string(subshell_level);
    if (name == "_") return last_argument;
    if (name == "BASH_COMMAND") return running;
    if (name == "BASH_EXECUTION_STRING" && !execution_text.empty()) return execution_text;
    if (name == "SRANDOM") return std::to_string(random_below(UINT32_MAX));
    if (name == "BASH_SOURCE" && !sources.empty()) return sources.back();
    if (name == "BASH_LINENO" && !call_lines.empty()) return std::to_string(call_lines.back());
    if (name == "GROUPS") return std::to_string(process->user.gid);
    if (name == "DIRSTACK") return process->directory;
    if (name == "BASHOPTS") {
      std::string out;
      for (const auto& [option, on] : shopts) {
        if (on) out += (out.empty() ? "" : ":") + option;
      }
      return out;
    }
    if (name == "SHELLOPTS") {
      std::string out;
      for (const OptionName& option : option_names()) {
        if (options.*option.member) out += (out.empty() ? "" : ":") + std::string(option.name);
      }
      return out;
    }
  }
  if (!name.empty() && name.find_first_not_of("0123456789") == std::string_view::npos &&
      name.size() < 7) {
    const auto index = static_cast<std::size_t>(std::stoi(std::string(name)));
    if (index >= 1 && index <= positional.size()) return positional[index - 1];
  }
  known = false;
  return {};
}

}  // namespace decnet::shell::sh
