// JsonBody: reads the members of a JSON body one by one and remembers everything that is wrong with
// it, by JSON Pointer, so that a client hears all of it at once.
//
//   JsonBody body(call.request.body);
//   const std::string name = body.text("name", {.bytes_max = 64});
//   const auto expires = body.optional_time("expires_at");
//   if (auto problem = body.problem()) return std::move(*problem);
//
// A member that nobody asked for is an error. 400: no JSON, or not an object; 422: the members.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "api/problem.h"
#include "base/clock.h"

namespace decnet::api {

inline constexpr std::size_t kBodyDepthMax = 16;

struct TextLimits {
  std::size_t bytes_min = 1;
  std::size_t bytes_max = 1024;
};

class JsonBody {
 public:
  explicit JsonBody(std::string_view text);
  ~JsonBody();

  // Missing, null or of another type: an error, and an empty value.
  std::string text(std::string_view name, const TextLimits& limits);
  std::string choice(std::string_view name, std::span<const std::string_view> choices);

  // Missing or null: nothing.
  std::optional<std::string> optional_text(std::string_view name, const TextLimits& limits);
  std::optional<std::string> optional_choice(std::string_view name,
                                             std::span<const std::string_view> choices);
  std::optional<bool> optional_flag(std::string_view name);
  std::optional<TimePoint> optional_time(std::string_view name);

  // An error that the caller has found.
  void refuse(std::string_view name, std::string_view detail, std::string_view code = "invalid");

  // Nothing where all is well. Call it once, after the last member.
  std::optional<Problem> problem();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// "a/b~c" → "/a~1b~0c" (RFC 6901).
std::string json_pointer(std::string_view member);

}  // namespace decnet::api
