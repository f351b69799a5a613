#include "base/counters.h"

#include <map>
#include <mutex>

namespace decnet {
namespace {

struct Entry {
  std::string help;
  Counter counter;
};

struct Registry {
  std::mutex mutex;
  std::map<std::string, Entry, std::less<>> entries;
};

Registry& registry() {
  static Registry* const made =
      new Registry;  // Never destroyed: threads may count until the very end.
  return *made;
}

}  // namespace

Counter& counter(std::string_view name, std::string_view help) {
  auto& all = registry();
  const std::lock_guard lock(all.mutex);
  const auto found = all.entries.find(name);
  if (found != all.entries.end()) return found->second.counter;
  auto& entry = all.entries[std::string(name)];
  entry.help = help;
  return entry.counter;
}

std::vector<CounterValue> counter_values() {
  auto& all = registry();
  const std::lock_guard lock(all.mutex);
  std::vector<CounterValue> out;
  for (const auto& [name, entry] : all.entries)
    out.push_back({name, entry.help, entry.counter.value()});
  return out;
}

}  // namespace decnet
