#include "app/bus/load.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <new>

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

namespace decnet::app {
namespace {

constexpr std::size_t kReceiveBytes = 256 * 1024;
constexpr timeval kLookUpEvery{0, 50'000};

std::uint64_t slowest(const Tally& tally, std::size_t subscribers) {
  std::uint64_t least = ~0ULL;
  for (std::size_t n = 0; n < subscribers; ++n)
    least = std::min(least, tally.subscribers[n].received.load(std::memory_order_relaxed));
  return least;
}

}  // namespace

std::int64_t monotonic_nanos() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

std::string load_payload() {
  std::string out = R"({"attacker_ip":"198.51.100.7","decky":"web-01","service":"ssh","note":")";
  out.append(kLoadPayloadBytes - out.size() - 2, 'x');
  return out + "\"}";
}

SharedTally::SharedTally() {
  void* memory =
      ::mmap(nullptr, sizeof(Tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  tally = new (memory) Tally();
}

SharedTally::~SharedTally() {
  ::munmap(tally, sizeof(Tally));
}

Forked::Forked(const std::function<void()>& work) : pid_(::fork()) {
  if (pid_ != 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::signal(SIGINT, SIG_DFL);
  work();
  ::_exit(0);
}

Forked::~Forked() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Forked::join() {
  if (pid_ <= 0) return;
  ::waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

void publish_load(const Dialect& dialect, int fd, const LoadShape& shape, std::size_t subscribers,
                  Tally& tally) {
  const std::string payload = load_payload();
  std::string batch;
  std::uint64_t frames = 0;
  while (batch.size() < kLoadBatchBytes || frames % shape.topics.size() != 0) {
    batch += dialect.publish(shape.topics[frames % shape.topics.size()], payload);
    ++frames;
  }
  const std::int64_t began = monotonic_nanos();
  const std::int64_t until = began + static_cast<std::int64_t>(shape.seconds * 1e9);
  tally.began_at = began;
  std::uint64_t published = 0;
  for (std::int64_t now = began; now < until;) {
    if (shape.window > 0 &&
        published - std::min(published, slowest(tally, subscribers)) + frames > shape.window) {
      ::sched_yield();
      now = monotonic_nanos();
      continue;
    }
    if (!write_all(fd, batch)) {
      tally.failed = true;
      break;
    }
    const std::int64_t after = monotonic_nanos();
    if (after - now > tally.longest_write) tally.longest_write = after - now;
    now = after;
    published += frames;
    tally.published.store(published, std::memory_order_relaxed);
  }
  tally.done = true;
}

void receive_load(int fd, std::size_t bytes, const std::string& begins, std::size_t number,
                  Tally& tally) {
  auto& mine = tally.subscribers[number];
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &kLookUpEvery, sizeof kLookUpEvery);
  std::vector<char> buffer(kReceiveBytes);
  std::uint64_t total = 0;
  std::int64_t silent_since = monotonic_nanos();
  for (;;) {
    const auto got = ::recv(fd, buffer.data(), buffer.size(), 0);
    if (got > 0) {
      // The first whole delivery of what was read is looked at.
      const std::size_t skip = (bytes - total % bytes) % bytes;
      if (skip + begins.size() <= static_cast<std::size_t>(got) &&
          !std::equal(begins.begin(), begins.end(),
                      buffer.begin() + static_cast<std::ptrdiff_t>(skip)))
        ++mine.wrong;
      total += static_cast<std::uint64_t>(got);
      mine.received.store(total / bytes, std::memory_order_relaxed);
      silent_since = monotonic_nanos();
      mine.last_at.store(silent_since, std::memory_order_relaxed);
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
      tally.failed = true;
      return;
    }
    if (!tally.done) continue;
    if (total / bytes >= tally.published) return;
    if (monotonic_nanos() - silent_since > kLoadSilenceNanos) return;
  }
}

void relay_bytes(int listening) {
  ::fcntl(listening, F_SETFL, ::fcntl(listening, F_GETFL) & ~O_NONBLOCK);
  std::array<pollfd, 2> ends{};
  for (auto& end : ends) end = {::accept4(listening, nullptr, nullptr, SOCK_CLOEXEC), POLLIN, 0};
  std::vector<char> buffer(kLoadBatchBytes);
  for (;;) {
    if (::poll(ends.data(), ends.size(), -1) < 0 && errno != EINTR) return;
    for (std::size_t n = 0; n < ends.size(); ++n) {
      if ((ends[n].revents & (POLLIN | POLLHUP)) == 0) continue;
      const auto got = ::recv(ends[n].fd, buffer.data(), buffer.size(), 0);
      if (got <= 0) return;
      if (!write_all(ends[1 - n].fd, {buffer.data(), static_cast<std::size_t>(got)})) return;
    }
  }
}

}  // namespace decnet::app
