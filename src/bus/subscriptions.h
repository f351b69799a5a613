// Subscriptions: the handlers of one process, by pattern. What UnixBus and FakeBus share. Inside
// bus.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "bus/bus.h"
#include "bus/matcher.h"

namespace decnet::bus {

inline constexpr std::size_t kSubscriptionsMax = 16'384;

class Subscriptions : public std::enable_shared_from_this<Subscriptions> {
 public:
  // Told when a pattern gets its first handler and when it has lost its last one.
  struct Watcher {
    std::function<void(const std::string& pattern)> first;
    std::function<void(const std::string& pattern)> last;
  };

  explicit Subscriptions(Watcher watcher = {}) : watcher_(std::move(watcher)) {}

  // Errors: invalid_argument, limit (kSubscriptionsMax, kSubscribePatternBytesMax).
  Result<Subscription> add(std::string_view pattern, Handler handler);

  bool wants(std::string_view topic) { return !matcher_.match(topic).empty(); }

  // Calls every handler that matches. One that throws is logged and the others go on. Handlers may
  // add and cancel subscriptions, their own included: a cancelled one is not called any more.
  void deliver(const Event& event);

  std::vector<std::string> patterns() const;  // Each once.
  std::size_t size() const noexcept { return entries_.size(); }

  // Drops all handlers; later add() gives subscriptions that never fire.
  void close();

 private:
  struct Entry {
    Pattern pattern;
    std::shared_ptr<const Handler> handler;
  };
  void remove(Matcher::Id id);

  Watcher watcher_;
  Matcher matcher_;
  std::unordered_map<Matcher::Id, Entry> entries_;
  std::map<std::string, std::size_t, std::less<>> uses_;
  Matcher::Id last_id_ = 0;
  bool closed_ = false;
};

}  // namespace decnet::bus
