#include "shell/cmd/vi_screen.h"

#include <algorithm>

#include "shell/cmd/glyph.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::size_t kJumpCost = 7;  // Of "\e[12;34H", as vim counts.
constexpr std::size_t kPlainCost = 3;

std::string_view sequence_of(Ink ink) {
  switch (ink) {
    case Ink::filler:
      return "\033[1m\033[34m";
    case Ink::error:
      return "\033[1m\033[37m\033[41m";
    case Ink::question:
      return "\033[32m";
    case Ink::number:
      return "\033[33m";
    case Ink::key:
      return "\033[34m";
    case Ink::plain:
      break;
  }
  return "";
}

}  // namespace

ViLine vi_line(std::string_view text, Ink ink) {
  ViLine line;
  for (std::size_t at = 0; at < text.size();) {
    const Glyph glyph = glyph_at(text, at);
    line.push_back({std::string(text.substr(at, glyph.bytes)), ink});
    if (glyph.columns == 2) line.push_back({"", ink});
    at += glyph.bytes;
  }
  return line;
}

void ViScreen::begin(std::size_t rows, std::size_t columns) {
  columns_ = columns;
  cells_.assign(rows, ViLine(columns));
  row_ = column_ = 0;
  known_ = false;
  ink_ = Ink::plain;
}

void ViScreen::soil(std::size_t row) {
  cells_[row].front() = {"?", Ink::question};
  known_ = false;
}

void ViScreen::put_at(std::size_t row, std::size_t column, const ViLine& line) {
  for (std::size_t at = 0; at < line.size() && column + at < columns_; ++at) {
    ViCell& cell = cells_[row][column + at];
    if (cell == line[at]) continue;
    hide();
    move(row, column + at);
    ink(line[at].ink);
    letter(line[at].glyph);
  }
}

void ViScreen::hide() {
  if (!hidden_) out_ += "\033[?25l";
  hidden_ = true;
}

void ViScreen::print(std::string_view bytes) {
  hide();
  out_ += bytes;
}

std::string ViScreen::take() {
  if (hidden_) out_ += "\033[?25h";
  hidden_ = false;
  std::string out;
  out.swap(out_);
  return out;
}

void ViScreen::at(std::size_t row, std::size_t column) {
  row_ = row;
  column_ = column;
  known_ = true;
}

void ViScreen::ink(Ink ink) {
  if (ink == ink_) return;
  if (ink_ != Ink::plain) out_ += "\033[m";
  out_ += sequence_of(ink);
  ink_ = ink;
}

void ViScreen::jump(std::size_t row, std::size_t column) {
  if (known_ && row == row_ && column > column_)
    out_ += text_of("\033[%zuC", column - column_);
  else
    out_ += text_of("\033[%zu;%zuH", row + 1, column + 1);
  at(row, column);
}

void ViScreen::move(std::size_t row, std::size_t column) {
  if (known_ && row == row_ && column == column_) return;
  if (!known_ || row < row_) return jump(row, column);
  const bool down = row > row_;
  const bool left = !down && column < column_;
  const bool home = left && column + 1 < column_ - column;
  const std::size_t from = down || home ? 0 : left ? column : column_;
  std::size_t cost = down ? (row - row_) * 2 : home ? 1 : left ? column_ - column : 0;
  cost += column - from;
  bool plain = false;
  for (std::size_t at = from; at < column; ++at) {
    const ViCell& cell = cells_[row][at];
    if (cell.ink != ink_) plain = true;
    if ((cell.ink != ink_ && cell.ink != Ink::plain) || cell.glyph.size() != 1) cost += 999;
  }
  if (plain) cost += kPlainCost;
  if (cost >= kJumpCost) return jump(row, column);
  if (down)
    for (std::size_t i = row_; i < row; ++i) out_ += "\r\n";
  else if (home)
    out_ += '\r';
  else if (left)
    out_ += std::string(column_ - column, '\b');
  if (plain) ink(Ink::plain);
  for (std::size_t at = from; at < column; ++at) out_ += cells_[row][at].glyph;
  at(row, column);
}

