// Collector: takes lines and files from engines and everyone else, makes them durable, then
// acknowledges.
//
// One connection, one task; one task more writes the ingest log: whatever has gathered while the
// last fsync ran goes with the next, so that a single line waits for one fsync and ten thousand
// share one.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "base/disk.h"
#include "ingest/log.h"
#include "ingest/protocol.h"
#include "net/listener.h"
#include "net/stream.h"
#include "net/task_group.h"
#include "worker/collector/reserve.h"
#include "worker/collector/rights.h"
#include "worker/runtime/worker.h"

namespace decnet::worker::collector {

inline constexpr std::size_t kGatherBytesMax =
    4U << 20;  // Beyond it senders are not read from until a flush is done.
inline constexpr std::size_t kConnectionsMax = 256;
inline constexpr Duration kUpkeepEvery = std::chrono::seconds{10};

class Collector final : public Worker {
 public:
  net::Task<Result<void>> run(Context& context) override;
  std::string health() const override;

 private:
  struct Connection;
  struct Pending {
    std::weak_ptr<Connection> from;
    std::uint64_t seq = 0;
    ingest::RecordKind kind = ingest::RecordKind::line;
    TimePoint received_at{};
    std::string reason;
    std::string line;
  };

  net::Task<void> take_lines(Context& context);
  net::Task<void> take_local(Context& context, std::shared_ptr<net::Listener> listener);
  net::Task<void> take_syslog(Context& context, std::shared_ptr<net::Listener> listener);
  net::Task<void> serve(Context& context, net::StreamPtr stream, Rights rights);
  net::Task<void> serve_syslog(Context& context, net::StreamPtr stream, Rights rights);
  net::Task<bool> take_frame(Context& context, const std::shared_ptr<Connection>& connection,
                             const ingest::Frame& frame);
  net::Task<void> flush_loop(Context& context);
  net::Task<void> upkeep_loop(Context& context);
  net::Task<bool> room_to_gather();
  void gather(const std::shared_ptr<Connection>& from, std::uint64_t seq, const Rights& rights,
              std::string_view line, TimePoint now);
  void look_at_disk(Context& context);

  std::unique_ptr<net::TaskGroup> tasks_;
  std::optional<ingest::LogWriter> writer_;
  std::optional<Reserve> reserve_;
  std::deque<Pending> pending_;
  std::size_t pending_bytes_ = 0;
  std::unique_ptr<net::Wakeup> gathered_;  // Something is pending.
  std::unique_ptr<net::Wakeup> flushed_;   // There is room again.
  DiskLevel disk_ = DiskLevel::ok;
  std::size_t connections_ = 0;
  std::uint64_t lines_ = 0, rejected_ = 0, artifacts_ = 0, artifacts_dropped_ = 0, flushes_ = 0;
};

}  // namespace decnet::worker::collector
