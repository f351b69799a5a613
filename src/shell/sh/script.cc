// Text from a string or a file, run command by command.
#include <fmt/format.h>

#include "shell/sh/interpreter.h"
#include "shell/sh/typed_line.h"

namespace decnet::shell::sh {

namespace {

std::string_view line_of(std::string_view text, int number) {
  for (int i = 1; i < number && !text.empty(); ++i)
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  return text.substr(0, text.find('\n'));
}

}  // namespace

Task<void> tell_syntax(Interpreter& shell, const Parsed& parsed, const std::string& text,
                       int first_line) {
  shell.line = parsed.line;
  if (!shell.bash()) {
    const std::string said = (shell.in_eval ? "eval: " : "") + parsed.message;
    co_await shell.complain(said);
    co_return;
  }
  const bool prompt = shell.interactive && shell.nesting == 0;
  const bool inside = !shell.sources.empty() && !shell.sources.back().empty();
  const std::string place = shell.in_backquote ? "command substitution: "
                            : shell.in_eval    ? "eval: "
                            : shell.from_command && !inside && (shell.nesting == 0 || shell.in_trap)
                                ? "-c: "
                                : "";
  const std::string name =
      prompt ? shell.name_zero + ": "
             : fmt::format("{}: {}line {}: ",
                           inside && !shell.in_eval ? shell.sources.back() : shell.name_zero, place,
                           parsed.line);
  std::string out = name + parsed.message + "\n";
  if (parsed.shows_line && !prompt)
    out += fmt::format("{}`{}'\n", name, line_of(text, parsed.line - first_line + 1));
  const Sys<void> written = co_await shell.process->write(2, out);
  (void)written;
}

Task<int> Interpreter::run_text(std::string text, int first_line) {
  ParserOptions parser_options{
      .flavour = flavour,
      .first_line = first_line,
      .extended_patterns = shopts.contains("extglob") && shopts.at("extglob")};
  parser_options.alias = [this](std::string_view name) -> const std::string* {
    const bool wanted = interactive || !bash() ||
                        (shopts.contains("expand_aliases") && shopts.at("expand_aliases"));
    return wanted ? alias_of(name) : nullptr;
  };
  const std::string whole = text;
  const bool tail_before = tail;
  Parser parser(std::move(text), parser_options);
  int result = 0;
  while (flow == Flow::none) {
    const std::size_t begin = parser.offset();
    parser.allow_extended(shopts.contains("extglob") && shopts.at("extglob"));
    const Parsed parsed = parser.next();
    if (options.verbose && bash() && !in_trap && !interactive && parser.offset() > begin) {
      const std::string shown = parser.text().substr(begin, parser.offset() - begin) +
                                (parser.rest_is_empty() && !whole.ends_with('\n') ? "\n" : "");
      const Sys<void> written = co_await process->write(2, shown);
      (void)written;
    }
    if (parsed.kind == Parsed::Kind::end) break;
    for (const std::string& warning : parsed.warnings) {
      const std::string said = fmt::format("{}: {}\n", name_zero, warning);
      const Sys<void> written = co_await process->write(2, said);
      (void)written;
    }
    if (parsed.kind == Parsed::Kind::error) {
      co_await tell_syntax(*this, parsed, whole, first_line);
      status = result = parsed.status;
      if (!bash() && (nesting > 0 || source_depth > 0)) stop_line();
      break;
    }
    const NodePtr node = parsed.node;
    if (!node) continue;
    tail = tail_before && parser.rest_is_empty();
    result = co_await run(*node);
    status = result;
    const bool go_on = co_await handle_signals();
    if (!go_on) break;
    result = status;
    if (options.onecmd && !interactive) {
      flow = Flow::leave;
      break;
    }
  }
  tail = tail_before;
  co_return flow == Flow::none ? result : status;
}

}  // namespace decnet::shell::sh
