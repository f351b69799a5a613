// Text from a string or a file, run command by command.
#include <fmt/format.h>

#include "shell/sh/interpreter.h"
#include "shell/sh/typed_line.h"

namespace decnet::shell::sh {

Task<void> tell_syntax(Interpreter& shell, const Parsed& parsed, const std::string& text) {
  const bool cut = parsed.message.find("end of file") != std::string::npos || parsed.missing != 0;
  std::string line_text = text.substr(0, text.find('\n'));
  shell.line = parsed.line;
  if (!shell.bash()) {
    co_await shell.complain(parsed.message);
    co_return;
  }
  std::string out;
  const std::string place = shell.from_command && shell.nesting == 0       ? "-c: "
                            : shell.nesting > 0 && shell.source_depth == 0 ? "eval: "
                                                                           : "";
  const int line = parsed.line - (cut || parsed.line == 1 ? 0 : 1);
  const std::string name =
      shell.interactive && shell.nesting == 0
          ? shell.name_zero + ": "
          : fmt::format("{}: {}line {}: ", shell.name_zero, place,
                        std::max(1, line + (cut && parsed.missing == 0 ? 1 : 0)));
  out = name + parsed.message + "\n";
  if (!cut && !(shell.interactive && shell.nesting == 0)) {
    std::string_view rest = text;
    for (int i = 1; i < line && !rest.empty(); ++i)
      rest.remove_prefix(std::min(rest.find('\n') + 1, rest.size()));
    out += fmt::format("{}`{}'\n", name, rest.substr(0, rest.find('\n')));
  }
  const Sys<void> written = co_await shell.process->write(2, out);
  (void)written;
}

Task<int> Interpreter::run_text(std::string text, int first_line) {
  ParserOptions parser_options{.flavour = flavour, .first_line = first_line};
  if (interactive || !bash())
    parser_options.alias = [this](std::string_view name) { return alias_of(name); };
  const std::string whole = text;
  const bool tail_before = tail;
  Parser parser(std::move(text), parser_options);
  int result = 0;
  Parsed parsed = parser.next();
  while (parsed.kind != Parsed::Kind::end && flow == Flow::none) {
    if (parsed.kind == Parsed::Kind::error) {
      co_await tell_syntax(*this, parsed, whole);
      status = result = 2;
      if (!bash() && nesting > 0) stop_line();
      break;
    }
    const NodePtr node = parsed.node;
    parsed = parser.next();
    if (!node) continue;
    tail = tail_before && parsed.kind == Parsed::Kind::end;
    result = co_await run(*node);
    status = result;
    const bool go_on = co_await handle_signals();
    if (!go_on) break;
  }
  tail = tail_before;
  co_return flow == Flow::none ? result : status;
}

}  // namespace decnet::shell::sh
