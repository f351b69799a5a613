// Event: one delivery of the bus. A handle on shared bytes: copies are cheap, and every view lives
// as long as any copy.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace decnet::bus {

class Event {
 public:
  struct Parts {
    std::string topic;
    std::string id;
    std::string type;
    TimePoint time;
    std::string payload;
  };
  explicit Event(Parts parts) : parts_(std::make_shared<const Parts>(std::move(parts))) {}

  const Parts& parts() const noexcept { return *parts_; }

  // The header's topic; the one in the body is never looked at.
  std::string_view topic() const noexcept { return parts_->topic; }
  std::string_view id() const noexcept { return parts_->id; }      // 32 hex digits.
  std::string_view type() const noexcept { return parts_->type; }  // Often empty.
  TimePoint time() const noexcept { return parts_->time; }         // When it was published.
  // A JSON object, checked: valid UTF-8, depth <= kEventDepthMax. "{}" where there was none.
  std::string_view payload() const noexcept { return parts_->payload; }

 private:
  std::shared_ptr<const Parts> parts_;
};

}  // namespace decnet::bus
