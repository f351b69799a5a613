// What nano asks below the text, and what it does with the answers.
#include <algorithm>

#include <fcntl.h>

#include "shell/cmd/glyph.h"
#include "shell/cmd/nano.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {

// Nothing: it was cancelled. "\x12" and the like are what a key of the help asks for.
Task<std::optional<std::string>> Nano::ask(std::string question, std::string answer, Help help) {
  std::optional<std::string> result;
  question_ = std::move(question);
  answer_ = std::move(answer);
  message_.clear();
  help_ = help;
  asks_ = true;
  for (;;) {
    const int key = co_await next_key();
    if (key == kKeyEnd || key == 0x03 || key == kKeyInterrupted) break;
    if (key == '\r' || key == '\n') {
      result = answer_;
      break;
    }
    if ((key == 0x7f || key == '\b') && !answer_.empty()) {
      answer_.resize(glyph_before(answer_, answer_.size()));
    } else if (key == 0x15 || key == 0x0b) {
      answer_.clear();
    } else if ((help == Help::search && key == 0x12) || (help == Help::read && key == 0x18)) {
      result = std::string(1, static_cast<char>(key));
      break;
    } else if (key >= 0x20 && key < 0x100 && key != 0x7f && answer_.size() < kNanoAnswerBytesMax) {
      answer_.push_back(static_cast<char>(key));
    }
  }
  asks_ = false;
  help_ = Help::main;
  if (!result && help != Help::yes_no) say("Cancelled");
  co_return result;
}

Task<char> Nano::ask_yes_no(std::string question, bool all) {
  char result = 'c';
  question_ = std::move(question);
  answer_.clear();
  message_.clear();
  asks_all_ = all;
  help_ = Help::yes_no;
  asks_ = true;
  for (;;) {
    const int key = co_await next_key();
    if (key == kKeyEnd || key == 0x03 || key == kKeyInterrupted) break;
    if (key == 'y' || key == 'Y' || key == 'n' || key == 'N' ||
        (all && (key == 'a' || key == 'A'))) {
      result = static_cast<char>(key | 0x20);
      break;
    }
    io_.out('\a');
  }
  asks_ = false;
  help_ = Help::main;
  if (result == 'c') say("Cancelled");
  co_return result;
}

Task<bool> Nano::write_to(std::string name) {
  const Sys<Stat> stat = io_.stat(name);
  Sys<int> file = sys_fail(EISDIR);
  if (!stat || stat->kind != Kind::directory)
    file = process_.open(name, O_WRONLY | O_CREAT | O_TRUNC);
  Sys<void> wrote = sys_fail(file ? 0 : file.error());
  const std::string text = whole();
  if (file) {
    wrote = co_await process_.write(*file, text);
    static_cast<void>(process_.close(*file));
  }
  if (!wrote) {
    io_.out('\a');
    say(stat && stat->kind == Kind::directory
            ? "\"" + name + "\" is a directory"
            : "Error writing " + name + ": " + std::string(sys_error(wrote.error())),
        NanoFace::error);
    co_return false;
  }
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  say("Wrote " + std::to_string(lines) + (lines == 1 ? " line" : " lines"));
  if (!lines_.back().empty() && lines_.size() < kNanoLinesMax) lines_.emplace_back();
  name_ = std::move(name);
  changed_ = false;
  co_return true;
}

// ^O, and the yes to the question of ^X. False: it was not written.
Task<bool> Nano::write() {
  std::string name = name_;
  for (;;) {
    const std::optional<std::string> given = co_await ask("File Name to Write", name, Help::write);
    if (!given) co_return false;
    if (given->empty()) {
      say("Cancelled");
      co_return false;
    }
    name = *given;
    char sure = 'y';
    const bool other = name != name_;
    if (other && !name_.empty())
      sure = co_await ask_yes_no("Save file under DIFFERENT NAME?", false);
    else if (other && io_.stat(name))
      sure = co_await ask_yes_no("File \"" + name + "\" exists; OVERWRITE?", false);
    if (sure == 'c') co_return false;
    if (sure == 'n') continue;
    const bool done = co_await write_to(name);
    co_return done;
  }
}

Task<void> Nano::search() {
  const std::string before = search_.empty() ? "" : " [" + search_ + "]";
  const std::optional<std::string> what = co_await ask("Search" + before, "", Help::search);
  if (!what) co_return;
  if (*what == "\x12") {
    co_await replace();
    co_return;
  }
  if (!what->empty()) search_ = *what;
  if (search_.empty()) {
    say("Cancelled");
    co_return;
  }
  co_await process_.breathe(static_cast<std::uint32_t>(bytes_ / kNanoBytesAUnit + 1));
  if (!find_next(search_, false)) say("\"" + search_ + "\" not found");
}

