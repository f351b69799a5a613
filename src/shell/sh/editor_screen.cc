// What readline writes so that the screen shows the line: of each row only what differs.
#include <algorithm>

#include <fmt/format.h>

#include "shell/sh/editor.h"
#include "shell/terminal.h"

namespace decnet::shell::sh {
namespace {

constexpr std::size_t kTab = 8;

std::size_t letter_size(std::string_view text, std::size_t at) {
  std::size_t size = 1;
  while (at + size < text.size() && size < 4 &&
         (static_cast<unsigned char>(text[at + size]) & 0xc0) == 0x80)
    ++size;
  return size;
}

}  // namespace

std::size_t Editor::columns() const {
  const Terminal* terminal = shell_.process->terminal();
  return terminal != nullptr && terminal->columns > 1 ? terminal->columns : 80;
}

std::string Editor::last_prompt_line() const {
  const std::size_t begin = prompt_.rfind('\n');
  return begin == std::string::npos ? prompt_ : prompt_.substr(begin + 1);
}

// The screen rows of prompt and line; the last one may be empty, where the cursor goes.
std::vector<Row> Editor::rows() const {
  std::vector<Row> out(1);
  const std::size_t width = columns();
  const auto put = [&](std::string bytes, bool inverse) {
    out.back().push_back({std::move(bytes), inverse});
    if (out.back().size() == width) out.emplace_back();
  };
  std::string prompt = last_prompt_line();
  if (searching_)
    prompt = fmt::format("({}reverse-i-search)`{}': ", failed_ ? "failed " : "", wanted_);
  bool hidden = false;
  for (std::size_t i = 0; i < prompt.size();) {
    const std::size_t size = letter_size(prompt, i);
    if (prompt[i] == '\x01' || prompt[i] == '\x02')
      hidden = prompt[i] == '\x01';
    else if (!hidden)
      put(prompt.substr(i, size), false);
    i += size;
  }
  for (std::size_t i = 0; i < line_.size();) {
    const bool inverse = i >= inverse_from_ && i < inverse_to_;
    const auto code = static_cast<unsigned char>(line_[i]);
    if (line_[i] == '\n') {
      out.emplace_back();
      ++i;
      continue;
    }
    if (line_[i] == '\t') {
      const std::size_t to = (out.back().size() / kTab + 1) * kTab;
      while (out.back().size() < to && out.back().size() + 1 < width) put(" ", inverse);
      ++i;
      continue;
    }
    if (code < 0x20 || code == 0x7f) {
      put("^", inverse);
      put(std::string(1, static_cast<char>(line_[i] ^ 0x40)), inverse);
      ++i;
      continue;
    }
    const std::size_t size = letter_size(line_, i);
    put(line_.substr(i, size), inverse);
    i += size;
  }
  return out;
}

void Editor::begin_screen() {
  shown_.clear();
  row_ = column_ = 0;
  const std::string kept = std::exchange(line_, {});
  shown_ = rows();
  row_ = shown_.size() - 1;
  column_ = shown_.back().size();
  line_ = kept;
}

void Editor::go(std::size_t row, std::size_t column) {
  if (row == row_ + 1 && column == 0 && column_ >= columns()) {  // Over the right margin.
    out_ += " \r";
    row_ = row;
    column_ = 0;
    return;
  }
  if (row > row_) {
    out_.append(row - row_, '\n');
    out_ += '\r';
    column_ = 0;
  } else {
    for (; row_ > row; --row_) out_ += "\x1b[A";
  }
  row_ = row;
  if (column < column_) {
    // Back by steps, or from the left margin where that is shorter.
    if (column == 0 || column + 1 < column_ - column) {
      out_ += '\r';
      column_ = 0;
    } else {
      out_.append(column_ - column, '\b');
      column_ = column;
    }
  }
  for (; column_ < column; ++column_) out_ += "\x1b[C";
}

void Editor::write_cells(const Row& cells, std::size_t from, std::size_t to) {
  bool inverse = false;
  for (std::size_t i = from; i < to; ++i) {
    if (cells[i].inverse != inverse) out_ += cells[i].inverse ? "\x1b[7m" : "\x1b[27m";
    inverse = cells[i].inverse;
    out_ += cells[i].bytes;
  }
  if (inverse) out_ += "\x1b[27m";
  column_ += to - from;
}

void Editor::update_row(std::size_t row, const Row& before, const Row& after) {
  if (before == after) return;
  const auto apart = std::mismatch(before.begin(), before.end(), after.begin(), after.end());
  const auto first = static_cast<std::size_t>(apart.second - after.begin());
  // From the end back to where they differ; worth it only where a blank is among what is the same.
  std::size_t old_end = before.size(), new_end = after.size();
  bool blank = false;
  while (old_end > first && new_end > first && before[old_end - 1] == after[new_end - 1]) {
    blank = blank || before[old_end - 1].bytes == " ";
    --old_end;
    --new_end;
  }
  if (!blank || std::exchange(fresh_prompt_, false)) {
    old_end = before.size();
    new_end = after.size();
  }
  go(row, first);
  const std::size_t rest = after.size() - first;
  if (new_end > old_end) {
    if (old_end < before.size()) {
      out_ += fmt::format("\x1b[{}@", new_end - old_end);
      write_cells(after, first, new_end);
    } else {
      write_cells(after, first, after.size());
    }
  } else if (new_end == old_end) {
    write_cells(after, first, new_end);
  } else if (2 * rest >= old_end - new_end) {
    out_ += fmt::format("\x1b[{}P", old_end - new_end);
    write_cells(after, first, new_end);
  } else {
    write_cells(after, first, after.size());
    out_ += "\x1b[K";
  }
}

void Editor::draw() {
  if (line_.size() > kShownLineMax) return;
  const std::vector<Row> wanted = rows();
  const std::size_t count = std::max(wanted.size(), shown_.size());
  for (std::size_t i = 0; i < count; ++i) {
    static const Row nothing;
    update_row(i, i < shown_.size() ? shown_[i] : nothing, i < wanted.size() ? wanted[i] : nothing);
  }
  shown_ = wanted;
  // Where the cursor belongs: as many rows as prompt and line before it take.
  const std::string whole = line_;
  line_.resize(cursor_);
  const std::vector<Row> ahead = rows();
  line_ = whole;
  go(ahead.size() - 1, ahead.back().size());
}

void Editor::append(char byte) {
  line_.push_back(byte);
  cursor_ = line_.size();
  if (line_.size() > kShownLineMax) return;
  out_ += byte;
  shown_.back().push_back({std::string(1, byte), false});
  ++column_;
  if (shown_.back().size() < columns()) return;
  shown_.emplace_back();
  go(row_ + 1, 0);
}

void Editor::redraw() {
  std::string shown;
  for (const char byte : last_prompt_line()) {
    if (byte != '\x01' && byte != '\x02') shown.push_back(byte);
  }
  out_ += shown;
  begin_screen();
  draw();
}

void Editor::leave_screen() {
  if (shown_.empty()) return;
  const std::size_t last = shown_.size() - 1;
  if (last > 0 && shown_[last].empty()) {
    if (row_ != last - 1) go(last - 1, row_ > last - 1 ? column_ : 0);
  } else if (row_ < last) {
    go(last, 0);
  }
}

}  // namespace decnet::shell::sh
