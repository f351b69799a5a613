// What is typed behind a colon in vi.
#include <algorithm>
#include <cctype>

#include <fcntl.h>

#include "shell/cmd/text.h"
#include "shell/cmd/vi.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::size_t kShellInputMax = 64 * 1024;  // What ":w !command" gives to a command.

std::string counted(std::size_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

}  // namespace

// Nothing: it was given up.
Task<std::optional<std::string>> Vi::command_line(char before) {
  std::optional<std::string> line = std::string();
  screen_.clear_line(screen_.rows() - 1);
  screen_.print("");
  screen_.move(screen_.rows() - 1, 0);
  screen_.ink(Ink::plain);
  screen_.letter(std::string_view(&before, 1));
  for (;;) {
    const int key = co_await next_key();
    if (key == '\r' || key == '\n') break;
    const bool erases = key == 0x7f || key == '\b';
    if (key < 0 || key == 0x1b || key == 0x03 || (erases && line->empty())) {
      screen_.lose_cursor();
      screen_.clear_line(screen_.rows() - 1);
      line.reset();
      co_return line;
    }
    if (erases || key == 0x15) {
      const std::size_t left = key == 0x15 ? 0 : line->size() - 1;
      line->resize(left);
      screen_.clear_line(screen_.rows() - 1);
      screen_.move(screen_.rows() - 1, 0);
      screen_.letter(std::string_view(&before, 1));
      for (const char letter : *line) screen_.letter(std::string_view(&letter, 1));
    } else if (line->size() < kViCommandBytesMax) {
      const char letter = static_cast<char>(key);
      line->push_back(letter);
      screen_.letter(std::string_view(&letter, 1));
    }
  }
  screen_.print_now("\r");
  screen_.print("");
  screen_.at(screen_.rows() - 1, 0);
  co_return line;
}

std::string Vi::text_in(Range range) const {
  std::string text;
  for (std::size_t at = range.from; at <= range.to && at < lines_.size(); ++at)
    text += lines_[at] + "\n";
  return text;
}

std::string Vi::expanded(std::string_view text) const {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\' && at + 1 < text.size() && text[at + 1] == '%') {
      out += text[++at];
    } else if (text[at] == '%' && !name_.empty()) {
      out += name_;
    } else {
      out += text[at];
    }
  }
  return out;
}

// False: none begins here.
bool Vi::line_number(std::string_view& text, std::size_t& line) const {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits > 0) {
    line = number_of(text.substr(0, digits)).value_or(kViLinesMax);
    text.remove_prefix(digits);
  } else if (text.starts_with('.') || text.starts_with('$')) {
    line = text[0] == '.' ? cursor_.line + 1 : lines_.size();
    text.remove_prefix(1);
  } else if (text.starts_with('+') || text.starts_with('-')) {
    line = cursor_.line + 1;
  } else {
    return false;
  }
  while (text.starts_with('+') || text.starts_with('-')) {
    const bool more = text[0] == '+';
    text.remove_prefix(1);
    const std::size_t by = std::min(text.find_first_not_of("0123456789"), text.size());
    const std::size_t count =
        by == 0 ? 1 : std::min<std::size_t>(number_of(text.substr(0, by)).value_or(0), kViLinesMax);
    text.remove_prefix(by);
    line = more ? line + count : line > count ? line - count : 0;
  }
  return true;
}

// False: it is out of the text.
bool Vi::range_of(std::string_view& text, Range& range) const {
  std::size_t from = 0, to = 0;
  range = {cursor_.line, cursor_.line, false};
  if (text.starts_with('%')) {
    text.remove_prefix(1);
    range = {0, lines_.size() - 1, true};
    return true;
  }
  if (!line_number(text, from)) return true;
  to = from;
  if (text.starts_with(',')) {
    text.remove_prefix(1);
    if (!line_number(text, to)) to = cursor_.line + 1;
  }
  if (to < from) std::swap(from, to);
  range = {from > 0 ? from - 1 : 0, to > 0 ? to - 1 : 0, true};
  return to <= lines_.size();
}

