// ScreenImage: what a terminal of xterm's kind shows of what was sent to it, for tests that compare
// the screens of two programs which draw the same in different ways.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace decnet::shell::cmd {

class ScreenImage {
 public:
  ScreenImage(std::size_t rows, std::size_t columns);
  void feed(std::string_view bytes);
  // Its lines without blanks at their ends; letters that stand out between brackets of the mode;
  // the place of the cursor behind them.
  std::string text() const;

 private:
  struct Cell {
    std::string glyph = " ";
    bool standing_out = false;
  };
  void sequence(std::string_view text);
  void change(char last, std::size_t first, std::size_t many);  // Sequences that clear and shift.
  void put(std::string_view glyph);
  void line_feed();
  void scroll_up(std::size_t from, std::size_t to, std::size_t count);
  void scroll_down(std::size_t from, std::size_t to, std::size_t count);
  void clear(std::size_t row, std::size_t from, std::size_t to);

  std::size_t rows_, columns_;
  std::vector<std::vector<Cell>> cells_;
  std::size_t row_ = 0, column_ = 0, top_ = 0, bottom_;
  bool standing_out_ = false, wraps_ = false;
  std::string held_;  // An unfinished sequence.
};

}  // namespace decnet::shell::cmd
