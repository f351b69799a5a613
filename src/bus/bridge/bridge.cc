#include "bus/bridge/bridge.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <sys/socket.h>

#include "base/counters.h"
#include "base/json.h"
#include "base/log.h"
#include "base/random.h"
#include "base/try.h"
#include "bus/backoff.h"
#include "bus/bridge/claim.h"
#include "bus/bridge/tally.h"
#include "bus/codec.h"
#include "bus/event_body.h"

namespace decnet::bus::bridge {
namespace {

constexpr std::size_t kReadBytes = 64 * 1024;
constexpr Duration kTick = std::chrono::seconds{1};  // How long the sender sleeps at most.

enum class Condition : std::uint8_t { connecting, up, down, name_taken, detached };

constexpr std::array<std::string_view, 5> kConditionNames = {"connecting", "up", "down",
                                                             "name_taken", "detached"};

double chance() {
  return static_cast<double>(random_below(1U << 20U)) / (1U << 20U);
}

// The whole of `bytes`, however long the other side takes. False: it is gone.
bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace

// Threads: `exporter` reads from the broker into the queue; `sender` owns the link and empties the
// queue into it; libnats's threads write what comes in to the broker.
struct Bridge::State final : Listener {
  State(BridgeOptions of, UniqueFd with)
      : options(std::move(of)),
        local(std::move(with)),
        queue(options.queue),
        claim(clock.now(), random_u64()) {
    for (auto& subject : options.names.import_subjects())
      ears.push_back({this, ears.size(), std::move(subject)});
    ears.push_back({this, ears.size(), fmt::format("{}.{}", kHelloRoot, options.names.host())});
  }

  const Clock& clock = Clock::system();
  const BridgeOptions options;
  const UniqueFd local;
  Queue queue;
  Claim claim;
  std::vector<Ear> ears;  // The last one hears the hellos.

  std::mutex local_write;  // Also holds reader and ids.
  EventReader reader;
  EventIds ids;

  std::atomic<Condition> condition{Condition::connecting};
  std::atomic<std::uint64_t> exported{0};
  std::atomic<std::uint64_t> imported{0};
  std::atomic<std::uint64_t> not_exported{0};  // Beside those that the queue has dropped.
  std::atomic<std::uint64_t> not_imported{0};
  std::atomic<std::uint64_t> refused{0};
  std::atomic<std::uint64_t> reconnects{0};
  std::atomic<bool> hello_due{false};
  std::atomic<bool> detached{false};

  std::mutex stop_mutex;
  std::condition_variable stop_said;
  std::atomic<bool> stopping{false};

  // Of the sender alone.
  Tally exports_said;
  Tally imports_said;
  Tally refusals_said;
  std::string last_trouble;
  std::uint64_t dropped_by_link = 0;
  std::uint64_t dropped_by_links_before = 0;
  std::chrono::nanoseconds hello_at{0};
  bool served = false;

  std::thread exporter;
  std::thread sender;

  // The exporter.
  void export_all();
  bool export_frames(FrameBuffer& frames);

  // The sender.
  void send_all();
  std::unique_ptr<Link> connect(const Server& server);
  Result<void> listen(Link& link);
  void serve(Link& link);
  void send(Link& link, const std::vector<Outgoing>& batch, bool taken);
  void say_hello(Link& link, std::chrono::nanoseconds now);
  void say_losses();
  bool wait(Duration most);  // False: it is stopping.

  // libnats's threads.
  void on_message(std::size_t by, std::string_view subject, std::string_view body) override;
  void on_trouble(std::string_view reason) override;
  void on_closed() override { queue.wake(); }

