// How less moves its window over the rows of a text.
#include <algorithm>

#include "shell/cmd/pager.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {

void Pager::clear_table() {
  table_.assign(height(), kNowhere);
}

void Pager::push_bottom(Place row) {
  table_.erase(table_.begin());
  table_.push_back(row);
}

void Pager::push_top(Place row) {
  table_.pop_back();
  table_.insert(table_.begin(), row);
}

bool Pager::blank(std::size_t from, std::size_t to) const {
  for (std::size_t at = from; at <= to && at < table_.size(); ++at) {
    if (table_[at] != kNowhere) return false;
  }
  return true;
}

void Pager::put_row(Place row) {
  if (row == kNowhere || static_cast<std::size_t>(row) >= text_.rows()) {
    io_.out("\033[1m~\033[0m\n");
    return;
  }
  io_.out(text_.shown(static_cast<std::size_t>(row), marks_ ? &*marks_ : nullptr));
}

void Pager::lower_left() {
  io_.out(text_of("\033[%zu;1H", height()));
}

// Nothing behind what is shown, as far as the text is known to its end.
bool Pager::at_end() const {
  if (!text_.finished()) return false;
  return below() == kNowhere || static_cast<std::size_t>(below()) >= text_.rows();
}

bool Pager::on_screen(Place row, std::size_t& at) const {
  for (at = 0; at + 1 < table_.size(); ++at) {
    if (table_[at] == row && row != kNowhere) return true;
  }
  return false;
}

// less rings at most once in a second.
void Pager::ring_at_end() {
  const std::int64_t now = seconds(io_.now());
  if (now == rang_at_) return;
  rang_at_ = now;
  io_.out('\a');
}

void Pager::forward_from(std::size_t count, Place from, bool force, std::size_t blanks) {
  const bool whole = count + 1 > height();
  if (from != below() || blank(0, table_.size() - 1)) {
    clear_table();
    push_bottom(from);
    force = true;
    if (!first_time_ && !text_.filtered()) io_.out("...skipping...\n");
  }
  std::size_t moved = 0;
  bool end = false;
  Place at = from;
  for (; count > 0; --count) {
    Place shown = kNowhere;
    if (blanks > 0) {
      --blanks;
    } else {
      shown = at;
      const bool more = at != kNowhere && static_cast<std::size_t>(at) < text_.rows();
      at = more ? at + 1 : kNowhere;
      if (!more) {
        end = true;
        shown = kNowhere;
        if (!force && top() != kNowhere) break;
        if (!blank(0, 0) && !blank(1, 1) && blank(2, table_.size() - 2)) break;
      }
    }
    push_bottom(at);
    ++moved;
    if (whole) continue;
    if (first_time_ && end) {
      squashed_ = true;
      continue;
    }
    put_row(shown);
    forward_prompt_ = true;
  }
  if (moved == 0)
    ring_at_end();
  else if (whole)
    repaint();
  first_time_ = false;
}

void Pager::back_from(std::size_t count, Place from, bool force) {
  unsquash();
  const bool whole = count + 1 > height();
  std::size_t moved = 0;
  for (; count > 0; --count) {
    if (from <= 0) {
      if (!force) break;
      if (from <= 0) break;
    }
    --from;
    push_top(from);
    ++moved;
    if (whole) continue;
    io_.out("\033[H\033M");
    put_row(from);
  }
  if (moved == 0)
    ring_at_end();
  else if (whole)
    repaint();
  else
    lower_left();
}

void Pager::forward(std::size_t count, bool force) {
  const Place from = below();
  if (from == kNowhere && (!force || blank(2, table_.size() - 2))) return ring_at_end();
  forward_from(count, from, force);
}

void Pager::back(std::size_t count) {
  if (top() <= 0) {
    unsquash();
    ring_at_end();
    lower_left();
    return;
  }
  back_from(count, top(), false);
}

void Pager::unsquash() {
  if (!squashed_) return;
  squashed_ = false;
  repaint();
}

void Pager::repaint() {
  const Place row = top();
  clear_table();
  jump(row == kNowhere ? 0 : row);
}

// After the terminal was cleared, or its size has changed.
void Pager::redraw() {
  io_.out("\033[H\033[2J\033[H");
  const Place row = std::max<Place>(top(), 0);
  clear_table();
  push_bottom(row);
  first_time_ = squashed_ = false;
  forward_from(height() - 1, row, true);
}

// Shows a row in a line of the screen.
void Pager::jump(Place row, std::size_t line) {
  std::size_t at = 0;
  if (on_screen(row, at)) {
    if (at > line)
      forward_from(at - line, below(), true);
    else
      back_from(line - at, top(), true);
    return;
  }
  const Place first = top();
  if (first == kNowhere || row >= first) {
    std::size_t back = 0;
    for (; back < line; ++back) {
      if (below() != kNowhere && row <= below()) {
        forward_from(height() - line + back - 1, below(), true);
        return;
      }
      if (row == 0) break;
      --row;
    }
    squashed_ = false;
    forward_from(height() - 1, row, true, line - back);
    return;
  }
  std::size_t ahead = line;
  Place next = row;
  for (; ahead + 1 < height(); ++ahead) {
    if (static_cast<std::size_t>(next) >= text_.rows()) break;
    ++next;
    if (next >= first) {
      back_from(ahead + 1, first, true);
      return;
    }
  }
  io_.out("\033[H\033[2J");
  clear_table();
  push_top(next);
  back_from(height() - 1, next, true);
}

// The rows of the screen once more, each in its place.
void Pager::paint_marks(bool on) {
  unsquash();
  std::optional<Regex> kept = std::move(marks_);
  if (on)
    marks_ = kept;
  else
    marks_.reset();
  for (std::size_t at = 0; at + 1 < table_.size(); ++at) {
    if (table_[at] == kNowhere || static_cast<std::size_t>(table_[at]) >= text_.rows()) continue;
    io_.out(text_of("\033[%zu;1H", at + 1));
    put_row(table_[at]);
  }
  lower_left();
  marks_ = std::move(kept);
}

}  // namespace decnet::shell::cmd
