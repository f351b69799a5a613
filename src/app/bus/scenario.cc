#include "app/bus/scenario.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <fstream>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/bus/load.h"
#include "base/try.h"
#include "net/listener.h"

namespace decnet::app {
namespace {

constexpr std::size_t kTopics = 64;  // Of one run, all of one length.
constexpr std::size_t kFirstTopic = 10;
constexpr std::string_view kMatching = "bench.*.data";

std::vector<std::string> load_topics() {
  std::vector<std::string> out;
  for (std::size_t n = 0; n < kTopics; ++n)
    out.push_back(fmt::format("bench.t{}.data", kFirstTopic + n));
  return out;
}

// One that matches, and others that are like it.
std::string subscriptions(const Dialect& dialect, std::size_t patterns, std::size_t subscriber) {
  std::string out = dialect.subscribe(kMatching);
  for (std::size_t n = 1; n < patterns; ++n) {
    const char* shape = n % 2 == 0 ? "bench.t{}.other{}" : "bench.*.other{}.n{}";
    out += dialect.subscribe(fmt::format(fmt::runtime(shape), n, subscriber));
  }
  return out;
}

struct Run {
  const Target& target;
  SharedTally tally;
  std::vector<Forked> receivers;

  // A subscriber that is ready when this returns.
  Result<void> add_receiver(const std::string& subscriptions_of_it) {
    const Dialect& dialect = *target.dialect;
    const auto fd = DECNET_TRY(
        open_connection(dialect, target.address, Dialect::Role::subscriber, subscriptions_of_it));
    const std::string topic = load_topics().front();
    const std::string whole = dialect.delivery(kMatching, topic, load_payload());
    const std::string begins = whole.substr(0, whole.find("t" + std::to_string(kFirstTopic)));
    const std::size_t number = receivers.size();
    receivers.emplace_back(
        [&, number] { receive_load(fd.get(), whole.size(), begins, number, *tally.tally); });
    return {};
  }

