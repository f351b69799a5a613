// Where vi's motions lead.
#include <algorithm>
#include <cctype>

#include "shell/cmd/glyph.h"
#include "shell/cmd/text.h"
#include "shell/cmd/vi.h"

namespace decnet::shell::cmd {
namespace {

// 0: blank, 1: letters of words, 2: others. All that is not blank is one for W, B and E.
int kind_of(char byte, bool wide) {
  const auto code = static_cast<unsigned char>(byte);
  if (byte == ' ' || byte == '\t') return 0;
  if (wide) return 1;
  return std::isalnum(code) != 0 || byte == '_' || code >= 0x80 ? 1 : 2;
}

std::size_t first_letter(const std::string& line) {
  const std::size_t at = line.find_first_not_of(" \t");
  return at == std::string::npos ? (line.empty() ? 0 : line.size() - 1) : at;
}

}  // namespace

bool Vi::word_motion(int key, Place& to) const {
  const bool wide = key == 'W' || key == 'B' || key == 'E';
  const bool back = key == 'b' || key == 'B', end = key == 'e' || key == 'E';
  const Place start = to;
  // Kinds of what is at a place; an empty line is a word, and so is no letter at its end.
  const auto kind = [&](const Place& at) {
    const std::string& line = lines_[at.line];
    return at.at < line.size() ? kind_of(line[at.at], wide) : 0;
  };
  const auto step = [&](Place& at) {
    if (!back) {
      if (at.at + 1 < lines_[at.line].size()) {
        ++at.at;
        return true;
      }
      if (at.line + 1 >= lines_.size()) return false;
      at = {at.line + 1, 0};
      return true;
    }
    if (at.at > 0) {
      --at.at;
      return true;
    }
    if (at.line == 0) return false;
    const std::size_t size = lines_[at.line - 1].size();
    at = {at.line - 1, size > 0 ? size - 1 : 0};
    return true;
  };
  Place at = to;
  if (back || end) {
    if (!step(at)) return false;
    while (kind(at) == 0 && !(back && lines_[at.line].empty()) && step(at)) {
    }
    const int own = kind(at);
    for (Place next = at; step(next) && next.line == at.line && kind(next) == own;) at = next;
    to = at;
    return to.line != start.line || to.at != start.at;
  }
  const int own = kind(at);
  bool moved = true;
  while (moved && at.line == start.line && own != 0 && kind(at) == own) moved = step(at);
  while (moved && kind(at) == 0 && !lines_[at.line].empty()) moved = step(at);
  if (!moved) at = {lines_.size() - 1, lines_.back().size()};
  to = at;
  return to.line != start.line || to.at != start.at;
}

bool Vi::find_letter(int key, int letter, std::size_t count, Place& to) const {
  const std::string& line = lines_[to.line];
  const bool forward = key == 'f' || key == 't';
  std::size_t at = to.at;
  for (; count > 0; --count) {
    at = forward  ? line.find(static_cast<char>(letter), at + 1)
         : at > 0 ? line.rfind(static_cast<char>(letter), at - 1)
                  : std::string::npos;
    if (at == std::string::npos) return false;
  }
  to.at = key == 't' ? at - 1 : key == 'T' ? at + 1 : at;
  return true;
}

bool Vi::match_bracket(Place& to) const {
  constexpr std::string_view kPairs = "()[]{}";
  const std::string& line = lines_[to.line];
  std::size_t at = line.find_first_of(kPairs, to.at);
  if (at == std::string::npos) return false;
  const std::size_t which = kPairs.find(line[at]);
  const bool forward = which % 2 == 0;
  const char own = line[at], other = kPairs[forward ? which + 1 : which - 1];
  std::size_t depth = 0, row = to.line;
  for (;;) {
    const std::string& here = lines_[row];
    while (at < here.size()) {
      if (here[at] == own) ++depth;
      if (here[at] == other && --depth == 0) {
        to = {row, at};
        return true;
      }
      at = forward ? at + 1 : at - 1;  // Beyond 0 it is beyond the size.
    }
    if (forward ? row + 1 >= lines_.size() : row == 0) return false;
    row = forward ? row + 1 : row - 1;
    at = forward || lines_[row].empty() ? 0 : lines_[row].size() - 1;
  }
}

// Motions from line to line; `none` also where the key is no such.
Task<Vi::Reach> Vi::row_motion(int key, std::size_t count, bool counted, Place& to) {
  const std::size_t last = lines_.size() - 1;
  const auto column = [&](std::size_t row) {
    if (!column_) return lines_[row].empty() ? 0 : lines_[row].size() - 1;
    return at_column(lines_[row], *column_);
  };
  switch (key) {
    case 'j':
    case 0x0e:
    case '\n':
    case kKeyDown:
      if (to.line + count > last) co_return Reach::none;
      to = {to.line + count, column(to.line + count)};
      column_set_ = true;
      co_return Reach::lines;
    case 'k':
    case 0x10:
    case kKeyUp:
      if (to.line < count) co_return Reach::none;
      to = {to.line - count, column(to.line - count)};
      column_set_ = true;
      co_return Reach::lines;
    case '\r':
    case '+':
    case '-':
    case '_': {
      const std::size_t move = key == '_' ? count - 1 : count;
      if (key == '-' ? to.line < move : to.line + move > last) co_return Reach::none;
      to.line = key == '-' ? to.line - move : to.line + move;
      to.at = first_letter(lines_[to.line]);
      co_return Reach::lines;
    }
    case 'G':
      to.line = counted ? std::min(count - 1, last) : last;
      to.at = first_letter(lines_[to.line]);
      co_return Reach::lines;
    case 'g': {
      const int next = co_await next_key();
      if (next != 'g') co_return Reach::none;
      to.line = counted ? std::min(count - 1, last) : 0;
      to.at = first_letter(lines_[to.line]);
      co_return Reach::lines;
    }
    case 'H':
    case 'M':
    case 'L': {
      const std::size_t end = std::min(top_ + text_rows() - 1, last);
      to.line = key == 'H' ? std::min(top_ + count - 1, end) : key == 'L' ? end : (top_ + end) / 2;
      to.at = first_letter(lines_[to.line]);
      co_return Reach::lines;
    }
    case '{':
    case '}':
      for (; count > 0; --count) {
        do {
          if (key == '}' ? to.line >= last : to.line == 0) break;
          to.line += key == '}' ? 1 : static_cast<std::size_t>(-1);
        } while (!lines_[to.line].empty());
      }
      to.at = key == '}' && to.line == last && !lines_[last].empty() ? lines_[last].size() - 1 : 0;
      co_return Reach::exclusive;
    default:
      co_return Reach::none;
  }
}

// Nowhere to go: none. Beeps are the caller's.
Task<Vi::Reach> Vi::motion(int key, std::size_t count, bool counted, Place& to) {
  const std::size_t last = lines_.size() - 1;
  const std::string& line = lines_[to.line];
  switch (key) {
    case 'h':
    case 0x08:
    case 0x7f:
    case kKeyLeft:
      if (to.at == 0) co_return Reach::none;
      for (; count > 0 && to.at > 0; --count) to.at = glyph_before(line, to.at);
      co_return Reach::exclusive;
    case 'l':
    case ' ':
    case kKeyRight:
      for (; count > 0 && to.at < line.size(); --count) to.at += glyph_at(line, to.at).bytes;
      co_return Reach::exclusive;
    case '0':
    case kKeyHome:
      to.at = 0;
      co_return Reach::exclusive;
    case '^':
      to.at = first_letter(line);
      co_return Reach::exclusive;
    case '|':
      to.at = at_column(line, count - 1);
      co_return Reach::exclusive;
    case '$':
    case kKeyLast:
      to.line = std::min(to.line + count - 1, last);
      to.at = lines_[to.line].empty() ? 0 : glyph_before(lines_[to.line], lines_[to.line].size());
      column_.reset();
      column_set_ = true;
      co_return Reach::inclusive;
    case '%':
      co_return match_bracket(to) ? Reach::inclusive : Reach::none;
    default:
      break;
  }
  constexpr std::string_view kWords = "wWbBeE";
  if (key > 0 && key < 0x80 && kWords.find(static_cast<char>(key)) != kWords.npos) {
    bool moved = false;
    for (; count > 0 && word_motion(key, to); --count) moved = true;
    if (!moved) co_return Reach::none;
    co_return key == 'e' || key == 'E' ? Reach::inclusive : Reach::exclusive;
  }
  if (key == 'f' || key == 'F' || key == 't' || key == 'T' || key == ';' || key == ',') {
    int which = found_key_;
    if (key != ';' && key != ',') {
      found_letter_ = co_await next_key();
      found_key_ = which = key;
    } else if (key == ',' && which != 0) {
      which = which ^ 0x20;
    }
    if (which == 0 || !find_letter(which, found_letter_, count, to)) co_return Reach::none;
    co_return which == 'f' || which == 't' ? Reach::inclusive : Reach::exclusive;
  }
  if (key == '/' || key == '?' || key == 'n' || key == 'N') {
    const bool found = co_await search(key, key == 'n' || key == 'N', count, to);
    co_return found ? Reach::exclusive : Reach::none;
  }
  const Reach reach = co_await row_motion(key, count, counted, to);
  co_return reach;
}

// In a command no letter is behind the last one.
void Vi::settle_column(bool inserting) {
  cursor_.line = std::min(cursor_.line, lines_.size() - 1);
  const std::string& line = lines_[cursor_.line];
  cursor_.at = std::min(cursor_.at, line.size());
  if (!inserting && cursor_.at == line.size()) cursor_.at = glyph_before(line, line.size());
}

}  // namespace decnet::shell::cmd
