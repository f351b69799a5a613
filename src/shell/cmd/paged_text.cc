#include "shell/cmd/paged_text.h"

#include <algorithm>

#include "shell/cmd/glyph.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::size_t kTabColumns = 8;
constexpr std::size_t kNumberColumns = 8;    // "      1 "
constexpr std::size_t kColourBytesMax = 64;  // Of one "\e[…m".

std::string_view begins(Face face) {
  switch (face) {
    case Face::standing_out:
      return "\033[7m";
    case Face::bold:
      return "\033[1m";
    case Face::underlined:
      return "\033[4m";
    case Face::plain:
      break;
  }
  return "";
}

std::string_view ends(Face face) {
  switch (face) {
    case Face::standing_out:
      return "\033[27m";
    case Face::bold:
      return "\033[0m";
    case Face::underlined:
      return "\033[24m";
    case Face::plain:
      break;
  }
  return "";
}

// Bytes of "\e[1;31m" at the beginning; 0: it is none.
std::size_t colour_bytes(std::string_view text) {
  if (!text.starts_with("\033[")) return 0;
  const std::size_t end = text.substr(0, kColourBytesMax).find_first_not_of("0123456789;:", 2);
  return end != std::string_view::npos && text[end] == 'm' ? end + 1 : 0;
}

// A letter that is shown as it is, whatever the look: nearly all of a text.
bool is_simple(std::string_view text, std::size_t at) {
  const auto plain = [&](std::size_t i) { return text[i] >= 0x20 && text[i] < 0x7f; };
  return plain(at) && (at + 1 >= text.size() || plain(at + 1));
}

}  // namespace

PagedCell paged_cell(std::string_view text, std::size_t at, std::size_t column,
                     const PagedLook& look) {
  const Glyph glyph = glyph_at(text, at);
  const std::string_view own = text.substr(at, glyph.bytes);
  if (look.colours) {
    const std::size_t colour = colour_bytes(text.substr(at));
    if (colour > 0) return {std::string(text.substr(at, colour)), 0, colour, Face::plain};
  }
  if (own == "\t") {
    const std::size_t blanks = kTabColumns - column % kTabColumns;
    return {std::string(blanks, ' '), blanks, 1, Face::plain};
  }
  const std::size_t next = at + glyph.bytes;
  if (next + 1 < text.size() && text[next] == '\b' && !glyph.control && !look.raw) {
    const Glyph over = glyph_at(text, next + 1);
    const std::string_view other = text.substr(next + 1, over.bytes);
    const std::size_t bytes = glyph.bytes + 1U + over.bytes;
    if (own == other) return {std::string(own), glyph.columns, bytes, Face::bold};
    if (own == "_") return {std::string(other), over.columns, bytes, Face::underlined};
    if (other == "_") return {std::string(own), glyph.columns, bytes, Face::underlined};
  }
  if (look.raw && glyph.control) return {std::string(own), 0, 1, Face::plain};
  if (glyph.control) {
    if (own == "\033") return {"ESC", 3, 1, Face::standing_out};
    return {control_text(own[0]), 2, 1, Face::standing_out};
  }
  if (glyph.broken)
    return {text_of("<%02X>", static_cast<unsigned char>(own[0])), 4, 1, Face::standing_out};
  return {std::string(own), glyph.columns, glyph.bytes, Face::plain};
}

bool PagedText::append(std::string_view bytes) {
  const std::size_t room = kPagedBytesMax - text_.size();
  text_.append(bytes.substr(0, room));
  lay_out_more();
  return bytes.size() <= room && rows_.size() < kPagedRowsMax;
}

void PagedText::finish() {
  finished_ = true;
  lay_out_more();
}

void PagedText::filter(std::optional<Regex> only, std::vector<bool> kept) {
  only_ = std::move(only);
  kept_ = std::move(kept);
}

std::optional<std::string_view> PagedText::next_line(std::size_t& at) const {
  if (at >= text_.size()) return {};
  const std::size_t from = at, end = std::min(text_.find('\n', from), text_.size());
  at = end + 1;
  return std::string_view(text_).substr(from, end - from);
}

void PagedText::lay_out(const PagedLook& look) {
  look_ = look;
  rows_.clear();
  laid_ = 0;
  lines_ = 0;
  blank_before_ = false;
  lay_out_more();
}

void PagedText::lay_out_more() {
  while (laid_ < text_.size() && rows_.size() < kPagedRowsMax) {
    const std::size_t end = text_.find('\n', laid_);
    if (end == std::string::npos && !finished_) return;
    const std::size_t to = end == std::string::npos ? text_.size() : end;
    lay_out_line(laid_, to);
    laid_ = end == std::string::npos ? to : to + 1;
  }
}

