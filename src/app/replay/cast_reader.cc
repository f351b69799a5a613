#include "app/replay/cast_reader.h"

#include <algorithm>
#include <cmath>

#include <boost/json/parse.hpp>

namespace decnet::app {
namespace {

constexpr std::string_view kCodes = "oirms";
constexpr std::int64_t kSizeMax = 1000;

boost::json::value parse(std::string_view line) {
  boost::json::error_code bad;
  if (line.size() > kCastLineMax) return {};
  auto value = boost::json::parse(line, bad);
  return bad ? boost::json::value() : value;
}

int size_at(const boost::json::object& header, std::string_view name, int otherwise) {
  const auto* found = header.if_contains(name);
  const auto* number = found != nullptr ? found->if_int64() : nullptr;
  return number != nullptr && *number >= 1 && *number <= kSizeMax ? static_cast<int>(*number)
                                                                  : otherwise;
}

void read_header(Cast& cast, std::string_view line) {
  const auto value = parse(line);
  const auto* header = value.if_object();
  if (header == nullptr) return;
  cast.columns = size_at(*header, "width", cast.columns);
  cast.rows = size_at(*header, "height", cast.rows);
  const auto* title = header->if_contains("title");
  if (title != nullptr && title->is_string()) cast.title = title->get_string().c_str();
}

}  // namespace

std::optional<CastEvent> parse_cast_event(std::string_view line) {
  const auto value = parse(line);
  const auto* event = value.if_array();
  if (event == nullptr || event->size() < 3) return std::nullopt;
  const auto* code = (*event)[1].if_string();
  const auto* text = (*event)[2].if_string();
  if (!(*event)[0].is_number() || code == nullptr || text == nullptr) return std::nullopt;
  boost::json::error_code bad;
  const auto time = (*event)[0].to_number<double>(bad);
  if (bad || !std::isfinite(time) || time < 0) return std::nullopt;
  if (code->size() != 1 || kCodes.find((*code)[0]) == kCodes.npos) return std::nullopt;
  return CastEvent{time, (*code)[0], std::string(text->data(), text->size())};
}

Cast parse_cast(std::string_view text) {
  Cast cast;
  bool is_first = true;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (std::exchange(is_first, false) && line.starts_with('{')) {
      read_header(cast, line);
      continue;
    }
    auto event = parse_cast_event(line);
    if (!event) continue;
    if (!cast.events.empty()) event->time = std::max(event->time, cast.events.back().time);
    cast.events.push_back(*std::move(event));
  }
  return cast;
}

}  // namespace decnet::app
