// Tables for people.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace decnet::app {

enum class Align : std::uint8_t { left, right };

// Columns are as wide as their widest cell; control characters of cells are shown escaped, so that
// what an attacker sent can do nothing to a terminal. On a terminal the head is bold and the last
// column is cut to the window.
class Table {
 public:
  struct Column {
    std::string title;
    Align align = Align::left;
  };
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const noexcept { return rows_.empty(); }
  void print() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// `text` without anything that a terminal would obey; UTF-8 letters stay.
std::string terminal_safe(std::string_view text);
// How many columns it takes.
std::size_t display_width(std::string_view text);

// "3 s", "12 min", "5 h", "9 d" ago; what a table shows of a time.
std::string ago(std::string_view rfc3339);

}  // namespace decnet::app
