// ViScreen: how vim brings its picture to the terminal: only letters that changed, by the shortest
// of its ways to move the cursor (recorded in testdata/vi.keys).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace decnet::shell::cmd {

enum class Ink : std::uint8_t { plain, filler, error, question, number, key };

struct ViCell {
  std::string glyph = " ";
  Ink ink = Ink::plain;
  bool operator==(const ViCell&) const = default;
};
using ViLine = std::vector<ViCell>;

class ViScreen {
 public:
  void begin(std::size_t rows, std::size_t columns);  // Everything is blank, the cursor at home.
  std::size_t rows() const { return cells_.size(); }
  std::size_t columns() const { return columns_; }

  void move(std::size_t row, std::size_t column);
  void put(std::size_t row, const ViLine& want, bool continues = false);
  // Writes it all, and clears what stood behind it. Columns that it took.
  std::size_t message(std::string_view text, Ink ink);
  void put_at(std::size_t row, std::size_t column, const ViLine& line);
  void soil(std::size_t row);           // Something stands there that is not known.
  void clear_line(std::size_t row);     // Where it is not blank.
  void letter(std::string_view glyph);  // Where the cursor is.
  void insert_rows(std::size_t row, std::size_t count);
  void delete_rows(std::size_t row, std::size_t count);
  bool differs(std::size_t row, char letter) const {  // Its first one.
    return cells_[row].front().glyph != std::string_view(&letter, 1);
  }
  void lose_cursor() { known_ = false; }
  void at(std::size_t row, std::size_t column);  // The terminal has moved it there.
  void ink(Ink ink);
  void print(std::string_view bytes);  // As it is, the cursor hidden before it.
  void print_now(std::string_view bytes) { out_ += bytes; }
  // What is to be sent; the cursor is shown behind it where it was hidden.
  std::string take();

 private:
  void jump(std::size_t row, std::size_t column);
  void hide();

  std::size_t columns_ = 80;
  std::vector<ViLine> cells_;
  std::size_t row_ = 0, column_ = 0;
  bool known_ = true, hidden_ = false;
  Ink ink_ = Ink::plain;
  std::string out_;
};

// Text as cells.
ViLine vi_line(std::string_view text, Ink ink = Ink::plain);

}  // namespace decnet::shell::cmd
