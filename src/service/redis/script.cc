#include "service/redis/script.h"

#include "base/bytes.h"
#include "base/hash.h"
#include "service/redis/limits.h"

namespace decnet::service::redis {

std::string script_sha(std::string_view body) {
  return to_hex(sha1(body));
}

const Script* Scripts::find(const std::string& sha) const {
  const auto at = scripts_.find(sha);
  return at == scripts_.end() ? nullptr : &at->second;
}

void Scripts::add(const std::string& sha, Script script) {
  if (scripts_.contains(sha)) return;
  if (order_.size() >= kScriptsMax) {
    const auto oldest = scripts_.find(order_.front());
    bytes_ -= oldest->second.body.size();
    scripts_.erase(oldest);
    order_.pop_front();
  }
  bytes_ += script.body.size();
  order_.push_back(sha);
  scripts_.emplace(sha, std::move(script));
}

void Scripts::clear() {
  scripts_.clear();
  order_.clear();
  bytes_ = 0;
}

}  // namespace decnet::service::redis
