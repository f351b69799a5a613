// vi's commands.
#include <algorithm>
#include <cctype>

#include "shell/cmd/glyph.h"
#include "shell/cmd/text.h"
#include "shell/cmd/vi.h"

namespace decnet::shell::cmd {

Task<bool> Vi::scroll(int key, std::size_t count) {
  const std::size_t rows = text_rows(), last = lines_.size() - 1;
  const std::size_t page = rows > 2 ? rows - 2 : 1, half = std::max<std::size_t>(rows / 2, 1);
  if (key == 0x06 || key == kKeyPageDown) {
    if (top_ + rows > last + 1 && top_ >= last) screen_.print_now("\a");
    top_ = std::min(top_ + page * count, last);
    cursor_.line = std::max(cursor_.line, top_);
    begin_screen();
  } else if (key == 0x02 || key == kKeyPageUp) {
    top_ = top_ > page * count ? top_ - page * count : 0;
    cursor_.line = std::min(top_ + rows - 1, last);
  } else if (key == 0x04) {
    if (cursor_.line == last) screen_.print_now("\a");
    const std::size_t most = last + 1 > rows ? last + 1 - rows : 0;
    const std::size_t by = std::min(half, most > top_ ? most - top_ : 0);
    if (by > 0) screen_.delete_rows(0, by);
    top_ += by;
    cursor_.line = std::min(cursor_.line + half, last);
  } else if (key == 0x15) {
    if (cursor_.line == 0) screen_.print_now("\a");
    const std::size_t by = std::min(half, top_);
    if (by > 0) screen_.insert_rows(0, by);
    top_ -= by;
    cursor_.line = cursor_.line > half ? cursor_.line - half : 0;
  } else if (key == 0x05 && top_ < last) {
    screen_.delete_rows(0, 1);
    ++top_;
    cursor_.line = std::max(cursor_.line, top_);
  } else if (key == 0x19 && top_ > 0) {
    screen_.insert_rows(0, 1);
    --top_;
    cursor_.line = std::min(cursor_.line, top_ + rows - 1);
  } else if (key == 0x0c) {
    begin_screen();
  } else {
    co_return false;
  }
  co_return true;
}

// Operators: d, c, y, < and >, doubled for lines. False: the key is none.
Task<bool> Vi::operate(int key, std::size_t count, bool counted) {
  constexpr std::string_view kOperators = "dcy<>";
  if (key <= 0 || key >= 0x80 || kOperators.find(static_cast<char>(key)) == kOperators.npos)
    co_return false;
  int next = co_await next_key();
  std::size_t many = 0;
  while ((next >= '1' && next <= '9') || (next == '0' && many > 0)) {
    many = std::min(many * 10 + static_cast<std::size_t>(next - '0'), kViCountMax);
    next = co_await next_key();
  }
  counted = counted || many > 0;
  count = std::min(count * std::max<std::size_t>(many, 1), kViCountMax);
  Place to = cursor_;
  Reach reach = Reach::lines;
  if (next == key && compatible_ && cursor_.line + count > lines_.size()) {
    reach = Reach::none;
  } else if (next == key) {
    to.line = std::min(cursor_.line + count - 1, lines_.size() - 1);
  } else {
    // cw is ce on a word.
    const std::string& line = lines_[cursor_.line];
    const bool on_word = cursor_.at < line.size() && line[cursor_.at] != ' ';
    const bool to_end = key == 'c' && on_word && (next == 'w' || next == 'W');
    reach = co_await motion(to_end ? (next == 'w' ? 'e' : 'E') : next, count, counted, to);
    if (!to_end && (next == 'w' || next == 'W') && to.line > cursor_.line && reach != Reach::none)
      to = {cursor_.line, lines_[cursor_.line].size()};
  }
  if (reach == Reach::none) {
    screen_.print_now("\a");
    co_return true;
  }
  if (key == 'c' && reach == Reach::lines) {
    remember();
    const std::size_t from = std::min(cursor_.line, to.line),
                      last = std::max(cursor_.line, to.line);
    kept_ = {text_in({from, last, true}), true};
    bytes_ -= std::min(bytes_, kept_.text.size() - 1);
    lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(from),
                 lines_.begin() + static_cast<std::ptrdiff_t>(last));
    lines_[from].clear();
    shift_line_ = from + 1;
    shift_out_ = last - from;
    cursor_ = {from, 0};
  } else {
    apply(key, cursor_, to, reach);
  }
  if (key == 'c') co_await insert_mode(false);
  co_return true;
}

bool Vi::opens_text(int key) {
  std::string& line = lines_[cursor_.line];
  const std::size_t next =
      cursor_.at < line.size() ? cursor_.at + glyph_at(line, cursor_.at).bytes : line.size();
  switch (key) {
    case 'i':
    case 'I':
    case 'a':
    case 'A':
    case kKeyInsert:
      remember();
      if (key == 'I') cursor_.at = std::min(line.find_first_not_of(" \t"), line.size());
      if (key == 'a') cursor_.at = next;
      if (key == 'A') cursor_.at = line.size();
      return true;
    case 'o':
    case 'O':
      remember();
      if (lines_.size() >= kViLinesMax) return false;
      cursor_ = {cursor_.line + (key == 'o' ? 1 : 0), 0};
      lines_.insert(lines_.begin() + static_cast<std::ptrdiff_t>(cursor_.line), "");
      shift_line_ = cursor_.line;
      shift_in_ = cursor_.line + 1 < lines_.size() ? 1 : 0;
      return true;
    case 'S':
      remember();
      bytes_ -= std::min(bytes_, line.size());
      line.clear();
      cursor_.at = 0;
      return true;
    default:
      return false;
  }
}

