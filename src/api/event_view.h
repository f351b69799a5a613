// How an event looks to people: the JSON of the API and of the stream, one plain line that says
// what happened, and secrets that are shown to those only who may see them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "event/event.h"
#include "store/events.h"

namespace decnet::api {

enum class Secrets : std::uint8_t { masked, shown };

inline constexpr std::string_view kMask = "•••••";  // The same for every secret: its length is one.
inline constexpr std::size_t kSummaryBytesMax = 300;

// True for the fields that carry what a peer believes to be secret.
bool is_secret_field(std::string_view name) noexcept;

// kMask; nothing where there is nothing to hide (an empty password says something).
std::string_view mask(std::string_view secret) noexcept;

// An event with its own fields read out of their JSON. What is no object of strings gives no
// fields.
class EventView {
 public:
  EventView(const store::EventRow& row, Secrets secrets);

  // "login refused: root / ••••• (plaintext)". One line without control characters.
  std::string summary() const;

  // The object of the API; `raw` adds the RFC 5424 line.
  void append(JsonWriter& json) const { append_with(json, {}); }
  void append_with(JsonWriter& json, std::string_view raw) const;

  // A field's value; empty or 0 where there is none.
  std::string_view get(std::string_view name) const noexcept;
  std::uint64_t number(std::string_view name) const noexcept;

  // The line as it was, common fields first.
  std::string line(std::uint32_t enterprise) const;

 private:
  const store::EventRow& row_;
  std::vector<event::Field> fields_;
};

std::string_view to_string(event::Severity severity) noexcept;  // "warning"

}  // namespace decnet::api