  std::uint64_t dropped() const { return queue.dropped() + not_exported + not_imported; }
  void publish_counters() const;
};

void Bridge::State::export_all() {
  std::string greeting;
  append_frame(greeting, Verb::hello, "bridge");
  for (const Pattern& pattern : options.names.exports())
    append_frame(greeting, Verb::sub, pattern.text());
  FrameBuffer frames;
  std::string bytes(kReadBytes, '\0');
  bool attached = false;
  {
    const std::lock_guard lock(local_write);
    attached = write_all(local.get(), greeting);
  }
  while (attached && !stopping) {
    const auto got = ::recv(local.get(), bytes.data(), bytes.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    frames.push({bytes.data(), static_cast<std::size_t>(got)});
    attached = export_frames(frames);
  }
  if (stopping) return;
  detached = true;
  log::debug("bridge: the broker has ended its connection");
}

// False: the broker says goodbye.
bool Bridge::State::export_frames(FrameBuffer& frames) {
  for (auto frame = frames.next(); frame && *frame; frame = frames.next()) {
    if ((*frame)->verb == Verb::bye) return false;
    if ((*frame)->verb != Verb::evt || (*frame)->args.starts_with("remote.")) continue;
    auto subject = options.names.subject_of((*frame)->args);
    if (subject)
      queue.push({*std::move(subject), std::string((*frame)->body), clock.monotonic()});
    else
      ++not_exported;
  }
  return true;
}

bool Bridge::State::wait(Duration most) {
  std::unique_lock lock(stop_mutex);
  return !stop_said.wait_for(lock, most, [this] { return stopping.load(); });
}

void Bridge::State::send_all() {
  Backoff backoff;
  for (std::size_t turn = 0; !stopping; ++turn) {
    const Server& server = options.servers[turn % options.servers.size()];
    if (const auto link = connect(server)) {
      backoff.reset();
      serve(*link);
      dropped_by_links_before += link->dropped();
      dropped_by_link = 0;
      if (!stopping) log::warn("bridge: the connection to {} is lost", server.url);
    }
    condition = Condition::down;
    queue.forget_old(clock.monotonic());
    say_losses();
    if (!wait(backoff.next(chance()))) return;
  }
}

std::unique_ptr<Link> Bridge::State::connect(const Server& server) {
  auto link = Link::connect(server, options.link, *this);
  if (link) {
    const auto listens = listen(**link);
    if (!listens) link = tl::unexpected(listens.error());
  }
  if (link) {
    last_trouble.clear();
    log::info("bridge: connected to {} as {}", server.url, options.names.host());
    return *std::move(link);
  }
  // Said once; again when it is another trouble.
  auto trouble = fmt::format("bridge: {} cannot be used: {}", server.url, link.error().detail);
  if (std::exchange(last_trouble, trouble) != trouble) log::error("{}", trouble);
  return nullptr;
}

Result<void> Bridge::State::listen(Link& link) {
  for (Ear& ear : ears) DECNET_TRY(link.subscribe(ear, ears.size()));
  return link.flush();
}

void Bridge::State::serve(Link& link) {
  if (std::exchange(served, true)) ++reconnects;
  hello_at = clock.monotonic() - kHelloEvery;
  while (!stopping && link.is_open()) {
    const auto now = clock.monotonic();
    const bool taken = claim.is_taken(now);
    if (taken && condition != Condition::name_taken)
      log::error(
          "bridge: another broker on the NATS servers is called {}, and was there before: nothing "
          "is exported. Give each host a bus.bridge_host of its own",
          options.names.host());
    condition = taken ? Condition::name_taken : Condition::up;
    say_hello(link, now);
    send(link, queue.take(kTick), taken);
    dropped_by_link = link.dropped();
    say_losses();
  }
}

void Bridge::State::say_hello(Link& link, std::chrono::nanoseconds now) {
  if (now - hello_at < (hello_due ? kHelloAnswerEvery : kHelloEvery)) return;
  hello_due = false;
  hello_at = now;
  const auto said = link.publish(ears.back().subject, claim.hello());
  if (!said) log::debug("bridge: no hello: {}", said.error().detail);
}

void Bridge::State::send(Link& link, const std::vector<Outgoing>& batch, bool taken) {
  const auto now = clock.monotonic();
  for (const Outgoing& event : batch) {
    const bool fresh = now - event.at < kHeldWithoutServer;
    if (!taken && fresh && link.is_open() && link.publish(event.subject, event.body))
      ++exported;
    else
      ++not_exported;
  }
}

void Bridge::State::say_losses() {
  not_imported = dropped_by_links_before + dropped_by_link;
  const auto now = clock.monotonic();
  if (const auto lost = exports_said.due(queue.dropped() + not_exported, now))
    log::warn("bridge: {} events were not exported", *lost);
  if (const auto lost = imports_said.due(not_imported, now))
    log::warn("bridge: {} events of other hosts came faster than they could be taken in", *lost);
  if (const auto lost = refusals_said.due(refused, now))
    log::warn("bridge: {} messages of other hosts are no events", *lost);
  publish_counters();
}

void Bridge::State::publish_counters() const {
  static Counter& out = counter("bus_bridge_exported_total", "Events sent to a NATS server");
  static Counter& in = counter("bus_bridge_imported_total", "Events of other hosts");
  static Counter& lost = counter("bus_bridge_dropped_total", "Events that the bridge dropped");
  static Counter& bad = counter("bus_bridge_refused_total", "Messages of others that are no event");
  out.set(exported);
  in.set(imported);
  lost.set(dropped());
  bad.set(refused);
}

void Bridge::State::on_message(std::size_t by, std::string_view subject, std::string_view body) {
  if (by + 1 == ears.size()) {
    const auto heard = claim.hear(body, clock.monotonic());
    if (heard == Heard::nothing) return;
    if (heard == Heard::younger) hello_due = true;
    return queue.wake();
  }
  const auto topic = options.names.topic_of(subject, by);
  if (!topic) return;
  const std::lock_guard lock(local_write);
  // The broker would close the bridge's connection for what is no event: it is looked at before.
  const auto rebuilt = body.size() > kBodyBytesMax
                           ? fail(Errc::limit, "a body over its limit")
                           : reader.complete(*topic, body, Padding::absent, ids, clock);
  const auto whole = rebuilt && *rebuilt ? std::string_view(**rebuilt) : body;
  if (!rebuilt || whole.size() > kBodyBytesMax) {
    ++refused;
    return;
  }
  std::string frame;
  append_frame(frame, Verb::pub, *topic, whole);
  if (write_all(local.get(), frame)) ++imported;
}

void Bridge::State::on_trouble(std::string_view reason) {
  log::warn("bridge: the NATS server says: {}", reason);
}

Bridge::Bridge(std::unique_ptr<State> state) : state_(std::move(state)) {}

std::unique_ptr<Bridge> Bridge::create(BridgeOptions options, UniqueFd local) {
  auto state = std::make_unique<State>(std::move(options), std::move(local));
  state->exporter = std::thread([&at = *state] { at.export_all(); });
  state->sender = std::thread([&at = *state] { at.send_all(); });
  return std::unique_ptr<Bridge>(new Bridge(std::move(state)));
}

Bridge::~Bridge() {
  {
    const std::lock_guard lock(state_->stop_mutex);
    state_->stopping = true;
  }
  state_->stop_said.notify_all();
  ::shutdown(state_->local.get(), SHUT_RDWR);
  state_->queue.wake();
  state_->exporter.join();
  state_->sender.join();
  // A thread of libnats that is late must not find its listener gone.
  if (!Link::wind_up()) static_cast<void>(state_.release());
}

std::string Bridge::health() const {
  const State& state = *state_;
  const auto condition = state.detached ? Condition::detached : state.condition.load();
  JsonWriter json;
  json.begin_object()
      .field("state", kConditionNames[static_cast<std::size_t>(condition)])
      .field("host", state.options.names.host())
      .field("exported", state.exported.load())
      .field("imported", state.imported.load())
      .field("dropped", state.dropped())
      .field("refused", state.refused.load())
      .field("reconnects", state.reconnects.load())
      .field("queued", state.queue.events())
      .end_object();
  return std::move(json).take();
}

}  // namespace decnet::bus::bridge