void ViScreen::put(std::size_t row, const ViLine& want, bool continues) {
  const std::size_t width = std::min(want.size(), columns_);
  for (std::size_t column = 0; column < width; ++column) {
    if (cells_[row][column] == want[column]) continue;
    hide();
    move(row, column);
    ink(want[column].ink);
    out_ += want[column].glyph;
    cells_[row][column] = want[column];
    if (++column_ < columns_) continue;
    if (continues) out_ += want[column].glyph;
    known_ = false;
  }
  std::size_t stale = width;
  while (stale < columns_ && cells_[row][stale] == ViCell()) ++stale;
  if (stale >= columns_) return;
  hide();
  out_ += text_of("\033[%zu;%zuH", row + 1, stale + 1);
  ink(Ink::plain);
  out_ += "\033[K";
  std::fill(cells_[row].begin() + static_cast<std::ptrdiff_t>(stale), cells_[row].end(), ViCell());
  known_ = false;
}

void ViScreen::clear_line(std::size_t row) {
  if (cells_[row] == ViLine(columns_)) return;
  hide();
  ink(Ink::plain);
  out_ += text_of("\033[%zu;1H\033[K", row + 1);
  cells_[row].assign(columns_, ViCell());
  known_ = false;
}

void ViScreen::letter(std::string_view glyph) {
  out_ += glyph;
  if (!known_ || column_ >= columns_) return;
  cells_[row_][column_] = {std::string(glyph), ink_};
  if (++column_ >= columns_) known_ = false;
}

std::size_t ViScreen::message(std::string_view text, Ink color) {
  const std::size_t row = rows() - 1;
  hide();
  move(row, 0);
  ink(color);
  const ViLine line = vi_line(text, color);
  const std::size_t width = std::min(line.size(), columns_ - 1);
  for (std::size_t at = 0; at < width; ++at) letter(line[at].glyph);
  std::size_t stale = width;
  while (stale < columns_ && cells_[row][stale] == ViCell()) ++stale;
  if (stale < columns_) {
    out_ += text_of("\033[%zu;%zuH", row + 1, width + 1);
    ink(Ink::plain);
    out_ += "\033[K";
    std::fill(cells_[row].begin() + static_cast<std::ptrdiff_t>(width), cells_[row].end(),
              ViCell());
    known_ = false;
  }
  return width;
}

void ViScreen::insert_rows(std::size_t row, std::size_t count) {
  const std::size_t bottom = rows() - 1;
  count = std::min(count, bottom - row);
  hide();
  ink(Ink::plain);
  out_ += text_of("\033[%zu;%zur\033[%zu;1H", row + 1, bottom, row + 1);
  out_ += count == 1 ? "\033[L" : text_of("\033[%zuL", count);
  out_ += text_of("\033[1;%zur", rows());
  const auto from = static_cast<std::ptrdiff_t>(row), many = static_cast<std::ptrdiff_t>(count);
  const auto end = static_cast<std::ptrdiff_t>(bottom);
  cells_.erase(cells_.begin() + end - many, cells_.begin() + end);
  cells_.insert(cells_.begin() + from, count, ViLine(columns_));
  known_ = false;
}

void ViScreen::delete_rows(std::size_t row, std::size_t count) {
  const std::size_t bottom = rows() - 1;
  count = std::min(count, bottom - row);
  hide();
  ink(Ink::plain);
  out_ += text_of("\033[%zu;%zur", row + 1, bottom);
  if (count == 1)
    out_ += text_of("\033[%zu;1H\r\n", bottom);
  else
    out_ += text_of("\033[%zu;1H\033[%zuM", row + 1, count);
  out_ += text_of("\033[1;%zur", rows());
  const auto from = static_cast<std::ptrdiff_t>(row), many = static_cast<std::ptrdiff_t>(count);
  const auto end = static_cast<std::ptrdiff_t>(bottom);
  cells_.erase(cells_.begin() + from, cells_.begin() + from + many);
  cells_.insert(cells_.begin() + end - many, count, ViLine(columns_));
  known_ = false;
}

}  // namespace decnet::shell::cmd
