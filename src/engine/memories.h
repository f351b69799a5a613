// What deckies remember of their peers: kept by core, asked for over its line.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "control/channel.h"
#include "net/task.h"

namespace decnet::engine {

inline constexpr std::size_t kRecallsMax = 1024;  // Under way at a time.
inline constexpr std::chrono::seconds kRecallTime{2};

class Memories {
 public:
  // The line to core; replaces the one before, whose requests fail.
  void use(std::shared_ptr<control::Channel> core);

  // Errors: not_found, limit, unavailable, timeout.
  net::Task<Result<std::string>> get(std::string decky, std::string topic, std::string peer);
  // Errors: limit, unavailable.
  Result<void> put(const control::MemoryPut& memory);
  void answer(const control::MemoryIs& answer);

 private:
  struct Request;
  std::shared_ptr<control::Channel> core_;
  std::map<std::uint64_t, std::shared_ptr<Request>> requests_;
  std::uint64_t next_id_ = 1;
};

}  // namespace decnet::engine
