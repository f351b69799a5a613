// Event: one thing that happened, the only input of everything behind the engine.
//
//   Event event{.type = kLoginAttempt, .severity = Severity::notice};
//   event.add("principal", user).add("outcome", "refused");
//
// Its wire form is one RFC 5424 line (event/codec.h), its fields are declared in
// event/dictionary.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace decnet::event {

// The severities of RFC 5424 that decnet uses.
enum class Severity : std::uint8_t {
  error = 3,    // a decoy's own fault
  warning = 4,  // a successful login, a captured file, a traversal
  notice = 5,   // a login attempt
  info = 6,     // routine
};

// Event types (MSGID). Services declare no types of their own: what is special to one goes into
// `request`.
inline constexpr std::string_view kSessionStarted = "session.started";
inline constexpr std::string_view kSessionEnded = "session.ended";
inline constexpr std::string_view kLoginAttempt = "login.attempt";
inline constexpr std::string_view kCommand = "command";
inline constexpr std::string_view kRequest = "request";
inline constexpr std::string_view kFileCaptured = "file.captured";
inline constexpr std::string_view kRecording = "recording";
inline constexpr std::string_view kFingerprint = "fingerprint";
inline constexpr std::string_view kScan = "scan";
inline constexpr std::string_view kDetectionProbe = "detection_probe";
inline constexpr std::string_view kDeckyMutated = "decky_mutated";
inline constexpr std::string_view kSystemLog = "system.log";

struct Field {
  std::string name;   // [a-z0-9_]{1,32}; the codec refuses others
  std::string value;  // any bytes
  bool operator==(const Field&) const = default;
};

inline constexpr std::size_t kEventFieldsMax = 64;
inline constexpr std::size_t kFieldValueBytesMax =
    64 * 1024;  // A longer value is cut; `<name>_bytes` then says its length.
inline constexpr std::size_t kLineBytesMax = 256 * 1024;

struct Event {
  std::uint64_t origin = 0;  // Drawn by the sender when it starts.
  std::uint64_t seq = 0;     // Counts up within the origin, from 1.
  TimePoint time{};
  std::string decky;    // HOSTNAME
  std::string service;  // APP-NAME
  std::string session;  // PROCID: a UUID's text, or empty
  std::string type;     // MSGID
  Severity severity = Severity::info;
  std::vector<Field> fields;
  std::string message;  // MSG; seldom used

  Event& add(std::string_view name, std::string_view value) {
    fields.push_back({std::string(name), std::string(value)});
    return *this;
  }
  Event& add(std::string_view name, std::integral auto number) {
    return add(name, std::string_view(std::to_string(number)));
  }

  // The value of a field, or nothing. The first of that name counts.
  const std::string* find(std::string_view name) const noexcept {
    for (const Field& field : fields) {
      if (field.name == name) return &field.value;
    }
    return nullptr;
  }
  std::string_view get(std::string_view name) const noexcept {
    const std::string* value = find(name);
    return value != nullptr ? std::string_view(*value) : std::string_view{};
  }

  bool operator==(const Event&) const = default;
};

}  // namespace decnet::event
