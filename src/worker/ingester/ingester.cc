#include "worker/ingester/ingester.h"

#include "base/json.h"
#include "base/log.h"
#include "event/codec.h"
#include "net/cancel.h"
#include "worker/ingester/announce.h"
#include "worker/ingester/checkpoint.h"

namespace decnet::worker::ingester {
namespace {

constexpr std::size_t kRejectedLineBytesMax = 4096;

}  // namespace

Result<ReadOutcome> read_batch(ingest::LogReader& reader, std::size_t lines_max) {
  ReadOutcome out;
  ingest::Record record;
  while (out.batch.events.size() + out.batch.rejected.size() < lines_max) {
    if (!DECNET_TRY(reader.next(record))) {
      out.at_end = true;
      break;
    }
    std::string reason = record.reason;
    if (record.kind == ingest::RecordKind::line) {
      event::Event event;
      const auto parsed = event::parse_line(record.bytes, record.received_at, event);
      if (parsed && event.origin != 0) {
        out.batch.events.push_back(std::move(event));
        continue;
      }
      reason = parsed ? "the line has no name (origin and seq)" : parsed.error().detail;
      ++out.malformed;
    }
    store::RejectedLine rejected{
        .at = record.received_at, .source = record.source, .reason = std::move(reason)};
    rejected.line = record.bytes.substr(0, kRejectedLineBytesMax);
    rejected.log_position = reader.position();
    out.batch.rejected.push_back(std::move(rejected));
  }
  out.batch.log_position = reader.position();
  return out;
}

net::Task<Result<void>> Ingester::run(Context& context) {
  auto where = [&context] { return context.store.ingest().log_position(); };
  DECNET_CO_TRY(const std::uint64_t position, co_await net::run_blocking(context.pool, where));
  reader_.emplace(context.config.ingest_folder(), position);
  for (;;) {
    auto more = co_await step(context);
    if (!more) ++ticks_.failures;
    if (!more && more.error().code == Errc::corrupt) {
      ++damaged_;
      log::error("{}; what can be read goes on behind it", more.error().detail);
      if (!co_await net::sleep_for(kPollEvery)) co_return Result<void>{};
      continue;
    }
    if (!more && more.error().code == Errc::limit) {
      log::error("the store has no room: {}; it is tried again", more.error().detail);
      reader_.emplace(context.config.ingest_folder(), co_await stored_position(context));
      if (!co_await net::sleep_for(kPollEvery)) co_return Result<void>{};
      continue;
    }
    if (!more) co_return tl::unexpected<Error>(std::move(more).error());
    co_await upkeep(context);
    if (*more) {
      if (co_await net::is_cancelled()) co_return Result<void>{};
      continue;
    }
    if (!co_await woken(context.log_grew, kPollEvery)) co_return Result<void>{};
  }
}

std::string Ingester::health() const {
  JsonWriter json;
  json.begin_object()
      .field("stored", stored_)
      .field("repeated", repeated_)
      .field("rejected", rejected_);
  json.field("batches", batches_)
      .field("damaged", damaged_)
      .field("position", reader_ ? reader_->position() : 0)
      .end_object();
  return std::move(json).take();
}

// One batch. True if there may be more at once.
net::Task<Result<bool>> Ingester::step(Context& context) {
  const Tick tick(ticks_, context.clock);
  auto read_and_store = [this, &context]() -> Result<std::pair<ReadOutcome, store::IngestOutcome>> {
    ReadOutcome read = DECNET_TRY(read_batch(*reader_, store::kBatchLinesMax));
    store::IngestOutcome stored;
    if (!read.batch.events.empty() || !read.batch.rejected.empty()) {
      stored = DECNET_TRY(context.store.ingest().commit(read.batch));
    }
    return std::make_pair(std::move(read), std::move(stored));
  };
  DECNET_CO_TRY(auto done, co_await net::run_blocking(context.pool, read_and_store));
  const auto& [read, stored] = done;
  const std::size_t lines = read.batch.events.size() + read.batch.rejected.size();
  if (lines == 0) co_return false;
  stored_ += stored.inserted;
  repeated_ += stored.repeated;
  rejected_ += read.batch.rejected.size();
  ++batches_;
  announce(context.bus, stored);
  // A full batch: more is waiting. A small one: let the next gather, so that a flood costs few
  // commits.
  if (lines < store::kBatchLinesMax) {
    if (!co_await net::sleep_for(kBatchTime)) co_return false;
  }
  co_return !read.at_end || lines == store::kBatchLinesMax;
}

net::Task<void> Ingester::upkeep(Context& context) {
  const auto now = context.clock.monotonic();
  if (kept_at_.count() != 0 && now - kept_at_ < kUpkeepEvery) co_return;
  kept_at_ = now;
  auto keep = [&context] {
    return checkpoint_and_prune(context.store, context.config, context.clock.now());
  };
  const auto kept = co_await net::run_blocking(context.pool, keep);
  if (!kept) log::warn("the store's upkeep failed: {}", kept.error().detail);
}

}  // namespace decnet::worker::ingester

namespace decnet::worker::ingester {
const Descriptor& descriptor();
const Descriptor& descriptor() {
  static const Descriptor made{
      "ingester", "stores what the ingest log holds, then tells the bus",
      [] { return std::unique_ptr<Worker>(std::make_unique<Ingester>()); }};
  return made;
}
}  // namespace decnet::worker::ingester
