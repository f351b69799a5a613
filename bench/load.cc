#include "bench/load.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/json.h"

namespace decnet::bench {
namespace {

constexpr std::size_t kReadBytes = 64 * 1024;
constexpr int kEventsMax = 256;
constexpr double kGraceSeconds = 5;                // For answers that are due at the end.
constexpr std::size_t kDialsAtOnce = 256;          // Less than a listener's queue.
constexpr std::uint32_t kSourceBase = 0x7f5a0001;  // 127.90.0.1

sockaddr_in address(const std::string& ip, std::uint16_t port) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(port);
  if (::inet_pton(AF_INET, ip.c_str(), &out.sin_addr) != 1) {
    std::fprintf(stderr, "not an address: %s\n", ip.c_str());
    std::exit(2);
  }
  return out;
}

std::uint16_t local_port(int fd) {
  sockaddr_in local{};
  socklen_t size = sizeof local;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&local), &size);
  return ntohs(local.sin_port);
}

double millis_between(SteadyClock::time_point from, SteadyClock::time_point to) {
  return std::chrono::duration<double, std::milli>(to - from).count();
}

SteadyClock::time_point after(SteadyClock::time_point start, double seconds) {
  return start +
         std::chrono::duration_cast<SteadyClock::duration>(std::chrono::duration<double>(seconds));
}

}  // namespace

std::vector<Target> parse_targets(std::string_view text) {
  std::vector<Target> out;
  for (const std::string& one : split(text, ',')) {
    const auto colon = one.find(':');
    const int port = colon == one.npos ? 80 : std::atoi(one.c_str() + colon + 1);
    out.push_back({one.substr(0, colon), static_cast<std::uint16_t>(port)});
    address(out.back().ip, out.back().port);
  }
  return out;
}

std::string source_address(std::uint32_t number) {
  const in_addr source{htonl(kSourceBase + number)};
  char text[INET_ADDRSTRLEN];
  return ::inet_ntop(AF_INET, &source, text, sizeof text);
}

UniqueFd dial(const Target& target, std::uint32_t source) {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return fd;
  const int on = 1;
  ::setsockopt(fd.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const sockaddr_in from = address(source_address(source), 0);
  const sockaddr_in to = address(target.ip, target.port);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0) return {};
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0 &&
      errno != EINPROGRESS)
    return {};
  return fd;
}

struct Load::Connection {
  std::size_t number = 0;
  UniqueFd fd;
  bool is_connecting = false, is_busy = false;
  SteadyClock::time_point due;
  std::string out;
  ReplyReader reply;
};

Load::Load(LoadOptions options) : options_(std::move(options)), epoll_(::epoll_create1(0)) {
  for (std::size_t n = 0; n < options_.connections; ++n) {
    connections_.push_back(std::make_unique<Connection>());
    connections_.back()->number = n;
  }
}

Load::~Load() = default;

Outcome Load::run() {
  if (options_.is_fresh) {
    for (const auto& connection : connections_) idle_.push_back(connection.get());
  } else {
    open_all();
  }
  start_ = SteadyClock::now();
  count_from_ = after(start_, options_.warm_up_seconds);
  is_running_ = true;
  const auto end = after(count_from_, options_.seconds);
  for (;;) {
    const auto now = SteadyClock::now();
    is_running_ = now < end;
    if (!is_running_ && ((due_.empty() && in_flight_ == 0) || now > after(end, kGraceSeconds)))
      break;
    give_work(now);
    wait(until_next());
  }
  outcome_.unsent = due_.size() + in_flight_;
  outcome_.seconds = std::chrono::duration<double>(end - count_from_).count();
  return std::move(outcome_);
}

// All connections stand before the load begins.
void Load::open_all() {
  for (const auto& connection : connections_) {
    while (dialled_ - idle_.size() >= kDialsAtOnce) wait(std::chrono::seconds{1});
    open(*connection);
  }
  const auto begun = SteadyClock::now();
  while (idle_.size() < connections_.size() && seconds_since(begun) < kGraceSeconds)
    wait(std::chrono::milliseconds{100});
  outcome_ = {};
}

void Load::open(Connection& connection) {
  const auto source = static_cast<std::uint32_t>(dialled_ % options_.sources);
  const Target& target = options_.targets[dialled_ % options_.targets.size()];
  ++dialled_;
  const auto before = SteadyClock::now();
  connection.fd = dial(target, source);
  if (!connection.fd) return failed(connection, outcome_.refused);
  connection.is_connecting = true;
  if (options_.on_dial)
    options_.on_dial({source_address(source), local_port(connection.fd.get()), before});
  epoll_event event{.events = EPOLLIN | EPOLLOUT, .data = {.ptr = &connection}};
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, connection.fd.get(), &event);
}

void Load::set_interest(Connection& connection, bool writes) {
  epoll_event event{.events = EPOLLIN | (writes ? std::uint32_t{EPOLLOUT} : 0U),
                    .data = {.ptr = &connection}};
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, connection.fd.get(), &event);
}

std::string Load::request() {
  random_ ^= random_ << 13;  // xorshift64
  random_ ^= random_ >> 7;
  random_ ^= random_ << 17;
  std::string out = "GET " + options_.paths[random_ % options_.paths.size()] + " HTTP/1.1\r\n";
  out += "Host: " + options_.targets.front().ip + "\r\nUser-Agent: decnet-bench\r\n";
  for (const std::string& header : options_.headers) out += header + "\r\n";
  return out + (options_.is_fresh ? "Connection: close\r\n\r\n" : "\r\n");
}

