// Glyphs: what a full-screen program takes as one character of its text, and how many columns of
// the terminal it covers. UTF-8; a byte that is none of it is a glyph of its own.
//
//   for (std::size_t at = 0; at < text.size();) {
//     const Glyph glyph = glyph_at(text, at);
//     at += glyph.bytes;
//   }
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace decnet::shell::cmd {

struct Glyph {
  std::uint8_t bytes = 1;
  std::uint8_t columns = 1;  // 0: combines with the one before it.
  bool control = false;      // 0x00 … 0x1f, 0x7f
  bool broken = false;       // A byte above 0x7f that is no UTF-8.
};

// The glyph that begins at `at`, which is within the text.
Glyph glyph_at(std::string_view text, std::size_t at) noexcept;
// Where the glyph before `at` begins; 0 at the beginning.
std::size_t glyph_before(std::string_view text, std::size_t at) noexcept;
// "^A", "^?"
std::string control_text(char byte);

}  // namespace decnet::shell::cmd
