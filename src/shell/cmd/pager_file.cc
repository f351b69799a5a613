// The files of less: opening, reading on, what the prompt says of them, and what runs beside it.
#include <algorithm>
#include <cerrno>

#include <fcntl.h>

#include "shell/cmd/pager.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::size_t kLookedAtBytes = 256;  // Of a file, for what is binary …
constexpr std::size_t kBinaryLetters = 5;    // … beyond so many odd ones.
constexpr Duration kFollowPause{1'000'000};

bool is_binary(std::string_view head) {
  std::size_t odd = 0;
  for (const char letter : head) {
    const auto byte = static_cast<unsigned char>(letter);
    const bool control = byte < 8 || byte == 11 || (byte >= 14 && byte < 32) || byte == 127;
    if (control || byte >= 0xf8) ++odd;
  }
  return odd > kBinaryLetters;
}

}  // namespace

void Pager::start_screen() {
  if (!options_.no_init) io_.out("\033[?1049h\033[22;0;0t");
  io_.out("\033[?1h\033=\r");
  any_shown_ = true;
}

void Pager::end_screen() {
  io_.out("\033[?1l\033>");
  if (!options_.no_init) io_.out("\033[?1049l\033[23;0;0t");
}

Task<int> Pager::next_key() {
  const Sys<void> wrote = co_await io_.flush();
  if (!wrote) co_return kKeyEnd;
  const int key = co_await keys_.byte();
  co_return key;
}

// A message, and a wait for RETURN where there is a screen.
Task<void> Pager::tell(std::string text) {
  if (!any_shown_) {
    if (process_.is_terminal(1))
      io_.err(text + "\n");
    else
      io_.out(text + "\n");
    co_return;
  }
  unsquash();
  clear_bottom();
  io_.out("\033[7m" + text + "  (press RETURN)\033[27m");
  const int key = co_await next_key();
  if (key >= 0 && key != '\r' && key != '\n' && key != ' ') keys_.unread(key);
  lower_left();
  io_.out("\033[K");
}

// False: it cannot be shown, which was told.
Task<bool> Pager::open_file(std::size_t which) {
  const std::string name = files_[which];
  if (name == "-") {
    input_ = 0;
    seekable_ = false;
  } else {
    const Sys<Stat> stat = io_.stat(name);
    std::string bad;
    if (!stat) {
      bad = name + ": " + std::string(sys_error(stat.error()));
    } else if (stat->kind == Kind::directory) {
      bad = name + " is a directory";
    } else if (stat->kind != Kind::regular && !options_.force) {
      bad = name + " is not a regular file (use -f to see it)";
    }
    Sys<int> opened = sys_fail(ENOENT);
    if (bad.empty()) opened = process_.open(name, O_RDONLY);
    if (bad.empty() && !opened) bad = name + ": " + std::string(sys_error(opened.error()));
    if (!bad.empty()) {
      co_await tell(bad);
      co_return false;
    }
    const std::string head =
        io_.files.read(io_.absolute(name), 0, kLookedAtBytes, io_.who).value_or("");
    if (!options_.force && is_binary(head)) {
      io_.err("\"" + name + "\" may be a binary file.  See it anyway? ");
      if (!process_.is_terminal(1)) {  // Nobody answers.
        static_cast<void>(process_.close(*opened));
        files_.clear();
        io_.status = 1;
        co_return false;
      }
      const int key = co_await next_key();
      io_.err("\n");
      if (key != 'y' && key != 'Y') {
        static_cast<void>(process_.close(*opened));
        co_return false;
      }
    }
    if (input_ > 0) static_cast<void>(process_.close(input_));
    input_ = *opened;
    seekable_ = stat->kind == Kind::regular;
  }
  current_ = which;
  lost_ = false;
  text_ = PagedText();
  options_.look.columns = keys_.columns();
  options_.look.shift = 0;
  text_.lay_out(options_.look);
  new_file_ = true;
  places_.clear();
  if (seekable_) co_await fill_all();
  co_return true;
}

// The first operand that can be shown.
Task<bool> Pager::first_file() {
  bool found = false;
  while (!found && !files_.empty()) {
    found = co_await open_file(0);
    if (!found) files_.erase(files_.begin());
  }
  co_return found;
}

