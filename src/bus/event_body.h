// The body of PUB and EVT: {"v":1, "id", "topic", "type", "ts", "payload"}. simdjson stops here.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bus/event.h"
#include "bus/topic.h"

namespace decnet::bus {

inline constexpr std::size_t kEventDepthMax =
    64;  // Brackets inside each other, the outermost one included.
inline constexpr std::size_t kEventIdBytes = 32;  // Hex digits.
inline constexpr std::size_t kEventTypeBytesMax = 1024;
// What must be readable behind a body that is given as padded; its content does not matter.
inline constexpr std::size_t kBodyPaddingBytes = 64;
// A parser's memory grows to about fourteen times the largest body it has seen; beyond this size it
// is given back at once.
inline constexpr std::size_t kKeptBodyBytesMax = 64 * 1024;

enum class Padding : std::uint8_t { absent, present };

// Makes ids: 32 hex digits, never the same twice, not a secret.
class EventIds {
 public:
  EventIds();
  std::string next();

 private:
  std::uint64_t prefix_;
  std::uint64_t count_;
};

// A complete body in the order of the fields above. `payload` is a JSON object already.
std::string make_event_body(const Event::Parts& parts);

// Reads bodies; holds the parser's memory. Not thread-safe.
class EventReader {
 public:
  EventReader();
  ~EventReader();
  EventReader(EventReader&&) noexcept;
  EventReader& operator=(EventReader&&) noexcept;

  // What the broker does with the body of a PUB. Nothing: the body has all six fields as they shall
  // be and travels unchanged. Else a body made anew, by these rules:
  //   payload  kept byte for byte; {} where it is absent or falsy (null, false, 0, "", [], {})
  //   type     kept where it is a string of at most kEventTypeBytesMax bytes, else ""
  //   id, ts   kept where well formed (32 hex digits; a number of a second between 1970 and 9999),
  //            else from `ids` and `clock`
  //   v, topic 1 and the header's. Other fields go.
  // A known field that stands there twice is not "as it shall be"; the last one counts.
  // Numbers must fit a 64-bit integer or a double, as simdjson has it. An empty body is {}. Errors:
  // invalid_argument (not a JSON object in UTF-8, its payload is something else than an object and
  // not falsy), limit (deeper than kEventDepthMax).
  Result<std::optional<std::string>> complete(std::string_view topic, std::string_view body,
                                              Padding padding, EventIds& ids, const Clock& clock);

  // What a client does with the body of an EVT. The same rules, except that an id that is not well
  // formed is empty and a ts that is not becomes `now`. Errors: the same.
  Result<Event> read(std::string_view topic, std::string_view body, TimePoint now);

  // Is it a JSON object, not too deep? Errors: invalid_argument, limit.
  Result<void> check_object(std::string_view json);

  // The string of that name in a JSON object; empty where there is none or it is no string.
  // Errors: as check_object.
  Result<std::string> string_in(std::string_view object, std::string_view name);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace decnet::bus
