// getopts.
#include <fmt/format.h>

#include "shell/sh/interpreter.h"

namespace decnet::shell::sh {

int run_getopts(Interpreter& shell, Arguments& arguments, Output& output) {
  if (arguments.size() < 3) {
    output.error = shell.bash() ? "\x01getopts: usage: getopts optstring name [arg ...]\n"
                                : "getopts: Usage: getopts optstring var [arg...]\n";
    return 2;
  }
  const std::vector<std::string> words =
      arguments.size() > 3 ? std::vector<std::string>(arguments.begin() + 3, arguments.end())
                           : shell.positional;
  std::string letters = arguments[1];
  const bool quiet = letters.starts_with(':');
  std::size_t index = static_cast<std::size_t>(std::max(1, std::atoi(shell.get("OPTIND").c_str())));
  int place = shell.option_place;
  const auto finish = [&](const std::string& found, int status) {
    shell.set("OPTIND", std::to_string(index));
    shell.option_place = place;
    if (shell.get("OPTERR") == "0") output.error.clear();
    if (!shell.set(arguments[2], found)) {
      output.error += shell.problem + "\n";
      return 2;
    }
    return status;
  };
  if (index > words.size() || words[index - 1].size() < 2 || words[index - 1][0] != '-')
    return finish("?", 1);
  if (words[index - 1] == "--") {
    ++index;
    place = 0;
    return finish("?", 1);
  }
  const std::string& word = words[index - 1];
  if (place == 0) place = 1;
  const char letter = word[static_cast<std::size_t>(place++)];
  const bool last = static_cast<std::size_t>(place) >= word.size();
  const std::size_t known = letter == ':' ? std::string::npos : letters.find(letter, quiet ? 1 : 0);
  shell.variables.erase("OPTARG");
  if (known == std::string::npos) {
    if (quiet)
      shell.set("OPTARG", std::string(1, letter));
    else
      output.error = shell.bash()
                         ? fmt::format("\x01{}: illegal option -- {}\n", shell.name_zero, letter)
                         : fmt::format("\x01Illegal option -{}\n", letter);
    if (last) ++index, place = 0;
    return finish("?", 0);
  }
  if (known + 1 < letters.size() && letters[known + 1] == ':') {
    if (!last) {
      shell.set("OPTARG", word.substr(static_cast<std::size_t>(place)));
    } else if (index < words.size()) {
      shell.set("OPTARG", words[index++]);
    } else {
      if (quiet)
        shell.set("OPTARG", std::string(1, letter));
      else
        output.error = shell.bash() ? fmt::format("\x01{}: option requires an argument -- {}\n",
                                                  shell.name_zero, letter)
                                    : fmt::format("\x01No arg for -{} option\n", letter);
      ++index;
      place = 0;
      return finish(quiet ? ":" : "?", 0);
    }
    ++index;
    place = 0;
  } else if (last) {
    ++index;
    place = 0;
  }
  return finish(std::string(1, letter), 0);
}

}  // namespace decnet::shell::sh
