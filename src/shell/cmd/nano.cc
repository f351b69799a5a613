// nano: its life and its keys.
#include "shell/cmd/nano.h"

#include <algorithm>

#include "shell/cmd/answers.h"
#include "shell/cmd/full_screen.h"
#include "shell/cmd/glyph.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

std::string counted(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " line" : " lines");
}

}  // namespace

bool Nano::read_options() {
  constexpr std::string_view kValued = "CJQTXYofrs";
  for (std::size_t at = 1; at < io_.argc(); ++at) {
    const std::string& word = io_.arg(at);
    if (word == "--version" || word == "-V" || word == "--help" || word == "-h") {
      const bool version = word == "--version" || word == "-V";
      io_.out(answer_text(io_.process, "nano", version ? "--version" : "--help"));
      return false;
    }
    if (word.starts_with('+') && word.size() > 1) {
      start_line_ = number_of(word.substr(1, word.find(',') - 1)).value_or(1);
    } else if (word.starts_with("--") && word.size() > 2) {
      const std::string name = word.substr(0, word.find('='));
      const std::string help = answer_text(io_.process, "nano", "--help");
      if (!help.empty() && help.find(name) == std::string::npos) {
        io_.err("nano: unrecognized option '" + word +
                "'\nType 'nano -h' for a list of available options.\n");
        io_.status = 1;
        return false;
      }
      view_ = view_ || word == "--view";
    } else if (word.size() > 1 && word[0] == '-') {
      view_ = view_ || word.find('v') != word.npos;
      if (kValued.find(word.back()) != kValued.npos) ++at;
    } else if (name_.empty()) {
      name_ = word;
    }
  }
  return true;
}

Task<void> Nano::load() {
  if (name_.empty()) {
    say("Welcome to nano.  For basic help, type Ctrl+G.");
    co_return;
  }
  const Sys<Stat> stat = io_.stat(name_);
  const std::size_t slash = name_.rfind('/');
  std::string bad;
  if (!stat && slash != std::string::npos && slash > 0 && !io_.stat(name_.substr(0, slash))) {
    io_.out('\a');
    say("Directory '" + name_.substr(0, slash) + "' does not exist", NanoFace::error);
    co_return;
  }
  if (!stat) {
    say("New File");
    co_return;
  }
  const Sys<std::string> bytes = io_.slurp(name_);
  if (stat->kind == Kind::directory)
    bad = "\"" + name_ + "\" is a directory";
  else if (stat->kind != Kind::regular)
    bad = "\"" + name_ + "\" is not a regular file";
  else if (!bytes)
    bad = "Error reading " + name_ + ": " + std::string(sys_error(bytes.error()));
  if (!bad.empty()) {
    io_.out('\a');
    say(bad, NanoFace::error);
    name_.clear();
    co_return;
  }
  const std::string text = bytes->substr(0, kNanoBytesMax);
  lines_.clear();
  for (const std::string_view line : lines_of(text)) {
    if (lines_.size() + 1 >= kNanoLinesMax) break;
    lines_.emplace_back(line.substr(0, kNanoLineBytesMax));
  }
  const std::size_t count = lines_.size();
  lines_.emplace_back();
  bytes_ = text.size();
  co_await process_.breathe(static_cast<std::uint32_t>(bytes_ / kNanoBytesAUnit + 1));
  const bool locked = !io_.files.access(io_.absolute(name_), 2, io_.who).has_value();
  say("Read " + counted(count) + (locked ? " (Warning: no write permission)" : ""));
  if (locked) say("File '" + name_ + "' is unwritable");
  if (start_line_ > 0) place(std::min(start_line_, lines_.size()) - 1, 0);
}

void Nano::place(std::size_t line, std::size_t column) {
  line_ = std::min(line, lines_.size() - 1);
  at_ = at_column(lines_[line_], column);
  column_ = column_of(lines_[line_], at_);
}

// Keys that only move. False: it is none.
bool Nano::move(int key) {
  const std::size_t page = text_rows() > 2 ? text_rows() - 2 : 1;
  const std::size_t last = lines_.size() - 1;
  const std::size_t aim = column_;
  const auto to_row = [&](std::size_t row) {
    place(row, aim);
    column_ = aim;
  };
  switch (key) {
    case kKeyUp:
    case 0x10:
      if (line_ > 0) to_row(line_ - 1);
      return true;
    case kKeyDown:
    case 0x0e:
      if (line_ < last) to_row(line_ + 1);
      return true;
    case kKeyPageDown:
    case 0x16:
      if (last < text_rows()) {
        place(last, 0);
        return true;
      }
      top_ = std::min(top_ + page, last);
      to_row(std::min(line_ + page, last));
      return true;
    case kKeyPageUp:
    case 0x19:
      top_ = top_ > page ? top_ - page : 0;
      if (line_ > page)
        to_row(line_ - page);
      else
        place(0, 0);
      return true;
    default:
      return move_in_line(key);
  }
}

