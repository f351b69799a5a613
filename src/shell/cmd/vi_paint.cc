// What vi shows of its text.
#include <algorithm>

#include "shell/cmd/glyph.h"
#include "shell/cmd/text.h"
#include "shell/cmd/vi.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::size_t kTabColumns = 8;
constexpr std::size_t kNumberColumns = 8;
constexpr std::size_t kIntroRows = 24, kIntroColumns = 80;  // Of the screen that it is made for.

}  // namespace

std::size_t Vi::column_of(const std::string& line, std::size_t at) const {
  std::size_t column = 0;
  for (std::size_t i = 0; i < at && i < line.size();) {
    const Glyph glyph = glyph_at(line, i);
    if (line[i] == '\t')
      column += kTabColumns - column % kTabColumns;
    else
      column += glyph.control ? 2 : glyph.broken ? 4 : glyph.columns;
    i += glyph.bytes;
  }
  return column;
}

// The letter that covers a column.
std::size_t Vi::at_column(const std::string& line, std::size_t column) const {
  std::size_t at = 0, here = 0;
  while (at < line.size()) {
    const Glyph glyph = glyph_at(line, at);
    here += line[at] == '\t' ? kTabColumns - here % kTabColumns
            : glyph.control  ? 2
            : glyph.broken   ? 4
                             : glyph.columns;
    if (here > column) break;
    at += glyph.bytes;
  }
  return at;
}

// A line of the text as rows of the screen.
std::vector<ViLine> Vi::shown(std::size_t line) const {
  ViLine whole;
  if (numbers_) whole = vi_line(padded_left(std::to_string(line + 1), 7) + " ", Ink::number);
  const std::string& text = lines_[line];
  const std::size_t most = screen_.columns() * text_rows() + screen_.columns();
  std::size_t column = 0;
  for (std::size_t at = 0; at < text.size() && whole.size() < most;) {
    const Glyph glyph = glyph_at(text, at);
    std::string piece = text.substr(at, glyph.bytes);
    if (text[at] == '\t') piece = std::string(kTabColumns - column % kTabColumns, ' ');
    if (glyph.control && text[at] != '\t') piece = control_text(text[at]);
    if (glyph.broken) piece = text_of("<%02x>", static_cast<unsigned char>(text[at]));
    const ViLine cells = vi_line(piece);
    column += cells.size();
    whole.insert(whole.end(), cells.begin(), cells.end());
    at += glyph.bytes;
  }
  std::vector<ViLine> rows;
  for (std::size_t at = 0; at == 0 || at < whole.size(); at += screen_.columns()) {
    const std::size_t end = std::min(whole.size(), at + screen_.columns());
    rows.emplace_back(whole.begin() + static_cast<std::ptrdiff_t>(at),
                      whole.begin() + static_cast<std::ptrdiff_t>(end));
  }
  return rows;
}

std::size_t Vi::rows_of(std::size_t line) const {
  const std::size_t extra = numbers_ ? kNumberColumns : 0;
  const std::size_t width = column_of(lines_[line], lines_[line].size()) + extra;
  return width == 0 ? 1 : (width - 1) / screen_.columns() + 1;
}

// Moves the window to where the cursor is; a jump puts it into the middle.
void Vi::scroll_to_cursor() {
  const std::size_t rows = text_rows();
  if (cursor_.line < top_) {
    const std::size_t up = top_ - cursor_.line;
    if (up < rows / 2 && rows_of(cursor_.line) == 1) {
      screen_.insert_rows(0, up);
      top_ = cursor_.line;
    } else {
      top_ = cursor_.line > rows / 2 ? cursor_.line - rows / 2 : 0;
    }
    return;
  }
  std::size_t used = 0, line = cursor_.line;
  for (;; --line) {
    used += rows_of(line);
    if (used > rows || line == top_) break;
  }
  if (used <= rows || line == cursor_.line) {
    if (used > rows) top_ = cursor_.line;
    return;
  }
  const std::size_t down = line + 1 - top_;
  if (down < rows / 2) {
    screen_.delete_rows(0, down);
    top_ = line + 1;
    return;
  }
  top_ = cursor_.line > rows / 2 ? cursor_.line - rows / 2 : 0;
  const std::size_t last = lines_.size() > rows ? lines_.size() - rows : 0;
  top_ = std::min(top_, std::max(last, line == cursor_.line ? line : last));
}

