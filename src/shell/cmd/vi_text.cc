// What vi does to its text.
#include <algorithm>

#include "shell/cmd/glyph.h"
#include "shell/cmd/text.h"
#include "shell/cmd/vi.h"

namespace decnet::shell::cmd {

bool Vi::room_for(std::size_t bytes) {
  if (bytes_ + bytes <= kViBytesMax) return true;
  complain("E342: Out of memory!  (allocating 4194304 bytes)");
  return false;
}

bool Vi::account() {
  const std::size_t own = memory_of_lines(lines_, bytes_) + kept_.text.size();
  if (memory_.set(own + memory_of_lines(before_, before_bytes_))) return true;
  before_.clear();
  before_bytes_ = 0;
  can_undo_ = false;
  return memory_.set(own);
}

void Vi::remember() {
  before_ = lines_;
  before_cursor_ = cursor_;
  before_bytes_ = bytes_;
  can_undo_ = true;
  undone_ = false;
  changed_ = true;
  ++changes_;
  changed_at_ = io_.now();
}

// The old vi's: a second u takes the first one back.
void Vi::undo() {
  if (!can_undo_) {
    say("Already at oldest change");
    return;
  }
  const std::size_t had = lines_.size();
  std::swap(before_, lines_);
  std::swap(before_bytes_, bytes_);
  undone_ = !undone_;
  std::size_t first = 0;
  while (first < lines_.size() && first < before_.size() && lines_[first] == before_[first])
    ++first;
  cursor_ = {std::min(first, lines_.size() - 1), 0};
  if (before_cursor_.line == cursor_.line && lines_.size() == had) cursor_.at = before_cursor_.at;
  const std::size_t more = lines_.size() > had ? lines_.size() - had : had - lines_.size();
  const bool grew = lines_.size() > had;
  shift_line_ = cursor_.line;
  (grew ? shift_in_ : shift_out_) = more;
  const std::string what = more == 0 ? "1 change"
                           : more == 1
                               ? (grew ? "1 more line" : "1 line less")
                               : std::to_string(more) + (grew ? " more lines" : " fewer lines");
  const auto ago = seconds(io_.now()) - seconds(changed_at_);
  const std::string when = ago >= 100 ? date_text(changed_at_, "%H:%M:%S")
                           : ago == 1 ? "1 second ago"
                                      : std::to_string(ago) + " seconds ago";
  say(what + "; " + (undone_ ? "before" : "after") + " #" + std::to_string(changes_) + "  " + when);
}

// What is said where many lines came or went.
void Vi::count_lines(std::size_t before) {
  const std::size_t now = lines_.size();
  const std::size_t more = now > before ? now - before : before - now;
  if (more > 2) say(std::to_string(more) + (now > before ? " more lines" : " fewer lines"));
}

void Vi::remove_lines(std::size_t from, std::size_t count) {
  const std::size_t before = lines_.size();
  count = std::min(count, before - from);
  for (std::size_t at = from; at < from + count; ++at)
    bytes_ -= std::min(bytes_, lines_[at].size() + 1);
  lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(from),
               lines_.begin() + static_cast<std::ptrdiff_t>(from + count));
  if (lines_.empty()) {
    lines_.emplace_back();
    say("--No lines in buffer--");
  } else {
    shift_line_ = from;
    shift_out_ = count;
    count_lines(before);
  }
  cursor_ = {std::min(from, lines_.size() - 1), 0};
}

// By a shiftwidth of 8 columns.
void Vi::shift_text(bool right, std::size_t from, std::size_t to) {
  constexpr std::size_t kColumns = 8;
  if (right && !room_for(to - from + 1)) return;
  remember();
  for (std::size_t at = from; at <= to; ++at) {
    std::string& line = lines_[at];
    if (right) {
      if (!line.empty() && line.size() < kViLineBytesMax) {
        line.insert(0, 1, '\t');
        ++bytes_;
      }
      continue;
    }
    const std::size_t blanks =
        line.starts_with('\t') ? 1 : std::min({line.find_first_not_of(' '), line.size(), kColumns});
    line.erase(0, blanks);
    bytes_ -= std::min(bytes_, blanks);
  }
  cursor_ = {from, 0};
}

