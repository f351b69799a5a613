#include "worker/reconciler/reconciler.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/json.h"
#include "base/log.h"
#include "bus/publish.h"
#include "net/socket_stream.h"
#include "persona/persona.h"
#include "worker/reconciler/life.h"

namespace decnet::worker::reconciler {
namespace {

constexpr Duration kReconnect = std::chrono::seconds{1};

// What a change of the fleet consists of, as a text to compare.
std::string fleet_text(const std::vector<store::DeckyRow>& rows) {
  std::string out;
  for (const auto& row : rows) out += row.spec.name + " " + std::to_string(row.version) + "\n";
  return out;
}

}  // namespace

net::Task<Result<void>> Reconciler::run(Context& context) {
  tasks_ = std::make_unique<net::TaskGroup>(context.executor);
  changed_ = std::make_unique<net::Wakeup>(context.executor);
  ingest::SenderOptions options{.role = "reconciler"};
  options.enterprise = static_cast<std::uint32_t>(context.config.ingest.enterprise_number);
  sender_ = std::make_unique<ingest::Sender>(context.clock, std::move(options));
  DECNET_CO_TRY(Vault vault, Vault::open(context.config.data_dir + "/secret.key"));
  vault_ = std::make_unique<Vault>(std::move(vault));
  bus::Handler wake = [this](const bus::Event&) { changed_->wake(); };
  DECNET_CO_TRY(const bus::Subscription requests,
                context.bus.subscribe(bus::pattern::kEveryMutateRequest, wake));
  tasks_->spawn("reconciler lines", take_lines(context));
  tasks_->spawn("reconciler lives", tell_lives(context));
  tasks_->spawn("reconciler keys", refill_keys(context));
  Result<void> outcome;
  for (;;) {
    outcome = co_await pass(context);
    if (!outcome) ++ticks_.failures;
    if (!outcome) break;
    const bool goes_on = co_await woken(*changed_, kPollEvery);
    if (!goes_on) break;
  }
  tasks_->cancel();
  co_await tasks_->join();
  if (!outcome && outcome.error().code == Errc::cancelled) co_return Result<void>{};
  co_return outcome;
}

std::string Reconciler::health() const {
  control::EngineReport sum;
  for (const auto& [name, report] : reports_) {
    sum.sessions_open += report.sessions_open;
    sum.sessions_total += report.sessions_total;
    sum.events_total += report.events_total;
    sum.events_dropped += report.events_dropped;
    sum.limits_hit += report.limits_hit;
  }
  JsonWriter json;
  json.begin_object()
      .field("passes", passes_)
      .field("engines", engines_.size())
      .field("sessions_open", sum.sessions_open);
  json.field("sessions_total", sum.sessions_total).field("events_sent", sum.events_total);
  json.field("events_dropped", sum.events_dropped).field("limits_hit", sum.limits_hit).end_object();
  return std::move(json).take();
}

net::Task<Result<void>> Reconciler::pass(Context& context) {
  const Tick tick(ticks_, context.clock);
  ++passes_;
  auto list = [&context] { return context.store.deckies().list(context.clock.now()); };
  DECNET_CO_TRY(const auto rows, co_await net::run_blocking(context.pool, list));
  const std::string text = fleet_text(rows);
  if (text == last_fleet_ && fresh_.empty()) co_return Result<void>{};
  bool is_whole = true;
  auto read = [this, &context, &is_whole] { return read_desired(context, is_whole); };
  DECNET_CO_TRY(const auto fleet, co_await net::run_blocking(context.pool, read));
  const auto shards = static_cast<std::uint32_t>(context.config.engine.shards);
  const bool changed = std::exchange(last_fleet_, text) != text;
  const auto fresh = std::exchange(fresh_, {});
  if (changed) ++version_;
  for (const auto& [name, engine] : engines_) {
    if (changed || fresh.contains(name)) send_to_engine(name, *engine, fleet, shards);
  }
  if (netd_ && (changed || fresh.contains("netd"))) send_to_netd(fleet, shards);
  if (!is_whole) {
    last_fleet_.clear();
    changed_->wake();
  }
  co_return Result<void>{};
}

// Blocking.
Result<std::vector<Reconciler::Desired>> Reconciler::read_desired(Context& context,
                                                                  bool& is_whole) {
  std::vector<Desired> out;
  std::chrono::nanoseconds spent{0};  // On keys alone: a pass always makes one at least.
  for (auto& row : DECNET_TRY(context.store.deckies().list(context.clock.now()))) {
    Desired desired;
    auto keys = DECNET_TRY(known_keys(context, row));
    if (!keys) {
      if (spent > kKeysTime) {
        is_whole = false;
        continue;
      }
      const auto began = context.clock.monotonic();
      keys = DECNET_TRY(make_keys(context, row));
      spent += context.clock.monotonic() - began;
    }
    desired.keys = *std::move(keys);
    for (const auto& service : row.spec.services) {
      auto state = context.store.deckies().service_state(row.spec.name, service.name, service.port);
      if (state) desired.states[{service.name, service.port}] = *std::move(state);
    }
    desired.row = std::move(row);
    out.push_back(std::move(desired));
  }
  return out;
}

net::Task<void> Reconciler::take_lines(Context& context) {
  for (;;) {
    auto line = co_await context.control_lines.next();
    if (!line) co_return;
    auto channel = std::make_shared<control::Channel>(context.executor, std::move(line->socket));
    if (line->peer == "netd") {
      netd_ = channel;
      tasks_->spawn("reconciler netd", follow_netd(context, std::move(channel)));
    } else {
      engines_[line->peer] = channel;
      sent_.erase(line->peer);
      tasks_->spawn("reconciler engine", follow_engine(context, line->peer, std::move(channel)));
    }
    fresh_.insert(line->peer);
    changed_->wake();
  }
}

net::Task<void> Reconciler::follow_netd(Context& context,
                                        std::shared_ptr<control::Channel> channel) {
  for (;;) {
    auto received = co_await channel->receive();
    if (!received &&
        (received.error().code == Errc::closed || received.error().code == Errc::cancelled))
      break;
    if (!received) continue;
    if (auto* states = std::get_if<control::ListenerStates>(&received->message))
      co_await note_states(context, std::move(*states));
  }
  if (netd_ == channel) netd_ = nullptr;
}

net::Task<void> Reconciler::follow_engine(Context& context, std::string name,
                                          std::shared_ptr<control::Channel> channel) {
  for (;;) {
    auto received = co_await channel->receive();
    if (!received &&
        (received.error().code == Errc::closed || received.error().code == Errc::cancelled))
      break;
    if (!received) continue;
    if (const auto* report = std::get_if<control::EngineReport>(&received->message))
      reports_[name] = *report;
    if (const auto* state = std::get_if<control::StatePut>(&received->message))
      co_await keep_state(context, *state);
    if (const auto* memory = std::get_if<control::MemoryPut>(&received->message))
      co_await keep_memory(context, *memory);
    if (const auto* question = std::get_if<control::MemoryGet>(&received->message))
      co_await recall(context, *channel, *question);
  }
  const auto found = engines_.find(name);
  if (found != engines_.end() && found->second == channel) engines_.erase(found);
}

// netd's answer: stored, told to the bus, and, where a life begins, told as an event.
net::Task<void> Reconciler::note_states(Context& context, control::ListenerStates states) {
  std::vector<store::ServiceState> services;
  std::size_t up = 0;
  std::string reason;
  for (const auto& listener : states.listeners) {
    const bool open = listener.actual_port != 0;
    up += open ? 1 : 0;
    if (!open) reason = listener.service + ": " + listener.reason;
    services.push_back({listener.service, listener.port, listener.actual_port, open ? "up" : "down",
                        listener.reason});
  }
  const std::string_view state = up == states.listeners.size() ? "up"
                                 : up > 0                      ? "degraded"
                                                               : "down";
  auto store_it = [&]() -> Result<std::pair<store::DeckyRow, bool>> {
    const TimePoint now = context.clock.now();
    auto row = DECNET_TRY(context.store.deckies().get(states.decky, now));
    const bool differed =
        DECNET_TRY(context.store.deckies().set_actual(states.decky, state, reason, services, now));
    return std::make_pair(std::move(row), differed);
  };
  const auto stored = co_await net::run_blocking(context.pool, store_it);
  if (!stored) {
    if (stored.error().code != Errc::not_found)
      log::error("the state of {} is not stored: {}", states.decky, stored.error().detail);
    co_return;
  }
  const auto& [row, differed] = *stored;
  if (row.state.empty() || row.state == "pending") {
    Life life{.decky = states.decky,
              .origin = stable_hash("life " + row.spec.uuid.text()) | 1,
              .seq = 1,
              .trigger = "creation"};
    for (const auto& service : row.spec.services) life.new_services.push_back(service.name);
    emit_decky_mutated(*sender_, context.bus, context.clock.now(), std::move(life));
  }
  if (!differed) co_return;
  JsonWriter json;
  json.begin_object().field("name", states.decky).key("services").begin_array();
  for (const auto& service : services) json.value(service.service);
  json.end_array().field("state", state).end_object();
  bus::publish_safely(&context.bus, bus::topic::decky_state(states.decky), json.text());
}

// Keeps the line for decky_mutated to the collector up.
net::Task<void> Reconciler::tell_lives(Context& context) {
  for (;;) {
    auto stream = co_await net::connect_unix(context.config.collector_socket(), kReconnect);
    if (stream) co_await sender_->run(*std::move(stream));
    const auto slept = co_await net::sleep_for(kReconnect);
    if (!slept) co_return;
  }
}

net::Task<void> Reconciler::refill_keys(Context& context) {
  for (;;) {
    auto one = [this]() -> Result<bool> { return keys_.refill(); };
    const auto more = co_await net::run_blocking(context.pool, one);
    const Duration pause = more && *more ? std::chrono::seconds{1} : std::chrono::seconds{30};
    const auto slept = co_await net::sleep_for(pause);
    if (!slept) co_return;
  }
}

}  // namespace decnet::worker::reconciler

namespace decnet::worker::reconciler {
const Descriptor& descriptor();
const Descriptor& descriptor() {
  static const Descriptor made{
      "reconciler", "makes the fleet what it shall be, and says what it is",
      [] { return std::unique_ptr<Worker>(std::make_unique<Reconciler>()); }};
  return made;
}
}  // namespace decnet::worker::reconciler
