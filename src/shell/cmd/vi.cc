// vi: what is read, shown and typed; and its life.
#include "shell/cmd/vi.h"

#include <algorithm>

#include "shell/cmd/answers.h"
#include "shell/cmd/full_screen.h"
#include "shell/cmd/glyph.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::string_view kTyping =
    "\033[?2004l\033[>4;m";  // What vim turns off while text is typed …
constexpr std::string_view kCommanding = "\033[?2004h\033[>4;2m";  // … and on again.

}  // namespace

bool Vi::read_options() {
  const std::string_view name = io_.name();
  compatible_ = name == "vi";
  read_only_ = name == "view" || name == "rview";
  bool options = true;
  for (std::size_t at = 1; at < io_.argc(); ++at) {
    const std::string& word = io_.arg(at);
    if (options && word == "--") {
      options = false;
    } else if (options && word.starts_with('+')) {
      first_command_ = word.size() > 1 ? word.substr(1) : "$";
    } else if (options && word == "-R") {
      read_only_ = true;
    } else if (options && (word == "-c" || word == "-u" || word == "-T") && at + 1 < io_.argc()) {
      if (word == "-c") first_command_ = io_.arg(at + 1);
      ++at;
    } else if (options && (word == "--version" || word == "-h" || word == "--help")) {
      io_.out(answer_text(io_.process, "vim.tiny", word == "--version" ? word : "--help"));
      return false;
    } else if (options && word.size() > 1 && word[0] == '-') {
      if (word.find_first_not_of("vVeEsSyYdDmMZnNbBlLCXorpO0123456789", 1) == word.npos) continue;
      io_.err(
          "VIM - Vi IMproved 9.0 (2022 Jun 28, compiled Feb 16 2025 05:23:41)\n"
          "Unknown option argument: \"" +
          word + "\"\nMore info with: \"vim -h\"\n");
      io_.status = 1;
      return false;
    } else {
      files_.push_back(word);
    }
  }
  if (!files_.empty()) name_ = files_.front();
  return true;
}

Task<int> Vi::next_key() {
  io_.out(screen_.take());
  const Sys<void> wrote = co_await io_.flush();
  if (!wrote) co_return kKeyEnd;
  const int key = co_await keys_.byte();
  if (key >= 0 && !repeating_ && typing_.size() < kViRepeatKeysMax)
    typing_.push_back(static_cast<char>(key));
  co_return key;
}

void Vi::say(std::string_view text) {
  screen_.message(text, Ink::plain);
  message_ = true;
}

void Vi::complain(std::string_view text) {
  screen_.message(text, Ink::error);
  message_ = true;
}

// The file that is named; what vim says of it.
Task<void> Vi::load() {
  lines_.assign(1, "");
  cursor_ = {};
  column_ = 0;
  top_ = bytes_ = 0;
  changed_ = can_undo_ = new_file_ = no_end_ = false;
  if (name_.empty()) co_return;
  const std::string quoted = "\"" + name_ + "\"";
  const Sys<Stat> stat = io_.stat(name_);
  const std::size_t slash = name_.rfind('/');
  if (!stat) {
    const bool folder =
        slash == std::string::npos || slash == 0 || io_.stat(name_.substr(0, slash));
    new_file_ = true;
    say(quoted + (stat.error() == EACCES ? " [Permission Denied]"
                  : folder               ? " [New File]"
                                         : " [New DIRECTORY]"));
    co_return;
  }
  if (stat->kind == Kind::directory) {
    say(quoted + " is a directory");
    co_return;
  }
  const Sys<std::string> bytes = io_.slurp(name_);
  if (!bytes) {
    say(quoted + " [Permission Denied]");
    co_return;
  }
  const std::string text = bytes->substr(0, kViBytesMax);
  lines_.clear();
  for (const std::string_view line : lines_of(text)) {
    if (lines_.size() >= kViLinesMax) break;
    lines_.emplace_back(line.substr(0, kViLineBytesMax));
  }
  const std::size_t count = lines_.size();
  no_end_ = !text.empty() && text.back() != '\n';
  if (lines_.empty()) lines_.emplace_back();
  bytes_ = text.size();
  co_await process_.breathe(static_cast<std::uint32_t>(bytes_ / kViBytesAUnit + 1));
  const bool locked = !io_.files.access(io_.absolute(name_), 2, io_.who).has_value();
  std::string about = quoted;
  if (no_end_) about += compatible_ ? " [Incomplete last line]" : " [noeol]";
  if (read_only_ || locked) about += compatible_ ? " [readonly]" : " [readonly]";
  const std::string number = std::to_string(count), size = std::to_string(bytes_);
  if (compatible_)
    about += " " + number + (count == 1 ? " line, " : " lines, ") + size +
             (bytes_ == 1 ? " byte" : " bytes");
  else
    about += " " + number + "L, " + size + "B";
  say(about);
}

// "Press ENTER …": then all is painted anew. A colon begins a command at once.
Task<void> Vi::ask_return() {
  int key = 0;
  screen_.print_now("\r\r\n");
  screen_.ink(Ink::question);
  screen_.print_now("Press ENTER or type command to continue");
  do {
    key = co_await next_key();
  } while (key >= 0 && key != '\r' && key != '\n' && key != ' ' && key != ':' && key != 0x1b);
  if (key == ':') {  // It is typed below what was said; then all is painted anew.
    keys_.unread(key);
    stale_ = true;
    screen_.soil(screen_.rows() - 1);
    co_return;
  }
  co_await redraw_all();
}

