// Lines from the terminal or from standard input, each run when it is complete.
#include <algorithm>
#include <csignal>

#include <fmt/format.h>

#include "shell/sh/editor.h"
#include "shell/sh/interpreter.h"
#include "shell/sh/typed_line.h"
#include "shell/terminal.h"

namespace decnet::shell::sh {
namespace {

Task<std::string> shown_prompt(Interpreter& shell, std::string_view variable) {
  const std::string decoded = shell.prompt(shell.get(variable));
  std::string out;
  const Word word = Parser::quoted_text(decoded, {.flavour = shell.flavour});
  const int status = shell.status;
  const bool good = co_await shell.expand_text(word, out);
  shell.status = status;
  co_return good ? out : decoded;
}

Task<void> tell(Interpreter& shell, std::string text) {
  if (text.empty()) co_return;
  const Sys<void> written = co_await shell.process->write(2, text);
  (void)written;
}

Task<void> tell_jobs(Interpreter& shell) {
  shell.update_jobs();
  std::string text;
  for (Job& job : shell.jobs) {
    if (job.told || job.state == Job::State::running) continue;
    job.told = true;
    text += (job.state == Job::State::stopped ? "\n" : "") + shell.job_line(job, false);
  }
  std::erase_if(shell.jobs, [](const Job& job) { return job.state == Job::State::done; });
  if (shell.interactive) co_await tell(shell, std::move(text));
}

// What parts two lines of one command in the history.
std::string_view separator(std::string_view before) {
  const std::size_t end = before.find_last_not_of(" \t");
  if (end == std::string_view::npos) return "";
  before = before.substr(0, end + 1);
  if (std::string_view("|&;({").find(before.back()) != std::string_view::npos ||
      before.ends_with("()"))
    return " ";
  const std::size_t gap = before.find_last_of(" \t;\n");
  const std::string_view last = gap == std::string_view::npos ? before : before.substr(gap + 1);
  for (const std::string_view word :
       {"do", "then", "else", "elif", "if", "while", "until", "in", "!", "time"}) {
    if (last == word) return " ";
  }
  return "; ";
}

class Lines {
 public:
  explicit Lines(Interpreter& shell) : shell_(shell), editor_(shell) {}

  Task<int> run() {
    for (bool more = true; more;) more = co_await one();
    if (shell_.interactive && shell_.flow != Flow::leave && shell_.bash())
      co_await tell(shell_, shell_.login ? "logout\n" : "exit\n");
    co_return shell_.status;
  }

 private:
  Task<void> before_prompt() {
    co_await tell_jobs(shell_);
    if (!shell_.interactive) co_return;
    if (const Terminal* terminal = shell_.process->terminal()) {  // checkwinsize
      shell_.set("COLUMNS", std::to_string(terminal->columns));
      shell_.set("LINES", std::to_string(terminal->rows));
    }
    std::string action = shell_.bash() ? shell_.get("PROMPT_COMMAND") : std::string{};
    if (action.empty()) co_return;
    const int status = shell_.status;
    ++shell_.nesting;
    const int result = co_await shell_.run_text(std::move(action), 1);
    (void)result;
    --shell_.nesting;
    if (shell_.flow != Flow::leave) shell_.flow = Flow::none;
    shell_.status = status;
  }

  Task<std::optional<std::string>> read() {
    if (!shell_.interactive) {
      co_await shell_.process->breathe(static_cast<std::uint32_t>(1 + pending_.size() / 1024));
      const Sys<std::string> bytes =
          co_await shell_.process->read_until(0, '\n', kScriptBytesMax, std::nullopt);
      if (!bytes || bytes->empty()) co_return std::nullopt;
      std::string line = *bytes;
      if (line.ends_with('\n')) line.pop_back();
      co_return line;
    }
    if (!has_more()) {
      std::string prompt = co_await shown_prompt(shell_, pending_.empty() ? "PS1" : "PS2");
      std::optional<std::string> typed =
          co_await editor_.read_line(std::move(prompt), !pending_.empty());
      if (!typed) co_return std::nullopt;
      typed_ = *std::move(typed);
      taken_ = 0;
    } else {
      co_await shell_.process->breathe(static_cast<std::uint32_t>(1 + pending_.size() / 1024));
    }
    const std::size_t end = std::min(typed_.find('\n', taken_), typed_.size());
    std::string line = typed_.substr(taken_, end - taken_);
    taken_ = end + 1;
    co_return line;
  }

  // Of what was typed or pasted at once, with newlines of its own (^V^J): lines that are to come.
  bool has_more() const { return taken_ <= typed_.size(); }
  void drop_more() { taken_ = typed_.size() + 1; }

  Task<void> interrupted() {
    if (!entry_.empty()) remember(shell_, entry_);
    drop_more();
    pending_.clear();
    entry_.clear();
    shell_.status = 130;
    if (!shell_.bash()) co_return;
    co_await shell_.run_trap(SIGINT);
    co_await tell(shell_, "\n");
  }

