// The history under the keys: up and down, ^R, Alt-.
#include <algorithm>

#include "shell/sh/editor.h"

namespace decnet::shell::sh {

void Editor::history(int by) {
  const auto& lines = shell_.history->lines;
  if (by < 0 ? place_ == 0 : place_ >= lines.size()) return bell();
  if (place_ == lines.size()) kept_ = line_;
  place_ = by < 0 ? place_ - 1 : place_ + 1;
  line_ = place_ == lines.size() ? kept_ : lines[place_];
  cursor_ = line_.size();
}

// The last word of the line before; of the one before that when pressed again.
void Editor::last_argument() {
  const auto& lines = shell_.history->lines;
  if (!argument_before_) {
    argument_place_ = lines.size();
    argument_from_ = cursor_;
    argument_size_ = 0;
  }
  if (argument_place_ == 0) return bell();
  --argument_place_;
  const std::string& text = lines[argument_place_];
  const std::size_t end = text.find_last_not_of(" \t\n");
  if (end == std::string::npos) return bell();
  const std::size_t gap = text.find_last_of(" \t\n", end);
  const std::string word = text.substr(gap == std::string::npos ? 0 : gap + 1,
                                       end - (gap == std::string::npos ? 0 : gap + 1) + 1);
  replace(argument_from_, argument_from_ + argument_size_, word);
  argument_size_ = word.size();
  cursor_ = argument_from_ + argument_size_;
  argument_before_ = true;
}

void Editor::search(bool again) {
  const auto& lines = shell_.history->lines;
  failed_ = false;
  if (wanted_.empty()) return;
  // The line that is shown still counts, unless the next one is asked for.
  std::size_t from = std::min(place_ + (again ? 0 : 1), lines.size());
  while (from > 0) {
    --from;
    const std::size_t found = lines[from].rfind(wanted_);
    if (found == std::string::npos || (again && lines[from] == line_)) continue;
    place_ = from;
    line_ = lines[from];
    cursor_ = found;
    inverse_from_ = found;
    inverse_to_ = found + wanted_.size();
    return;
  }
  failed_ = true;
  inverse_from_ = inverse_to_ = 0;
  bell();
}

bool Editor::search_key(char byte) {
  if (byte == 0x12) {
    if (wanted_.empty()) wanted_ = last_wanted_;
    search(true);
    return true;
  }
  if (byte == 0x7f || byte == '\b') {
    if (wanted_.empty()) {
      bell();
      return true;
    }
    wanted_.pop_back();
    search(false);
    return true;
  }
  if (byte == 0x07) {
    searching_ = false;
    line_ = before_search_;
    cursor_ = cursor_before_;
    place_ = place_before_;
    inverse_from_ = inverse_to_ = 0;
    return true;
  }
  if (static_cast<unsigned char>(byte) >= 0x20) {
    wanted_ += byte;
    search(false);
    return true;
  }
  searching_ = false;
  last_wanted_ = wanted_;
  inverse_from_ = inverse_to_ = 0;
  return false;
}

}  // namespace decnet::shell::sh
