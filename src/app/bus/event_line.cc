#include "app/bus/event_line.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "app/table.h"
#include "base/clock.h"
#include "bus/event_body.h"

namespace decnet::app {
namespace {

constexpr std::string_view kDim = "\x1b[2m";
constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kYellow = "\x1b[33m";
constexpr std::string_view kPlain = "\x1b[0m";
constexpr std::size_t kTimeColumns = 23;
constexpr std::size_t kTopicColumns = 32;  // Longer ones push the rest to the right.

bool is_space(char c) noexcept {
  return c == '\n' || c == '\r' || c == '\t';
}

std::string painted(std::string_view colour, const std::string& text, const LineStyle& style) {
  return style.colour && !text.empty() ? fmt::format("{}{}{}", colour, text, kPlain) : text;
}

std::string cut(std::string text, std::size_t columns) {
  std::size_t taken = 0;
  for (std::size_t n = 0; n < text.size(); ++n) {
    const bool starts = (static_cast<unsigned char>(text[n]) & 0xc0) != 0x80;
    if (!starts || taken++ < columns) continue;
    std::size_t end = n;  // One character goes for the mark.
    while (end > 0 && (static_cast<unsigned char>(text[--end]) & 0xc0) == 0x80) continue;
    return text.substr(0, end) + "…";
  }
  return text;
}

}  // namespace

std::string event_line(const bus::Event& event, const LineStyle& style) {
  std::string time = format_time(event.time());
  if (time.size() > kTimeColumns) time.resize(kTimeColumns);
  std::replace(time.begin(), time.end(), 'T', ' ');
  std::string topic = terminal_safe(event.topic());
  const std::string type = terminal_safe(event.type());
  // White space between the parts of a payload is the publisher's taste and no part of it.
  std::string payload(event.payload());
  std::replace_if(payload.begin(), payload.end(), is_space, ' ');
  payload = terminal_safe(payload);

  topic.resize(std::max(topic.size(), kTopicColumns), ' ');
  const std::size_t before =
      kTimeColumns + 2 + topic.size() + 2 + (type.empty() ? 0 : display_width(type) + 2);
  std::size_t columns = kPayloadColumns;
  if (style.columns > 0)
    columns = std::max(style.columns > before ? style.columns - before : 0, kPayloadColumnsMin);
  return fmt::format("{}  {}  {}{}{}", painted(kDim, time, style), painted(kBold, topic, style),
                     painted(kYellow, type, style), type.empty() ? "" : "  ",
                     cut(payload, columns));
}

std::string event_json(const bus::Event& event) {
  const std::string body = bus::make_event_body(event.parts());
  std::string out;
  out.reserve(body.size());
  // Outside strings JSON has ASCII only and no control byte but white space: whatever is looked for
  // here stands inside a string, where an escape means the same.
  for (std::size_t n = 0; n < body.size(); ++n) {
    const auto byte = static_cast<unsigned char>(body[n]);
    const auto next = n + 1 < body.size() ? static_cast<unsigned char>(body[n + 1]) : 0U;
    const auto third = n + 2 < body.size() ? static_cast<unsigned char>(body[n + 2]) : 0U;
    if (is_space(body[n])) {
      out.push_back(' ');
    } else if (byte == 0x7f) {
      out += "\\u007f";
    } else if (byte == 0xc2 && next < 0xa0) {  // C1: U+0080 … U+009F.
      out += fmt::format("\\u{:04x}", next);
      n += 1;
    } else if (byte == 0xe2 && (next == 0x80 || next == 0x81)) {  // U+2000 … U+207F: bidi marks.
      out += fmt::format("\\u{:04x}", 0x2000U | ((next & 0x3fU) << 6U) | (third & 0x3fU));
      n += 2;
    } else {
      out.push_back(body[n]);
    }
  }
  return out;
}

}  // namespace decnet::app