  Result<void> publish(double seconds) {
    const auto fd =
        DECNET_TRY(open_connection(*target.dialect, target.address, Dialect::Role::publisher));
    LoadShape shape;
    shape.topics = load_topics();
    shape.seconds = seconds;
    shape.window = target.window;
    Forked publisher(
        [&] { publish_load(*target.dialect, fd.get(), shape, receivers.size(), *tally.tally); });
    publisher.join();
    for (auto& receiver : receivers) receiver.join();
    if (tally->failed) return fail(Errc::closed, "the broker has closed a connection of the load");
    return {};
  }
};

std::uint64_t cpu_ticks_of(int pid) {
  std::ifstream in(fmt::format("/proc/{}/stat", pid));
  std::string text;
  std::getline(in, text);
  const auto after = text.rfind(')');
  if (after == text.npos) return 0;
  std::uint64_t user = 0;
  std::uint64_t system = 0;
  std::string word;
  std::size_t at = after + 2;
  for (int field = 3; field < 14; ++field) at = text.find(' ', at) + 1;
  if (std::sscanf(text.c_str() + at, "%lu %lu", &user, &system) != 2) return 0;
  return user + system;
}

RoundTrips summary(std::vector<double> times) {
  RoundTrips out;
  if (times.empty()) return out;
  std::sort(times.begin(), times.end());
  const auto at = [&](double share) {
    const auto rank =
        static_cast<std::size_t>(std::ceil(share * static_cast<double>(times.size())));
    return times[std::max<std::size_t>(rank, 1) - 1];
  };
  out.count = times.size();
  out.p50_us = at(0.5);
  out.p99_us = at(0.99);
  out.longest_us = times.back();
  return out;
}

Result<void> read_exactly(int fd, std::size_t bytes) {
  std::vector<char> buffer(bytes);
  for (std::size_t got = 0; got < bytes;) {
    const auto more = ::recv(fd, buffer.data(), bytes - got, 0);
    if (more <= 0) return fail(Errc::closed, "a delivery did not come");
    got += static_cast<std::size_t>(more);
  }
  return {};
}

}  // namespace

int pid_behind(const std::string& address) {
  const auto fd = connect_to(address);
  if (!fd) return 0;
  const auto peer = net::peer_credentials(fd->get());
  return peer ? peer->pid : 0;
}

double cpu_seconds_of(int pid) {
  return static_cast<double>(cpu_ticks_of(pid)) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double pss_mib_of(int pid) {
  std::ifstream in(fmt::format("/proc/{}/smaps_rollup", pid));
  std::string name;
  double kib = 0;
  while (in >> name) {
    if (name == "Pss:" && in >> kib) return kib / 1024;
  }
  return 0;
}

Result<RateOutcome> measure_rate(const Target& target, const RateShape& shape) {
  Run run{target, {}, {}};
  for (std::size_t n = 0; n < std::min(shape.subscribers, kLoadSubscribersMax); ++n)
    DECNET_TRY(run.add_receiver(subscriptions(*target.dialect, shape.patterns, n)));
  const double before = cpu_seconds_of(target.pid);
  DECNET_TRY(run.publish(shape.seconds));
  const double used = cpu_seconds_of(target.pid) - before;
  RateOutcome out;
  out.published = run.tally->published;
  std::int64_t last = run.tally->began_at;
  for (std::size_t n = 0; n < run.receivers.size(); ++n) {
    const auto& one = run.tally->subscribers[n];
    out.delivered += one.received;
    out.dropped += out.published - std::min<std::uint64_t>(out.published, one.received);
    out.wrong += one.wrong;
    last = std::max<std::int64_t>(last, one.last_at);
  }
  out.seconds = static_cast<double>(last - run.tally->began_at) / 1e9;
  if (target.pid > 0 && out.delivered > 0)
    out.cpu_us_per_delivery = used / static_cast<double>(out.delivered) * 1e6;
  return out;
}

Result<RoundTrips> measure_round_trips(const Target& target, double per_second, double seconds) {
  const Dialect& dialect = *target.dialect;
  const std::string topic = load_topics().front();
  const auto from = DECNET_TRY(open_connection(dialect, target.address, Dialect::Role::subscriber,
                                               dialect.subscribe(kMatching)));
  const auto to = DECNET_TRY(open_connection(dialect, target.address, Dialect::Role::publisher));
  const std::string event = dialect.publish(topic, load_payload());
  const std::size_t bytes = dialect.delivery(kMatching, topic, load_payload()).size();
  const timeval patience{5, 0};
  ::setsockopt(from.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::prctl(PR_SET_TIMERSLACK, 1);
  const auto step = static_cast<std::int64_t>(1e9 / per_second);
  std::vector<double> times;
  std::int64_t due = monotonic_nanos() + step;
  const std::int64_t until = due + static_cast<std::int64_t>(seconds * 1e9);
  while (due < until) {
    const timespec at{due / 1'000'000'000, due % 1'000'000'000};
    while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, nullptr) == EINTR) continue;
    const std::int64_t began = monotonic_nanos();
    DECNET_TRY(write_all(to.get(), event));
    DECNET_TRY(read_exactly(from.get(), bytes));
    const std::int64_t ended = monotonic_nanos();
    times.push_back(static_cast<double>(ended - began) / 1e3);
    while (due <= ended) due += step;  // What was due meanwhile is left out.
  }
  ::prctl(PR_SET_TIMERSLACK, 0);
  return summary(std::move(times));
}

Result<RoundTrips> measure_relay(const std::string& folder, double per_second, double seconds) {
  const std::string path = fmt::format("{}/relay-{}.sock", folder, ::getpid());
  auto listening = DECNET_TRY(net::listen_unix(path, 0600));
  const Forked relay([&] { relay_bytes(listening.get()); });
  const RelayDialect dialect;
  Target target;
  target.dialect = &dialect;
  target.address = "unix:" + path;
  auto out = measure_round_trips(target, per_second, seconds);
  ::unlink(path.c_str());
  return out;
}

Result<StallOutcome> measure_stall(const Target& target, double seconds) {
  const std::string wanted = target.dialect->subscribe(kMatching);
  const auto stopped = DECNET_TRY(
      open_connection(*target.dialect, target.address, Dialect::Role::subscriber, wanted));
  Run run{target, {}, {}};
  DECNET_TRY(run.add_receiver(wanted));
  DECNET_TRY(run.publish(seconds));
  StallOutcome out;
  out.published = run.tally->published;
  out.lost =
      out.published - std::min<std::uint64_t>(out.published, run.tally->subscribers[0].received);
  out.longest_ms = static_cast<double>(run.tally->longest_write) / 1e6;
  return out;
}

Result<MemoryOutcome> measure_memory(const Target& target, std::size_t clients) {
  MemoryOutcome out;
  out.idle_mib = pss_mib_of(target.pid);
  std::vector<UniqueFd> open;
  for (std::size_t n = 0; n < clients; ++n)
    open.push_back(
        DECNET_TRY(open_connection(*target.dialect, target.address, Dialect::Role::subscriber,
                                   target.dialect->subscribe(fmt::format("bench.client.n{}", n)))));
  out.with_clients_mib = pss_mib_of(target.pid);
  return out;
}

}  // namespace decnet::app
