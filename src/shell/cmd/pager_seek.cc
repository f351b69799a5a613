// Where less goes: lines, shares, matches, marks; and what it leaves out.
#include <algorithm>
#include <cctype>

#include "shell/cmd/pager.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::size_t kRowsABreath = 64;

}  // namespace

// What less shows of a key while it waits for the rest of a command.
void Pager::echo_key(std::string_view shown) {
  io_.out("\033[K");
  io_.out(shown);
  io_.out(std::string(shown.size(), '\b'));
  io_.out(shown);
}

std::optional<Regex> Pager::compiled(const std::string& pattern) const {
  const bool capitals = std::any_of(pattern.begin(), pattern.end(), [](char letter) {
    return std::isupper(static_cast<unsigned char>(letter)) != 0;
  });
  RegexOptions options;
  options.extended = true;
  options.fold = options_.fold_always || (options_.fold && !capitals);
  auto regex = Regex::compile(pattern, options);
  if (!regex) return std::nullopt;
  return std::move(*regex);
}

// A line typed behind `before`; nothing: it was given up.
Task<std::optional<std::string>> Pager::typed(std::string before, bool prefixed) {
  std::optional<std::string> line = std::string();
  if (!prefixed) clear_bottom();
  io_.out(before);
  for (;;) {
    const int key = co_await next_key();
    if (key == '\r' || key == '\n') break;
    const bool erases = key == 0x7f || key == '\b';
    if (key < 0 || key == 0x07 || (erases && line->empty())) {
      line.reset();
      break;
    }
    if (erases) {
      line->pop_back();
      io_.out("\b\033[K");
    } else if (key == 0x15) {
      io_.out(std::string(line->size(), '\b') + "\033[K");
      line->clear();
    } else if (line->size() < kPagerLineBytesMax) {
      const char letter = static_cast<char>(key);
      line->push_back(letter);
      echo_key(std::string_view(&letter, 1));
    } else {
      io_.out('\a');
    }
  }
  co_return line;
}

Task<void> Pager::search(std::string pattern, Way way, std::size_t count, bool again) {
  bool found_all = true;
  if (!pattern.empty() || !again) {
    if (!blank(0, table_.size() - 1)) paint_marks(false);
    if (!pattern.empty()) {
      std::optional<Regex> regex = compiled(pattern);
      if (!regex) {
        co_await tell("Invalid pattern");
        co_return;
      }
      marks_ = std::move(regex);
    }
    if (marks_) paint_marks(true);
  }
  if (!marks_) {
    co_await tell("No previous regular expression");
    co_return;
  }
  co_await fill_all();
  const bool empty = top() == kNowhere;
  Place row = empty ? (way == Way::forward ? -1 : 0) : top();
  Place found = kNowhere;
  std::uint64_t steps = Regex::steps();
  for (; count > 0 && found_all; --count) {
    found_all = false;
    for (;;) {
      row += way == Way::forward ? 1 : -1;
      if (row < 0 || static_cast<std::size_t>(row) >= text_.rows()) break;
      const auto at = static_cast<std::size_t>(row);
      if (at % kRowsABreath == 0 || Regex::steps() - steps > kPagedStepsABreath) {
        const std::uint64_t work = (Regex::steps() - steps) / kPagedStepsAUnit + kRowsABreath / 8;
        co_await process_.breathe(static_cast<std::uint32_t>(work));
        steps = Regex::steps();  // It is the thread's: others have run meanwhile.
      }
      if (!text_.row(at).begins) continue;
      if (!marks_->matches(text_.line_text(at))) continue;
      found_all = true;
      found = row;
      break;
    }
  }
  if (!found_all) {
    co_await tell("Pattern not found");
    co_return;
  }
  jump(found);
}

Task<void> Pager::go(int key, std::size_t count, bool counted) {
  const bool last = key == 'G' || key == '>' || key == kKeyLast;
  if ((last && !counted) || counted || key == 'p' || key == '%') co_await fill_all();
  const std::size_t rows = text_.rows();
  if (rows == 0) co_return;
  if (key == 'p' || key == '%') {
    const std::size_t share = counted ? std::min<std::size_t>(count, 100) : 0;
    const std::size_t byte = text_.size() * share / 100;
    std::size_t row = text_.row_of_byte(byte);
    if (row >= rows) row = rows - 1;
    jump(static_cast<Place>(row));
    co_return;
  }
  if (last && !counted) {
    jump(static_cast<Place>(rows) - 1, height() - 2);
    co_return;
  }
  const std::size_t line = counted && count > 0 ? count - 1 : 0;
  const std::size_t row = text_.row_of_line(line);
  if (row >= rows) {
    co_await tell("Cannot seek to line number " + std::to_string(count));
    co_return;
  }
  jump(static_cast<Place>(row));
}

Task<void> Pager::filter_lines() {
  const std::optional<std::string> pattern = co_await typed("&/", false);
  if (!pattern) co_return;
  std::optional<Regex> only;
  if (!pattern->empty()) only = compiled(*pattern);
  co_await fill_all();
  std::vector<bool> kept;
  std::uint64_t steps = Regex::steps();
  std::size_t at = 0;
  while (only) {
    const std::optional<std::string_view> text = text_.next_line(at);
    if (!text) break;
    kept.push_back(only->matches(*text));
    if (kept.size() % kRowsABreath != 0 && Regex::steps() - steps <= kPagedStepsABreath) continue;
    const std::uint64_t work = (Regex::steps() - steps) / kPagedStepsAUnit + kRowsABreath / 8;
    co_await process_.breathe(static_cast<std::uint32_t>(work));
    steps = Regex::steps();
  }
  const std::size_t line = top() >= 0 && static_cast<std::size_t>(top()) < text_.rows()
                               ? text_.row(static_cast<std::size_t>(top())).line
                               : 0;
  clear_bottom();
  text_.filter(std::move(only), std::move(kept));
  text_.lay_out(options_.look);
  clear_table();
  push_bottom(static_cast<Place>(text_.row_of_line(line)));
  io_.out("\033[H\033[2J\033[H");
  first_time_ = squashed_ = false;
  forward_from(height() - 1, below(), true);
}

Task<void> Pager::mark(int key) {
  clear_bottom();
  io_.out(key == 'm' ? "set mark: " : "goto mark: ");
  const int letter = co_await next_key();
  const auto place = places_.find(static_cast<char>(letter));
  if (key == 'm') {
    if (letter > 0 && letter < 0x80 && std::isalpha(letter) != 0) {
      places_[static_cast<char>(letter)] = top();
      repaint();
    }
    co_return;
  }
  clear_bottom();
  if (letter == '^') {
    jump(0);
  } else if (place == places_.end()) {
    co_await tell("Mark not set");
  } else if (place->second == top()) {
    ring_at_end();
  } else {
    jump(std::max<Place>(place->second, 0));
  }
}

}  // namespace decnet::shell::cmd
