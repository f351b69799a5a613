// One event on its way into the store, with what it names as numbers. The folds of a batch are
// handed these in order.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>

#include "event/event.h"
#include "store/page.h"
#include "store/sqlite/dictionary.h"
#include "store/sqlite/event_fields.h"
#include "store/sqlite/sources.h"

namespace decnet::store::sqlite {

struct Entry {
  const event::Event* event = nullptr;
  Sequence seq = 0;
  Word type;
  std::int64_t decky = 0, service = 0, proto = 0, dst_ip = 0, session = 0, origin = 0;
  Source* source = nullptr;  // None: the event is about no peer.
  const CommonFields* common = nullptr;

  std::int64_t attacker() const noexcept { return source != nullptr ? source->id : 0; }
  bool critical() const noexcept { return event->severity <= event::Severity::warning; }
};

// A decimal field; nothing if it is absent, malformed or beyond what a column holds.
inline std::optional<std::int64_t> number_field(const event::Event& event,
                                                std::string_view name) noexcept {
  const std::string_view text = event.get(name);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() || value < 0)
    return std::nullopt;
  return value;
}

// A text that is kept whole up to `most` bytes.
inline std::string_view cut(std::string_view text, std::size_t most) noexcept {
  return text.substr(0, most);
}

}  // namespace decnet::store::sqlite
