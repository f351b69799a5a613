// What nano shows: its title, the text, the bar of its messages and the keys below.
#include <algorithm>

#include "shell/cmd/glyph.h"
#include "shell/cmd/nano.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::size_t kTabColumns = 8;
constexpr std::size_t kTitleColumns = 13;  // Of " GNU nano 7.2".
constexpr std::size_t kStateColumns = 8;   // Kept for "Modified".

struct KeyHelp {
  std::string_view key, what;
};
constexpr std::size_t kKeysMax = 12;

// Two lines of keys, of which the first has `above`.
struct Keys {
  std::size_t above = 0, count = 0;
  KeyHelp keys[kKeysMax];
};

constexpr Keys kMain = {6,
                        12,
                        {{"^G", "Help"},
                         {"^O", "Write Out"},
                         {"^W", "Where Is"},
                         {"^K", "Cut"},
                         {"^T", "Execute"},
                         {"^C", "Location"},
                         {"^X", "Exit"},
                         {"^R", "Read File"},
                         {"^\\", "Replace"},
                         {"^U", "Paste"},
                         {"^J", "Justify"},
                         {"^/", "Go To Line"}}};
constexpr Keys kWrite = {4,
                         8,
                         {{"^G", "Help"},
                          {"M-D", "DOS Format"},
                          {"M-A", "Append"},
                          {"M-B", "Backup File"},
                          {"^C", "Cancel"},
                          {"M-M", "Mac Format"},
                          {"M-P", "Prepend"},
                          {"^T", "Browse"}}};
constexpr Keys kSearch = {5,
                          9,
                          {{"^G", "Help"},
                           {"M-C", "Case Sens"},
                           {"M-B", "Backwards"},
                           {"^P", "Older"},
                           {"^T", "Go To Line"},
                           {"^C", "Cancel"},
                           {"M-R", "Reg.exp."},
                           {"^R", "Replace"},
                           {"^N", "Newer"}}};
constexpr Keys kReplace = {4,
                           8,
                           {{"^G", "Help"},
                            {"M-C", "Case Sens"},
                            {"M-B", "Backwards"},
                            {"^P", "Older"},
                            {"^C", "Cancel"},
                            {"M-R", "Reg.exp."},
                            {"^R", "No Replace"},
                            {"^N", "Newer"}}};
constexpr Keys kWith = {2, 4, {{"^G", "Help"}, {"^P", "Older"}, {"^C", "Cancel"}, {"^N", "Newer"}}};
constexpr Keys kGoTo = {4,
                        7,
                        {{"^G", "Help"},
                         {"^W", "Begin of Paragr."},
                         {"^Y", "First Line"},
                         {"^T", "Go To Text"},
                         {"^C", "Cancel"},
                         {"^O", "End of Paragraph"},
                         {"^V", "Last Line"}}};
constexpr Keys kRead = {4,
                        7,
                        {{"^G", "Help"},
                         {"M-F", "New Buffer"},
                         {"^X", "Execute Command"},
                         {"^T", "Browse"},
                         {"^C", "Cancel"},
                         {"M-N", "No Conversion"},
                         {"^P", "Older"}}};

std::string_view sequence_of(NanoFace face) {
  switch (face) {
    case NanoFace::reversed:
      return "\033(B\033[0;7m";
    case NanoFace::error:
      return "\033(B\033[0;1m\033[37m\033[41m";
    case NanoFace::spotlight:
      return "\033[30m\033[43m";
    case NanoFace::plain:
      break;
  }
  return "\033(B\033[m";
}

std::size_t columns_of(const Glyph& glyph, char byte, std::size_t column) {
  if (byte == '\t') return kTabColumns - column % kTabColumns;
  return glyph.control ? 2 : glyph.columns;
}

bool colored(NanoFace face) {
  return face == NanoFace::error || face == NanoFace::spotlight;
}

}  // namespace

void Nano::begin_screen() {
  rows_ = std::max<std::size_t>(keys_.rows(), 6);
  columns_ = std::max<std::size_t>(keys_.columns(), 20);
  seen_.assign(rows_, std::vector<Cell>(columns_));
  io_.out(
      text_of("\033[?2004h\033[?1049h\033[22;0;0t\033[1;%zur\033(B\033[m\033[4l\033[?7h"
              "\033[39;49m\033[?1h\033=\033[?1h\033=\033[?25l\033[39;49m\033(B\033[m\033[H"
              "\033[2J",
              rows_));
}

void Nano::end_screen() {
  io_.out(
      text_of("\033[?25l\r\033[%zud\033[J\033[%zud\033[?12l\033[?25h\033[%zu;1H\033[?1049l"
              "\033[23;0;0t\r\033[?1l\033>\033[?2004l",
              rows_ - 2, rows_, rows_));
}

