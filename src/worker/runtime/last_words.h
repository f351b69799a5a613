// Last words: what is kept of a worker that was told to stop, in the store's settings, until it is
// told something else. The API shows it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "store/store.h"

namespace decnet::worker {

struct LastWords {
  TimePoint at{};
  std::string actor;   // Who told it.
  std::string reason;  // As they said it.
  std::string process;
  int pid = 0;
  std::vector<std::string> log;  // The process's last lines.
};

std::string last_words_json(const LastWords& words);

// Blocking. Errors: those of the store.
Result<void> keep_last_words(store::Store& store, std::string_view worker, const LastWords& words);

// The last of `lines` that fit into `bytes`, oldest first.
std::vector<std::string> tail(std::vector<std::string> lines, std::size_t bytes);

}  // namespace decnet::worker