// Commands that change. False: it is none.
Task<bool> Vi::edit(int key, std::size_t count) {
  std::string& line = lines_[cursor_.line];
  const std::size_t next =
      cursor_.at < line.size() ? cursor_.at + glyph_at(line, cursor_.at).bytes : line.size();
  bool inserts = false;
  if (opens_text(key)) {
    co_await insert_mode(false);
    co_return true;
  }
  switch (key) {
    case 'R':
      remember();
      co_await insert_mode(true);
      break;
    case 'x':
    case 'X':
    case 's':
    case kKeyDelete: {
      Place to = cursor_;
      if (line.empty() && key != 's') {
        screen_.print_now("\a");
        break;
      }
      for (; count > 0; --count) {
        if (key == 'X')
          to.at = glyph_before(line, to.at);
        else if (to.at < line.size())
          to.at += glyph_at(line, to.at).bytes;
      }
      apply('d', cursor_, to, Reach::exclusive);
      inserts = key == 's';
      break;
    }
    case 'D':
    case 'C':
      apply('d', cursor_, {cursor_.line, line.size()}, Reach::exclusive);
      inserts = key == 'C';
      break;
    case 'Y':
      apply('y', cursor_, {std::min(cursor_.line + count - 1, lines_.size() - 1), 0}, Reach::lines);
      break;
    case 'p':
    case 'P':
      put_kept(key == 'p', count);
      break;
    case 'J':
      join_lines(count);
      break;
    case 'r': {
      if (!repeating_) screen_.print_now("\033[?2004l\033[>4;m");
      const int letter = co_await next_key();
      if (!repeating_) screen_.print_now("\033[?2004h\033[>4;2m");
      if (letter < 0x20 || cursor_.at >= line.size()) break;
      remember();
      line.replace(cursor_.at, next - cursor_.at, 1, static_cast<char>(letter));
      break;
    }
    case '~':
      if (line.empty()) break;
      remember();
      if (const auto code = static_cast<unsigned char>(line[cursor_.at]); code < 0x80)
        line[cursor_.at] =
            static_cast<char>(std::isupper(code) != 0 ? std::tolower(code) : std::toupper(code));
      cursor_.at = next;
      break;
    case 'u':
      undo();
      break;
    default:
      co_return false;
  }
  if (inserts) co_await insert_mode(false);
  co_return true;
}

// ZZ and ZQ. False: it ends.
Task<bool> Vi::leave() {
  bool going = true;
  const int key = co_await next_key();
  if (key == 'Q') {
    screen_.print_now(text_of("\033[%zu;1H\033[?2004l\033[>4;m", screen_.rows()));
    end_screen(false);
    going = false;
  } else if (key == 'Z') {
    if (changed_) {
      going = co_await ex("x");
      co_return going;
    }
    screen_.print_now(text_of("\033[%zu;1H\033[?2004l\033[>4;m", screen_.rows()));
    end_screen(false);
    going = false;
  }
  co_return going;
}

Task<bool> Vi::normal(int key) {
  std::size_t count = 0;
  if (key == kKeyEnd) co_return false;
  if (key == 0x1b) {
    keys_.unread(key);
    key = co_await keys_.key();
  }
  while ((key >= '1' && key <= '9') || (key == '0' && count > 0)) {
    count = std::min(count * 10 + static_cast<std::size_t>(key - '0'), kViCountMax);
    key = co_await next_key();
  }
  const bool counted = count > 0;
  const std::size_t times = counted ? count : 1;
  bool done = false;
  if (key == kKeyInterrupted || key == 0x03) {
    say("Type  :qa  and press <Enter> to exit Vim");
    screen_.print_now("\a");
    co_return true;
  }
  if (key == 'Z') {
    done = co_await leave();
    co_return done;
  }
  if (key == ':') {
    const std::optional<std::string> line = co_await command_line(':');
    if (!line) co_return true;
    done = co_await ex(*line);
    settle_column(false);
    co_return done;
  }
  if (key == '.') {
    if (repeat_.empty() || repeating_) co_return true;
    for (auto at = repeat_.rbegin(); at != repeat_.rend(); ++at)
      keys_.unread(static_cast<unsigned char>(*at));
    repeating_ = true;
    const int first = co_await keys_.byte();
    done = co_await normal(first);
    repeating_ = false;
    co_return done;
  }
  column_set_ = false;
  const int before = changes_;
  done = co_await operate(key, times, counted);
  if (!done) done = co_await edit(key, times);
  if (done && changes_ != before && !repeating_ && key != 'u') repeat_ = typing_;
  if (!done) done = co_await scroll(key, times);
  if (!done && key != 0x1b && key != kKeyUnknown && key < kKeyMeta) {
    Place to = cursor_;
    const Reach reach = co_await motion(key, times, counted, to);
    if (reach == Reach::none)
      screen_.print_now("\a");
    else
      cursor_ = to;
  }
  settle_column(false);
  if (!column_set_) column_ = column_of(lines_[cursor_.line], cursor_.at);
  co_return true;
}

}  // namespace decnet::shell::cmd
