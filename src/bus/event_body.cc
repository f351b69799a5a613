#include "bus/event_body.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include <fmt/format.h>
#include <simdjson.h>

#include "base/bytes.h"
#include "base/json.h"
#include "base/random.h"
#include "base/try.h"

namespace decnet::bus {

static_assert(kBodyPaddingBytes >= simdjson::SIMDJSON_PADDING);

namespace {

namespace dom = simdjson::dom;

constexpr double kSecondsEnd = 253'402'300'800.0;  // 10000-01-01T00:00:00Z
constexpr std::string_view kNoPayload = "{}";

// Looked up and not compared: every event that the broker passes on has an id.
constexpr auto kHexDigits = [] {
  std::array<bool, 256> out{};
  for (const char c : std::string_view("0123456789abcdefABCDEF"))
    out[static_cast<unsigned char>(c)] = true;
  return out;
}();

bool is_hex(char c) noexcept {
  return kHexDigits[static_cast<unsigned char>(c)];
}

bool is_id(std::string_view text) noexcept {
  return text.size() == kEventIdBytes &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_hex(c); });
}

bool is_space(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Takes text off the front of a body.
class Prefix {
 public:
  explicit Prefix(std::string_view body) noexcept : left_(body) {}

  bool skip(std::string_view wanted) noexcept {
    if (!left_.starts_with(wanted)) return false;
    left_.remove_prefix(wanted.size());
    return true;
  }
  bool skip_id() noexcept {
    if (!is_id(left_.substr(0, kEventIdBytes))) return false;
    left_.remove_prefix(kEventIdBytes);
    return true;
  }
  // The rest of a string without escapes, and its closing quote.
  bool skip_plain_string(std::size_t most) noexcept {
    const auto end = left_.substr(0, most + 1).find('"');
    if (end == left_.npos || left_.substr(0, end).find('\\') != left_.npos) return false;
    left_.remove_prefix(end + 1);
    return true;
  }
  // A number without sign and exponent, of which eleven digits are less than kSecondsEnd.
  bool skip_seconds() noexcept {
    std::size_t whole = 0;
    while (whole < left_.size() && is_digit(left_[whole])) ++whole;
    std::size_t end = whole;
    if (end < left_.size() && left_[end] == '.') ++end;
    while (end < left_.size() && is_digit(left_[end])) ++end;
    if (whole > kSecondsDigitsMax) return false;
    left_.remove_prefix(end);
    return true;
  }

 private:
  static constexpr std::size_t kSecondsDigitsMax = 11;
  static bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

  std::string_view left_;
};

// Whether a body begins as make_event_body() writes one that is complete, up to the first byte of
// its payload. For JSON of six members, which are these then: most events are told so, for less
// than it costs to look at their members. "No" says nothing.
bool is_written_by_us(std::string_view body, std::string_view topic) noexcept {
  const auto is_escaped = [](char c) { return c == '"' || c == '\\'; };
  if (std::any_of(topic.begin(), topic.end(), is_escaped)) return false;
  Prefix prefix(body);
  return prefix.skip(R"({"v":1,"id":")") && prefix.skip_id() && prefix.skip(R"(","topic":")") &&
         prefix.skip(topic) && prefix.skip(R"(","type":")") &&
         prefix.skip_plain_string(kEventTypeBytesMax) && prefix.skip(R"(,"ts":)") &&
         prefix.skip_seconds() && prefix.skip(R"(,"payload":{)");
}

// Walks over the members of an object that a parser has accepted already, and gives the text of
// each value as it stands there, which the parser does not keep.
class Members {
 public:
  explicit Members(std::string_view object) noexcept : text_(object) {
    skip_space();
    ++at_;  // '{'
  }
  std::string_view next_value() noexcept {
    skip_until(':');
    skip_space();
    const std::size_t from = at_;
    skip_value();
    std::size_t to = at_;
    while (to > from && is_space(text_[to - 1])) --to;
    ++at_;  // ',' or '}'
    return text_.substr(from, to - from);
  }

 private:
  void skip_space() noexcept {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  void skip_until(char wanted) noexcept {
    for (; at_ < text_.size() && text_[at_] != wanted; ++at_) {
      if (text_[at_] == '"') skip_string();
    }
    ++at_;
  }
  // From the opening quote to the closing one.
  void skip_string() noexcept {
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
  }
  void skip_value() noexcept {
    std::size_t depth = 0;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '"') {
        skip_string();
      } else if (c == '{' || c == '[') {
        ++depth;
      } else if (c == '}' || c == ']') {
        if (depth == 0) return;
        --depth;
      } else if (c == ',' && depth == 0) {
        return;
      }
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

bool is_falsy(dom::element value) {
  switch (value.type()) {
    case dom::element_type::NULL_VALUE:
      return true;
    case dom::element_type::BOOL:
      return !value.get_bool().value_unsafe();
    case dom::element_type::INT64:
    case dom::element_type::UINT64:
    case dom::element_type::DOUBLE:
      return value.get_double().value_unsafe() == 0.0;
    case dom::element_type::STRING:
      return value.get_string().value_unsafe().empty();
    case dom::element_type::ARRAY:
      return value.get_array().value_unsafe().size() == 0;
    case dom::element_type::OBJECT:
      return false;
  }
  return false;
}

// The six fields as they stand in a body.
struct Fields {
  enum Name : std::uint8_t { v, id, topic, type, ts, payload, count };
  // `count` for a name that is none of them.
  static Name named(std::string_view key) noexcept {
    // By size, so that the compiler knows how much is compared and needs no call for it.
    const auto is = [key](const char* text, std::size_t size) {
      return std::memcmp(key.data(), text, size) == 0;
    };
    switch (key.size()) {
      case 1:
        return is("v", 1) ? v : count;
      case 2:
        return is("id", 2) ? id : is("ts", 2) ? ts : count;
      case 4:
        return is("type", 4) ? type : count;
      case 5:
        return is("topic", 5) ? topic : count;
      case 7:
        return is("payload", 7) ? payload : count;
      default:
        return count;
    }
  }
  struct Place {
    dom::element value;
    std::size_t member = 0;  // The how manieth of the object.
    unsigned times = 0;
  };
  std::array<Place, count> places;

  explicit Fields(dom::object object) {
    std::size_t member = 0;
    for (const auto [key, value] : object) {
      if (const Name name = named(key); name != count) {
        Place& place = places[name];  // Member by member: a whole one would go over the stack.
        place.value = value;
        place.member = member;
        ++place.times;
      }
      ++member;
    }
  }

  const dom::element* find(Name name) const {
    return places[name].times > 0 ? &places[name].value : nullptr;
  }
  bool each_once() const {
    return std::all_of(places.begin(), places.end(),
                       [](const Place& place) { return place.times == 1; });
  }

  std::optional<std::string_view> well_formed_id() const {
    std::string_view text;
    if (find(id) == nullptr || find(id)->get(text) != simdjson::SUCCESS || !is_id(text))
      return std::nullopt;
    return text;
  }
  std::optional<std::string_view> well_formed_type() const {
    std::string_view text;
    if (find(type) == nullptr || find(type)->get(text) != simdjson::SUCCESS ||
        text.size() > kEventTypeBytesMax)
      return std::nullopt;
    return text;
  }
  std::optional<TimePoint> well_formed_time() const {
    double seconds = 0;
    if (find(ts) == nullptr || find(ts)->get(seconds) != simdjson::SUCCESS) return std::nullopt;
    if (!(seconds >= 0 && seconds < kSecondsEnd)) return std::nullopt;
    return from_micros(std::llround(seconds * 1e6));
  }
  bool has_version_one() const {
    std::int64_t number = 0;
    return find(v) != nullptr && find(v)->get(number) == simdjson::SUCCESS && number == 1;
  }
  bool has_topic(std::string_view wanted) const {
    std::string_view text;
    return find(topic) != nullptr && find(topic)->get(text) == simdjson::SUCCESS && text == wanted;
  }
};

// The payload's own bytes. Errors: invalid_argument.
Result<std::string_view> payload_of(const Fields& fields, std::string_view body) {
  const auto* value = fields.find(Fields::payload);
  if (value == nullptr || is_falsy(*value)) return kNoPayload;
  if (!value->is_object()) return fail(Errc::invalid_argument, "the payload is not a JSON object");
  Members members(body);
  for (std::size_t n = 0; n < fields.places[Fields::payload].member; ++n) members.next_value();
  return members.next_value();
}

}  // namespace

EventIds::EventIds() : prefix_(random_u64()), count_(random_u64()) {}

std::string EventIds::next() {
  return fmt::format("{:016x}{:016x}", prefix_, count_++);
}

std::string make_event_body(const Event::Parts& parts) {
  const auto micros = to_micros(parts.time);
  std::string out;
  out.reserve(parts.payload.size() + parts.topic.size() + parts.type.size() + 128);
  out += R"({"v":1,"id":)";
  append_json_string(out, parts.id);
  out += R"(,"topic":)";
  append_json_string(out, parts.topic);
  out += R"(,"type":)";
  append_json_string(out, parts.type);
  fmt::format_to(std::back_inserter(out), R"(,"ts":{}.{:06})", micros / 1'000'000,
                 micros % 1'000'000);
  out += R"(,"payload":)";
  out += parts.payload.empty() ? kNoPayload : std::string_view(parts.payload);
  out += '}';
  return out;
}

struct EventReader::State {
  dom::parser parser;

  // Errors: invalid_argument, limit.
  Result<dom::object> parse(std::string_view json, Padding padding) {
    if (parser.capacity() < json.size() || parser.max_depth() != kEventDepthMax) {
      // Half as much again, so that slowly growing bodies do not allocate each time.
      const auto wanted = std::max<std::size_t>(json.size() + json.size() / 2, 1024);
      if (parser.allocate(wanted, kEventDepthMax) != simdjson::SUCCESS)
        return fail(Errc::limit, "no memory for the parser");
    }
    dom::element root;
    const auto error = parser.parse(json.data(), json.size(), padding == Padding::absent).get(root);
    if (error == simdjson::DEPTH_ERROR) return fail(Errc::limit, "the JSON is too deep");
    if (error != simdjson::SUCCESS)
      return fail(Errc::invalid_argument,
                  fmt::format("not JSON: {}", simdjson::error_message(error)));
    dom::object object;
    if (root.get(object) != simdjson::SUCCESS)
      return fail(Errc::invalid_argument, "not a JSON object");
    return object;
  }
  void give_back() {
    if (parser.capacity() > kKeptBodyBytesMax + kKeptBodyBytesMax / 2) parser = dom::parser();
  }
};

EventReader::EventReader() : state_(std::make_unique<State>()) {}
EventReader::~EventReader() = default;
EventReader::EventReader(EventReader&&) noexcept = default;
EventReader& EventReader::operator=(EventReader&&) noexcept = default;

Result<std::optional<std::string>> EventReader::complete(std::string_view topic,
                                                         std::string_view body, Padding padding,
                                                         EventIds& ids, const Clock& clock) {
  if (body.empty())
    return make_event_body(
        {std::string(topic), ids.next(), {}, clock.now(), std::string(kNoPayload)});
  auto object = state_->parse(body, padding);
  const auto build = [&]() -> Result<std::optional<std::string>> {
    if (object && object->size() == Fields::count && is_written_by_us(body, topic))
      return std::optional<std::string>{};
    const Fields fields(DECNET_TRY(std::move(object)));
    const auto id = fields.well_formed_id();
    const auto type = fields.well_formed_type();
    const auto time = fields.well_formed_time();
    if (fields.each_once() && fields.has_version_one() && fields.has_topic(topic) && id && type &&
        time && fields.find(Fields::payload)->is_object())
      return std::optional<std::string>{};
    // Looking for the payload's own bytes costs more than all the rest: only where it is rebuilt.
    const auto payload = DECNET_TRY(payload_of(fields, body));
    return std::optional(make_event_body({std::string(topic), id ? std::string(*id) : ids.next(),
                                          std::string(type.value_or("")),
                                          time ? *time : clock.now(), std::string(payload)}));
  };
  auto out = build();
  state_->give_back();
  return out;
}

Result<Event> EventReader::read(std::string_view topic, std::string_view body, TimePoint now) {
  if (body.empty()) return Event({std::string(topic), {}, {}, now, std::string(kNoPayload)});
  auto object = state_->parse(body, Padding::absent);
  const auto build = [&]() -> Result<Event> {
    const Fields fields(DECNET_TRY(std::move(object)));
    const auto payload = DECNET_TRY(payload_of(fields, body));
    return Event({std::string(topic), std::string(fields.well_formed_id().value_or("")),
                  std::string(fields.well_formed_type().value_or("")),
                  fields.well_formed_time().value_or(now), std::string(payload)});
  };
  auto out = build();
  state_->give_back();
  return out;
}

Result<void> EventReader::check_object(std::string_view json) {
  const auto object = state_->parse(json, Padding::absent);
  state_->give_back();
  if (!object) return tl::unexpected(object.error());
  return {};
}

Result<std::string> EventReader::string_in(std::string_view object, std::string_view name) {
  std::string out;
  {
    const auto parsed = DECNET_TRY(state_->parse(object, Padding::absent));
    std::string_view text;
    if (parsed.at_key(name).get(text) == simdjson::SUCCESS) out = text;
  }
  state_->give_back();
  return out;
}

}  // namespace decnet::bus