// A command of the shell, with the screen out of its way.
Task<void> Vi::shell(std::string line, std::string input) {
  std::string program = io_.variable("SHELL");
  if (program.empty()) program = "sh";
  screen_.print_now("\033[?2004l\033[?1l\033>\033[?1049l\033[23;0;0t");
  io_.out(screen_.take() + "\033[>4;m\r\n");
  co_await io_.flush();
  keys_.cooked();
  ChildRequest request;
  const Sys<std::string> path = find_program(process_, program);
  request.arguments = {program};
  if (!line.empty()) request.arguments.insert(request.arguments.end(), {"-c", line});
  request.path = path.value_or("/bin/sh");
  request.environment = process_.environment;
  request.descriptors = {{0, 0}, {1, 1}, {2, 2}};
  const Sys<std::pair<int, int>> ends =
      input.empty() ? Sys<std::pair<int, int>>(sys_fail(0)) : process_.pipe();
  if (ends) request.descriptors[0] = ends->first;
  const Sys<int> child = process_.spawn(std::move(request));
  if (ends) {
    static_cast<void>(process_.close(ends->first));
    if (child) {
      const Sys<void> wrote =
          co_await process_.write(ends->second, input.substr(0, kShellInputMax));
      static_cast<void>(wrote);
    }
    static_cast<void>(process_.close(ends->second));
  }
  int status = 0;
  if (child) {
    const Sys<Ended> ended = co_await process_.wait(*child);
    status = ended ? ended->status : 1;
  }
  keys_.raw();
  if (status != 0) io_.out("\r\nshell returned " + std::to_string(status) + "\r\n");
  io_.out("\r\nPress ENTER or type command to continue");
  int key = 0;
  do {
    key = co_await next_key();
  } while (key >= 0 && key != '\r' && key != '\n' && key != ' ' && key != ':' && key != 0x1b);
  if (key == ':') keys_.unread(key);
  io_.out("\033[?1049h\033[22;0;0t\033[>4;2m\033[?1h\033=\033[?2004h");
  begin_screen();
  screen_.print("");
  paint();
  screen_.print_now("");
  io_.out(screen_.take() + "\033[?4m");
}

// False: it was not written. `leaving`: the last words are said where the screen ends.
Task<bool> Vi::write(std::string name, Range range, bool force, bool leaving) {
  const bool whole = !range.given;
  const bool own = name.empty() || name == name_;
  const std::string target = name.empty() ? name_ : name;
  if (target.empty()) {
    complain("E32: No file name");
    co_return false;
  }
  const Sys<Stat> stat = io_.stat(target);
  if (stat && stat->kind == Kind::directory) {
    complain("E17: \"" + target + "\" is a directory");
    co_return false;
  }
  if (own && read_only_ && !force) {
    complain("E45: 'readonly' option is set (add ! to override)");
    co_return false;
  }
  if (!own && stat && !force) {
    complain("E13: File exists (add ! to override)");
    co_return false;
  }
  if (whole) range = {0, lines_.size() - 1, true};
  std::string text = text_in(range);
  const bool empty = lines_.size() == 1 && lines_[0].empty() && bytes_ == 0;
  if (empty) text.clear();
  const Sys<int> file = process_.open(target, O_WRONLY | O_CREAT | O_TRUNC);
  Sys<void> wrote = sys_fail(EACCES);
  if (file) {
    wrote = co_await process_.write(*file, text);
    static_cast<void>(process_.close(*file));
  }
  if (!wrote) {
    screen_.print_now("\033[?2004l\033[>4;m\"" + target + "\"\r\r\r\n");
    screen_.ink(Ink::error);
    screen_.print_now("\"" + target + "\" E212: Can't open file for writing\033[?2004h\033[>4;2m");
    screen_.ink(Ink::plain);
    co_await ask_return();
    co_return false;
  }
  const std::size_t lines = empty ? 0 : range.to - range.from + 1;
  if (leaving) screen_.print_now("\033[?2004l\033[>4;m");
  const std::string fresh = stat ? " " : compatible_ ? " [New File] " : " [New] ";
  say("\"" + target + "\"" + fresh +
      (compatible_ ? counted(lines, "line") + ", " + counted(text.size(), "byte")
                   : std::to_string(lines) + "L, " + std::to_string(text.size()) + "B") +
      " written");
  if (own || name_.empty()) {
    if (whole) changed_ = false;
    if (name_.empty()) name_ = target;
  }
  co_return true;
}

// ":r file" and ":r !command".
Task<void> Vi::read_file(std::string_view rest, std::size_t behind) {
  const std::string name = expanded(rest);
  const Sys<std::string> bytes = io_.slurp(name);
  if (!bytes) {
    complain("E484: Can't open file " + name);
    co_return;
  }
  if (!room_for(bytes->size())) co_return;
  remember();
  std::vector<std::string> more;
  for (const std::string_view line : lines_of(*bytes)) more.emplace_back(line);
  if (lines_.size() + more.size() > kViLinesMax) co_return;
  lines_.insert(lines_.begin() + static_cast<std::ptrdiff_t>(behind), more.begin(), more.end());
  bytes_ += bytes->size();
  shift_line_ = behind;
  shift_in_ = more.size();
  cursor_ = {std::min(behind, lines_.size() - 1), 0};
  say("\"" + name + "\" " + counted(more.size(), "line") + ", " + counted(bytes->size(), "byte"));
  co_await process_.breathe(static_cast<std::uint32_t>(bytes->size() / kViBytesAUnit + 1));
}

}  // namespace decnet::shell::cmd