// d, y, < and > over what a motion reached; c does as d.
void Vi::apply(int operation, Place from, Place to, Reach reach) {
  if (to.line < from.line || (to.line == from.line && to.at < from.at)) std::swap(from, to);
  if (reach == Reach::lines) {
    kept_.lines = true;
    kept_.text = text_in({from.line, to.line, true});
    if (operation == 'y') {
      cursor_ = {from.line, from.line == cursor_.line ? cursor_.at : 0};
      if (to.line - from.line > 1) say(std::to_string(to.line - from.line + 1) + " lines yanked");
      return;
    }
    if (operation == '>' || operation == '<') {
      shift_text(operation == '>', from.line, to.line);
      return;
    }
    remember();
    remove_lines(from.line, to.line - from.line + 1);
    return;
  }
  if (reach == Reach::inclusive && to.at < lines_[to.line].size())
    to.at += glyph_at(lines_[to.line], to.at).bytes;
  kept_.lines = false;
  if (from.line == to.line) {
    kept_.text = lines_[from.line].substr(from.at, to.at - from.at);
  } else {
    kept_.text = lines_[from.line].substr(from.at) + "\n";
    for (std::size_t at = from.line + 1; at < to.line; ++at) kept_.text += lines_[at] + "\n";
    kept_.text += lines_[to.line].substr(0, to.at);
  }
  cursor_ = from;
  if (operation == 'y') return;
  remember();
  bytes_ -= std::min(bytes_, kept_.text.size());
  lines_[from.line] = lines_[from.line].substr(0, from.at) + lines_[to.line].substr(to.at);
  const std::size_t gone = to.line - from.line;
  lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(from.line) + 1,
               lines_.begin() + static_cast<std::ptrdiff_t>(to.line) + 1);
  shift_line_ = from.line + 1;
  shift_out_ = gone;
}

void Vi::put_kept(bool behind, std::size_t count) {
  if (kept_.text.empty()) return complain("E353: Nothing in register \"");
  count = std::min(count, kViBytesMax / kept_.text.size() + 1);
  if (!room_for(kept_.text.size() * count)) return;
  const auto breaks =
      static_cast<std::size_t>(std::count(kept_.text.begin(), kept_.text.end(), '\n'));
  if (lines_.size() + breaks * count > kViLinesMax) return;
  remember();
  const std::size_t before = lines_.size();
  if (kept_.lines) {
    bytes_ += kept_.text.size() * count;
    std::vector<std::string> more;
    for (; count > 0; --count) {
      for (const std::string_view line : lines_of(kept_.text)) more.emplace_back(line);
    }
    const std::size_t at = cursor_.line + (behind ? 1 : 0);
    shift_line_ = at;
    shift_in_ = more.size();
    lines_.insert(lines_.begin() + static_cast<std::ptrdiff_t>(at), more.begin(), more.end());
    cursor_ = {at, 0};
    count_lines(before);
    return;
  }
  std::string text;
  for (; count > 0; --count) text += kept_.text;
  std::string& line = lines_[cursor_.line];
  const std::size_t at = behind && cursor_.at < line.size()
                             ? cursor_.at + glyph_at(line, cursor_.at).bytes
                             : cursor_.at;
  const std::string rest = line.substr(at);
  std::vector<std::string> parts = split(text, '\n');
  line = line.substr(0, at) + parts.front();
  bytes_ += text.size();
  if (parts.size() == 1) {
    cursor_.at = at + text.size() > 0 ? at + text.size() - 1 : 0;
    line += rest;
    return;
  }
  parts.back() += rest;
  shift_line_ = cursor_.line + 1;
  shift_in_ = parts.size() - 1;
  lines_.insert(lines_.begin() + static_cast<std::ptrdiff_t>(cursor_.line) + 1, parts.begin() + 1,
                parts.end());
}

void Vi::join_lines(std::size_t count) {
  remember();
  const std::size_t first = cursor_.line + 1;
  std::size_t gone = 0;
  for (count = std::max<std::size_t>(count, 2); count > 1; --count) {
    if (first + gone >= lines_.size()) break;
    std::string& line = lines_[cursor_.line];
    std::string& next = lines_[first + gone];
    next.erase(0, std::min(next.find_first_not_of(" \t"), next.size()));
    if (line.size() + next.size() >= kViLineBytesMax) break;
    cursor_.at = line.size();
    const bool blank = !next.empty() && !line.empty() && line.back() != ' ' && next[0] != ')';
    if (blank) line += ' ';
    line += next;
    ++gone;
  }
  const auto begin = lines_.begin() + static_cast<std::ptrdiff_t>(first);
  lines_.erase(begin, begin + static_cast<std::ptrdiff_t>(gone));
  shift_line_ = first;
  shift_out_ = gone;
}

}  // namespace decnet::shell::cmd
