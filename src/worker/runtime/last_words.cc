#include "worker/runtime/last_words.h"

#include "base/json.h"

namespace decnet::worker {

std::string last_words_json(const LastWords& words) {
  JsonWriter json;
  json.begin_object()
      .field("at", words.at)
      .field("actor", words.actor)
      .field("reason", words.reason)
      .field("process", words.process)
      .field("pid", words.pid);
  json.key("log").begin_array();
  for (const auto& line : words.log) json.value(line);
  json.end_array().end_object();
  return std::move(json).take();
}

Result<void> keep_last_words(store::Store& store, std::string_view worker, const LastWords& words) {
  return store.maintenance().put_setting(store::last_words_setting(worker), last_words_json(words));
}

std::vector<std::string> tail(std::vector<std::string> lines, std::size_t bytes) {
  std::size_t first = lines.size();
  while (first > 0 && lines[first - 1].size() < bytes) bytes -= lines[--first].size() + 1;
  lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(first));
  return lines;
}

}  // namespace decnet::worker
