// Worker: a supervised long-running task. One folder under src/worker/, one class, one run().
//
// The runtime (runtime.h), not the worker, beats, listens for control, restarts after a failure and
// counts. A worker's tick is idempotent, its state lives in the store, and a bus that is down costs
// it nothing but latency: it polls.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/config.h"
#include "base/fd.h"
#include "bus/bus.h"
#include "net/blocking.h"
#include "net/wakeup.h"
#include "store/store.h"

namespace decnet::worker {

// Waits for a wake-up, at most so long. False if the task has been cancelled.
net::Task<bool> woken(net::Wakeup& wakeup, Duration at_most);

// A line that the supervisor has opened to another process.
struct Line {
  std::string kind;  // control::kLinkControl or control::kLinkSender
  std::string peer;  // "engine.0", "netd"
  UniqueFd socket;
};

// Lines of one kind, waiting for the worker that uses them.
class LineInbox {
 public:
  explicit LineInbox(const net::Executor& executor) : wakeup_(executor) {}
  void put(Line line) {
    lines_.push_back(std::move(line));
    wakeup_.wake();
  }
  // Errors: cancelled.
  net::Task<Result<Line>> next();

 private:
  std::deque<Line> lines_;
  net::Wakeup wakeup_;
};

// All that a worker has of the world. Outlives every worker.
struct Context {
  net::Executor executor;
  const Clock& clock;
  const Config& config;
  store::Store& store;
  net::BlockingPool& pool;  // For the store and other things that block.
  bus::Bus& bus;
  LineInbox& sender_lines;   // From engines to the collector.
  LineInbox& control_lines;  // Between the reconciler, netd and engines.
  net::Wakeup& log_grew;     // Set by the collector, awaited by the ingester. Where they are in two
                             // processes the bus carries it over (app/processes/workers.cc).
};

// What a worker has done: its ticks, how many of them failed, and how long the last took.
struct Ticks {
  std::uint64_t count = 0;
  std::uint64_t failures = 0;
  std::chrono::nanoseconds last{0};
};

// One tick, from construction to destruction.
class Tick {
 public:
  Tick(Ticks& ticks, const Clock& clock)
      : ticks_(ticks), clock_(clock), began_(clock.monotonic()) {}
  ~Tick() {
    ++ticks_.count;
    ticks_.last = clock_.monotonic() - began_;
  }
  Tick(const Tick&) = delete;
  Tick& operator=(const Tick&) = delete;

  void failed() { ++ticks_.failures; }

 private:
  Ticks& ticks_;
  const Clock& clock_;
  std::chrono::nanoseconds began_;
};

class Worker {
 public:
  virtual ~Worker() = default;
  // Works until it is cancelled (then it returns success) or fails. A failed one is run again, on
  // the same object.
  virtual net::Task<Result<void>> run(Context& context) = 0;
  // More for the heartbeat: one JSON object of numbers and words.
  virtual std::string health() const { return "{}"; }
  const Ticks& ticks() const noexcept { return ticks_; }

 protected:
  Ticks ticks_;
};

struct Descriptor {
  std::string_view name;     // Its topic token: "ingester"
  std::string_view summary;  // One line for people.
  std::unique_ptr<Worker> (*create)();
};

// The workers of this build, generated from the folders.
const std::vector<const Descriptor*>& all();

}  // namespace decnet::worker
