// set -x, and the traps that the shell itself springs.
#include "shell/sh/escapes.h"
#include "shell/sh/interpreter.h"

namespace decnet::shell::sh {

// PS4 is expanded; its first letter stands once for every level.
Task<void> Interpreter::trace(std::string text) {
  std::string mark;
  const bool tracing = std::exchange(options.xtrace, false);
  const Word word = Parser::quoted_text(lookup("PS4").value_or("+ "), {.flavour = flavour});
  const bool good = co_await expand_text(word, mark);
  options.xtrace = tracing;
  if (good && bash() && !mark.empty())
    mark.insert(0, static_cast<std::size_t>(trace_depth), mark[0]);
  const std::string whole = mark + text + "\n";
  const Sys<void> written = co_await process->write(2, whole);
  (void)written;
}

std::string Interpreter::trace_words(const std::vector<std::string>& words) const {
  std::string text;
  for (const std::string& word : words)
    text += (text.empty() ? "" : " ") + (bash() ? trace_quote(word) : word);
  return text;
}

bool Interpreter::trapped(int number) const {
  const auto found = traps.find(number);
  return found != traps.end() && !found->second.empty() && !in_trap;
}

Task<void> Interpreter::run_trap(int number) {
  if (!trapped(number)) co_return;
  in_trap = true;
  const int before = status;
  std::string action = traps.find(number)->second;
  ++nesting;
  const int result = co_await run_text(std::move(action), line);
  (void)result;
  --nesting;
  in_trap = false;
  if (flow != Flow::leave) status = before;
}

Task<void> Interpreter::before_command(std::string text) {
  if (in_trap || !bash()) co_return;
  running = std::move(text);
  if (trapped(-2)) co_await run_trap(-2);
}

}  // namespace decnet::shell::sh
