#include "app/table.h"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"

namespace decnet::app {
namespace {

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

std::size_t window_width() {
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 0;
}

std::string cut_to(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  std::string out;
  std::size_t taken = 0;
  for (std::size_t n = 0; n < text.size() && taken + 1 < width; ++n) {
    out.push_back(text[n]);
    if (n + 1 == text.size() || !is_continuation(text[n + 1])) ++taken;
  }
  return out + "…";
}

}  // namespace

std::string terminal_safe(std::string_view text) {
  std::string out;
  const bool utf8 = is_utf8(text);
  for (std::size_t n = 0; n < text.size(); ++n) {
    const auto byte = static_cast<unsigned char>(text[n]);
    const bool c1 = utf8 && byte == 0xc2 && n + 1 < text.size() &&
                    static_cast<unsigned char>(text[n + 1]) < 0xa0;
    const bool bidi = utf8 && byte == 0xe2 && n + 2 < text.size() &&
                      (text.substr(n, 2) == "\xe2\x80" || text.substr(n, 2) == "\xe2\x81");
    if (byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !utf8) || c1 || bidi) {
      out += fmt::format("\\x{:02x}", byte);
      for (std::size_t more = c1 ? 1 : bidi ? 2 : 0; more > 0; --more)
        out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[++n]));
    } else {
      out.push_back(text[n]);
    }
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !is_continuation(c); }));
}

void Table::print() const {
  const bool terminal = ::isatty(STDOUT_FILENO) == 1;
  std::vector<std::size_t> widths;
  for (const auto& column : columns_) widths.push_back(display_width(column.title));
  std::vector<std::vector<std::string>> safe;
  for (const auto& row : rows_) {
    auto& out = safe.emplace_back();
    for (std::size_t n = 0; n < columns_.size(); ++n) {
      out.push_back(n < row.size() ? terminal_safe(row[n]) : "");
      widths[n] = std::max(widths[n], display_width(out.back()));
    }
  }
  const std::size_t window = terminal ? window_width() : 0;
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string out;
    for (std::size_t n = 0; n < cells.size(); ++n) {
      const std::size_t pad = widths[n] - display_width(cells[n]);
      const bool last = n + 1 == cells.size();
      if (columns_[n].align == Align::right) out.append(pad, ' ');
      out += cells[n];
      if (columns_[n].align == Align::left && !last) out.append(pad, ' ');
      if (!last) out += "  ";
    }
    return window > 0 ? cut_to(out, window) : out;
  };
  std::vector<std::string> head;
  for (const auto& column : columns_) head.push_back(column.title);
  std::puts((terminal ? "\x1b[1m" + line(head) + "\x1b[0m" : line(head)).c_str());
  for (const auto& row : safe) std::puts(line(row).c_str());
}

std::string ago(std::string_view rfc3339) {
  const auto time = parse_time(rfc3339);
  if (!time) return std::string(rfc3339);
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(Clock::system().now() - *time).count();
  if (seconds < 120) return fmt::format("{} s ago", std::max<std::int64_t>(seconds, 0));
  if (seconds < 7200) return fmt::format("{} min ago", seconds / 60);
  if (seconds < 172'800) return fmt::format("{} h ago", seconds / 3600);
  return fmt::format("{} d ago", seconds / 86'400);
}

}  // namespace decnet::app
