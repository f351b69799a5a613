// Small things that a shell's state is made of.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "shell/process.h"

namespace decnet::shell::sh {

class Interpreter;

inline constexpr int kCallDepthMax = 500;  // Functions and evals in each other; beyond: SIGSEGV.
inline constexpr std::size_t kExpansionBytesMax = 16U << 20;  // Of one word.
inline constexpr std::size_t kFieldsMax = 200'000;            // Of one command.
inline constexpr std::size_t kBraceWordsMax = 100'000;        // {1..n}
inline constexpr std::size_t kGlobNamesMax = 50'000;          // Looked at by one pattern.
inline constexpr std::size_t kJobsMax = 200;
inline constexpr int kHighDescriptor = 100;  // The shell's own begin here; no child gets them.

enum class Flow : std::uint8_t {
  none,
  stop_loop,
  next_round,
  give_back,  // return
  line,       // An error: back to the prompt.
  leave       // exit
};

struct Options {
  bool errexit = false, nounset = false, xtrace = false, noglob = false, noexec = false,
       noclobber = false, allexport = false, verbose = false, pipefail = false, monitor = false,
       posix = false, notify = false, ignoreeof = false, hashall = true, braceexpand = true,
       histexpand = false, physical = false, vi = false, emacs = false, privileged = false,
       keyword = false, onecmd = false, errtrace = false, functrace = false, history = false,
       interactive_comments = true, nolog = false;
};
struct OptionName {
  std::string_view name;
  char letter;
  bool Options::*member;
};
const std::vector<OptionName>& option_names();

struct Job {
  int id = 0;
  int group = 0;
  std::vector<int> pids;
  std::vector<int> statuses;  // -1: still runs.
  std::string text;
  enum class State : std::uint8_t { running, stopped, done } state = State::running;
  int status = 0;
  int signal = 0;
  bool told = false;
};

// Redirections that were opened: descriptor → the one of ours that it shall be; -1: closed.
struct Redirected {
  std::vector<std::pair<int, int>> wanted;
  std::vector<int> opened;
  std::vector<std::pair<int, int>> saved;  // What apply() put aside; -1: was closed.
  bool lasting = false;                    // exec
};

// What a builtin that waits for nothing has printed.
struct Output {
  std::string out;
  std::string error;  // Complete lines.
};

// Where a shell is in what it runs.
struct Running {
  std::vector<std::string> call_names;
  std::vector<std::string> sources;  // BASH_SOURCE, the innermost last.
  std::vector<int> call_lines;       // Where each of call_names was called.
  std::shared_ptr<std::map<std::string, std::string, std::less<>>> function_sources =
      std::make_shared<std::map<std::string, std::string, std::less<>>>();
  std::string last_argument;   // $_
  std::string running;         // BASH_COMMAND
  std::string execution_text;  // BASH_EXECUTION_STRING
  int subshell_level = 0;
  int trace_depth = 0;  // Of eval, sourced files and substitutions: the '+' of PS4 is repeated.
  int status_before_return = 0;
  int end_line = 1;  // Of the simple command that runs.
  bool in_trap = false;
  bool got_interrupt = false;    // ^C while the shell itself worked.
  std::uint32_t owed_units = 0;  // Work of a match that no breathe() told of yet.
  bool trace_negated = false;
  std::map<std::string, int, std::less<>> hits;  // Of `hash`.
  bool in_eval = false, in_backquote = false;
  TimePoint started{};
  mutable std::uint32_t random_state = 0;
  int option_place = 0;  // Of getopts, within a word.
  std::optional<int> substitution_status;
  std::vector<int> substitution_descriptors;
  std::vector<int> statuses;  // PIPESTATUS
};

using Arguments = std::vector<std::string>;
struct Builtin {
  std::string_view name;
  int (*plain)(Interpreter&, Arguments&, Output&) = nullptr;
  Task<int> (*waiting)(Interpreter&, Arguments&) = nullptr;
  bool special = false;
  bool bash_only = false;
};

// The tables of the files builtins_*.cc.
std::vector<Builtin> basic_builtins();
std::vector<Builtin> variable_builtins();
std::vector<Builtin> flow_builtins();
std::vector<Builtin> job_builtins();
std::vector<Builtin> option_builtins();
std::vector<Builtin> input_builtins();
std::vector<Builtin> trap_builtins();
std::vector<Builtin> limit_builtins();
std::vector<Builtin> unset_builtins();
std::vector<Builtin> directory_builtins();
std::vector<Builtin> history_builtins();
std::vector<Builtin> completion_builtins();

std::vector<std::string> builtin_names();           // Of bash, sorted.
std::string_view signal_name(int signal) noexcept;  // "INT"
std::string_view signal_text(int signal) noexcept;  // "Terminated"
int signal_number(std::string_view name) noexcept;  // Of "INT", "SIGINT", "2"; -1: none.
// What `name` says of an option that it does not know: written to `output`; else false.
bool refuse_options(const Interpreter& shell, const Arguments& arguments, Output& output);
std::string usage_line(std::string_view name);  // "\x01cd: usage: …\n"; empty where none is known.
int run_printf(Interpreter& shell, Arguments& arguments, Output& output);
int run_getopts(Interpreter& shell, Arguments& arguments, Output& output);
int run_test(Interpreter& shell, const Arguments& arguments, Output& output);

}  // namespace decnet::shell::sh
