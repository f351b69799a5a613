// The keys of less that move, and those that begin longer commands.
#include <algorithm>
#include <cctype>

#include "shell/cmd/pager.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

std::size_t half_of(std::size_t given, std::size_t screen) {
  return given > 0 ? given : std::max<std::size_t>(screen / 2, 1);
}

}  // namespace

// Commands that only move. False: it is none.
bool Pager::move(int key, std::size_t count, bool counted) {
  const std::size_t screen = height() - 1;
  const std::size_t page = counted ? count : window_ > 0 ? window_ : screen;
  switch (key) {
    case ' ':
    case 'f':
    case 0x06:
    case 0x16:
    case kKeyPageDown:
      forward(page);
      return true;
    case 'b':
    case 0x02:
    case kKeyPageUp:
      back(page);
      return true;
    case 'z':
    case 'w':
      if (counted) window_ = count;
      if (key == 'z')
        forward(counted ? count : page);
      else
        back(counted ? count : page);
      return true;
    case '\r':
    case '\n':
    case 'e':
    case 'j':
    case 0x05:
    case 0x0e:
    case kKeyDown:
      forward(counted ? count : 1);
      return true;
    case 'J':
      forward(counted ? count : 1, true);
      return true;
    case 'y':
    case 'k':
    case 'K':
    case 0x19:
    case 0x0b:
    case 0x10:
    case kKeyUp:
      back(counted ? count : 1);
      return true;
    case 'd':
    case 0x04:
    case 'u':
    case 0x15:
      if (counted) half_ = count;
      if (key == 'd' || key == 0x04)
        forward(half_of(half_, height()));
      else
        back(half_of(half_, height()));
      return true;
    default:
      return false;
  }
}

bool Pager::forward_moves(int key) const {
  constexpr std::string_view kForward =
      " f\x06\x16z\r\nej\x05\x0e"
      "d\x04";
  return key == kKeyDown || key == kKeyPageDown ||
         (key > 0 && key < 0x80 && kForward.find(static_cast<char>(key)) != kForward.npos);
}

// "-S" and the like, while it runs.
Task<void> Pager::change_option() {
  clear_bottom();
  io_.out('-');
  const int key = co_await next_key();
  PagedLook& look = options_.look;
  struct Switch {
    int key;
    bool* on;
    std::string_view yes, no;
  };
  const Switch switches[] = {
      {'S', &look.chop, "Chop long lines", "Fold long lines"},
      {'N', &look.numbers, "Constantly display line numbers", "Don't use line numbers"},
      {'R', &look.colours, "Display ANSI sequences directly, other control characters as ^X",
       "Display control characters as ^X"},
      {'i', &options_.fold, "Ignore case in searches", "Case is significant in searches"}};
  for (const Switch& one : switches) {
    if (one.key != key) continue;
    *one.on = !*one.on;
    const std::string said(*one.on ? one.yes : one.no);
    text_.lay_out(look);
    squashed_ = key == 'S' || key == 'N';
    co_await tell(said);
    io_.out("\033[H\033[2J\033[H");
    redraw();
    co_return;
  }
  co_await tell(std::string("There is no -") + static_cast<char>(std::max(key, 0)) + " option");
}

// What ":" begins. False: it ends.
Task<bool> Pager::colon() {
  bool going = true;
  const int key = co_await next_key();
  const char letter = static_cast<char>(std::max(key, 0));
  if (key > 0x20 && key < 0x7f) echo_key(std::string_view(&letter, 1));
  if (key == 'q' || key == 'Q' || key == kKeyEnd) {
    clear_bottom();
    going = false;
  } else if (key == 'n' || key == 'p') {
    const bool next = key == 'n';
    if (lost_ && !next) {
      co_await switch_file(current_);
      co_return true;
    }
    if (next ? current_ + 1 >= files_.size() : current_ == 0) {
      clear_bottom();
      co_await tell(next ? "No next file" : "No previous file");
    } else {
      co_await switch_file(next ? current_ + 1 : current_ - 1);
    }
  } else if (key == 'x') {
    co_await switch_file(0);
  } else if (key == 'f') {
    clear_bottom();
    co_await tell(position_text());
  } else if (key == 'e') {
    clear_bottom();
    std::optional<std::string> name = co_await typed("Examine: ", true);
    clear_bottom();
    while (name && name->starts_with(' ')) name->erase(0, 1);
    if (name && !name->empty() && files_.size() < kPagedFilesMax) {
      files_.insert(files_.begin() + static_cast<std::ptrdiff_t>(current_) + 1, *name);
      co_await switch_file(current_ + 1);
    }
  } else {
    io_.out('\a');
  }
  co_return going;
}

// Half a screen to the side; lines are chopped meanwhile.
void Pager::shift(bool right, std::size_t columns) {
  std::size_t& shift = options_.look.shift;
  if (right)
    shift = std::min(shift + columns, kPagerCountMax);
  else
    shift = shift > columns ? shift - columns : 0;
  PagedLook look = options_.look;
  look.chop = look.chop || shift > 0;
  const auto before = static_cast<std::size_t>(std::max<Place>(top(), 0));
  const std::size_t line = before < text_.rows() ? text_.row(before).line : 0;
  text_.lay_out(look);
  clear_table();
  push_top(static_cast<Place>(text_.row_of_line(line)));
  io_.out("\033[H\033[2J\033[H");
  redraw();
}

// The keys that send more than a byte, seen as they come. False: it ends.
Task<bool> Pager::escape(std::size_t count, bool counted) {
  clear_bottom();
  io_.out(" \033[KESC\b\b\bESC");
  std::string text;
  for (bool complete = false; !complete;) {
    const int next = co_await next_key();
    if (next < 0) co_return next == kKeyInterrupted;
    const char letter = static_cast<char>(next);
    text.push_back(letter);
    if (next > 0x20 && next < 0x7f) echo_key(std::string_view(&letter, 1));
    const bool begun = text == "[" || text == "O";
    complete = !begun &&
               (text.size() < 2 || (next >= 0x40 && next <= 0x7e) || text.size() > kEscapeBytesMax);
  }
  const auto is = [&](std::string_view one, std::string_view other) {
    return text == one || text == other;
  };
  if (is("OC", ")") || is("OD", "(")) {
    shift(is("OC", ")"), counted ? count : keys_.columns() / 2);
    co_return true;
  }
  const int key = text == "OA"                     ? int{kKeyUp}
                  : text == "OB"                   ? kKeyDown
                  : is("OH", "<") || text == "[1~" ? int{'g'}
                  : is("OF", ">") || text == "[4~" ? int{'G'}
                  : is("[6~", " ")                 ? kKeyPageDown
                  : is("[5~", "v")                 ? kKeyPageUp
                                                   : kKeyNone;
  if (key == kKeyNone) {
    io_.out('\a');
    co_return true;
  }
  clear_bottom();
  if (key == 'g' || key == 'G') {
    co_await go(key, count, counted);
  } else {
    co_await fill(static_cast<std::size_t>(std::max<Place>(below(), 0)) + height());
    static_cast<void>(move(key, count, counted));
  }
  co_return true;
}

}  // namespace decnet::shell::cmd
