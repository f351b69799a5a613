#include "bus/client_state.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>

#include "base/counters.h"
#include "base/log.h"
#include "base/random.h"
#include "bus/token.h"
#include "net/socket_stream.h"

namespace decnet::bus {
namespace {

constexpr std::size_t kClientReadBytes = 64 * 1024;
constexpr Duration kForever = std::chrono::hours{24 * 365};
constexpr Duration kClientDropWarningEvery = std::chrono::seconds{1};

double random_chance() {
  return static_cast<double>(random_below(1U << 20U)) / (1U << 20U);
}

}  // namespace

void UnixBus::State::watch_subscriptions() {
  Subscriptions::Watcher watcher;
  watcher.first = [this](const std::string& pattern) { send_control(Verb::sub, pattern); };
  watcher.last = [this](const std::string& pattern) { send_control(Verb::unsub, pattern); };
  table = std::make_shared<Subscriptions>(std::move(watcher));
}

// Without a connection nothing is said: the next greeting says how things are then.
void UnixBus::State::send_control(Verb verb, std::string_view args) {
  if (!established) return;
  queue.push_control(verb, args);
  sent_all = false;
  queued.raise();
}

void UnixBus::State::publish(const Topic& topic, std::string_view payload, std::string_view type) {
  if (closing || ended) {
    if (std::exchange(warned_of_closed, true))
      log::debug("bus: {} is not published, the bus is closed", topic.text());
    else
      log::warn("bus: {} is not published, the bus is closed", topic.text());
    return;
  }
  const std::string_view object = payload.empty() ? "{}" : payload;
  if (const auto good = reader.check_object(object); !good)
    return log::error("bus: {} is not published: {}", topic.text(), good.error().detail);
  const Event event({std::string(topic.text()), ids.next(), std::string(type), options.clock->now(),
                     std::string(object)});
  const std::string body = make_event_body(event.parts());
  if (body.size() > kBodyBytesMax || type.size() > kEventTypeBytesMax)
    return log::error("bus: {} is not published: it is too large", topic.text());
  const auto now = options.clock->monotonic();
  count_drops((established ? 0 : queue.forget_old(now)) +
              queue.push_event(topic.text(), body, now));
  sent_all = false;
  queued.raise();
  if (!table->wants(topic.text())) return;
  local.push_back(event);
  if (local.size() == 1)
    net::asio::post(executor, [self = shared_from_this()] { self->deliver_local(); });
}

void UnixBus::State::deliver_local() {
  for (auto events = std::exchange(local, {}); !events.empty(); events.pop_front())
    table->deliver(events.front());
}

void UnixBus::State::count_drops(std::size_t dropped) {
  static Counter& total =
      counter("bus_client_dropped_total", "Events dropped by a client that could not send them");
  if (dropped == 0) return;
  total.add(dropped);
  drops_unsaid += dropped;
  const auto now = options.clock->monotonic();
  if (warned_of_drops_at.count() != 0 && now - warned_of_drops_at < kClientDropWarningEvery) return;
  warned_of_drops_at = now;
  log::warn("bus: {} events could not be sent and are dropped", std::exchange(drops_unsaid, 0));
}

// The first frames of a connection: who we are, what we want to hear, and a question whose answer
// says that all of it has been taken in. What waits in the queue comes behind.
void UnixBus::State::greet() {
  SendQueue events;
  std::swap(events, queue);
  std::string name = options.name.substr(0, kClientNameBytesMax);
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !is_token_byte(c); }, '_');
  queue.push_control(Verb::hello, name);
  for (const auto& pattern : table->patterns()) queue.push_control(Verb::sub, pattern);
  queue.push_control(Verb::ping, "0");
  queue.append(std::move(events));
  for (const auto ping : pings) queue.push_control(Verb::ping, std::to_string(ping));
  sent_all = false;
}

net::Task<void> UnixBus::State::run(std::shared_ptr<State> state) {
  Backoff backoff(state->options.backoff_first);
  while (!state->ended) {
    const auto began = std::chrono::steady_clock::now();
    const auto ended = co_await state->converse();
    const bool was_answered = std::exchange(state->answered, false);
    // A connection that breaks at once again and again is no better than none.
    if (std::chrono::steady_clock::now() - began >= kBackoffMax) backoff.reset();
    state->established = false;
    state->stream.reset();
    state->queue.forget_control();
    state->drained.raise();
    if (state->ended) break;
    if (was_answered) {
      state->down_said = true;
      log::warn("bus: the connection is lost: {}", ended.error().detail);
    } else {
      state->last_failure = ended.error().detail;
      ++state->attempts_failed;
      if (std::exchange(state->down_said, true))
        log::debug("bus: still no broker: {}", state->last_failure);
      else
        log::info("bus: no broker yet: {}", state->last_failure);
      state->attempted.raise();
    }
    const auto slept = co_await net::sleep_for(backoff.next(random_chance()));
    if (!slept) break;
  }
  state->end();
}