Task<void> Nano::replace() {
  const std::string before = search_.empty() ? "" : " [" + search_ + "]";
  const std::optional<std::string> what =
      co_await ask("Search (to replace)" + before, "", Help::replace);
  if (!what) co_return;
  if (!what->empty()) search_ = *what;
  if (search_.empty()) co_return;
  const std::optional<std::string> with = co_await ask("Replace with", "", Help::with);
  if (!with) co_return;
  std::size_t done = 0;
  bool all = false, wrapped = false;
  const std::size_t start_line = line_, start_at = at_;
  std::size_t most = bytes_ / search_.size() + 1;
  if (at_ > 0)
    --at_;
  else if (lines_[line_].compare(0, search_.size(), search_) != 0 && !find_next(search_, true)) {
    say("\"" + search_ + "\" not found");
    co_return;
  }
  remember("replacement");
  while (most-- > 0) {
    const bool here = lower(lines_[line_]).compare(at_, search_.size(), lower(search_)) == 0;
    if (!here && !find_next(search_, true)) break;
    spot_ = column_of(search_, search_.size());
    char sure = 'y';
    if (!all) sure = co_await ask_yes_no("Replace this instance?", true);
    if (sure == 'c') break;
    all = all || sure == 'a';
    const std::size_t size = lines_[line_].size();
    if (sure != 'n') {
      if (bytes_ + with->size() > kNanoBytesMax || size + with->size() > kNanoLineBytesMax) break;
      lines_[line_].replace(at_, search_.size(), *with);
      bytes_ += with->size();
      bytes_ -= std::min(bytes_, search_.size());
      ++done;
    }
    at_ += sure == 'n' ? search_.size() : with->size();
    co_await process_.breathe(static_cast<std::uint32_t>(size / kNanoBytesAUnit + 1));
    const std::size_t line = line_, at = at_;
    if (lower(lines_[line_]).compare(at_, search_.size(), lower(search_)) == 0) continue;
    if (!find_next(search_, true)) break;
    wrapped = wrapped || line_ < line || (line_ == line && at_ < at);
    if (wrapped && (line_ > start_line || (line_ == start_line && at_ >= start_at))) break;
  }
  spot_ = 0;
  line_ = start_line;
  at_ = std::min(start_at, lines_[line_].size());
  say(done == 0
          ? "Cancelled"
          : "Replaced " + std::to_string(done) + (done == 1 ? " occurrence" : " occurrences"));
}

Task<void> Nano::go_to() {
  const std::optional<std::string> where =
      co_await ask("Enter line number, column number", "", Help::go_to);
  if (!where) co_return;
  const std::vector<std::string> parts = split(*where, ',');
  const auto line = number_of(parts[0]);
  if (!line) {
    say("Invalid line or column number", NanoFace::error);
    co_return;
  }
  const auto column = parts.size() > 1 ? number_of(parts[1]) : std::nullopt;
  centers_ = true;
  place(*line > 0 ? std::min<std::size_t>(*line, lines_.size()) - 1 : 0,
        column.value_or(1) > 0 ? std::min<std::size_t>(column.value_or(1), kNanoLineBytesMax) - 1
                               : 0);
}

Task<void> Nano::insert_file() {
  const std::optional<std::string> name = co_await ask("File to insert [from ./]", "", Help::read);
  if (!name) co_return;
  if (*name == "\x18") {
    co_await execute();
    co_return;
  }
  const Sys<std::string> bytes = io_.slurp(*name);
  if (!bytes) {
    say(bytes.error() == ENOENT ? "File \"" + *name + "\" not found"
        : bytes.error() == EISDIR
            ? "\"" + *name + "\" is a directory"
            : "Error reading " + *name + ": " + std::string(sys_error(bytes.error())),
        NanoFace::error);
    co_return;
  }
  remember("insertion");
  const std::size_t count = insert_lines(*bytes);
  co_await process_.breathe(static_cast<std::uint32_t>(bytes->size() / kNanoBytesAUnit + 1));
  say("Read " + std::to_string(count) + (count == 1 ? " line" : " lines"));
}

// ^T: what a command prints comes into the text.
Task<void> Nano::execute() {
  const std::optional<std::string> command = co_await ask("Command to execute", "", Help::with);
  if (!command || command->empty()) co_return;
  const Sys<std::pair<int, int>> ends = process_.pipe();
  if (!ends) co_return;
  ChildRequest request;
  request.arguments = {"sh", "-c", *command};
  request.path = "/bin/sh";
  request.environment = process_.environment;
  request.descriptors = {{0, 0}, {1, ends->second}, {2, ends->second}};
  const Sys<int> child = process_.spawn(std::move(request));
  static_cast<void>(process_.close(ends->second));
  std::string text;
  while (child && text.size() < kNanoBytesMax) {
    const Sys<std::string> bytes = co_await process_.read(ends->first, kPipeBytes);
    if (!bytes || bytes->empty()) break;
    text += *bytes;
  }
  static_cast<void>(process_.close(ends->first));
  if (child) {
    const Sys<Ended> ended = co_await process_.wait(*child);
    static_cast<void>(ended);
  }
  remember("insertion");
  const std::size_t count = insert_lines(text);
  say("Read " + std::to_string(count) + (count == 1 ? " line" : " lines"));
}

}  // namespace decnet::shell::cmd