void PagedText::lay_out_line(std::size_t from, std::size_t to) {
  const std::uint32_t line = lines_++;
  const std::string_view whole = std::string_view(text_).substr(0, to);
  const bool blank = from == to;
  const bool squeezed = look_.squeeze && blank && blank_before_;
  blank_before_ = blank;
  if (squeezed) return;
  if (only_ && !(line < kept_.size() ? kept_[line] : only_->matches(whole.substr(from)))) return;
  const auto place = [](std::size_t value) { return static_cast<std::uint32_t>(value); };
  if (look_.chop) {
    rows_.push_back({place(from), place(to - from), line, true, true});
    return;
  }
  const std::size_t room =
      std::max<std::size_t>(look_.columns - (look_.numbers ? kNumberColumns : 0), 8);
  std::size_t begin = from, column = 0;
  for (std::size_t at = from; at < to && rows_.size() < kPagedRowsMax;) {
    if (column < room && is_simple(whole, at)) {
      ++column;
      ++at;
      continue;
    }
    const PagedCell cell = paged_cell(whole, at, column, look_);
    if (column + cell.columns > room) {
      rows_.push_back({place(begin), place(at - begin), line, begin == from, false});
      begin = at;
      column = 0;
      continue;
    }
    column += cell.columns;
    at += cell.bytes;
  }
  rows_.push_back({place(begin), place(to - begin), line, begin == from, true});
}

std::string_view PagedText::line_text(std::size_t row) const {
  const std::size_t from = rows_[row].at;
  const std::size_t end = text_.find('\n', from);
  return std::string_view(text_).substr(from, end == std::string::npos ? end : end - from);
}

std::size_t PagedText::row_of_line(std::size_t line) const {
  const auto found =
      std::lower_bound(rows_.begin(), rows_.end(), line,
                       [](const Row& row, std::size_t wanted) { return row.line < wanted; });
  return static_cast<std::size_t>(found - rows_.begin());
}

std::size_t PagedText::row_of_byte(std::size_t byte) const {
  const auto found =
      std::upper_bound(rows_.begin(), rows_.end(), byte,
                       [](std::size_t wanted, const Row& row) { return wanted < row.at; });
  const auto row = static_cast<std::size_t>(found - rows_.begin());
  return row == 0 ? 0 : row - 1;
}

std::size_t PagedText::end_of(std::size_t row) const {
  return std::min<std::size_t>(rows_[row].at + rows_[row].bytes + (rows_[row].ends ? 1 : 0),
                               text_.size());
}

std::string PagedText::plain(std::size_t row) const {
  return text_.substr(rows_[row].at, end_of(row) - rows_[row].at);
}

std::string PagedText::shown(std::size_t row, const Regex* marked) const {
  const Row& which = rows_[row];
  // Of a chopped line no more than can be seen, whatever its letters are.
  const std::size_t seen = (look_.shift + look_.columns + 1) * kColourBytesMax;
  const std::string_view text = std::string_view(text_).substr(
      which.at, look_.chop ? std::min<std::size_t>(which.bytes, seen) : which.bytes);
  std::string out;
  std::size_t column = 0;
  std::size_t room = look_.columns;
  if (look_.numbers) {
    const std::string number =
        which.begins ? padded_left(std::to_string(which.line + 1), 7) + " " : std::string(8, ' ');
    out += number;
    room = std::max<std::size_t>(room > kNumberColumns ? room - kNumberColumns : 0, 8);
  }
  Face face = Face::plain;
  Span match;
  std::vector<Span> groups;
  const auto look_for = [&](std::size_t from) {
    match = marked != nullptr && marked->search(text, from, groups) && groups[0].to > groups[0].from
                ? groups[0]
                : Span{};
  };
  look_for(0);
  bool cut = false;
  for (std::size_t at = 0; at < text.size();) {
    PagedCell cell = paged_cell(text, at, column, look_);
    if (match.met() && at >= match.to) look_for(at);
    if (match.met() && at >= match.from) cell.face = Face::standing_out;
    if (look_.chop) {
      const std::size_t left = look_.shift, right = look_.shift + room;
      cut = column + cell.columns > right ||
            (column + cell.columns == right && at + cell.bytes < text.size());
      if (cut) break;
      if (column < left) cell.text.clear();
    }
    if (cell.face != face) {
      out += ends(face);
      out += begins(cell.face);
      face = cell.face;
    }
    out += cell.text;
    column += cell.columns;
    at += cell.bytes;
  }
  out += ends(face);
  if (cut) out += "\033[7m>\033[27m";
  if (look_.colours) out += "\033[m";
  if (!look_.chop && !which.ends && column >= room) return out + " \b";
  return out + "\n";
}

}  // namespace decnet::shell::cmd
