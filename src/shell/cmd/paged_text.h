// PagedText: what a pager shows, as rows of a screen. It grows while it is read.
//
//   PagedText text;
//   text.append(bytes);
//   text.finish();
//   text.lay_out({.columns = 80});
//   for (std::size_t row = 0; row < text.rows(); ++row) print(text.shown(row, nullptr));
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shell/cmd/regex.h"

namespace decnet::shell::cmd {

inline constexpr std::size_t kPagedBytesMax = 4U << 20;  // Of one file; the rest is not shown.
inline constexpr std::size_t kPagedRowsMax = 1U << 18;   // Likewise.
inline constexpr std::size_t kPagedBytesAUnit = 1'024;   // Laid out for a unit of breathe().
inline constexpr std::size_t kPagedStepsAUnit = 64;      // Of the matcher for such a unit …
inline constexpr std::size_t kPagedStepsABreath = 64 * 1'000;  // … and at most without a breath.

struct PagedLook {
  std::size_t columns = 80;
  bool chop = false;      // -S
  bool numbers = false;   // -N
  bool raw = false;       // -r
  bool colours = false;   // -R
  bool squeeze = false;   // -s
  std::size_t shift = 0;  // Columns to the right, of chopped lines.
};

class PagedText {
 public:
  struct Row {
    std::uint32_t at = 0;     // In the text …
    std::uint32_t bytes = 0;  // … without the newline.
    std::uint32_t line = 0;   // From 0.
    bool begins = true;       // The line …
    bool ends = true;         // … and ends it.
  };

  bool append(std::string_view bytes);  // False: kPagedBytesMax.
  void finish();
  bool finished() const { return finished_; }
  void lay_out(const PagedLook& look);  // Anew.
  // Only lines that match; takes effect with lay_out(). `kept`: whether each line does that is
  // there already, so that who asks can take a breath between them.
  void filter(std::optional<Regex> only, std::vector<bool> kept);
  bool filtered() const { return only_.has_value(); }
  // The line that begins at a byte, which is moved behind it; nothing behind the last one.
  std::optional<std::string_view> next_line(std::size_t& at) const;

  std::size_t rows() const { return rows_.size(); }
  std::size_t memory() const { return text_.size() + rows_.size() * sizeof(Row); }
  const Row& row(std::size_t at) const { return rows_[at]; }
  std::size_t size() const { return text_.size(); }
  std::string_view line_text(std::size_t row) const;  // The whole line, as people search it.
  std::size_t row_of_line(std::size_t line) const;    // The first row at or behind it.
  std::size_t row_of_byte(std::size_t byte) const;
  std::size_t end_of(std::size_t row) const;  // Bytes through the end of a row.
  std::string plain(std::size_t row) const;   // As it is, with the newline that ends a line.
  // As the terminal gets it, with the newline. Matches of `marked` stand out.
  std::string shown(std::size_t row, const Regex* marked) const;

 private:
  void lay_out_line(std::size_t from, std::size_t to);
  void lay_out_more();

  std::string text_;
  bool finished_ = false;
  PagedLook look_;
  std::optional<Regex> only_;
  std::vector<bool> kept_;
  std::vector<Row> rows_;
  std::size_t laid_ = 0;  // Bytes that have rows.
  std::uint32_t lines_ = 0;
  bool blank_before_ = false;
};

// A letter as a pager shows it: "^A" and "<FF>" stand out, c\bc is bold, _\bc is underlined.
enum class Face : std::uint8_t { plain, standing_out, bold, underlined };
struct PagedCell {
  std::string text;
  std::size_t columns = 1;
  std::size_t bytes = 1;  // Of the file.
  Face face = Face::plain;
};
PagedCell paged_cell(std::string_view text, std::size_t at, std::size_t column,
                     const PagedLook& look);

}  // namespace decnet::shell::cmd