std::size_t Nano::column_of(const std::string& line, std::size_t at) const {
  std::size_t column = 0;
  for (std::size_t i = 0; i < at && i < line.size();) {
    const Glyph glyph = glyph_at(line, i);
    column += columns_of(glyph, line[i], column);
    i += glyph.bytes;
  }
  return column;
}

std::size_t Nano::at_column(const std::string& line, std::size_t column) const {
  std::size_t at = 0, here = 0;
  while (at < line.size()) {
    const Glyph glyph = glyph_at(line, at);
    here += columns_of(glyph, line[at], here);
    if (here > column) break;
    at += glyph.bytes;
  }
  return at;
}

// Tabs and control characters as they are seen.
std::string Nano::expanded(const std::string& line) const {
  std::string out;
  std::size_t column = 0;
  for (std::size_t at = 0; at < line.size();) {
    const Glyph glyph = glyph_at(line, at);
    std::string piece = line.substr(at, glyph.bytes);
    if (line[at] == '\t')
      piece = std::string(kTabColumns - column % kTabColumns, ' ');
    else if (glyph.control)
      piece = control_text(line[at]);
    else if (glyph.broken)
      piece = "\xef\xbf\xbd";
    column += line[at] == '\t' || glyph.control ? piece.size() : glyph.columns;
    out += piece;
    at += glyph.bytes;
  }
  return out;
}

void Nano::text_at(std::size_t row, std::size_t column, std::string_view text, NanoFace face) {
  for (std::size_t at = 0; at < text.size() && column < columns_;) {
    const Glyph glyph = glyph_at(text, at);
    wanted_[row][column++] = {std::string(text.substr(at, glyph.bytes)), face};
    if (glyph.columns == 2 && column < columns_) wanted_[row][column++] = {"", face};
    at += glyph.bytes;
  }
}

void Nano::say(std::string text, NanoFace face) {
  message_ = std::move(text);
  message_face_ = face;
}

void Nano::scroll_to_cursor(bool center) {
  const std::size_t rows = text_rows();
  if (line_ >= top_ && line_ < top_ + rows) return;
  if (center) {
    top_ = line_ > rows / 2 ? line_ - rows / 2 : 0;
  } else if (line_ < top_) {
    top_ = line_;
  } else {
    top_ = line_ + 1 - rows;
  }
}

void Nano::paint_text() {
  for (std::size_t row = 0; row < text_rows() && top_ + row < lines_.size(); ++row) {
    const std::string& line = lines_[top_ + row];
    const std::string shown = expanded(line.substr(0, columns_ * 64));
    const bool own = top_ + row == line_;
    const std::size_t cursor = own ? column_of(line, at_) : 0;
    const std::size_t start =
        cursor + 1 < columns_ ? 0 : cursor - 6 - (cursor - 6) % (columns_ - 8);
    std::size_t column = 0, at = 0;
    for (; at < shown.size() && column < start; ++column) at += glyph_at(shown, at).bytes;
    const std::string rest = shown.substr(std::min(at, shown.size()));
    text_at(row + 1, 0, rest, NanoFace::plain);
    if (start > 0) wanted_[row + 1][0] = {"<", NanoFace::reversed};
    if (column_of(rest, rest.size()) > columns_)
      wanted_[row + 1][columns_ - 1] = {">", NanoFace::reversed};
    if (own && spot_ > 0) {
      const std::size_t from = cursor - start;
      for (std::size_t i = from; i < from + spot_ && i < columns_; ++i)
        wanted_[row + 1][i].face = NanoFace::spotlight;
    }
  }
}

void Nano::paint_help() {
  if (help_ == Help::yes_no) {
    text_at(rows_ - 2, 0, " Y", NanoFace::reversed);
    text_at(rows_ - 2, 2, " Yes", NanoFace::plain);
    if (asks_all_) {
      text_at(rows_ - 2, 16, " A", NanoFace::reversed);
      text_at(rows_ - 2, 18, " All", NanoFace::plain);
    }
    text_at(rows_ - 1, 0, " N", NanoFace::reversed);
    text_at(rows_ - 1, 2, " No", NanoFace::plain);
    text_at(rows_ - 1, 16, "^C", NanoFace::reversed);
    text_at(rows_ - 1, 18, " Cancel", NanoFace::plain);
    return;
  }
  const Keys& keys = help_ == Help::write     ? kWrite
                     : help_ == Help::search  ? kSearch
                     : help_ == Help::replace ? kReplace
                     : help_ == Help::with    ? kWith
                     : help_ == Help::go_to   ? kGoTo
                     : help_ == Help::read    ? kRead
                                              : kMain;
  const std::size_t width = columns_ / keys.above;
  for (std::size_t i = 0; i < keys.count; ++i) {
    const std::size_t row = rows_ - (i < keys.above ? 2 : 1);
    const std::size_t column = (i < keys.above ? i : i - keys.above) * width;
    const KeyHelp& key = keys.keys[i];
    text_at(row, column, key.key, NanoFace::reversed);
    const std::size_t room = width > key.key.size() + 1 ? width - key.key.size() - 1 : 0;
    text_at(row, column + key.key.size() + 1, key.what.substr(0, room), NanoFace::plain);
  }
}

