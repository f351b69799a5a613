#include "shell/cmd/glyph.h"

namespace decnet::shell::cmd {
namespace {

struct Range {
  std::uint32_t from, to;
};

// East Asian wide and full-width letters, and pictographs.
constexpr Range kWide[] = {{0x1100, 0x115f},   {0x2e80, 0x303e},  {0x3041, 0xa4cf},
                           {0xac00, 0xd7a3},   {0xf900, 0xfaff},  {0xfe30, 0xfe6f},
                           {0xff00, 0xff60},   {0xffe0, 0xffe6},  {0x1f300, 0x1f64f},
                           {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};
constexpr Range kCombining[] = {
    {0x300, 0x36f}, {0x483, 0x489}, {0x591, 0x5bd}, {0x200b, 0x200f}, {0x20d0, 0x20ff}};

template <std::size_t Count>
bool within(const Range (&ranges)[Count], std::uint32_t code) {
  for (const Range& range : ranges) {
    if (code >= range.from && code <= range.to) return true;
  }
  return false;
}

}  // namespace

Glyph glyph_at(std::string_view text, std::size_t at) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::uint32_t first = byte(at);
  if (first < 0x80) return {.bytes = 1, .columns = 1, .control = first < 0x20 || first == 0x7f};
  const std::uint8_t bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + bytes > text.size()) return {.broken = true};
  std::uint32_t code = first & (0xffU >> (bytes + 1));
  for (std::uint8_t i = 1; i < bytes; ++i) {
    if ((byte(at + i) & 0xc0U) != 0x80) return {.broken = true};
    code = code << 6 | (byte(at + i) & 0x3fU);
  }
  const std::uint8_t columns = within(kCombining, code) ? 0 : within(kWide, code) ? 2 : 1;
  return {.bytes = bytes, .columns = columns};
}

std::size_t glyph_before(std::string_view text, std::size_t at) noexcept {
  if (at == 0) return 0;
  for (std::size_t back = 1; back <= 4 && back <= at; ++back) {
    if ((static_cast<unsigned char>(text[at - back]) & 0xc0U) == 0x80) continue;
    return glyph_at(text, at - back).bytes == back ? at - back : at - 1;
  }
  return at - 1;
}

std::string control_text(char byte) {
  return {'^', static_cast<char>(byte ^ 0x40)};
}

}  // namespace decnet::shell::cmd