// One connection, from its beginning to its end. Always ends with an error.
net::Task<Result<void>> UnixBus::State::converse() {
  const auto keep = shared_from_this();
  DECNET_CO_TRY(net::StreamPtr connected,
                co_await net::connect_unix(options.socket, kConnectWaitMax));
  stream = std::move(connected);
  established = true;
  count_drops(queue.forget_old(options.clock->monotonic()));
  greet();
  net::TaskGroup writer(executor);
  writer.spawn("bus writer", write_all(keep, stream));
  stream->set_deadline(Clock::system().now() + kGreetingWaitMax);
  FrameBuffer frames;
  std::vector<char> buffer(kClientReadBytes);
  Result<void> outcome;
  while (outcome) {
    const auto got = co_await stream->read_some(buffer);
    if (!got) {
      outcome = tl::unexpected(got.error());
      break;
    }
    frames.push({buffer.data(), *got});
    while (outcome && !ended) {
      const auto frame = frames.next();
      if (!frame) outcome = tl::unexpected(frame.error());
      if (!frame || !*frame) break;
      outcome = take(**frame);
    }
    if (ended) outcome = fail(Errc::closed, "the bus is closed");
  }
  stream->close();
  writer.cancel();
  co_await writer.join();
  co_return outcome;
}

Result<void> UnixBus::State::take(const Frame& frame) {
  switch (frame.verb) {
    case Verb::evt: {
      const auto event = reader.read(frame.args, frame.body, options.clock->now());
      if (event)
        table->deliver(*event);
      else
        log::warn("bus: an event of {} is dropped: {}", log::safe(frame.args),
                  event.error().detail);
      return {};
    }
    case Verb::pong:
      on_pong(frame.args);
      return {};
    case Verb::bye:
      return fail(Errc::closed, "the broker says goodbye");
    default:
      return fail(Errc::io, "the broker sends what only a client may send");
  }
}

void UnixBus::State::on_pong(std::string_view token) {
  std::uint64_t number = 0;
  const auto read = std::from_chars(token.data(), token.data() + token.size(), number);
  if (read.ec != std::errc() || read.ptr != token.data() + token.size()) return;
  if (number == 0 && !std::exchange(answered, true)) {
    stream->set_deadline(TimePoint::max());
    if (std::exchange(down_said, false)) log::info("bus: connected to {}", options.socket);
    attempts_failed = 0;
    attempted.raise();
  }
  if (pings.erase(number) > 0) answers.raise();
}

net::Task<void> UnixBus::State::write_all(std::shared_ptr<State> state,
                                          std::shared_ptr<net::Stream> stream) {
  for (;;) {
    while (state->queue.empty()) {
      state->sent_all = true;
      state->drained.raise();
      if (const auto woken = co_await state->queued.wait(kForever); !woken) co_return;
    }
    const std::string batch = state->queue.take_batch();
    const auto written = co_await stream->write(batch);
    if (written) continue;
    // The reading task ends by it. Where the broker has closed, it first reads why.
    if (written.error().code != Errc::closed) stream->close();
    co_return;
  }
}

net::Task<Result<void>> UnixBus::State::flush(std::shared_ptr<State> state, Duration timeout) {
  if (state->closing || state->ended) co_return fail(Errc::closed, "the bus is closed");
  const auto until = std::chrono::steady_clock::now() + timeout;
  const std::uint64_t ping = ++state->last_ping;
  state->pings.insert(ping);
  state->send_control(Verb::ping, std::to_string(ping));
  while (state->pings.contains(ping)) {
    const auto now = std::chrono::steady_clock::now();
    const auto left = std::chrono::duration_cast<Duration>(until - now);
    const auto woken = co_await state->answers.wait(left);
    if (state->ended) co_return fail(Errc::closed, "the bus is closed");
    if (!woken && state->pings.erase(ping) > 0) co_return tl::unexpected(woken.error());
  }
  co_return Result<void>{};
}

void UnixBus::State::end() {
  if (std::exchange(ended, true)) return;
  closing = true;
  answered = established = false;
  if (stream) stream->close();
  table->close();
  queue.clear();
  local.clear();
  answers.raise();
  attempted.raise();
}

}  // namespace decnet::bus