// Reads on until there are so many rows.
Task<void> Pager::fill(std::size_t rows) {
  while (!text_.finished() && text_.rows() < rows) {
    const Sys<std::string> bytes = co_await process_.read(input_, kPipeBytes);
    const bool interrupted = process_.take_signal() != 0 || (!bytes && bytes.error() == EINTR);
    if (interrupted) co_return;
    if (!bytes || bytes->empty() || !text_.append(*bytes) || !memory_.set(text_.memory()))
      text_.finish();
    co_await process_.breathe(
        static_cast<std::uint32_t>(bytes ? bytes->size() / kPagedBytesAUnit + 1 : 1));
  }
}

Task<void> Pager::fill_all() {
  co_await fill(kPagedRowsMax + 1);
}

// Where nobody looks at a terminal it is cat.
Task<void> Pager::copy_all() {
  for (std::size_t at = 0; at < files_.size(); ++at) {
    const bool opened = co_await open_file(at);
    if (!opened) continue;
    if (seekable_) static_cast<void>(process_.seek(input_, 0));
    for (;;) {
      const Sys<std::string> bytes = co_await process_.read(input_, kPipeBytes);
      if (!bytes || bytes->empty()) break;
      co_await io_.flush();
      const Sys<void> wrote = co_await process_.write(1, *bytes);
      if (!wrote) co_return;
      co_await process_.breathe();
    }
  }
}

Task<void> Pager::show_file() {
  first_time_ = first_time_ || !any_shown_;
  clear_table();
  co_await fill(height());
  forward_from(height() - 1, 0, true);
}

Task<void> Pager::switch_file(std::size_t which) {
  const bool opened = co_await open_file(which);
  if (opened) {
    co_await show_file();
    co_return;
  }
  files_.erase(files_.begin() + static_cast<std::ptrdiff_t>(which));
  if (which <= current_ && current_ > 0) --current_;
  lost_ = true;
}

// The lowest row that is shown.
std::size_t Pager::shown_last() const {
  std::size_t last = kNoRow;
  for (std::size_t at = 0; at + 1 < table_.size(); ++at) {
    if (table_[at] == kNowhere || static_cast<std::size_t>(table_[at]) >= text_.rows()) continue;
    last = static_cast<std::size_t>(table_[at]);
  }
  return last;
}

std::string Pager::where_text() {
  const std::size_t last = shown_last();
  if (last == kNoRow) return {};
  const std::size_t first = static_cast<std::size_t>(std::max<Place>(top(), 0));
  std::string out = "lines " + std::to_string(text_.row(first).line + 1) + "-" +
                    std::to_string(text_.row(last).line + 1);
  if (text_.finished()) out += "/" + std::to_string(text_.row(text_.rows() - 1).line + 1);
  return out + " ";
}

std::string Pager::prompt_text() {
  const bool named = files_[current_] != "-";
  const bool many = files_.size() > 1;
  const std::string count =
      "(file " + std::to_string(current_ + 1) + " of " + std::to_string(files_.size()) + ") ";
  const std::size_t row = shown_last();
  const std::size_t bottom = row == kNoRow ? 0 : text_.end_of(row);
  const std::string share =
      text_.finished() && text_.size() > 0 ? std::to_string(bottom * 100 / text_.size()) + "%" : "";
  std::string out;
  if (named && (new_file_ || options_.prompt == 2)) out += files_[current_] + " ";
  if (new_file_ && many) out += count;
  if (options_.prompt == 2) out += where_text();
  if (at_end()) {
    out += "(END) ";
    if (current_ + 1 < files_.size()) out += "- Next: " + files_[current_ + 1];
  } else if (options_.prompt > 0) {
    out += share.empty() && options_.prompt == 1 ? "byte " + std::to_string(bottom) : share;
  }
  while (out.ends_with(' ')) out.pop_back();
  new_file_ = false;
  return out;
}

