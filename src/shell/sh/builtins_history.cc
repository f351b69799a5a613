// history, fc.
#include <fmt/format.h>

#include "shell/sh/interpreter.h"

namespace decnet::shell::sh {
namespace {

bool is_number(const std::string& text) {
  const std::size_t begin = text.starts_with('-') ? 1 : 0;
  return text.size() > begin && text.size() < 10 &&
         text.find_first_not_of("0123456789", begin) == std::string::npos;
}

void forget(History& history, std::size_t at) {
  history.bytes -= history.lines[at].size();
  history.lines.erase(history.lines.begin() + static_cast<std::ptrdiff_t>(at));
}

int delete_entries(History& history, const std::string& text, Output& output) {
  const std::size_t dash = text.find('-', 1);
  const std::string first = text.substr(0, dash);
  const std::string last = dash == std::string::npos ? first : text.substr(dash + 1);
  const auto place = [&](const std::string& one) -> std::optional<std::size_t> {
    if (!is_number(one)) return std::nullopt;
    const long number = std::atol(one.c_str());
    const long index = number < 0 ? static_cast<long>(history.lines.size()) + number
                                  : number - static_cast<long>(history.first);
    if (index < 0 || index >= static_cast<long>(history.lines.size())) return std::nullopt;
    return static_cast<std::size_t>(index);
  };
  const auto from = place(first), to = place(last);
  if (!from || !to || *from > *to) {
    output.error = fmt::format("history: {}: history position out of range\n", text);
    return 1;
  }
  for (std::size_t i = *to + 1; i-- > *from;) forget(history, i);
  return 0;
}

int write_file(Interpreter& shell, const std::string& path, bool append) {
  History& history = *shell.history;
  const std::string whole = shell.process->absolute(path);
  std::string text;
  std::size_t from = 0;
  if (append) {
    text = shell.process->files().read_file(whole, shell.process->user).value_or("");
    from = history.lines.size() - std::min(history.added, history.lines.size());
  }
  for (std::size_t i = from; i < history.lines.size(); ++i) text += history.lines[i] + "\n";
  history.added = 0;
  const Sys<void> written =
      shell.process->files().write_file(whole, std::move(text), shell.process->user, 0600);
  return written ? 0 : 1;
}

int read_file(Interpreter& shell, const std::string& path) {
  const Sys<std::string> text =
      shell.process->files().read_file(shell.process->absolute(path), shell.process->user);
  if (!text) return 1;
  std::string rest = *text;
  for (std::size_t end = rest.find('\n'); end != std::string::npos; end = rest.find('\n')) {
    if (end > 0) shell.history->add(rest.substr(0, end));
    rest.erase(0, end + 1);
  }
  return 0;
}

int run_history(Interpreter& shell, Arguments& arguments, Output& output) {
  if (shell.subshell && arguments.size() > 1)  // What a subshell forgets, its parent still knows.
    shell.history = std::make_shared<History>(*shell.history);
  History& history = *shell.history;
  std::size_t count = history.lines.size();
  if (arguments.size() > 1) {
    const std::string& first = arguments[1];
    const std::string path = arguments.size() > 2 ? arguments[2] : shell.get("HISTFILE");
    if (first == "-c") {
      history.lines.clear();
      history.bytes = 0;
      return 0;
    }
    if (first.starts_with("-d")) {
      const std::string which = first.size() > 2       ? first.substr(2)
                                : arguments.size() > 2 ? arguments[2]
                                                       : "";
      if (which.empty()) {
        output.error =
            "history: -d: option requires an argument\n\x01history: usage: history [-c] [-d "
            "offset] [n] or history -anrw [filename] or history -ps arg [arg...]\n";
        return 2;
      }
      return delete_entries(history, which, output);
    }
    if (first == "-w" || first == "-a")
      return path.empty() ? 1 : write_file(shell, path, first == "-a");
    if (first == "-r" || first == "-n") return path.empty() ? 1 : read_file(shell, path);
    if (first == "-s" || first == "-p") {
      std::string text;
      for (std::size_t i = 2; i < arguments.size(); ++i) text += (i > 2 ? " " : "") + arguments[i];
      if (first == "-p") {
        output.out = text + "\n";
      } else if (!text.empty()) {
        if (shell.remembered && !history.lines.empty()) forget(history, history.lines.size() - 1);
        history.add(std::move(text));
      }
      return 0;
    }
    if (first.starts_with('-') && !is_number(first)) {
      output.error = fmt::format(
          "history: -{}: invalid option\n\x01history: usage: history [-c] [-d offset] [n] or "
          "history -anrw [filename] or history -ps arg [arg...]\n",
          first[1]);
      return 2;
    }
    if (!is_number(first)) {
      output.error = fmt::format("history: {}: numeric argument required\n", first);
      return 1;
    }
    count =
        std::min<std::size_t>(count, static_cast<std::size_t>(std::abs(std::atol(first.c_str()))));
  }
  for (std::size_t i = history.lines.size() - count; i < history.lines.size(); ++i)
    output.out += fmt::format("{:>5}  {}\n", history.first + i, history.lines[i]);
  return 0;
}

// A number, a negative one from the end, or what a line begins with.
std::optional<std::size_t> find_line(const History& history, const std::string& text,
                                     std::size_t count) {
  if (is_number(text)) {
    const long number = std::atol(text.c_str());
    const long index =
        number < 0 ? static_cast<long>(count) + number : number - static_cast<long>(history.first);
    if (count == 0) return std::nullopt;
    return static_cast<std::size_t>(std::max(0L, std::min(index, static_cast<long>(count) - 1)));
  }
  for (std::size_t i = count; i-- > 0;) {
    if (history.lines[i].starts_with(text)) return i;
  }
  return std::nullopt;
}

Task<int> run_fc(Interpreter& shell, Arguments& arguments) {
  History& history = *shell.history;
  bool list = false, reverse = false, plain = false, again = false;
  std::size_t i = 1;
  for (; i < arguments.size() && arguments[i].size() > 1 && arguments[i][0] == '-' &&
         !is_number(arguments[i]);
       ++i) {
    list = list || arguments[i].find('l') != std::string::npos;
    reverse = reverse || arguments[i].find('r') != std::string::npos;
    plain = plain || arguments[i].find('n') != std::string::npos;
    again = again || arguments[i].find('s') != std::string::npos;
  }
  // The fc command itself is not among what it looks at.
  const std::size_t count =
      history.lines.size() - (shell.remembered && !history.lines.empty() ? 1 : 0);
  if (count == 0) co_return 0;
  const std::string first = i < arguments.size() ? arguments[i] : "";
  if (again) {
    std::string from, to, pattern = first;
    if (const std::size_t equals = first.find('='); equals != std::string::npos) {
      from = first.substr(0, equals);
      to = first.substr(equals + 1);
      pattern = i + 1 < arguments.size() ? arguments[i + 1] : "";
    }
    const auto at = pattern.empty() ? std::optional(count - 1) : find_line(history, pattern, count);
    if (!at) {
      co_await shell.complain("fc: no command found");
      co_return 1;
    }
    std::string text = history.lines[*at];
    for (std::size_t k = from.empty() ? std::string::npos : text.find(from);
         k != std::string::npos && text.size() < kScriptBytesMax;
         k = text.find(from, k + to.size()))
      text.replace(k, from.size(), to);
    const std::string shown = text + "\n";
    const Sys<void> written = co_await shell.process->write(2, shown);
    (void)written;
    if (shell.remembered) forget(history, history.lines.size() - 1);
    history.add(text);
    if (shell.nesting >= kCallDepthMax) co_return 1;
    ++shell.nesting;
    const int result = co_await shell.run_text(std::move(text), shell.line);
    --shell.nesting;
    co_return result;
  }
  if (!list) co_return 0;  // An editor would open; it ends at once and changes nothing.
  auto from =
      first.empty() ? std::optional(count > 16 ? count - 16 : 0) : find_line(history, first, count);
  auto to = i + 1 < arguments.size() ? find_line(history, arguments[i + 1], count)
                                     : std::optional(count - 1);
  if (!from || !to) {
    co_await shell.complain("fc: history specification out of range");
    co_return 1;
  }
  if (*from > *to) {
    std::swap(from, to);
    reverse = !reverse;
  }
  std::string out;
  for (std::size_t k = 0; k <= *to - *from; ++k) {
    const std::size_t at = reverse ? *to - k : *from + k;
    out += plain ? fmt::format("\t {}\n", history.lines[at])
                 : fmt::format("{}\t {}\n", history.first + at, history.lines[at]);
  }
  const bool written = co_await shell.put(out);
  co_return written ? 0 : 1;
}

}  // namespace

std::vector<Builtin> history_builtins() {
  return {{"history", &run_history, nullptr, false, true}, {"fc", nullptr, &run_fc, false, true}};
}

}  // namespace decnet::shell::sh
