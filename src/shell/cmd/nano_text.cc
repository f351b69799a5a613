// What nano does to its text.
#include <algorithm>
#include <iterator>

#include "shell/cmd/glyph.h"
#include "shell/cmd/nano.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {

// What M-U will bring back. What is typed on end by end is one.
void Nano::remember(std::string what) {
  const bool goes_on =
      !what.empty() && what == typed_kind_ && (what == "addition" || what == "deletion");
  typed_kind_ = what;
  changed_ = true;
  redos_.clear();
  if (goes_on && !undos_.empty()) return;
  while (!undos_.empty() && (undos_.size() >= kNanoUndosMax ||
                             held_by(undos_) + memory_of_lines(lines_, bytes_) > kNanoUndoBytesMax))
    undos_.erase(undos_.begin());
  undos_.push_back({lines_, line_, at_, bytes_, std::move(what)});
}

std::size_t Nano::held_by(const std::vector<Text>& texts) const {
  std::size_t bytes = 0;
  for (const Text& text : texts) bytes += memory_of_lines(text.lines, text.bytes);
  return bytes;
}

bool Nano::account() {
  const std::size_t own = memory_of_lines(lines_, bytes_) + memory_of_lines(cut_, cut_bytes_);
  if (memory_.set(own + held_by(undos_) + held_by(redos_))) return true;
  undos_.clear();
  redos_.clear();
  return memory_.set(own);
}

void Nano::step_back(std::vector<Text>& from, std::vector<Text>& to, std::string_view word) {
  typed_kind_.clear();
  const bool undoing = word == "Undid";
  if (from.empty()) return say(undoing ? "Nothing to undo" : "Nothing to redo", NanoFace::error);
  Text text = std::move(from.back());
  from.pop_back();
  to.push_back({std::move(lines_), line_, at_, bytes_, text.what});
  lines_ = std::move(text.lines);
  bytes_ = text.bytes;
  place(text.line, 0);
  at_ = std::min(text.at, lines_[line_].size());
  changed_ = !(undoing && from.empty());
  say(std::string(word) + " " + text.what);
}

void Nano::insert(std::string_view text) {
  std::string& line = lines_[line_];
  if (bytes_ + text.size() > kNanoBytesMax || line.size() + text.size() > kNanoLineBytesMax) return;
  line.insert(at_, text);
  at_ += text.size();
  bytes_ += text.size();
  // The last line is an empty one.
  if (line_ + 1 == lines_.size() && lines_.size() < kNanoLinesMax) lines_.emplace_back();
}

void Nano::new_line() {
  if (lines_.size() >= kNanoLinesMax || bytes_ + 1 > kNanoBytesMax) return;
  std::string rest = lines_[line_].substr(at_);
  lines_[line_].resize(at_);
  lines_.insert(lines_.begin() + static_cast<std::ptrdiff_t>(line_) + 1, std::move(rest));
  ++line_;
  at_ = 0;
  ++bytes_;
}

std::size_t Nano::insert_lines(std::string_view text) {
  std::vector<std::string> more;
  std::size_t bytes = 0;
  for (const std::string_view line : lines_of(text)) {
    const std::string_view kept = line.substr(0, kNanoLineBytesMax);
    if (lines_.size() + more.size() >= kNanoLinesMax ||
        bytes_ + bytes + kept.size() + 1 > kNanoBytesMax)
      break;
    more.emplace_back(kept);
    bytes += kept.size() + 1;
  }
  const std::size_t count = more.size();
  if (count == 0) return 0;
  more.front().insert(0, lines_[line_], 0, at_);
  lines_[line_].erase(0, at_);
  lines_.insert(lines_.begin() + static_cast<std::ptrdiff_t>(line_),
                std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  line_ += count;
  at_ = 0;
  bytes_ += bytes;
  return count;
}

void Nano::erase_here() {
  std::string& line = lines_[line_];
  if (at_ < line.size()) {
    const std::size_t size = glyph_at(line, at_).bytes;
    line.erase(at_, size);
    bytes_ -= std::min(bytes_, size);
    return;
  }
  if (line_ + 1 >= lines_.size()) return;
  if (line_ + 2 == lines_.size() && !line.empty() && lines_.back().empty()) return;
  line += lines_[line_ + 1];
  lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(line_) + 1);
  bytes_ -= std::min<std::size_t>(bytes_, 1);
}

