// The options that builtins know, and what they say of others.
#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "shell/sh/interpreter.h"

namespace decnet::shell::sh {
namespace {

struct Usage {
  std::string_view name;
  std::string_view letters;  // A ':' behind one: it takes a value.
  std::string_view text;
};

constexpr std::string_view kDeclare =
    "[-aAfFgiIlnrtux] [name[=value] ...] or declare -p [-aAfFilnrtux] [name ...]";
constexpr std::string_view kMapfile =
    "[-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]";

constexpr Usage kBash[] = {
    {"alias", "p", "[-p] [name[=value] ... ]"},
    {"bg", "", "[job_spec ...]"},
    {"builtin", "", "[shell-builtin [arg ...]]"},
    {"caller", "", "[expr]"},
    {"cd", "LPe@", "[-L|[-P [-e]] [-@]] [dir]"},
    {"command", "pVv", "[-pVv] command [arg ...]"},
    {"declare", "aAfFgiIlnrtuxpc", kDeclare},
    {"disown", "ahr", "[-h] [-ar] [jobspec ... | pid ...]"},
    {"enable", "adnpsf:", "[-a] [-dnps] [-f filename] [name ...]"},
    {"eval", "", "[arg ...]"},
    {"exec", "cla:", "[-cl] [-a name] [command [argument ...]] [redirection ...]"},
    {"export", "fnp", "[-fn] [name[=value] ...] or export -p"},
    {"fc", "e:lnrs0123456789", "[-e ename] [-lnr] [first] [last] or fc -s [pat=rep] [command]"},
    {"fg", "", "[job_spec]"},
    {"getopts", "", "optstring name [arg ...]"},
    {"hash", "dlrtp:", "[-lr] [-p pathname] [-dt] [name ...]"},
    {"help", "dms", "[-dms] [pattern ...]"},
    {"jobs", "lnprsx", "[-lnprs] [jobspec ...] or jobs -x command [args]"},
    {"local", "aAfFgiIlnrtuxpc", "[option] name[=value] ..."},
    {"mapfile", "d:n:O:s:tu:C:c:", kMapfile},
    {"printf", "v:", "[-v var] format [arguments]"},
    {"pwd", "LP", "[-LP]"},
    {"read", "ersa:d:i:n:N:p:t:u:",
     "[-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] "
     "[-u fd] [name ...]"},
    {"readarray", "d:n:O:s:tu:C:c:", kMapfile},
    {"readonly", "aAfp", "[-aAf] [name[=value] ...] or readonly -p"},
    {"shopt", "opqsu", "[-pqsu] [-o] [optname ...]"},
    {"source", "", "filename [arguments]"},
    {".", "", "filename [arguments]"},
    {"suspend", "f", "[-f]"},
    {"times", "", ""},
    {"trap", "lp", "[-lp] [[arg] signal_spec ...]"},
    {"type", "afptP", "[-afptP] name [name ...]"},
    {"typeset", "aAfFgiIlnrtuxpc",
     "[-aAfFgiIlnrtux] name[=value] ... or typeset -p "
     "[-aAfFilnrtux] [name ...]"},
    {"umask", "pS", "[-p] [-S] [mode]"},
    {"unalias", "a", "[-a] name [name ...]"},
    {"unset", "fvn", "[-f] [-v] [-n] [name ...]"},
    {"wait", "fnp:", "[-fn] [-p var] [id ...]"},
};

constexpr Usage kDash[] = {
    {"cd", "LP", ""},    {"command", "pVv", ""}, {"export", "p", ""},
    {"hash", "rv", ""},  {"jobs", "pl", ""},     {"printf", "", ""},
    {"read", "p:r", ""}, {"readonly", "p", ""},  {"ulimit", "HSatfdsmcnlpvwr", ""},
    {"umask", "S", ""},  {"unalias", "a", ""},   {"unset", "vf", ""},
};

}  // namespace

std::string usage_line(std::string_view name) {
  for (const Usage& one : kBash) {
    if (one.name == name)
      return fmt::format("\x01{}: usage: {}{}{}\n", name, name, one.text.empty() ? "" : " ",
                         one.text);
  }
  return {};
}

bool refuse_options(const Interpreter& shell, const Arguments& arguments, Output& output) {
  const std::span<const Usage> table =
      shell.bash() ? std::span<const Usage>(kBash) : std::span<const Usage>(kDash);
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const Usage& one) { return one.name == arguments[0]; });
  if (found == table.end()) return false;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (word.size() < 2 || word[0] != '-' || word == "--") return false;
    for (std::size_t k = 1; k < word.size(); ++k) {
      const std::size_t at = word[k] == ':' ? std::string_view::npos : found->letters.find(word[k]);
      if (at == std::string_view::npos) {
        output.error = shell.bash()
                           ? fmt::format("{}: -{}: invalid option\n{}", arguments[0], word[k],
                                         usage_line(arguments[0]))
                           : fmt::format("{}: Illegal option -{}\n", arguments[0], word[k]);
        return true;
      }
      if (at + 1 >= found->letters.size() || found->letters[at + 1] != ':') continue;
      if (k + 1 == word.size()) ++i;
      break;
    }
  }
  return false;
}

}  // namespace decnet::shell::sh