// What vim shows where it has nothing else to show.
void Vi::paint_intro() {
  struct Line {
    std::size_t row, column;
    std::string_view text;
  };
  static constexpr Line kLines[] = {{3, 31, "VIM - Vi IMproved"},
                                    {5, 32, "version 9.0.2142"},
                                    {6, 28, "by Bram Moolenaar et al."},
                                    {7, 20, "Modified by team+vim@tracker.debian.org"},
                                    {8, 18, "Vim is open source and freely distributable"},
                                    {10, 25, "Become a registered Vim user!"},
                                    {11, 17, "type  :help register<Enter>   for information "},
                                    {13, 17, "type  :q<Enter>               to exit         "},
                                    {14, 17, "type  :help<Enter>  or  <F1>  for on-line help"},
                                    {15, 17, "type  :help version9<Enter>   for version info"},
                                    {17, 25, "Running in Vi compatible mode"},
                                    {18, 17, "type  :set nocp<Enter>        for Vim defaults"},
                                    {19, 17, "type  :help cp-default<Enter> for info on this"}};
  if (screen_.rows() < kIntroRows || screen_.columns() < kIntroColumns) return;
  const std::size_t down = (screen_.rows() - kIntroRows) / 2;
  const std::size_t right = (screen_.columns() - kIntroColumns) / 2;
  for (const Line& line : kLines) {
    ViLine cells = vi_line(line.text);
    bool key = false;
    for (ViCell& cell : cells) {
      key = key || cell.glyph == "<";
      if (key) cell.ink = Ink::key;
      key = key && cell.glyph != ">";
    }
    screen_.put_at(line.row + down, line.column + right, cells);
  }
}

void Vi::paint() {
  bool clears = false;
  if (stale_) {
    begin_screen();
    screen_.print("");
    shift_in_ = shift_out_ = 0;
  }
  if ((shift_in_ > 0) != (shift_out_ > 0) && shift_line_ >= top_ && !numbers_) {
    std::size_t row = 0;
    for (std::size_t at = top_; at < shift_line_ && row < text_rows() && at < lines_.size(); ++at)
      row += rows_of(at);
    const std::size_t count = std::max(shift_in_, shift_out_);
    if (row < text_rows() && row + count < text_rows()) {
      if (shift_in_ > 0)
        screen_.insert_rows(row, count);
      else
        screen_.delete_rows(row, count);
      clears = !message_;
    }
  }
  shift_in_ = shift_out_ = 0;
  message_ = false;
  scroll_to_cursor();
  std::size_t row = 0, cursor_row = 0;
  for (std::size_t line = top_; row < text_rows() && line < lines_.size(); ++line) {
    const std::vector<ViLine> rows = shown(line);
    if (line == cursor_.line) cursor_row = row;
    if (row > 0 && row + rows.size() > text_rows()) {  // A line that does not fit is not begun.
      for (; row < text_rows(); ++row) screen_.put(row, vi_line("@", Ink::filler));
      break;
    }
    for (std::size_t at = 0; at < rows.size() && row < text_rows(); ++at)
      screen_.put(row++, rows[at], at + 1 < rows.size());
  }
  ViLine filler = vi_line("~" + std::string(screen_.columns() - 1, ' '), Ink::filler);
  const bool introduces = intro_ && lines_.size() == 1 && lines_[0].empty() && !inserting_;
  if (!introduces || !introduced_) {
    for (; row < text_rows(); ++row) screen_.put(row, filler);
  }
  if (introduces && !introduced_) paint_intro();
  introduced_ = introduces;
  intro_ = introduces;
  if (clears) screen_.clear_line(screen_.rows() - 1);
  const std::size_t column =
      column_of(lines_[cursor_.line], cursor_.at) + (numbers_ ? kNumberColumns : 0);
  const bool on_tab = !lines_[cursor_.line].empty() && cursor_.at < lines_[cursor_.line].size() &&
                      lines_[cursor_.line][cursor_.at] == '\t';
  const std::size_t place =
      on_tab && !inserting_ ? (column / kTabColumns + 1) * kTabColumns - 1 : column;
  if (!compatible_) paint_ruler();
  screen_.move(std::min(cursor_row + place / screen_.columns(), text_rows() - 1),
               place % screen_.columns());
}

// Where the cursor is, at the right of the last line.
void Vi::paint_ruler() {
  const std::size_t row = screen_.rows() - 1;
  const std::size_t at = column_of(lines_[cursor_.line], cursor_.at);
  const bool begun = top_ == 0, ended = top_ + text_rows() >= lines_.size();
  std::string text = lines_[cursor_.line].empty()
                         ? std::to_string(cursor_.line + 1) + ",0-1"
                         : std::to_string(cursor_.line + 1) + "," + std::to_string(at + 1);
  text = padded(text, 14) + (begun && ended ? "All"
                             : begun        ? "Top"
                             : ended        ? "Bot"
                                            : std::to_string(top_ * 100 / lines_.size()) + "%");
  if (screen_.columns() > 40) screen_.put_at(row, screen_.columns() - 18, vi_line(text));
}

void Vi::begin_screen() {
  stale_ = introduced_ = false;
  screen_.begin(keys_.rows(), keys_.columns());
  screen_.print_now("\033[27m\033[23m\033[29m\033[m\033[H\033[2J");
}

Task<void> Vi::redraw_all() {
  begin_screen();
  paint();
  co_await process_.breathe(5);
}

void Vi::end_screen(bool told) {
  if (told)
    screen_.print_now("\r\033[23;2t\033[23;1t\r\r\n");
  else
    screen_.print_now(text_of("\033[23;2t\033[23;1t\033[%zu;1H\033[K\033[%zu;1H", screen_.rows(),
                              screen_.rows()));
  screen_.print_now("\033[?2004l\033[?1l\033>\033[?1049l\033[23;0;0t");
  io_.out(screen_.take() + "\033[>4;m");
}

}  // namespace decnet::shell::cmd