void Vi::typed_letter(int key, std::size_t floor, bool over) {
  std::string& line = lines_[cursor_.line];
  const bool erases = key == 0x7f || key == '\b';
  if (erases || key == 0x17 || key == 0x15) {
    const std::size_t limit = compatible_ ? floor : 0;
    std::size_t to = cursor_.at > limit ? glyph_before(line, cursor_.at) : cursor_.at;
    if (key == 0x15) to = std::min(limit, cursor_.at);
    while (key == 0x17 && to > limit && line[to - 1] != ' ') to = glyph_before(line, to);
    line.erase(to, cursor_.at - to);
    cursor_.at = to;
    return;
  }
  if (!room_for(1) || line.size() >= kViLineBytesMax) return;
  if (key == '\r' || key == '\n') {
    if (lines_.size() >= kViLinesMax) return;
    std::string rest = line.substr(cursor_.at);
    line.resize(cursor_.at);
    lines_.insert(lines_.begin() + static_cast<std::ptrdiff_t>(cursor_.line) + 1, std::move(rest));
    shift_line_ = cursor_.line + 1;
    shift_in_ = cursor_.line + 2 < lines_.size() ? 1 : 0;
    cursor_ = {cursor_.line + 1, 0};
    ++bytes_;
    return;
  }
  const char letter = static_cast<char>(key);
  if (over && cursor_.at < line.size()) {
    line[cursor_.at] = letter;
  } else {
    line.insert(cursor_.at, 1, letter);
    ++bytes_;
  }
  ++cursor_.at;
}

// Until escape.
Task<void> Vi::insert_mode(bool over) {
  std::size_t floor = cursor_.at;
  std::size_t line = cursor_.line;
  inserting_ = true;
  if (!repeating_) screen_.print_now(kTyping);
  if (!compatible_) say(over ? "-- REPLACE --" : "-- INSERT --");
  for (;;) {
    if (!keys_.holds()) paint();
    const int key = co_await next_key();
    if (key < 0 && key != kKeyInterrupted) break;
    if (key == 0x1b || key == 0x03 || key == kKeyInterrupted) break;
    if (key == 0x16) {
      const int literal = co_await next_key();
      if (literal >= 0) typed_letter(literal == '\r' ? 0x0d : literal, floor, over);
      continue;
    }
    typed_letter(key, floor, over);
    changed_ = true;
    if (cursor_.line != line) floor = 0;
    line = cursor_.line;
  }
  inserting_ = false;
  if (!repeating_) screen_.print_now(kCommanding);
  if (!compatible_) screen_.clear_line(screen_.rows() - 1);
  cursor_.at = glyph_before(lines_[cursor_.line], cursor_.at);
  column_ = column_of(lines_[cursor_.line], cursor_.at);
  paint();
  if (!repeating_) screen_.print_now("\033[?4m");
}

Task<int> Vi::run() {
  KeyboardModes modes;
  modes.newline_as_return = false;
  const bool screen = process_.is_terminal(1) && keys_.open(modes);
  if (!screen) {
    io_.err("Vim: Warning: Output is not to a terminal\n");
    if (!process_.is_terminal(0)) io_.err("Vim: Warning: Input is not from a terminal\n");
    co_await io_.flush();
    co_return 1;
  }
  screen_.begin(keys_.rows(), keys_.columns());
  screen_.print_now(
      text_of("\033[?1049h\033[22;0;0t\033[>4;2m\033[?1h\033=\033[?2004h%s\033[1;%zur"
              "\033[?12h\033[?12l\033[22;2t\033[22;1t\033[27m\033[23m\033[29m\033[m"
              "\033[H\033[2J",
              compatible_ ? "" : "\033[?1004h", keys_.rows()));
  screen_.print("");
  intro_ = name_.empty() && compatible_;
  co_await load();
  if (!first_command_.empty()) {
    const bool going = co_await ex(first_command_);
    if (!going) {
      co_await io_.flush();
      co_return io_.status;
    }
  }
  paint();
  io_.out(screen_.take() + "\033[?4m");
  for (bool going = true; going;) {
    if (screen_.rows() != keys_.rows() || screen_.columns() != keys_.columns())
      co_await redraw_all();
    typing_.clear();
    const int key = co_await next_key();
    const int changes = changes_;
    going = co_await normal(key);
    if (going && !keys_.holds()) paint();
    if (going && !account()) {
      end_screen(false);
      io_.err("E342: Out of memory!\n");
      co_await io_.flush();
      co_return 1;
    }
    if (changes != changes_) {
      const std::size_t size = memory_of_lines(lines_, bytes_);
      co_await process_.breathe(static_cast<std::uint32_t>(size / kViBytesAUnit + 1));
    }
  }
  co_await io_.flush();
  co_return io_.status;
}

namespace {

constexpr Command kRows[] = {{"vi", &run_full_screen<Vi>},
                             {"view", &run_full_screen<Vi>},
                             {"vim.tiny", &run_full_screen<Vi>},
                             {"ex", &run_full_screen<Vi>},
                             {"rview", &run_full_screen<Vi>}};

}  // namespace

std::span<const Command> vi_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
