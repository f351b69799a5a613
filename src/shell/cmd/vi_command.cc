// The names of vi's commands behind a colon.
#include <algorithm>
#include <cctype>

#include "shell/cmd/text.h"
#include "shell/cmd/vi.h"

namespace decnet::shell::cmd {
namespace {

// "w" of "write": the least that must be typed, and the whole.
struct Name {
  std::string_view least, whole;
};

constexpr Name kNames[] = {
    {"w", "write"},   {"wq", "wq"},          {"x", "xit"},        {"q", "quit"},
    {"qa", "qall"},   {"wa", "wall"},        {"wqa", "wqall"},    {"xa", "xall"},
    {"e", "edit"},    {"r", "read"},         {"s", "substitute"}, {"d", "delete"},
    {"se", "set"},    {"noh", "nohlsearch"}, {"sh", "shell"},     {"u", "undo"},
    {"f", "file"},    {"n", "next"},         {"p", "print"},      {"sy", "syntax"},
    {"h", "help"},    {"y", "yank"},         {"exi", "exit"},     {"cq", "cquit"},
    {"ve", "version"}};

constexpr std::string_view kAbsent[] = {"syntax", "nohlsearch"};

std::string_view whole_name(std::string_view typed) {
  for (const Name& name : kNames) {
    if (typed.starts_with(name.least) && name.whole.starts_with(typed)) return name.whole;
  }
  return typed == "exit" ? "xit" : "";
}

}  // namespace

void Vi::set(std::string_view what) {
  for (const std::string& word : words_of(what)) {
    if (word == "nu" || word == "number") {
      numbers_ = true;
    } else if (word == "nonu" || word == "nonumber") {
      numbers_ = false;
    } else if (word == "ic" || word == "ignorecase") {
      fold_ = true;
    } else if (word == "noic" || word == "noignorecase") {
      fold_ = false;
    } else if (word == "ro" || word == "readonly") {
      read_only_ = true;
    } else if (word == "noro" || word == "noreadonly") {
      read_only_ = false;
    } else if (word.starts_with("shell=") || word.starts_with("sh=")) {
      process_.environment["SHELL"] = word.substr(word.find('=') + 1);
    } else if (word == "nocp" || word == "nocompatible") {
      compatible_ = false;
    } else if (word.find('=') == std::string::npos && word.size() > 14) {
      complain("E518: Unknown option: " + word);
      return;
    }
  }
}

// False: it ends.
Task<bool> Vi::ex(std::string line) {
  std::string_view text = line;
  while (!text.empty() && (text[0] == ' ' || text[0] == ':')) text.remove_prefix(1);
  Range range;
  const bool within = range_of(text, range);
  if (!within) {
    complain("E16: Invalid range");
    co_return true;
  }
  if (text.empty()) {
    if (range.given) cursor_ = {std::min(range.to, lines_.size() - 1), 0};
    co_return true;
  }
  if (text.starts_with('!')) {
    std::string command = expanded(text.substr(1));
    screen_.print_now(text_of("\033[%zuC", line.size() + 1));
    co_await shell(std::move(command), "");
    co_return true;
  }
  std::size_t letters = 0;
  while (letters < text.size() && std::isalpha(static_cast<unsigned char>(text[letters])) != 0)
    ++letters;
  std::string_view typed = text.substr(0, letters);
  if (whole_name(typed).empty() && typed.starts_with('s') && letters > 1)
    typed = typed.substr(0, 1);
  std::string_view rest = text.substr(typed.size());
  const bool force = rest.starts_with('!') && !typed.starts_with('r');
  if (force) rest.remove_prefix(1);
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  const std::string_view name = whole_name(typed);
  if (name.empty() ||
      (typed == "s" && !rest.empty() && std::isalnum(static_cast<unsigned char>(rest[0])) != 0)) {
    complain("E492: Not an editor command: " + line);
    co_return true;
  }
  for (const std::string_view absent : kAbsent) {
    if (name != absent) continue;
    complain("E319: Sorry, the command is not available in this version: " + line);
    co_return true;
  }
  const bool going = co_await ex_command(name, rest, force, range);
  co_return going;
}

// Commands that write, or end. False: it ends.
Task<bool> Vi::finish(std::string_view name, std::string_view rest, bool force, Range range) {
  bool good = true;
  const bool leaves = name == "wq" || name == "xit" || name == "wqall" || name == "xall";
  const bool writes = leaves || name == "write" || name == "wall";
  if (writes && rest.starts_with('!')) {
    if (!range.given) range = {0, lines_.size() - 1, true};
    std::string command = expanded(rest.substr(1));
    std::string input = text_in(range);
    co_await shell(std::move(command), std::move(input));
    co_return true;
  }
  const bool unchanged = (name == "xit" || name == "xall") && !changed_ && rest.empty();
  if (writes && !unchanged) {
    good = co_await write(expanded(rest), range, force, leaves);
    if (!leaves || !good) co_return true;
    end_screen(true);
    co_return false;
  }
  if (!leaves && changed_ && !force) {
    complain(name == "qall" ? "E37: No write since last change"
                            : "E37: No write since last change (add ! to override)");
    co_return true;
  }
  screen_.print_now("\033[?2004l\033[>4;m");
  end_screen(false);
  io_.status = name == "cquit" ? 1 : 0;
  co_return false;
}

Task<bool> Vi::ex_command(std::string_view name, std::string_view rest, bool force, Range range) {
  const bool ends = name == "write" || name == "wall" || name == "wq" || name == "xit" ||
                    name == "wqall" || name == "xall" || name == "quit" || name == "qall" ||
                    name == "cquit";
  if (ends) {
    const bool going = co_await finish(name, rest, force, range);
    co_return going;
  }
  if (name == "edit") {
    if (changed_ && !force) {
      complain("E37: No write since last change (add ! to override)");
      co_return true;
    }
    if (!rest.empty()) name_ = expanded(rest);
    co_await load();
  } else if (name == "read" && rest.starts_with('!')) {
    std::string command = expanded(rest.substr(1));
    co_await shell(std::move(command), "");
  } else if (name == "read") {
    co_await read_file(rest, range.given ? range.to + 1 : cursor_.line + 1);
  } else if (name == "substitute") {
    co_await substitute(rest, range);
  } else if (name == "delete") {
    apply('d', {range.from, 0}, {std::min(range.to, lines_.size() - 1), 0}, Reach::lines);
  } else if (name == "yank") {
    apply('y', {range.from, 0}, {std::min(range.to, lines_.size() - 1), 0}, Reach::lines);
  } else if (name == "set") {
    set(rest);
  } else if (name == "shell") {
    co_await shell("", "");
  } else if (name == "undo") {
    undo();
  } else if (name == "file") {
    say("\"" + (name_.empty() ? "[No Name]" : name_) + "\" " + std::to_string(lines_.size()) +
        (lines_.size() == 1 ? " line" : " lines"));
  } else if (name == "next") {
    complain("E163: There is only one file to edit");
  } else if (name == "help") {
    complain("E149: Sorry, no help for " + (rest.empty() ? "help.txt" : std::string(rest)));
  } else if (name == "version") {
    say("VIM - Vi IMproved 9.0 (2022 Jun 28, compiled Feb 16 2025 05:23:41)");
  }
  co_return true;
}

}  // namespace decnet::shell::cmd
