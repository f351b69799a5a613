// What the supervisor, the processes that host workers, and the API say about workers.
//
//   host → supervisor        WantLines: a worker runs again, what it had of lines is gone
//   api → supervisor → host  StartWorker, answered by StartOutcome the same way back
//   unit → supervisor        Attach: the first word of a process that somebody else has started
#pragma once

#include <cstdint>
#include <string>

#include <boost/describe/class.hpp>

namespace decnet::control {

struct WantLines {
  std::string worker;
};
BOOST_DESCRIBE_STRUCT(WantLines, (), (worker))
struct StartWorker {
  std::uint64_t id = 0;
  std::string worker;
};
BOOST_DESCRIBE_STRUCT(StartWorker, (), (id, worker))
struct StartOutcome {
  std::uint64_t id = 0;
  bool was_running = false;
  std::string error;  // Empty: it runs.
};
BOOST_DESCRIBE_STRUCT(StartOutcome, (), (id, was_running, error))
struct Attach {
  std::string process;  // "collector"
};
BOOST_DESCRIBE_STRUCT(Attach, (), (process))

}  // namespace decnet::control
