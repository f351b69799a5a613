#include "bus/subscriptions.h"

#include <exception>

#include "base/log.h"

namespace decnet::bus {

Result<Subscription> Subscriptions::add(std::string_view text, Handler handler) {
  Pattern pattern = DECNET_TRY(Pattern::parse(text));
  if (text.size() > kSubscribePatternBytesMax) return fail(Errc::limit, "a pattern is too long");
  if (closed_) return Subscription{};
  if (entries_.size() >= kSubscriptionsMax)
    return fail(Errc::limit, "this process has too many subscriptions");
  const Matcher::Id id = ++last_id_;
  matcher_.add(pattern, id);
  entries_.emplace(id, Entry{pattern, std::make_shared<const Handler>(std::move(handler))});
  if (++uses_[pattern.text()] == 1 && watcher_.first) watcher_.first(pattern.text());
  return Subscription([self = weak_from_this(), id] {
    if (const auto table = self.lock()) table->remove(id);
  });
}

void Subscriptions::remove(Matcher::Id id) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return;
  const Entry entry = std::move(found->second);  // The handler's end may come back here.
  entries_.erase(found);
  matcher_.remove(entry.pattern, id);
  const auto use = uses_.find(entry.pattern.text());
  if (--use->second > 0) return;
  uses_.erase(use);
  if (watcher_.last) watcher_.last(entry.pattern.text());
}

void Subscriptions::deliver(const Event& event) {
  const auto matching = matcher_.match(event.topic());
  const std::vector<Matcher::Id> ids(matching.begin(), matching.end());
  for (const Matcher::Id id : ids) {
    const auto found = entries_.find(id);
    if (found == entries_.end()) continue;
    const auto handler = found->second.handler;
    try {
      (*handler)(event);
    } catch (const std::exception& error) {
      log::error("a handler of {} failed: {}", log::safe(event.topic()), error.what());
    }
  }
}

std::vector<std::string> Subscriptions::patterns() const {
  std::vector<std::string> out;
  for (const auto& [pattern, count] : uses_) out.push_back(pattern);
  return out;
}

void Subscriptions::close() {
  closed_ = true;
  const auto dropped = std::exchange(entries_, {});
  for (const auto& [id, entry] : dropped) matcher_.remove(entry.pattern, id);
  uses_.clear();
}

}  // namespace decnet::bus
