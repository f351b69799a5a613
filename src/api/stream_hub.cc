#include "api/stream_hub.h"

#include <algorithm>

#include "api/stream_rows.h"
#include "api/stream_state.h"
#include "base/counters.h"
#include "base/json.h"
#include "base/log.h"
#include "store/store.h"

namespace decnet::api {

StreamHub::StreamHub(const net::Executor& executor, store::Store& store,
                     Authenticator& authenticator, const Clock& clock, std::size_t clients_max)
    : state_(std::make_shared<State>(executor, store, authenticator, clock, clients_max)) {}
StreamHub::~StreamHub() = default;

void StreamHub::wake() {
  if (!state_->clients.empty()) state_->work.wake();
}

void StreamHub::set_health(std::string json) {
  state_->health = std::move(json);
  ++state_->health_version;
  for (StreamClient* client : state_->clients) client->wake();
}

std::size_t StreamHub::clients() const noexcept {
  return state_->clients.size();
}

Result<void> StreamHub::admit(const Principal& principal) const {
  static Counter& refused =
      counter("api_streams_refused_total", "Streams refused because there were too many");
  const auto& clients = state_->clients;
  const auto own = std::count_if(clients.begin(), clients.end(), [&](const StreamClient* client) {
    return client->principal().name == principal.name;
  });
  if (clients.size() < state_->clients_max &&
      own < static_cast<std::ptrdiff_t>(kStreamClientsPerCallerMax)) {
    return {};
  }
  refused.add();
  return fail(Errc::limit, "too many streams are open");
}

// The log begins where the store ends now, for the first client after a time without any.
net::Task<Result<void>> StreamHub::start_reading() {
  const auto state = state_;
  const auto ask = [state] { return state->store.changes().last_sequence(); };
  while (!state->is_reading) {
    DECNET_CO_TRY(const store::Sequence last, co_await net::run_blocking(state->pool, ask));
    if (state->is_reading) break;  // Another client was faster.
    state->log.start(last);
    state->is_reading = true;
  }
  state->work.wake();
  co_return Result<void>{};
}

void StreamHub::announce(std::string_view topic, std::string_view payload) {
  if (!state_->is_reading) return;
  StreamLog& log = state_->log;
  std::vector<StreamEntry> one;
  one.push_back(passing_change(log.last(), topic, state_->clock.now(), payload));
  log.append(std::move(one), log.last());
  for (StreamClient* client : state_->clients) client->wake();
}

void StreamHub::summarise() {
  State& state = *state_;
  const TimePoint now = state.clock.now();
  if ((state.touched.empty() && state.logins == 0) ||
      now < state.summarised_at + kStreamSummaryEvery) {
    return;
  }
  state.summarised_at = now;
  if (!state.touched.empty()) {
    JsonWriter json;
    json.begin_object().key("attacker_uuids").begin_array();
    for (const Uuid& uuid : state.touched) json.value(uuid.text());
    json.end_array().end_object();
    announce("attacker.touched", json.text());
  }
  if (state.logins > 0) {
    JsonWriter json;
    json.begin_object().field("count", state.logins).end_object();
    announce("credential.captured", json.text());
  }
  state.touched.clear();
  state.logins = 0;
}

// One read of the store. True where there is more to read.
net::Task<Result<bool>> StreamHub::read_some() {
  const auto state = state_;
  const bool shown = std::any_of(state->clients.begin(), state->clients.end(),
                                 [](const StreamClient* one) { return one->sees_secrets(); });
  const auto read = [state, shown] {
    return read_stream_rows(state->store, state->log.last(), kStreamReadRows,
                            shown ? Secrets::shown : Secrets::masked);
  };
  DECNET_CO_TRY(StreamRows rows, co_await net::run_blocking(state->pool, read));
  if (rows.last <= state->log.last()) co_return false;
  state->logins += rows.logins;
  for (const Uuid& uuid : rows.attackers) {
    if (state->touched.size() < kStreamSummaryAttackersMax) state->touched.insert(uuid);
  }
  state->log.append(std::move(rows.entries), rows.last);
  for (StreamClient* client : state->clients) client->wake();
  co_return rows.more;
}

net::Task<void> StreamHub::run() {
  const auto state = state_;
  for (;;) {
    const bool owes_summary = !state->touched.empty() || state->logins > 0;
    const auto woken = co_await state->work.wait(owes_summary ? kStreamSummaryEvery : kStreamPoll);
    if (!woken && woken.error().code == Errc::cancelled) co_return;
    if (state->clients.empty()) {
      state->is_reading = false;
      state->log.start(0);
      continue;
    }
    for (bool more = state->is_reading; more;) {
      const auto read = co_await read_some();
      if (!read) log::warn("the stream cannot read the store: {}", read.error().detail);
      more = read.value_or(false);
    }
    summarise();
    if (!co_await net::sleep_for(kStreamReadEvery)) co_return;
  }
}

net::Task<Result<void>> StreamHub::serve(StreamRequest request, BodySink& sink) {
  StreamClient client(*this, std::move(request), sink);
  co_return co_await client.run();
}

}  // namespace decnet::api
