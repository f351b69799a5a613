// getent
#include <algorithm>

#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

// "127.0.0.1       localhost", a line of /etc/hosts at a time.
int hosts_of(Io& io, std::string_view text) {
  bool all_found = true;
  for (std::size_t at = 2; at < io.argc() || at == 2; ++at) {
    bool found = io.argc() == 2;
    for (const std::string_view line : lines_of(text)) {
      const std::vector<std::string> words = words_of(line.substr(0, line.find('#')));
      if (words.size() < 2) continue;
      if (io.argc() > 2 &&
          (found || std::find(words.begin(), words.end(), io.arg(at)) == words.end()))
        continue;
      std::vector<std::string> names(words.begin() + 1, words.end());
      io.out(padded(words[0], 15) + " " + join(names, " ") + "\n");
      found = true;
    }
    all_found = all_found && found;
  }
  return all_found ? 0 : 2;
}

int getent(Io& io) {
  if (io.argc() < 2) {
    io.err(
        "getent: wrong number of arguments\nTry `getent --help' or `getent --usage' for more "
        "information.\n");
    return 1;
  }
  static constexpr std::pair<std::string_view, std::string_view> kFiles[] = {
      {"passwd", "/etc/passwd"},    {"group", "/etc/group"},       {"shadow", "/etc/shadow"},
      {"hosts", "/etc/hosts"},      {"services", "/etc/services"}, {"protocols", "/etc/protocols"},
      {"networks", "/etc/networks"}};
  for (const auto& [name, path] : kFiles) {
    if (io.arg(1) != name) continue;
    const std::string text = io.slurp_or_empty(path);
    if (name == "hosts") return hosts_of(io, text);
    bool all_found = true;
    for (std::size_t at = 2; at < io.argc() || at == 2; ++at) {
      bool found = io.argc() == 2;
      for (const std::string_view line : lines_of(text)) {
        const auto parts = split(line, ':');
        const bool keyed = at < io.argc() &&
                           (parts[0] == io.arg(at) || (parts.size() > 2 && parts[2] == io.arg(at)));
        if (io.argc() > 2 && !keyed) continue;
        io.out(std::string(line) + "\n");
        found = true;
      }
      all_found = all_found && found;
    }
    return all_found ? 0 : 2;
  }
  io.err("Unknown database: " + io.arg(1) +
         "\nTry `getent --help' or `getent --usage' for more information.\n");
  return 1;
}

constexpr Command kRows[] = {{"getent", &plain<getent>}};

}  // namespace

std::span<const Command> getent_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
