// Interpreter: one shell. A subshell is a copy of it that runs in a process of its own; what is
// large is shared until one of both changes it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "shell/process.h"
#include "shell/sh/history.h"
#include "shell/sh/parser.h"
#include "shell/sh/state.h"
#include "shell/sh/variables.h"

namespace decnet::shell::sh {

class Interpreter : public Running {
 public:
  explicit Interpreter(Process& of, Flavour kind);

  // main.cc
  Task<int> run_text(std::string text, int first_line = 1);
  Task<void> trace(std::string text);  // A line of set -x.
  Task<void> run_trap(int number);     // Nothing where there is none, or one runs.
  Task<int> run_script(int descriptor);
  Task<int> finish(int status);  // EXIT trap, history, jobs.
  // exec.cc
  Task<int> run(const Node& node);
  Task<int> subshell_main(Process& own, NodePtr node, bool reset_traps);

  // What builtins need.
  Task<void> complain(std::string_view text);  // "bash: line 1: text\n"
  std::string prefix() const;
  Task<bool> put(std::string_view text);
  std::string get(std::string_view name) const;  // As $name; empty where it is not set.
  std::optional<std::string> lookup(std::string_view name) const;
  bool set(std::string_view name, std::string value);  // False: read-only (and said so).
  // False: `problem` says why, as a message without the shell's name.
  bool assign(std::string_view name, const std::string* subscript, std::string value, bool append);
  bool assign_word(const std::string& word, std::string value);  // "x" or "x[2]".
  std::string problem;
  bool bash() const { return flavour == Flavour::bash; }
  const Builtin* builtin(std::string_view name) const;
  Sys<std::string> find_program(std::string_view name) const;
  Task<int> call(std::vector<std::string> words, bool functions);
  tl::expected<std::int64_t, std::string> calculate(std::string_view text);
  int fork_node(NodePtr node, const std::map<int, int>& descriptors, int* error);
  Task<int> wait_for_job(Job& job);
  void update_jobs();
  std::string job_line(const Job& job, bool with_pid) const;
  Job& add_job(std::vector<int> pids, int group, std::string text);
  Job* find_job(std::string_view spec);
  Task<bool> handle_signals();
  std::string prompt(std::string_view text) const;
  std::string option_letters() const;
  void stop_line() {
    if (flow == Flow::none) flow = interactive ? Flow::line : Flow::leave;
  }
  Environment environment() const { return variables.environment(); }
  std::map<int, int> child_descriptors(const Redirected* redirected = nullptr) const;
  Task<void> connect_in_vain(std::string path);
  Task<bool> open_redirects(const Node& node, Redirected& out);
  void apply(Redirected& redirected);
  void restore(Redirected& redirected);
  Task<bool> expand_words(const std::vector<Word>& words, std::vector<std::string>& out,
                          const Node* owner = nullptr);
  Task<bool> expand_text(const Word& word, std::string& out);
  Task<bool> expand_pattern(const Word& word, std::string& out);
  Task<bool> expand_expression(const Word& word, std::string& out);  // Of [[ =~ ]].
  Task<bool> assign_node(const Assignment& assignment);
  const std::string* alias_of(std::string_view name) const;

  Process* process;
  Flavour flavour;
  Variables variables;
  std::shared_ptr<std::map<std::string, NodePtr, std::less<>>> functions;
  std::shared_ptr<std::map<std::string, std::string, std::less<>>> aliases;
  std::map<std::string, std::string, std::less<>> hashed;
  std::shared_ptr<std::set<std::string, std::less<>>> disabled;  // enable -n; null: none.
  std::vector<std::string> positional;
  std::string name_zero;
  std::map<int, std::string> shown_traps;  // In a subshell: of the shell around it.
  std::map<int, std::string> traps;  // 0: EXIT; -1: ERR, -2: DEBUG, -3: RETURN. Empty: ignored.
  Options options;
  std::map<std::string, bool, std::less<>> shopts;
  std::map<char, std::string> limits;  // Of ulimit, where they were set.
  std::map<int, int> ended_children;   // Waited for once; $? of asking again.
  std::vector<Job> jobs;
  std::shared_ptr<History> history;
  bool remembered = false;  // The line that runs is the history's last.
  std::shared_ptr<std::map<std::string, std::string, std::less<>>> completions;  // Null: none.
  std::vector<std::string> directories;                                          // Of pushd.
  Flow flow = Flow::none;
  int flow_count = 0;
  int status = 0;
  int line = 1;
  int last_background = 0;
  bool interactive = false, login = false, subshell = false;
  bool of_interactive = false;  // Interactive, or a subshell of such a one: no lines in its errors.
  bool from_command = false;    // -c
  bool observed = false;        // Its lines are the attacker's.
  int shell_pid = 0;
  int function_depth = 0, source_depth = 0, loop_depth = 0;
  int unchecked = 0;         // Inside conditions: set -e does not look.
  int nesting = 0;           // Of calls, evals and substitutions.
  bool tail = false;         // What runs next is the last thing: it takes this process's place.
  std::string wait_command;  // What to say where a command died.

 private:
  friend class Expander;
  Task<int> run_simple(const Node& node);
  Task<int> run_words(const Node& node, std::vector<std::string> words, Redirected& redirected);
  Task<int> run_external(const Node& node, std::vector<std::string> words, Redirected& redirected,
                         Environment extra);
  Task<int> run_function(NodePtr body, std::vector<std::string> words);
  Task<int> run_builtin(const Builtin& builtin, std::vector<std::string>& words);
  Task<int> run_plain(const Node& node);  // A compound one without its redirections.
  Task<int> run_redirected(const Node& node);
  Task<int> run_pipeline(const Node& node);
  Task<int> run_timed(const Node& node);
  Task<int> run_and_or(const Node& node);
  Task<int> run_list(const Node& node);
  Task<int> run_subshell(const Node& node);
  Task<int> run_choice(const Node& node);
  Task<int> run_loop(const Node& node);
  Task<int> run_counting(const Node& node);
  Task<int> run_repetition(const Node& node);
  Task<int> run_selection(const Node& node);
  Task<int> run_conditional(const Node& node);
  Task<int> condition(const std::vector<Word>& words, std::size_t from, std::size_t to, int depth);
  Task<int> run_background(const NodePtr& node);
  bool after_body();                    // True: the loop ends.
  Task<void> check_errors(int result);  // ERR and set -e.
  bool trapped(int number) const;
  std::string trace_words(const std::vector<std::string>& words) const;
  Task<void> trace_term(std::string text);
  Task<bool> assign_and_trace(const Assignment& one);
  Task<void> before_command(std::string text);  // DEBUG
  Task<int> run_choosing(const Node& node);
  std::string special(std::string_view name, bool& known) const;
};

}  // namespace decnet::shell::sh