void Nano::paint() {
  wanted_.assign(rows_, std::vector<Cell>(columns_));
  text_at(0, 0, std::string(columns_, ' '), NanoFace::reversed);
  text_at(0, 0, "  GNU nano 7.2", NanoFace::reversed);
  const std::string name = name_.empty() ? "New Buffer" : name_;
  const std::size_t used = kTitleColumns + kStateColumns + name.size();
  const std::size_t column = kTitleColumns + (columns_ > used ? (columns_ - used) / 2 : 0);
  text_at(0, column, name + (changed_ ? " *" : ""), NanoFace::reversed);
  if (view_) text_at(0, columns_ - 6, "View", NanoFace::reversed);
  scroll_to_cursor(centers_);
  centers_ = false;
  paint_text();
  const std::size_t bar = rows_ - 3;
  std::size_t row = line_ - top_ + 1, place = column_of(lines_[line_], at_);
  if (place + 1 >= columns_) place -= place - 6 - (place - 6) % (columns_ - 8);
  if (place >= columns_ && place != 0) place = place - (place - 6 - (place - 6) % (columns_ - 8));
  if (asks_) {
    text_at(bar, 0, std::string(columns_, ' '), NanoFace::reversed);
    const std::string line = question_ + (help_ == Help::yes_no ? "" : ": " + answer_);
    text_at(bar, 0, line, NanoFace::reversed);
    row = bar;
    place = std::min(column_of(line, line.size()) + (help_ == Help::yes_no ? 1 : 0), columns_ - 1);
  } else if (!message_.empty()) {
    const std::string shown = "[ " + message_ + " ]";
    const std::size_t size = column_of(shown, shown.size());
    text_at(bar, columns_ > size ? (columns_ - size) / 2 : 0, shown, message_face_);
  }
  paint_help();
  send(row, place);
}

// Sends what differs from what is seen.
void Nano::send(std::size_t row, std::size_t column) {
  std::string out = "\033[?25l";
  NanoFace face = NanoFace::plain;
  const auto wear = [&](NanoFace next) {
    if (next == face) return;
    if (colored(face)) out += "\033[39;49m";
    if (colored(face) || next == NanoFace::plain || next == NanoFace::reversed)
      out += sequence_of(next == NanoFace::spotlight ? NanoFace::plain : next);
    if (colored(next)) out += sequence_of(next);
    face = next;
  };
  for (std::size_t at = 0; at < rows_; ++at) {
    std::vector<Cell>& seen = seen_[at];
    const std::vector<Cell>& wanted = wanted_[at];
    std::size_t end = columns_;
    while (end > 0 && wanted[end - 1] == Cell()) --end;
    bool there = false;
    for (std::size_t i = 0; i < end; ++i) {
      if (seen[i] == wanted[i]) {
        there = false;
        continue;
      }
      if (!there) out += text_of("\033[%zu;%zuH", at + 1, i + 1);
      there = true;
      wear(wanted[i].face);
      out += wanted[i].glyph;
      seen[i] = wanted[i];
    }
    const bool stale = std::any_of(seen.begin() + static_cast<std::ptrdiff_t>(end), seen.end(),
                                   [](const Cell& cell) { return cell != Cell(); });
    if (!stale) continue;
    if (!there || end == columns_) out += text_of("\033[%zu;%zuH", at + 1, end + 1);
    wear(NanoFace::plain);
    out += "\033[K";
    std::fill(seen.begin() + static_cast<std::ptrdiff_t>(end), seen.end(), Cell());
  }
  wear(NanoFace::plain);
  io_.out(out + "\033[?12l\033[?25h" + text_of("\033[%zu;%zuH", row + 1, column + 1));
}

Task<int> Nano::next_key() {
  if (rows_ != std::max<std::size_t>(keys_.rows(), 6) ||
      columns_ != std::max<std::size_t>(keys_.columns(), 20))
    begin_screen();
  if (!keys_.holds()) paint();
  const Sys<void> wrote = co_await io_.flush();
  if (!wrote) co_return kKeyEnd;
  int key = co_await keys_.key();
  if (key != 0x1b) co_return key;
  // The key behind an escape may come late.
  key = co_await keys_.byte();
  co_return key >= 0 ? kKeyMeta + key : key;
}

}  // namespace decnet::shell::cmd