void Load::give_work(SteadyClock::time_point now) {
  if (options_.rate > 0 && is_running_) {
    for (auto due = after(start_, static_cast<double>(scheduled_) / options_.rate); due <= now;
         due = after(start_, static_cast<double>(scheduled_) / options_.rate)) {
      due_.push_back(due);
      ++scheduled_;
    }
  }
  while (!idle_.empty()) {
    if (options_.rate > 0 ? due_.empty() : !is_running_) return;
    Connection& connection = *idle_.front();
    idle_.pop_front();
    const auto due = options_.rate > 0 ? due_.front() : now;
    if (options_.rate > 0) due_.pop_front();
    ask(connection, due);
  }
}

void Load::ask(Connection& connection, SteadyClock::time_point due) {
  connection.due = due;
  connection.is_busy = true;
  ++in_flight_;
  connection.out = request();
  connection.reply.start();
  if (!connection.fd) return open(connection);
  send(connection);
}

void Load::send(Connection& connection) {
  const ssize_t sent =
      ::send(connection.fd.get(), connection.out.data(), connection.out.size(), MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) return failed(connection, outcome_.errors);
  connection.out.erase(0, static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
  if (!connection.out.empty()) set_interest(connection, true);
}

void Load::receive(Connection& connection) {
  static char buffer[kReadBytes];
  const ssize_t got = ::recv(connection.fd.get(), buffer, sizeof buffer, 0);
  if (got < 0 && errno == EAGAIN) return;
  if (!connection.is_busy) return failed(connection, outcome_.refused);
  if (got < 0) return failed(connection, outcome_.errors);
  const auto bytes = static_cast<std::size_t>(got);
  const auto state = got == 0 ? connection.reply.close() : connection.reply.feed({buffer, bytes});
  if (state == ReplyReader::State::broken) return failed(connection, outcome_.errors);
  if (state == ReplyReader::State::done) answered(connection);
}

void Load::answered(Connection& connection) {
  const auto now = SteadyClock::now();
  if (connection.due >= count_from_) {
    ++outcome_.answered;
    outcome_.bytes += connection.reply.bytes();
    if (connection.reply.status() != 200) ++outcome_.other_status;
    outcome_.latencies.add(millis_between(connection.due, now));
  }
  connection.is_busy = false;
  --in_flight_;
  if (options_.is_fresh || !connection.reply.keeps_alive()) connection.fd.reset();
  idle_.push_back(&connection);
}

// The connection has ended before its time; its request, if it had one, is lost.
void Load::failed(Connection& connection, std::uint64_t& counter) {
  ++counter;
  connection.fd.reset();
  connection.is_connecting = false;
  if (connection.is_busy) {
    --in_flight_;
    connection.is_busy = false;
    idle_.push_back(&connection);
  } else {
    std::erase(idle_, &connection);  // It is dialled again when it is asked.
    idle_.push_back(&connection);
  }
}

// Until the next request is due: neither late nor spinning, which would take a core from the
// server.
std::chrono::nanoseconds Load::until_next() const {
  constexpr std::chrono::nanoseconds kLongest = std::chrono::milliseconds{10};
  if (options_.rate <= 0 || !is_running_) return kLongest;
  const auto due = after(start_, static_cast<double>(scheduled_) / options_.rate);
  const std::chrono::nanoseconds left = due - SteadyClock::now();
  return std::clamp(left, std::chrono::nanoseconds{0}, kLongest);
}

void Load::wait(std::chrono::nanoseconds at_most) {
  epoll_event events[kEventsMax];
  const timespec timeout{.tv_sec = at_most.count() / 1'000'000'000,
                         .tv_nsec = at_most.count() % 1'000'000'000};
  const int count = ::epoll_pwait2(epoll_.get(), events, kEventsMax, &timeout, nullptr);
  for (int n = 0; n < count; ++n) {
    Connection& connection = *static_cast<Connection*>(events[n].data.ptr);
    if (!connection.fd) continue;
    if ((events[n].events & EPOLLERR) != 0) {
      failed(connection, connection.is_busy ? outcome_.errors : outcome_.refused);
      continue;
    }
    if ((events[n].events & EPOLLOUT) != 0) {
      connection.is_connecting = false;
      set_interest(connection, false);
      if (connection.is_busy)
        send(connection);
      else
        idle_.push_back(&connection);
    }
    if (connection.fd && (events[n].events & (EPOLLIN | EPOLLHUP)) != 0) receive(connection);
  }
}

std::string Outcome::json() {
  JsonWriter out;
  out.begin_object()
      .field("answered", answered)
      .field("per_s", static_cast<double>(answered) / seconds);
  out.field("errors", errors).field("refused", refused).field("other_status", other_status);
  out.field("unsent", unsent).field("bytes", bytes).field("seconds", seconds);
  out.field("p50_ms", latencies.at(0.5)).field("p90_ms", latencies.at(0.9));
  out.field("p99_ms", latencies.at(0.99)).field("max_ms", latencies.at(1));
  return std::move(out.end_object()).take();
}

}  // namespace decnet::bench
