#include <fmt/format.h>

#include "api/authenticator.h"
#include "api/stream_rows.h"
#include "api/stream_state.h"
#include "base/counters.h"
#include "base/random.h"
#include "net/task_group.h"
#include "store/store.h"

namespace decnet::api {
namespace {

Counter& open_streams() {
  static Counter& open = counter("api_streams", "Open event streams");
  return open;
}

}  // namespace

StreamClient::StreamClient(StreamHub& hub, StreamRequest request, BodySink& sink)
    : hub_(hub),
      state_(*hub.state_),
      request_(std::move(request)),
      sink_(sink),
      work_(state_.executor),
      place_(state_.clients.insert(state_.clients.end(), this)) {
  open_streams().add();
}

StreamClient::~StreamClient() {
  state_.clients.erase(place_);
  open_streams().sub();
}

void StreamClient::append(const StreamEntry& entry) {
  seen_ = entry.seq;
  if (!request_.topics.wants(entry.topic)) return;
  out_ += sees_secrets() && !entry.shown.empty() ? entry.shown : entry.masked;
}

// What the client has cannot be continued: it shall ask for everything again.
void StreamClient::reset_to_now() {
  append_frame(out_, state_.log.last(), "reset", "{}");
  next_ = state_.log.end();
  seen_ = state_.log.last();
}

// What lies between where the client was and what the log still holds comes from the store.
net::Task<Result<void>> StreamClient::catch_up(store::Sequence from) {
  const auto first = [this] { return state_.store.changes().first_sequence(); };
  DECNET_CO_TRY(const store::Sequence oldest, co_await net::run_blocking(state_.pool, first));
  const auto behind = state_.log.last() - from;
  const bool is_kept = from + 1 >= oldest || behind == 0;
  if (behind < 0 || behind > static_cast<store::Sequence>(kStreamResumeRowsMax) || !is_kept) {
    reset_to_now();
    co_return Result<void>{};
  }
  seen_ = from;
  // The log's older entries may have been made when nobody saw secrets.
  while (seen_ < (sees_secrets() ? state_.log.last() : state_.log.base())) {
    const auto read = [this] {
      return read_stream_rows(state_.store, seen_, kStreamReadRows, request_.secrets);
    };
    DECNET_CO_TRY(const StreamRows rows, co_await net::run_blocking(state_.pool, read));
    for (const StreamEntry& entry : rows.entries) append(entry);
    seen_ = rows.last;
    DECNET_CO_CHECK(co_await sink_.write(out_));
    out_.clear();
  }
  next_ = state_.log.index_after(seen_);
  co_return Result<void>{};
}

net::Task<Result<void>> StreamClient::begin() {
  constexpr std::uint64_t kRetryLeast = 2'000, kRetrySpread = 3'000;  // Not all at once.
  DECNET_CO_CHECK(co_await hub_.start_reading());
  next_ = state_.log.end();
  seen_ = state_.log.last();
  generation_ = state_.authenticator.generation();
  checked_at_ = pinged_at_ = state_.clock.now();
  fmt::format_to(std::back_inserter(out_), "retry: {}\n", kRetryLeast + random_below(kRetrySpread));
  if (!request_.last_event_id) {
    fmt::format_to(std::back_inserter(out_), "id: {}\n\n", seen_);
    co_return Result<void>{};
  }
  out_ += "\n";
  co_return co_await catch_up(*request_.last_event_id);
}

// Fills out_ with what is there, at most kStreamWriteBytesMax. False where the client has fallen
// behind the log's end.
bool StreamClient::collect() {
  const StreamLog& log = state_.log;
  if (health_sent_ != state_.health_version && !state_.health.empty()) {
    health_sent_ = state_.health_version;
    append_frame(out_, 0, "health", state_.health);
  }
  if (next_ < log.begin()) {
    static Counter& gaps =
        counter("api_stream_gaps_total", "Streams that fell behind and were closed");
    gaps.add();
    append_frame(out_, 0, "gap", fmt::format("{{\"dropped\":{}}}", log.begin() - next_));
    return false;
  }
  while (next_ < log.end() && out_.size() < kStreamWriteBytesMax) append(log.at(next_++));
  return true;
}

net::Task<bool> StreamClient::may_listen() {
  const TimePoint now = state_.clock.now();
  const auto generation = state_.authenticator.generation();
  if (generation == generation_ && now < checked_at_ + kStreamCheckCaller) co_return true;
  generation_ = generation;
  checked_at_ = now;
  co_return co_await state_.authenticator.still_valid(request_.principal);
}

// A comment, and with it how far the client has been served: what it did not want need not be
// looked at again when it comes back.
void StreamClient::ping_if_due() {
  const TimePoint now = state_.clock.now();
  if (now < pinged_at_ + kStreamPing) return;
  pinged_at_ = now;
  fmt::format_to(std::back_inserter(out_), ": ping\nid: {}\n\n", seen_);
}

net::Task<Result<void>> StreamClient::wait() {
  const Duration until_ping = pinged_at_ + kStreamPing - state_.clock.now();
  const auto woken = co_await work_.wait(std::min(kStreamCheckCaller, until_ping));
  if (!woken && woken.error().code == Errc::cancelled) co_return tl::unexpected(woken.error());
  co_return Result<void>{};
}

net::Task<Result<void>> StreamClient::follow() {
  DECNET_CO_CHECK(co_await begin());
  for (;;) {
    const bool is_in_time = collect();
    ping_if_due();
    if (!out_.empty()) {
      DECNET_CO_CHECK(co_await sink_.write(out_));
      out_.clear();
    } else {
      DECNET_CO_CHECK(co_await wait());
    }
    if (!is_in_time || peer_left_) co_return Result<void>{};
    const bool may = co_await may_listen();
    if (!may) co_return Result<void>{};
  }
}

net::Task<void> StreamClient::watch_peer() {
  co_await sink_.until_closed();
  peer_left_ = true;
  work_.wake();
}

net::Task<Result<void>> StreamClient::run() {
  net::TaskGroup peer(state_.executor);
  peer.spawn("stream peer", watch_peer());
  auto outcome = co_await follow();
  peer.cancel();
  co_await peer.join();
  co_return outcome;
}

}  // namespace decnet::api