// What = says.
std::string Pager::position_text() {
  const bool many = files_.size() > 1;
  const std::size_t row = shown_last();
  const std::size_t bottom = row == kNoRow ? 0 : text_.end_of(row);
  std::string out = files_[current_] == "-" ? "" : files_[current_] + " ";
  if (many)
    out += "(file " + std::to_string(current_ + 1) + " of " + std::to_string(files_.size()) + ") ";
  out += where_text() + "byte " + std::to_string(bottom);
  if (text_.finished()) out += "/" + std::to_string(text_.size());
  if (at_end())
    out += " (END)";
  else if (text_.finished() && text_.size() > 0)
    out += " " + std::to_string(bottom * 100 / text_.size()) + "%";
  return out;
}

void Pager::prompt() {
  if (!forward_prompt_) clear_bottom();
  forward_prompt_ = false;
  if (text_.filtered()) io_.out("& ");
  if (helping_) {
    io_.out(std::string("\033[7mHELP -- ") +
            (at_end() ? "END -- Press g to see it again" : "Press RETURN for more") +
            ", or q when done\033[27m\033[K");
    return;
  }
  const std::string text = prompt_text();
  io_.out(text.empty() ? ":" : "\033[7m" + text + "\033[27m");
  io_.out("\033[K");
}

// F: what is appended is shown until ^C.
Task<void> Pager::follow() {
  co_await fill_all();
  if (text_.rows() > 0) jump(static_cast<Place>(text_.rows()) - 1, height() - 2);
  bool going = true;
  while (going) {
    clear_bottom();
    io_.out("\033[7mWaiting for data... (interrupt to abort)\033[27m");
    const Sys<void> wrote = co_await io_.flush();
    if (!wrote) co_return;
    bool more = false;
    while (going && !more) {
      co_await process_.sleep(kFollowPause);
      going = process_.take_signal() == 0;
      if (!going) break;
      const Sys<std::string> bytes = co_await process_.read(input_, kPipeBytes);
      if (!bytes || bytes->empty()) continue;
      const std::size_t before = text_.rows();
      going = text_.append(*bytes) && memory_.set(text_.memory());
      text_.lay_out(options_.look);
      more = text_.rows() > before;
    }
    if (!more) break;
    clear_bottom();
    if (text_.rows() > 0) jump(static_cast<Place>(text_.rows()) - 1, height() - 2);
  }
  clear_bottom();
  io_.out('\a');
  redraw();
}

// What is typed behind "!".
Task<void> Pager::run_command(std::string line) {
  std::string shell = io_.variable("SHELL");
  if (shell.empty()) shell = "sh";
  clear_bottom();
  io_.out("!" + (line.empty() ? shell : line) + "\n");
  end_screen();
  co_await io_.flush();
  keys_.cooked();
  std::vector<std::string> arguments = {shell};
  if (!line.empty()) arguments.insert(arguments.end(), {"-c", line});
  const Sys<int> ran = co_await run_program(process_, std::move(arguments));
  static_cast<void>(ran);
  keys_.raw();
  io_.out("!done  (press RETURN)");
  const int key = co_await next_key();
  static_cast<void>(key);
  io_.out("\n");
  start_screen();
  new_file_ = true;
  repaint();
}

Task<void> Pager::run_editor() {
  std::string editor = io_.variable("VISUAL");
  if (editor.empty()) editor = io_.variable("EDITOR");
  if (editor.empty()) editor = "/usr/bin/editor";
  const Place middle = std::min(std::max<Place>(top(), 0) + static_cast<Place>(height()) / 2 - 1,
                                std::max<Place>(static_cast<Place>(text_.rows()) - 1, 0));
  const std::size_t line = text_.rows() == 0 ? 0 : text_.row(static_cast<std::size_t>(middle)).line;
  const std::string command =
      editor + " +" + std::to_string(line + 1) + " " + quoted_if_odd(files_[current_]);
  io_.out("!");
  clear_bottom();
  clear_bottom();
  io_.out("!" + command + "\n");
  end_screen();
  const Sys<void> wrote = co_await io_.flush();
  static_cast<void>(wrote);
  keys_.cooked();
  std::vector<std::string> arguments = {"sh", "-c", command};
  const Sys<int> ran = co_await run_program(process_, std::move(arguments));
  static_cast<void>(ran);
  keys_.raw();
  start_screen();
  const Place row = top();
  const bool opened = co_await open_file(current_);
  new_file_ = opened;
  clear_table();
  jump(std::max<Place>(row, 0));
}

}  // namespace decnet::shell::cmd