void Nano::erase_before() {
  if (at_ == 0 && line_ == 0) return;
  if (at_ > 0) {
    at_ = glyph_before(lines_[line_], at_);
    return erase_here();
  }
  --line_;
  at_ = lines_[line_].size();
  if (line_ + 2 == lines_.size() && lines_.back().empty() && !lines_[line_].empty()) return;
  erase_here();
}

void Nano::cut() {
  if (line_ + 1 >= lines_.size() && lines_[line_].empty()) return;
  remember("cut");
  keep_line();
  bytes_ -= std::min(bytes_, lines_[line_].size() + 1);
  if (line_ + 1 < lines_.size())
    lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(line_));
  else
    lines_[line_].clear();
  at_ = 0;
}

// For ^U, behind what the key before this one kept.
void Nano::keep_line() {
  if (!cutting_) {
    cut_.clear();
    cut_bytes_ = 0;
  }
  const std::size_t bytes = lines_[line_].size() + 1;
  if (cut_.size() >= kNanoLinesMax || cut_bytes_ + bytes > kNanoBytesMax) return;
  cut_.push_back(lines_[line_]);
  cut_bytes_ += bytes;
}

void Nano::copy() {
  keep_line();
  if (line_ + 1 < lines_.size()) place(line_ + 1, 0);
}

void Nano::paste() {
  if (cut_.empty()) return say("Cutbuffer is empty", NanoFace::reversed);
  if (bytes_ + cut_bytes_ > kNanoBytesMax || lines_.size() + cut_.size() > kNanoLinesMax) return;
  remember("paste");
  if (at_ > 0) {
    const std::string head = lines_[line_].substr(0, at_);
    lines_[line_].erase(0, at_);
    lines_.insert(lines_.begin() + static_cast<std::ptrdiff_t>(line_), cut_.begin(), cut_.end());
    lines_[line_].insert(0, head);
  } else {
    lines_.insert(lines_.begin() + static_cast<std::ptrdiff_t>(line_), cut_.begin(), cut_.end());
  }
  line_ += cut_.size();
  at_ = 0;
  bytes_ += cut_bytes_;
}

std::string Nano::whole() const {
  std::string text;
  for (std::size_t at = 0; at < lines_.size(); ++at) {
    text += lines_[at];
    if (at + 1 < lines_.size() || !lines_[at].empty()) text += '\n';
  }
  return text;
}

std::size_t Nano::bytes_before(std::size_t line, std::size_t at) const {
  std::size_t bytes = at;
  for (std::size_t i = 0; i < line; ++i) bytes += lines_[i].size() + 1;
  return bytes;
}

void Nano::tell_place() {
  const auto percent = [](std::size_t part, std::size_t all) {
    return all == 0 ? 0 : part * 100 / all;
  };
  const std::size_t column = column_of(lines_[line_], at_) + 1;
  const std::size_t width = column_of(lines_[line_], lines_[line_].size()) + 1;
  const std::size_t before = bytes_before(line_, at_);
  const std::size_t size = bytes_before(lines_.size() - 1, lines_.back().size());
  const std::string lines = std::to_string(lines_.size()), all = std::to_string(size);
  say("line " + padded_left(std::to_string(line_ + 1), lines.size()) + "/" + lines +
      text_of(" (%2zu%%), col %2zu/%2zu (%3zu%%), char ", percent(line_ + 1, lines_.size()), column,
              width, percent(column, width)) +
      padded_left(std::to_string(before), all.size()) + "/" + all +
      text_of(" (%2zu%%)", percent(before, size)));
}

// The next place behind the cursor, from the beginning where there is none.
bool Nano::find_next(const std::string& what, bool again) {
  const std::string wanted = lower(what);
  for (std::size_t tried = 0; tried <= lines_.size(); ++tried) {
    const std::size_t row = (line_ + tried) % lines_.size();
    const std::string line = lower(lines_[row]);
    std::size_t from = tried == 0 ? at_ + 1 : 0;
    const std::size_t found = from <= line.size() ? line.find(wanted, from) : std::string::npos;
    if (found == std::string::npos) continue;
    if (tried == lines_.size() && found >= at_ && !again) {
      say("This is the only occurrence");
    } else if (row < line_ || tried == lines_.size()) {
      say("Search Wrapped");
    }
    centers_ = true;
    line_ = row;
    at_ = found;
    column_ = column_of(lines_[line_], at_);
    spot_ = column_of(what, what.size());
    return true;
  }
  return false;
}

}  // namespace decnet::shell::cmd