// Keys that move to a place of their own, whatever the column was.
bool Nano::move_in_line(int key) {
  const std::string& line = lines_[line_];
  const std::size_t last = lines_.size() - 1;
  switch (key) {
    case kKeyRight:
    case 0x06:
      if (at_ < line.size())
        at_ += glyph_at(line, at_).bytes;
      else if (line_ < last)
        place(line_ + 1, 0);
      break;
    case kKeyLeft:
    case 0x02:
      if (at_ > 0)
        at_ = glyph_before(line, at_);
      else if (line_ > 0)
        place(line_ - 1, kNanoBytesMax * 8);  // Beyond its last column, whatever its letters are.
      break;
    case kKeyHome:
    case 0x01:
      at_ = 0;
      break;
    case kKeyLast:
    case 0x05:
      at_ = line.size();
      break;
    case kKeyMeta + '\\':
    case kKeyMeta + '|':
      place(0, 0);
      break;
    case kKeyMeta + '/':
    case kKeyMeta + '?':
      centers_ = true;
      place(last, 0);
      break;
    default:
      return false;
  }
  column_ = column_of(lines_[line_], at_);
  return true;
}

// ^X. False: it ends.
Task<bool> Nano::leave() {
  bool going = false;
  if (changed_) {
    const char save = co_await ask_yes_no("Save modified buffer?", false);
    going = save == 'c';
    if (save == 'y') {
      const bool written = co_await write();
      going = !written;
      if (written) paint();
    }
  }
  co_return going;
}

Task<bool> Nano::command(int key) {
  bool going = true;
  if (key == kKeyEnd) co_return false;
  if (key == kKeyInterrupted) co_return true;
  const bool cuts = key == 0x0b;
  if (move(key)) {
    typed_kind_.clear();
  } else if (key == 0x18) {
    going = co_await leave();
  } else if (key == 0x0f) {
    const bool written = co_await write();
    static_cast<void>(written);
  } else if (key == 0x17) {
    co_await search();
  } else if (key == kKeyMeta + 'w' || key == kKeyMeta + 'W') {
    if (search_.empty())
      say("No current search pattern", NanoFace::error);
    else if (!find_next(search_, false))
      say("\"" + search_ + "\" not found");
  } else if (key == 0x1c || key == kKeyMeta + 'r') {
    co_await replace();
  } else if (key == 0x1f || key == kKeyMeta + 'g') {
    co_await go_to();
  } else if (key == 0x12) {
    co_await insert_file();
  } else if (key == 0x14) {
    co_await execute();
  } else if (key == 0x03) {
    tell_place();
  } else if (key == 0x07) {
    // Its help is not there.
  } else if (key == 0x0c) {
    begin_screen();
  } else if (key == kKeyMeta + 'u') {
    step_back(undos_, redos_, "Undid");
  } else if (key == kKeyMeta + 'e') {
    step_back(redos_, undos_, "Redid");
  } else if (view_) {
    say("Key is invalid in view mode", NanoFace::error);
  } else if (cuts) {
    cut();
  } else if (key == kKeyMeta + '6') {
    copy();
  } else if (key == 0x15) {
    paste();
  } else if (key == '\r' || key == '\n') {
    remember("line break");
    new_line();
  } else if (key == 0x7f || key == '\b') {
    if (at_ > 0 || line_ > 0) remember("deletion");
    erase_before();
  } else if (key == 0x04 || key == kKeyDelete) {
    remember("deletion");
    erase_here();
  } else if (key == '\t' || (key >= 0x20 && key < 0x100)) {
    const char letter = static_cast<char>(key);
    remember("addition");
    insert(std::string_view(&letter, 1));
  } else if (key != kKeyPasteBegins && key != kKeyPasteEnds && key < kKeyMeta && key > 0) {
    say("Unbound key", NanoFace::error);
  }
  cutting_ = cuts || key == kKeyMeta + '6';
  line_ = std::min(line_, lines_.size() - 1);
  at_ = std::min(at_, lines_[line_].size());
  if (key < kKeyUp) column_ = column_of(lines_[line_], at_);
  co_return going;
}

Task<int> Nano::run() {
  KeyboardModes modes;
  modes.signals = false;
  modes.newline_as_return = false;
  const bool screen = process_.is_terminal(1) && keys_.open(modes);
  if (!screen) {
    io_.err(process_.is_terminal(0) ? "Standard output is not a terminal\n"
                                    : "Too many errors from stdin\n");
    co_await io_.flush();
    co_return 1;
  }
  begin_screen();
  co_await load();
  for (bool going = true; going;) {
    const int key = co_await next_key();
    spot_ = 0;
    if (key == 0x0b || key == kKeyMeta + 'u') message_.clear();
    const std::string before = message_;
    going = co_await command(key);
    const std::size_t size = memory_of_lines(lines_, bytes_);
    co_await process_.breathe(static_cast<std::uint32_t>(size / kNanoBytesAUnit + 1));
    // A message stays for a while; what is new does.
    shown_for_ = message_ == before ? shown_for_ + 1 : 0;
    if (shown_for_ >= kMessageKeys) message_.clear();
    if (going && !account()) {
      end_screen();
      io_.err("Nano is out of memory!\n");
      co_await io_.flush();
      co_return 1;
    }
  }
  end_screen();
  co_await io_.flush();
  co_return io_.status;
}

namespace {

constexpr Command kRows[] = {{"nano", &run_full_screen<Nano>},
                             {"editor", &run_full_screen<Nano>},
                             {"pico", &run_full_screen<Nano>},
                             {"rnano", &run_full_screen<Nano>}};

}  // namespace

std::span<const Command> nano_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
