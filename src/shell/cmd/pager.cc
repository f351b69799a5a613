// less: what a key does, and its life from the first file to the last screen.
#include "shell/cmd/pager.h"

#include <algorithm>

#include "shell/cmd/answers.h"
#include "shell/cmd/full_screen.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr int kControlC = 0x03;
// Keys that scroll.
constexpr std::string_view kMoves =
    " f\x06\x16"
    "b\x02zw\r\nej\x05\x0eJykK\x19\x0b\x10"
    "d\x04u\x15";

}  // namespace

Task<void> Pager::help() {
  const std::string usage = answer_text(io_.process, "less", "--help");
  clear_bottom();
  if (usage.empty()) co_return;
  PagedText before = std::move(text_);
  const std::vector<Place> table = table_;
  text_ = PagedText();
  static_cast<void>(text_.append(usage));
  text_.finish();
  text_.lay_out(options_.look);
  clear_table();
  helping_ = true;
  forward_from(height() - 1, 0, true);
  for (bool going = true; going;) {
    prompt();
    const int key = co_await next_key();
    going = key >= 0 && key != 'q' && key != 'Q';
    if (!going) break;
    clear_bottom();
    if (key == 'g')
      jump(0);
    else if (!move(key, 0, false))
      io_.out('\a');
  }
  helping_ = false;
  new_file_ = true;
  text_ = std::move(before);
  const Place row = table.empty() ? 0 : std::max<Place>(table.front(), 0);
  clear_table();
  forward_from(height() - 1, row, true);
}

// Commands that take more: a line, a letter, a child. False: it is none of them.
Task<bool> Pager::long_command(int key, std::size_t count) {
  const bool secure = io_.variable("LESSSECURE") == "1";
  if (key == '-') {
    co_await change_option();
  } else if (key == '&') {
    co_await filter_lines();
  } else if (key == '/' || key == '?') {
    const std::string before(1, static_cast<char>(key));
    std::optional<std::string> pattern = co_await typed(before, false);
    if (!pattern) co_return true;
    clear_bottom();
    searched_ = key == '/' ? Way::forward : Way::backward;
    const bool again = pattern->empty();
    co_await search(std::move(*pattern), searched_, count, again);
  } else if (key == 'm' || key == '\'') {
    co_await mark(key);
  } else if (secure && (key == '!' || key == 'v' || key == '|')) {
    co_await tell("Command not available");
  } else if (key == '!') {
    const std::optional<std::string> line = co_await typed("!", false);
    clear_bottom();
    if (line) co_await run_command(*line);
  } else if (key == 'v') {
    clear_bottom();
    co_await run_editor();
  } else if (key == '|' || key == 's') {
    clear_bottom();
    io_.out(key == 's' ? "-" : "|");
    co_await tell(key == 's' ? "Input is not a pipe" : "Mark not set");
  } else {
    co_return false;
  }
  co_return true;
}

// Commands of one key that do not scroll. False: it is none of them.
Task<bool> Pager::short_command(int key, std::size_t count, bool counted) {
  const std::size_t times = counted ? count : 1;
  switch (key) {
    case 'n':
    case 'N': {
      const bool forward = (searched_ == Way::forward) == (key == 'n');
      clear_bottom();
      io_.out(forward ? '/' : '?');
      clear_bottom();
      co_await search("", forward ? Way::forward : Way::backward, times, true);
      break;
    }
    case 'F':
      clear_bottom();
      co_await follow();
      break;
    case '=':
    case 0x07:
      clear_bottom();
      co_await tell(position_text());
      break;
    case 'h':
    case 'H':
      co_await help();
      break;
    case 'r':
    case 'R':
    case 0x0c:
      clear_bottom();
      repaint();
      break;
    case 'V':
      clear_bottom();
      co_await tell("less 590");
      break;
    case 'g':
    case '<':
    case 'G':
    case '>':
    case 'p':
    case '%':
      clear_bottom();
      co_await go(key, count, counted);
      break;
    default:
      co_return false;
  }
  co_return true;
}

// ^C. False: it ends.
bool Pager::interrupted() {
  io_.out('\a');
  if (options_.interrupt_quits) {
    clear_bottom();
    io_.status = 2;
    return false;
  }
  io_.out("\033[H\033[2J\033[H");
  redraw();
  return true;
}

