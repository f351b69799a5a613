#include "app/bus/dialect.h"

#include <array>
#include <cerrno>
#include <charconv>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/try.h"
#include "bus/codec.h"
#include "bus/event_body.h"

namespace decnet::app {
namespace {

constexpr std::size_t kGreetingBytesMax = 256 * 1024;
constexpr timeval kGreetingWait{10, 0};
constexpr timeval kNoWait{0, 0};  // For ever.

std::string frame(bus::Verb verb, std::string_view args, std::string_view body = {}) {
  std::string out;
  bus::append_frame(out, verb, args, body);
  return out;
}

Result<UniqueFd> connect_unix(std::string_view path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path))
    return fail(Errc::invalid_argument, "the path is too long: " + std::string(path));
  path.copy(static_cast<char*>(address.sun_path), path.size());
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd || ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return fail(Errc::unavailable, fmt::format("connect to {}: errno {}", path, errno));
  return fd;
}

Result<UniqueFd> connect_tcp(std::string_view place) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  const auto colon = place.rfind(':');
  std::uint16_t port = 0;
  if (colon == place.npos ||
      std::from_chars(place.data() + colon + 1, place.data() + place.size(), port).ec !=
          std::errc{} ||
      ::inet_pton(AF_INET, std::string(place.substr(0, colon)).c_str(), &address.sin_addr) != 1)
    return fail(Errc::invalid_argument, "no address and port: " + std::string(place));
  address.sin_port = htons(port);
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  if (!fd || ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return fail(Errc::unavailable, fmt::format("connect to {}: errno {}", place, errno));
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

}  // namespace

Result<UniqueFd> connect_to(std::string_view address) {
  if (address.starts_with("unix:")) return connect_unix(address.substr(5));
  if (address.starts_with("tcp:")) return connect_tcp(address.substr(4));
  return fail(Errc::invalid_argument, "neither unix: nor tcp: " + std::string(address));
}

Result<void> write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return fail_errno(errno, "send");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return {};
}

Result<UniqueFd> open_connection(const Dialect& dialect, std::string_view address,
                                 Dialect::Role role, const std::string& subscriptions) {
  UniqueFd fd = DECNET_TRY(connect_to(address));
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &kGreetingWait, sizeof kGreetingWait);
  DECNET_TRY(write_all(fd.get(), dialect.opening(role) + subscriptions + dialect.question(role)));
  const std::string answer = dialect.answer(role);
  std::string got;
  std::array<char, 16 * 1024> some;
  while (!got.ends_with(answer) && got.size() < kGreetingBytesMax) {
    const auto bytes = ::recv(fd.get(), some.data(), some.size(), 0);
    if (bytes <= 0)
      return fail(Errc::unavailable, fmt::format("{} does not answer the greeting", address));
    got.append(some.data(), static_cast<std::size_t>(bytes));
  }
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &kNoWait, sizeof kNoWait);
  return fd;
}

std::string BusDialect::opening(Role role) const {
  return frame(bus::Verb::hello, role == Role::publisher ? "bench-pub" : "bench-sub");
}
std::string BusDialect::subscribe(std::string_view pattern) const {
  return frame(bus::Verb::sub, pattern);
}
std::string BusDialect::question(Role) const {
  return frame(bus::Verb::ping, "ready");
}
std::string BusDialect::answer(Role) const {
  return frame(bus::Verb::pong, "ready");
}

// A complete event, as decnet's own client sends it.
std::string BusDialect::publish(std::string_view topic, std::string_view payload) const {
  const TimePoint at{std::chrono::seconds{1'790'000'000}};
  return frame(bus::Verb::pub, topic,
               bus::make_event_body({std::string(topic), std::string(bus::kEventIdBytes, 'a'), "",
                                     at, std::string(payload)}));
}
std::string BusDialect::delivery(std::string_view, std::string_view topic,
                                 std::string_view payload) const {
  std::string out = publish(topic, payload);
  out.replace(0, 3, "EVT");
  return out;
}

}  // namespace decnet::app
