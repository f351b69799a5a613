// Runtime: runs workers side by side. Each beats on system.<name>.health, obeys
// system.<name>.control, and is run again after a failure: after 1 s, doubling to 30 s, from 1 s
// again once it has been well for a minute. One never stops another, and no bus stops none.
//
//   Runtime runtime(context, {.process = "core"});
//   for (const auto* descriptor : all()) runtime.add(*descriptor);
//   …
//   co_await runtime.stop();          // On every way out.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bus/heartbeat.h"
#include "net/task_group.h"
#include "worker/runtime/last_words.h"
#include "worker/runtime/worker.h"

namespace decnet::worker {

inline constexpr Duration kRestartFirst = std::chrono::seconds{1};
inline constexpr Duration kRestartLast = std::chrono::seconds{30};
inline constexpr Duration kWellAfter = std::chrono::seconds{60};
inline constexpr std::size_t kBeatLogBytesMax = 32U << 10;  // Of the last lines in a heartbeat.

struct RuntimeOptions {
  std::string process;         // "core", "collector"
  std::uint64_t restarts = 0;  // Of the process before this one; counted on.
  Duration beat_every = bus::kHeartbeatEvery;
  // Waits before a restart; false: cancelled. Tests bring their own.
  std::function<net::Task<bool>(Duration)> pause = {};
  // Before a worker runs again: what it held of lines is gone, it needs new ones.
  std::function<void(std::string_view worker)> want_lines = {};
  // A worker has ended because it was told to, and its last words are stored.
  std::function<void(std::string_view worker)> on_stopped = {};
};

enum class Started : std::uint8_t { started, already_running };

class Runtime {
 public:
  Runtime(Context& context, RuntimeOptions options);
  ~Runtime();

  void add(const Descriptor& descriptor);
  // Runs a worker that was stopped again, as a new object. Errors: not_found.
  Result<Started> start(std::string_view name);
  bool idle() const noexcept;  // Every worker was told to stop, and has.
  // Stops all, waits until they have ended, and closes the bus. A second call does nothing more.
  net::Task<void> stop();

 private:
  struct Entry;
  void listen_for_registry();
  void launch(const std::shared_ptr<Entry>& entry);
  net::Task<void> live(std::shared_ptr<Entry> entry);
  net::Task<void> run_and_restart(Entry& entry);
  net::Task<void> obey(std::shared_ptr<Entry> entry);
  net::Task<void> keep_last_words(Entry& entry);
  void beat(const Entry& entry);
  std::string health_of(const Entry& entry) const;

  Context& context_;
  RuntimeOptions options_;
  std::vector<std::shared_ptr<Entry>> entries_;
  net::TaskGroup tasks_;
  bus::Subscription registries_;
  std::string registry_;  // The API that was heard last.
  bool stopping_ = false;
};

}  // namespace decnet::worker
