#include "shell/cmd/screen_image.h"

#include <algorithm>

#include "shell/cmd/glyph.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {

ScreenImage::ScreenImage(std::size_t rows, std::size_t columns)
    : rows_(rows), columns_(columns), cells_(rows, std::vector<Cell>(columns)), bottom_(rows - 1) {}

void ScreenImage::clear(std::size_t row, std::size_t from, std::size_t to) {
  for (std::size_t at = from; at < to && at < columns_; ++at) cells_[row][at] = Cell();
}

void ScreenImage::scroll_up(std::size_t from, std::size_t to, std::size_t count) {
  for (; count > 0 && from <= to; --count) {
    cells_.erase(cells_.begin() + static_cast<std::ptrdiff_t>(from));
    cells_.insert(cells_.begin() + static_cast<std::ptrdiff_t>(to), std::vector<Cell>(columns_));
  }
}

void ScreenImage::scroll_down(std::size_t from, std::size_t to, std::size_t count) {
  for (; count > 0 && from <= to; --count) {
    cells_.erase(cells_.begin() + static_cast<std::ptrdiff_t>(to));
    cells_.insert(cells_.begin() + static_cast<std::ptrdiff_t>(from), std::vector<Cell>(columns_));
  }
}

void ScreenImage::line_feed() {
  if (row_ == bottom_)
    scroll_up(top_, bottom_, 1);
  else if (row_ + 1 < rows_)
    ++row_;
}

void ScreenImage::put(std::string_view glyph) {
  if (wraps_) {
    column_ = 0;
    line_feed();
    wraps_ = false;
  }
  cells_[row_][column_] = {std::string(glyph), standing_out_};
  if (column_ + 1 < columns_)
    ++column_;
  else
    wraps_ = true;
}

void ScreenImage::sequence(std::string_view text) {
  const char last = text.back();
  std::vector<std::size_t> numbers;
  for (const std::string& part : split(text.substr(0, text.size() - 1), ';'))
    numbers.push_back(number_of(part).value_or(0));
  const std::size_t first = numbers.empty() ? 0 : numbers[0];
  const std::size_t many = std::max<std::size_t>(first, 1);
  if (text.front() == '?' || text.front() == '>') return;
  wraps_ = wraps_ && last == 'm';
  switch (last) {
    case 'H':
      row_ = std::min(many - 1, rows_ - 1);
      column_ =
          numbers.size() > 1 ? std::min(std::max<std::size_t>(numbers[1], 1), columns_) - 1 : 0;
      break;
    case 'A':
      row_ = row_ > many ? row_ - many : 0;
      break;
    case 'B':
      row_ = std::min(row_ + many, rows_ - 1);
      break;
    case 'C':
      column_ = std::min(column_ + many, columns_ - 1);
      break;
    case 'D':
      column_ = column_ > many ? column_ - many : 0;
      break;
    case 'G':
      column_ = std::min(many, columns_) - 1;
      break;
    case 'd':
      row_ = std::min(many, rows_) - 1;
      break;
    case 'r':
      top_ = many - 1;
      bottom_ = numbers.size() > 1 ? std::min(numbers[1], rows_) - 1 : rows_ - 1;
      row_ = column_ = 0;
      break;
    case 'm':
      for (const std::size_t number : numbers) {
        if (number == 7) standing_out_ = true;
        if (number == 27 || number == 0) standing_out_ = false;
      }
      break;
    default:
      change(last, first, many);
  }
}

void ScreenImage::change(char last, std::size_t first, std::size_t many) {
  switch (last) {
    case 'J':
      clear(row_, first == 2 ? 0 : column_, columns_);
      for (std::size_t at = first == 2 ? 0 : row_ + 1; at < rows_; ++at) clear(at, 0, columns_);
      break;
    case 'K':
      clear(row_, first == 0 ? column_ : 0, first == 1 ? column_ + 1 : columns_);
      break;
    case 'X':
      clear(row_, column_, column_ + many);
      break;
    case 'L':
      scroll_down(row_, bottom_, many);
      break;
    case 'M':
      scroll_up(row_, bottom_, many);
      break;
    case 'S':
      scroll_up(top_, bottom_, many);
      break;
    case 'T':
      scroll_down(top_, bottom_, many);
      break;
    case 'P':
      for (std::size_t i = 0; i < std::min(many, columns_); ++i) {
        cells_[row_].erase(cells_[row_].begin() + static_cast<std::ptrdiff_t>(column_));
        cells_[row_].emplace_back();
      }
      break;
    case '@':
      for (std::size_t i = 0; i < std::min(many, columns_); ++i) {
        cells_[row_].insert(cells_[row_].begin() + static_cast<std::ptrdiff_t>(column_), Cell());
        cells_[row_].pop_back();
      }
      break;
    case 'b':
      for (std::size_t i = 0; i < many && column_ > 0; ++i) {
        const std::string again = cells_[row_][column_ - 1].glyph;
        put(again);
      }
      break;
    default:
      break;
  }
}

void ScreenImage::feed(std::string_view bytes) {
  const std::string all = held_ + std::string(bytes);
  held_.clear();
  for (std::size_t at = 0; at < all.size();) {
    const char byte = all[at];
    if (byte == '\033') {
      if (at + 1 >= all.size()) {
        held_ = all.substr(at);
        return;
      }
      const char kind = all[at + 1];
      std::size_t end = at + 2;
      if (kind == '[') {
        while (end < all.size() && (all[end] < '@' || all[end] > '~')) ++end;
        if (end >= all.size()) {
          held_ = all.substr(at);
          return;
        }
        sequence(std::string_view(all).substr(at + 2, end - at - 1));
        ++end;
      } else if (kind == 'P' || kind == ']') {
        while (end < all.size() && all[end] != '\a' && all[end] != '\\') ++end;
        ++end;
      } else if (kind == '(') {
        ++end;
      } else if (kind == 'M') {
        if (row_ == top_)
          scroll_down(top_, bottom_, 1);
        else if (row_ > 0)
          --row_;
      }
      at = end;
      continue;
    }
    const std::size_t size = glyph_at(all, at).bytes;
    if (byte == '\r')
      column_ = 0;
    else if (byte == '\n')
      line_feed();
    else if (byte == '\b')
      column_ -= column_ > 0 ? 1 : 0;
    else if (byte == '\t')
      column_ = std::min((column_ / 8 + 1) * 8, columns_ - 1);
    else if (static_cast<unsigned char>(byte) >= 0x20)
      put(std::string_view(all).substr(at, size));
    if (static_cast<unsigned char>(byte) < 0x20) wraps_ = false;
    at += size;
  }
}

std::string ScreenImage::text() const {
  std::string out;
  for (const std::vector<Cell>& line : cells_) {
    std::string shown;
    bool on = false;
    for (const Cell& cell : line) {
      if (cell.standing_out != on) shown += cell.standing_out ? "\x01" : "\x02";
      on = cell.standing_out;
      shown += cell.glyph;
    }
    if (on) shown += '\x02';
    while (shown.ends_with(' ')) shown.pop_back();
    out += shown + "\n";
  }
  return out + std::to_string(row_ + 1) + ";" + std::to_string(column_ + 1);
}

}  // namespace decnet::shell::cmd