  // False: the line is no command (an event that is not found, ":p").
  Task<bool> expand(std::string& line) {
    if (!shell_.interactive || !shell_.options.histexpand || missing_ == '\'') co_return true;
    bool changed = false, show_only = false;
    const auto expanded = expand_history(*shell_.history, line, changed, show_only);
    if (!expanded) {
      const std::string said = shell_.name_zero + ": " + expanded.error() + "\n";
      co_await tell(shell_, said);
      co_return false;
    }
    if (changed) co_await tell(shell_, *expanded + "\n");
    line = *expanded;
    if (show_only) remember(shell_, line);
    co_return !show_only;
  }

  void note(const std::string& line) {
    if (pending_.empty()) {
      entry_ = line;
    } else if (missing_ != 0) {
      entry_ += "\n" + line;
    } else if (entry_.ends_with('\\')) {
      entry_.pop_back();
      entry_ += line;
    } else {
      entry_ += std::string(separator(entry_)) + line;
    }
  }

  Task<bool> one() {
    if (pending_.empty()) co_await before_prompt();
    if (shell_.flow == Flow::leave) co_return false;
    std::optional<std::string> line = co_await read();
    if (editor_.interrupted()) {
      co_await interrupted();
      co_return shell_.flow != Flow::leave;
    }
    const bool end = !line.has_value();
    if (end && pending_.empty()) co_return false;
    if (!end) {
      const bool runs = co_await expand(*line);
      if (!runs) co_return true;
      note(*line);
      pending_ += *line + "\n";
    }
    ParserOptions options{
        .flavour = shell_.flavour,
        .more_may_come = !end,
        .first_line = shell_.interactive ? 1 : next_line_,
        .extended_patterns = shell_.shopts.contains("extglob") && shell_.shopts.at("extglob")};
    if (shell_.interactive || !shell_.bash() ||
        (shell_.shopts.contains("expand_aliases") && shell_.shopts.at("expand_aliases")))
      options.alias = [this](std::string_view name) { return shell_.alias_of(name); };
    Parser parser(pending_, options);
    Parsed parsed = parser.next();
    if (parsed.kind == Parsed::Kind::incomplete && pending_.size() < kScriptBytesMax) {
      document_ = document_ || parsed.missing == '\n';
      missing_ = parsed.missing;
      co_return true;
    }
    missing_ = 0;
    const std::string typed = std::exchange(pending_, {});
    if (std::exchange(document_, false)) entry_ += "\n";
    shell_.flow = Flow::none;
    TypedLine event(shell_, typed);
    if (shell_.interactive) remember(shell_, std::exchange(entry_, {}));
    if (shell_.options.verbose && !shell_.interactive) co_await tell(shell_, typed);
    if (shell_.interactive && shell_.bash() && !shell_.get("PS0").empty()) {
      std::string before = co_await shown_prompt(shell_, "PS0");
      co_await tell(shell_, std::move(before));
    }
    co_await run_parsed(parser, std::move(parsed), typed, options.first_line);
    event.finish(shell_.status);
    if (!shell_.interactive) next_line_ = parser.line();
    co_return shell_.flow != Flow::leave && !end;
  }

  // An alias that holds a newline may end with a command that goes on. One that has gone on for too
  // long is dropped.
  void keep_rest(const Parsed& parsed, const std::string& typed) {
    std::string rest = typed.substr(std::min(parsed.offset, typed.size()));
    if (rest.size() >= kScriptBytesMax) return count(Limit::script_bytes);
    pending_ = std::move(rest);
    entry_ = pending_;
    if (entry_.ends_with('\n')) entry_.pop_back();
    missing_ = parsed.missing;
    document_ = parsed.missing == '\n';
  }

  Task<void> run_parsed(Parser& parser, Parsed parsed, const std::string& typed, int first_line) {
    while (parsed.kind != Parsed::Kind::end && shell_.flow == Flow::none) {
      if (parsed.kind == Parsed::Kind::error) {
        co_await tell_syntax(shell_, parsed, typed, first_line);
        shell_.status = shell_.interactive ? 2 : parsed.status;
        if (!shell_.interactive) shell_.flow = Flow::leave;
        co_return;
      }
      if (parsed.kind == Parsed::Kind::incomplete) {
        keep_rest(parsed, typed);
        break;
      }
      for (const std::string& warning : parsed.warnings) {
        const std::string said = fmt::format("{}: {}\n", shell_.name_zero, warning);
        co_await tell(shell_, said);
      }
      if (parsed.node) {
        const NodePtr node = parsed.node;
        const int result = co_await shell_.run(*node);
        shell_.status = result;
        const bool go_on = co_await shell_.handle_signals();
        (void)go_on;
      }
      parsed = parser.next();
    }
    if (std::exchange(shell_.got_interrupt, false)) {
      drop_more();
      co_await tell(shell_, "\n");
      shell_.status = 130;
    }
  }

  Interpreter& shell_;
  Editor editor_;
  std::string typed_;      // What the editor gave last …
  std::size_t taken_ = 1;  // … and how far it has been read.
  std::string pending_;    // Lines of a command that is not complete …
  std::string entry_;      // … and as the history will have them.
  char missing_ = 0;       // The quote they leave open.
  bool document_ = false;
  int next_line_ = 1;
};

}  // namespace

Task<int> run_lines(Interpreter& shell) {
  Lines lines(shell);
  const int result = co_await lines.run();
  co_return result;
}

}  // namespace decnet::shell::sh
