#include "api/topic_filter.h"

#include <algorithm>
#include <string>

#include "base/try.h"

namespace decnet::api {

Result<TopicFilter> TopicFilter::parse(std::string_view text) {
  TopicFilter filter;
  while (!text.empty()) {
    const auto end = std::min(text.find(','), text.size());
    std::string part(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (part.empty() || part == "health") continue;  // Health is always sent.
    if (part == "change") {
      filter.every_change_ = true;
      continue;
    }
    if (filter.patterns_.size() == kTopicsMax) return fail(Errc::limit, "too many topics");
    if (part.find('.') == part.npos && part != ">") part += ".>";
    filter.patterns_.push_back(DECNET_TRY(bus::Pattern::parse(part)));
  }
  return filter;
}

bool TopicFilter::wants(std::string_view topic) const noexcept {
  if (patterns_.empty() && !every_change_) return true;
  if (every_change_ && !topic.starts_with("event.")) return true;
  return std::any_of(patterns_.begin(), patterns_.end(),
                     [topic](const bus::Pattern& pattern) { return pattern.matches(topic); });
}

}  // namespace decnet::api