// The digits before a command, and what follows them.
Task<int> Pager::number(int key, std::size_t& count) {
  clear_bottom();
  io_.out(':');
  while (key >= '0' && key <= '9') {
    const char digit = static_cast<char>(key);
    count = std::min(count * 10 + static_cast<std::size_t>(key - '0'), kPagerCountMax);
    echo_key(std::string_view(&digit, 1));
    key = co_await next_key();
  }
  co_return key;
}

Task<bool> Pager::command(int key) {
  std::size_t count = 0;
  const bool counted = key >= '0' && key <= '9';
  if (counted) key = co_await number(key, count);
  if (key == kKeyEnd) co_return false;
  if (key == kKeyInterrupted || key == kControlC) co_return interrupted();
  bool going = true;
  if (key == 0x1b) {
    going = co_await escape(count, counted);
    co_return going;
  }
  if (key == ':') {
    clear_bottom();
    io_.out(" \033[K:\b:");
    going = co_await colon();
    co_return going;
  }
  if (key == 'Z') {
    clear_bottom();
    io_.out(" \033[KZ\bZ");
    key = co_await next_key();
    io_.out(key == 'Z' ? "\033[KZ\bZ" : "\a");
    if (key != 'Z') co_return key >= 0;
  }
  if (key == 'q' || key == 'Q' || key == 'Z') {
    clear_bottom();
    co_return false;
  }
  bool done = co_await long_command(key, counted ? count : 1);
  if (done) co_return true;
  co_await fill(static_cast<std::size_t>(std::max<Place>(below(), 0)) + (counted ? count : 0) +
                height());
  done = co_await short_command(key, count, counted);
  if (done) co_return true;
  const bool scrolls = key > 0 && key < 0x80 && kMoves.find(static_cast<char>(key)) != kMoves.npos;
  if (!scrolls) {
    io_.out('\a');
    co_return true;
  }
  clear_bottom();
  if (options_.quits_at_end && at_end() && forward_moves(key)) {
    clear_bottom();
    co_return false;
  }
  static_cast<void>(move(key, count, counted));
  co_return true;
}

// -F: what fits on one screen is printed and that is all.
bool Pager::fits() {
  if (!text_.finished() || text_.rows() >= height()) return false;
  io_.out('\r');
  for (std::size_t row = 0; row < text_.rows(); ++row) put_row(static_cast<Place>(row));
  clear_bottom();
  return true;
}

// The terminal has another size.
void Pager::resize() {
  const Place row = std::max<Place>(top(), 0);
  options_.look.columns = keys_.columns();
  text_.lay_out(options_.look);
  clear_table();
  push_top(row);
  redraw();
}

Task<void> Pager::converse() {
  bool going = true;
  while (going) {
    if (options_.quits_at_once && at_end() && current_ + 1 >= files_.size()) {
      clear_bottom();
      break;
    }
    if (table_.size() != height()) resize();
    if (!keys_.holds()) prompt();
    const int key = co_await next_key();
    going = co_await command(key);
    // Some keys lay it all out anew.
    co_await process_.breathe(static_cast<std::uint32_t>(text_.size() / kPagedBytesAUnit + 1));
  }
}

Task<int> Pager::run() {
  const bool screen = process_.is_terminal(1) && keys_.open({});
  if (!screen) {
    co_await copy_all();
    co_await io_.flush();
    co_return io_.status;
  }
  clear_table();
  const bool found = co_await first_file();
  if (!found) {
    io_.status = 1;
    co_await io_.flush();
    co_return io_.status;
  }
  if (options_.one_screen) {
    co_await fill(height() + 1);
    if (fits()) {
      co_await io_.flush();
      co_return 0;
    }
  }
  start_screen();
  if (options_.first.empty()) {
    co_await show_file();
  } else {
    for (auto at = options_.first.rbegin(); at != options_.first.rend(); ++at)
      keys_.unread(static_cast<unsigned char>(*at));
    co_await fill(height());
  }
  co_await converse();
  end_screen();
  co_await io_.flush();
  co_return io_.status;
}

namespace {

constexpr Command kRows[] = {{"less", &run_full_screen<Pager>}, {"pager", &run_full_screen<Pager>}};

}  // namespace

std::span<const Command> pager_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
