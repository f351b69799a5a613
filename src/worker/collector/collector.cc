#include "worker/collector/collector.h"

#include <charconv>
#include <fstream>

#include "base/json.h"
#include "base/log.h"
#include "base/random.h"
#include "bus/publish.h"
#include "event/codec.h"
#include "net/cancel.h"
#include "net/reader.h"
#include "net/socket_stream.h"
#include "worker/collector/artifacts.h"

namespace decnet::worker::collector {
namespace {

constexpr Duration kAckTime = std::chrono::seconds{10};
constexpr Duration kDiskRetry = std::chrono::seconds{1};

DiskLimits limits_of(const Config& config) {
  return {config.ingest.disk_low_bytes, config.ingest.disk_critical_bytes};
}

}  // namespace

// A connected sender. Acknowledgements go out from the flush loop, one write at a time.
struct Collector::Connection {
  net::StreamPtr stream;
  Rights rights;
  std::uint64_t origin = 0;
  std::uint64_t durable = 0;  // Highest seq that may be acknowledged.
  std::uint64_t told = 0;
  bool telling = false;
};

net::Task<Result<void>> Collector::run(Context& context) {
  tasks_ = std::make_unique<net::TaskGroup>(context.executor);
  gathered_ = std::make_unique<net::Wakeup>(context.executor);
  flushed_ = std::make_unique<net::Wakeup>(context.executor);
  pending_.clear();
  pending_bytes_ = 0;
  auto open_log = [&context]() -> Result<ingest::LogWriter> {
    const std::uint64_t stored = DECNET_TRY(context.store.ingest().log_position());
    return ingest::LogWriter::open(context.config.ingest_folder(), stored,
                                   context.config.ingest.segment_bytes);
  };
  DECNET_CO_TRY(writer_, co_await net::run_blocking(context.pool, open_log));
  reserve_.emplace(context.config.data_dir + "/reserve", context.config.ingest.reserve_bytes);
  look_at_disk(context);

  DECNET_CO_TRY(UniqueFd local, net::listen_unix(context.config.collector_socket(), 0660,
                                                 context.config.bus.group));
  auto listener = std::make_shared<net::Listener>(context.executor, std::move(local));
  tasks_->spawn("collector lines", take_lines(context));
  tasks_->spawn("collector local", take_local(context, listener));
  if (!context.config.ingest.listen.empty()) {
    DECNET_CO_TRY(const net::Endpoint on, net::Endpoint::parse(context.config.ingest.listen));
    DECNET_CO_TRY(UniqueFd syslog, net::listen_tcp(on));
    tasks_->spawn(
        "collector syslog",
        take_syslog(context, std::make_shared<net::Listener>(context.executor, std::move(syslog))));
  }
  tasks_->spawn("collector upkeep", upkeep_loop(context));
  co_await flush_loop(context);
  tasks_->cancel();
  co_await tasks_->join();
  co_return Result<void>{};
}

std::string Collector::health() const {
  JsonWriter json;
  json.begin_object()
      .field("lines", lines_)
      .field("rejected", rejected_)
      .field("artifacts", artifacts_);
  json.field("artifacts_dropped", artifacts_dropped_)
      .field("flushes", flushes_)
      .field("connections", connections_);
  json.field("disk", to_string(disk_))
      .field("acknowledging", disk_ != DiskLevel::critical)
      .end_object();
  return std::move(json).take();
}

net::Task<void> Collector::take_lines(Context& context) {
  for (;;) {
    auto line = co_await context.sender_lines.next();
    if (!line) co_return;
    Rights rights{Role::engine, line->peer, 0,
                  static_cast<std::uint32_t>(context.config.engine.shards)};
    const auto dot = line->peer.find('.');
    if (dot != line->peer.npos) {
      std::from_chars(line->peer.data() + dot + 1, line->peer.data() + line->peer.size(),
                      rights.shard);
    }
    auto stream = net::make_socket_stream(context.executor, std::move(line->socket));
    if (stream)
      tasks_->spawn("collector sender", serve(context, *std::move(stream), std::move(rights)));
  }
}

net::Task<void> Collector::take_local(Context& context, std::shared_ptr<net::Listener> listener) {
  for (;;) {
    auto accepted = co_await listener->accept();
    if (!accepted) co_return;
    const auto who = net::peer_credentials(accepted->fd.get());
    auto stream = net::make_socket_stream(context.executor, std::move(accepted->fd));
    if (!who || !stream || connections_ >= kConnectionsMax) continue;
    // Whoever may open the socket file may send: its mode is the authorization.
    Rights rights{Role::local, "local:" + std::to_string(who->uid), 0, 1};
    tasks_->spawn("collector sender", serve(context, *std::move(stream), std::move(rights)));
  }
}

net::Task<void> Collector::take_syslog(Context& context, std::shared_ptr<net::Listener> listener) {
  for (;;) {
    auto accepted = co_await listener->accept();
    if (!accepted) co_return;
    if (connections_ >= kConnectionsMax) continue;
    Rights rights{Role::remote, "syslog " + accepted->peer.ip.text(), 0, 1};
    auto stream = net::make_socket_stream(context.executor, std::move(accepted->fd));
    if (stream)
      tasks_->spawn("collector syslog",
                    serve_syslog(context, *std::move(stream), std::move(rights)));
  }
}

net::Task<void> Collector::serve(Context& context, net::StreamPtr stream, Rights rights) {
  ++connections_;
  const auto connection = std::make_shared<Connection>();
  connection->stream = std::move(stream);
  connection->rights = std::move(rights);
  net::Reader reader(*connection->stream);
  for (bool going = true; going;) {
    ingest::Frame frame;
    const auto size = ingest::parse_frame(reader.buffered(), frame);
    if (!size) {
      log::error("{} is cut off: {}", connection->rights.source, size.error().detail);
      break;
    }
    if (*size == 0) {
      const auto filled = co_await reader.fill();
      going = filled.has_value();
      continue;
    }
    going = co_await take_frame(context, connection, frame);
    reader.consume(*size);
  }
  connection->stream->close();
  --connections_;
}

net::Task<bool> Collector::take_frame(Context& context,
                                      const std::shared_ptr<Connection>& connection,
                                      const ingest::Frame& frame) {
  switch (frame.kind) {
    case ingest::FrameKind::hello: {
      connection->origin = frame.number;
      log::debug("{} sends as origin {:016x}", connection->rights.source, frame.number);
      std::string resume;
      ingest::append_resume(resume,
                            0);  // What it repeats is known by its name: the store takes each once.
      connection->stream->set_deadline(context.clock.now() + kAckTime);
      const auto told = co_await connection->stream->write(resume);
      connection->stream->set_deadline(TimePoint::max());
      co_return told.has_value();
    }
    case ingest::FrameKind::line:
      gather(connection, frame.number, connection->rights, frame.bytes, context.clock.now());
      co_return co_await room_to_gather();
    case ingest::FrameKind::blob: {
      look_at_disk(context);  // A blob comes before the line that names it, and may be large.
      if (disk_ != DiskLevel::ok) {
        ++artifacts_dropped_;
        co_return true;
      }
      auto keep = [&] {
        return keep_artifact(context.config.artifacts_folder(), frame.sha256, frame.bytes);
      };
      const auto kept = co_await net::run_blocking(context.pool, keep);
      if (kept) {
        ++artifacts_;
        co_return true;
      }
      ++artifacts_dropped_;
      log::error("an artifact of {} is not kept: {}", connection->rights.source,
                 kept.error().detail);
      co_return kept.error().code != Errc::invalid_argument;
    }
    case ingest::FrameKind::resume:
    case ingest::FrameKind::ack:
      break;
  }
  log::error("{} is cut off: it sends what only a collector sends", connection->rights.source);
  co_return false;
}

net::Task<void> Collector::serve_syslog(Context& context, net::StreamPtr stream, Rights rights) {
  ++connections_;
  const std::uint64_t origin = random_u64() | 1;
  std::uint64_t seq = 0;
  event::Framer framer;
  net::Reader reader(*stream);
  event::Event event;
  while (co_await reader.fill()) {
    framer.feed(reader.buffered());
    reader.consume(reader.buffered().size());
    for (std::string_view line; framer.next(line);) {
      const TimePoint now = context.clock.now();
      // Named by whoever lets it in: the connection and its count.
      std::string named(line);
      if (event::parse_line(line, now, event)) {
        event.origin = origin;
        event.seq = ++seq;
        named = event::to_line(event,
                               static_cast<std::uint32_t>(context.config.ingest.enterprise_number));
      }
      gather(nullptr, 0, rights, named, now);
    }
    if (!co_await room_to_gather()) break;
  }
  stream->close();
  --connections_;
}

void Collector::gather(const std::shared_ptr<Connection>& from, std::uint64_t seq,
                       const Rights& rights, std::string_view line, TimePoint now) {
  Pending pending{.from = from, .seq = seq, .received_at = now, .line = std::string(line)};
  if (const auto allowed = may_send(rights, line); !allowed) {
    pending.kind = ingest::RecordKind::rejected;
    pending.reason = rights.source + ": " + allowed.error().detail;
    ++rejected_;
    log::error("a line of {} is rejected: {}", rights.source, log::safe(allowed.error().detail));
  }
  ++lines_;
  pending_bytes_ += line.size() + sizeof(Pending);
  pending_.push_back(std::move(pending));
  gathered_->wake();
}

net::Task<bool> Collector::room_to_gather() {
  while (pending_bytes_ > kGatherBytesMax) {
    const bool woke = co_await woken(*flushed_, kDiskRetry);
    if (!woke) co_return false;
  }
  co_return true;
}

net::Task<void> Collector::flush_loop(Context& context) {
  auto tell = [](std::shared_ptr<Connection> connection, const Clock& clock) -> net::Task<void> {
    while (connection->told < connection->durable) {
      std::string ack;
      connection->told = connection->durable;
      ingest::append_ack(ack, connection->told);
      connection->stream->set_deadline(clock.now() + kAckTime);
      const auto written = co_await connection->stream->write(ack);
      connection->stream->set_deadline(TimePoint::max());
      if (!written) connection->stream->close();
      if (!written) break;
    }
    connection->telling = false;
  };
  for (;;) {
    if (pending_.empty()) {
      if (!co_await woken(*gathered_, std::chrono::hours{1})) co_return;
    }
    if (co_await net::is_cancelled()) co_return;
    look_at_disk(context);
    if (disk_ == DiskLevel::critical) {
      if (!co_await net::sleep_for(kDiskRetry)) co_return;
      continue;
    }
    std::deque<Pending> batch;
    batch.swap(pending_);
    pending_bytes_ = 0;
    auto write = [this, &batch]() -> Result<void> {
      for (const Pending& pending : batch) {
        const ingest::Record record{
            .kind = pending.kind,
            .received_at = pending.received_at,
            .source = pending.kind == ingest::RecordKind::rejected
                          ? pending.reason.substr(0, pending.reason.find(':'))
                          : "",
            .reason = pending.reason,
            .bytes = pending.line};
        DECNET_TRY(writer_->append(record));
      }
      return writer_->flush();
    };
    const Tick tick(ticks_, context.clock);
    auto written = co_await net::run_blocking(context.pool, write);
    while (!written) {
      ++ticks_.failures;
      log::error("the ingest log cannot be written ({}); nothing is acknowledged until it can",
                 written.error().detail);
      look_at_disk(context);
      if (!co_await net::sleep_for(kDiskRetry)) co_return;
      auto again = [this] { return writer_->flush(); };
      written = co_await net::run_blocking(context.pool, again);
    }
    ++flushes_;
    context.log_grew.wake();
    flushed_->wake();
    for (const Pending& pending : batch) {
      const auto connection = pending.from.lock();
      if (!connection) continue;
      connection->durable = std::max(connection->durable, pending.seq);
      if (!std::exchange(connection->telling, true))
        tasks_->spawn("collector ack", tell(connection, context.clock));
    }
  }
}

void Collector::look_at_disk(Context& context) {
  const auto space = disk_space(context.config.data_dir);
  if (!space) return;
  const DiskLimits limits = limits_of(context.config);
  DiskLevel level = disk_level(*space, limits);
  if (level == DiskLevel::critical)
    reserve_->let_go();
  else if (space->free > limits.critical_bytes + 2 * context.config.ingest.reserve_bytes)
    reserve_->hold();
  if (level == disk_) return;
  disk_ = level;
  JsonWriter json;
  json.begin_object()
      .field("what", "disk")
      .field("level", to_string(level))
      .field("free_bytes", space->free)
      .end_object();
  bus::publish_safely(&context.bus, bus::topic::system_log(), json.text(), "disk");
  if (level == DiskLevel::ok) log::info("the disk has room again: everything is kept");
  if (level == DiskLevel::low)
    log::warn("the disk is nearly full: captured files are not kept ({} bytes free)", space->free);
  if (level == DiskLevel::critical)
    log::error("the disk is full: nothing is acknowledged ({} bytes free)", space->free);
}

net::Task<void> Collector::upkeep_loop(Context& context) {
  for (;;) {
    const auto slept = co_await net::sleep_for(kUpkeepEvery);
    if (!slept) co_return;
    auto tidy = [&context]() -> Result<ingest::Retired> {
      const std::string folder = context.config.ingest_folder();
      DECNET_TRY(ingest::compress_full_segments(folder));
      std::uint64_t position = 0;  // Written by the ingester after each checkpoint of the store.
      std::ifstream(folder + "/checkpoint") >> position;
      return ingest::retire(folder, position, context.config.ingest.log_bytes);
    };
    const auto tidied = co_await net::run_blocking(context.pool, tidy);
    if (!tidied)
      log::warn("the ingest log's upkeep failed: {}", tidied.error().detail);
    else if (tidied->bytes_given_up > 0)
      log::error("the ingest log was too large: {} bytes were given up unread",
                 tidied->bytes_given_up);
  }
}

}  // namespace decnet::worker::collector

namespace decnet::worker::collector {
const Descriptor& descriptor();
const Descriptor& descriptor() {
  static const Descriptor made{
      "collector", "takes lines and files from engines, makes them durable, acknowledges",
      [] { return std::unique_ptr<Worker>(std::make_unique<Collector>()); }};
  return made;
}
}  // namespace decnet::worker::collector
