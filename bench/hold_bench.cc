// Many connections at once, each of which has been answered once and then stays.
//
//   hold_bench --targets IP:PORT[,…] --connections N [--sources N]
//
// Prints {"open": N, "seconds": …} when all stand, waits for a line (or the end) of its input, then
// prints {"still_open": N}.
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "base/json.h"
#include "bench/load.h"

namespace decnet::bench {
namespace {

constexpr std::size_t kAtOnce = 128;
constexpr int kAnswerMillis = 10'000;

void raise_descriptor_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

bool wait_for(int fd, short what) {
  pollfd ready{.fd = fd, .events = what, .revents = 0};
  return ::poll(&ready, 1, kAnswerMillis) == 1;
}

// Over a connection that is being made.
bool ask(int fd) {
  static const std::string kRequest =
      "GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: hold\r\n\r\n";
  return wait_for(fd, POLLOUT) && ::send(fd, kRequest.data(), kRequest.size(), MSG_NOSIGNAL) > 0;
}

// False where no whole reply comes, or the server will not go on.
bool is_answered(int fd) {
  ReplyReader reply;
  auto state = ReplyReader::State::more;
  char buffer[16 * 1024];
  while (state == ReplyReader::State::more) {
    if (!wait_for(fd, POLLIN)) return false;
    const ssize_t got = ::recv(fd, buffer, sizeof buffer, 0);
    if (got <= 0) return false;
    state = reply.feed({buffer, static_cast<std::size_t>(got)});
  }
  return state == ReplyReader::State::done && reply.keeps_alive();
}

std::size_t count_open(const std::vector<UniqueFd>& held) {
  std::size_t open = 0;
  char byte = 0;
  for (const UniqueFd& fd : held) {
    const ssize_t got = ::recv(fd.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) ++open;
  }
  return open;
}

int run(const std::vector<std::string>& arguments) {
  const auto targets = parse_targets(text_option(arguments, "--targets", ""));
  const auto wanted = static_cast<std::size_t>(number_option(arguments, "--connections", 10'000));
  const auto sources = static_cast<std::uint32_t>(number_option(arguments, "--sources", 250));
  if (targets.empty()) {
    std::fprintf(stderr, "usage: hold_bench --targets IP:PORT[,…] --connections N [--sources N]\n");
    return 2;
  }
  raise_descriptor_limit();
  const auto start = SteadyClock::now();
  std::vector<UniqueFd> held;
  std::size_t dialled = 0;
  while (dialled < wanted) {
    std::vector<UniqueFd> some;
    for (std::size_t n = 0; n < kAtOnce && dialled < wanted; ++n, ++dialled) {
      const auto source = static_cast<std::uint32_t>(dialled / targets.size()) % sources;
      some.push_back(dial(targets[dialled % targets.size()], source));
    }
    std::erase_if(some, [](const UniqueFd& fd) { return !fd || !ask(fd.get()); });
    for (UniqueFd& fd : some) {
      if (is_answered(fd.get())) held.push_back(std::move(fd));
    }
  }
  JsonWriter json;
  json.begin_object()
      .field("open", held.size())
      .field("seconds", seconds_since(start))
      .end_object();
  std::printf("%s\n", json.text().c_str());
  std::fflush(stdout);
  while (true) {
    const int byte = std::getchar();
    if (byte == EOF || byte == '\n') break;
  }
  std::printf("{\"still_open\":%zu}\n", count_open(held));
  return 0;
}

}  // namespace
}  // namespace decnet::bench

int main(int count, char** arguments) {
  return decnet::bench::run({arguments + 1, arguments + count});
}
