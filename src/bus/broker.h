// Broker: the process that fans events out. One per host, one thread, a UNIX socket whose file mode
// is the authorization.
//
//   auto broker = Broker::create(loop.executor(), options);     // From here on clients can
//   connect. auto ended = co_await (*broker)->run();                     // Until stop() or
//   cancellation.
//
// Wire and rules: docs/service-bus.md; frames: codec.h. A client that breaks a rule is logged with
// its reason and closed, nobody else notices.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "bus/allow.h"
#include "bus/outbox.h"
#include "net/task.h"

namespace decnet::bus {

inline constexpr std::size_t kConnectionsMax = 1024;
inline constexpr std::size_t kPatternsPerConnectionMax = 16'384;
// Of all connections together; what patterns share counts once. A node has about 250 bytes.
inline constexpr std::size_t kPatternNodesMax = 262'144;
// How long a frame may take to arrive once its first byte is there.
inline constexpr Duration kFrameWaitMax = std::chrono::seconds{30};
// Nodes of patterns that are looked at for one publisher; then it is everybody else's turn.
inline constexpr std::size_t kNodesPerTurnMax = 65'536;
inline constexpr std::size_t kPatternBytesPerConnectionMax = 1024 * 1024;
inline constexpr std::size_t kReadBytes = 64 * 1024;  // At a time and connection.
inline constexpr Duration kBusHealthEvery = std::chrono::seconds{10};
inline constexpr Duration kDropWarningEvery = std::chrono::seconds{1};
inline constexpr std::size_t kSlowestShown = 5;
// A report on every connection (hub_report.cc) is made so often at most, however many ask, and is
// at most so large; connections that do not fit are counted in it.
inline constexpr Duration kReportEvery = std::chrono::milliseconds{100};
inline constexpr std::size_t kReportBytesMax = 768 * 1024;

// Backpressure. A subscriber whose queue is filled over kPressedFill holds its publishers back,
// each for at most kPauseMax after every read, until it is under kRelaxedFill again. It is behind,
// and loses events instead, when it has taken nothing for kStalledAfter, or is pressed for
// kBehindAfter.
inline constexpr double kPressedFill = 0.5;
inline constexpr double kRelaxedFill = 0.25;
inline constexpr Duration kPauseMax = std::chrono::milliseconds{3};
// For a subscriber that takes nothing at all a shorter pause: a publisher's write is woken only
// when three quarters of its socket are read, which are four pauses, and it shall not last 5 ms.
inline constexpr Duration kSilentAfter = std::chrono::milliseconds{2};
inline constexpr Duration kPauseForSilent = std::chrono::microseconds{500};
inline constexpr Duration kStalledAfter = std::chrono::milliseconds{100};
inline constexpr Duration kBehindAfter = std::chrono::milliseconds{250};

struct BrokerOptions {
  std::string socket;  // See socket_path() in make_bus.h. A missing folder is made.
  unsigned mode = 0660;
  std::string group = "decnet";  // Where it exists.
  QueueLimits queue;             // Of each connection.
  std::size_t connections_max = kConnectionsMax;
  std::size_t patterns_max = kPatternsPerConnectionMax;
  std::size_t pattern_nodes_max = kPatternNodesMax;
  Duration frame_wait = kFrameWaitMax;
  std::optional<AllowList> allow;  // Nothing: the file mode alone decides.
  const Clock* clock = &Clock::system();
};

struct BrokerStatistics {
  struct Consumer {
    std::string name;
    int pid = 0;
    std::size_t queued_frames = 0;
    std::size_t queued_bytes = 0;
    std::uint64_t dropped = 0;
  };
  Duration uptime{0};
  std::size_t connections = 0;
  std::size_t subscriptions = 0;
  std::uint64_t published = 0;  // Events accepted, the broker's own included.
  std::uint64_t delivered = 0;  // Written to a subscriber, each counted.
  std::uint64_t dropped = 0;
  std::uint64_t protocol_errors = 0;
  std::uint64_t refused = 0;             // Connections over kConnectionsMax.
  std::uint64_t denied_connections = 0;  // Closed because no rule of the allow-list lets them in.
  std::uint64_t denied_frames = 0;       // PUB and SUB dropped because none allows their topic.
  std::uint64_t pauses = 0;              // Of publishers.
  std::vector<Consumer> slowest;         // At most kSlowestShown, the slowest first.
};

class Broker {
 public:
  // Binds. Errors: conflict (a live broker has the socket; the detail says who), invalid_argument
  // (the path is too long, or is a file that is no socket), denied, io.
  static Result<std::unique_ptr<Broker>> create(const net::Executor& executor,
                                                BrokerOptions options);
  ~Broker();  // Closes everything and unlinks its socket.

  // Serves until stop() or cancellation: then says BYE to everyone and unlinks the socket.
  // Errors: io (the kernel's event queue failed).
  net::Task<Result<void>> run();
  void stop();

  // From now on, for those who are connected too: who is no longer let in is closed, patterns that
  // are no longer allowed are removed.
  void allow(std::optional<AllowList> list);

  BrokerStatistics statistics() const;

  // A connection from inside this process, that no publisher ever waits for: when it is behind it
  // loses its oldest events at once. Errors: io, limit.
  Result<UniqueFd> attach();
  // One more field of system.bus.health, whose JSON is asked for each time, on the broker's loop.
  void show_in_health(std::string name, std::function<std::string()> json);

 private:
  struct State;
  explicit Broker(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;  // Shared with its timer's handler.
};

}  // namespace decnet::bus
