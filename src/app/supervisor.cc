#include "app/supervisor.h"

#include <csignal>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/data_lock.h"
#include "app/exit_codes.h"
#include "app/spawn.h"
#include "base/log.h"
#include "net/socket_stream.h"

namespace decnet::app {
namespace {

constexpr Duration kReadyPoll = std::chrono::milliseconds{50};

// Who talks to whom.
struct Pair {
  std::string_view a, b, kind;
};
constexpr Pair kPairs[] = {{"core", "netd", control::kLinkControl},
                           {"core", "engine", control::kLinkControl},
                           {"core", "engine", control::kLinkSender},
                           {"netd", "engine", control::kLinkControl}};

std::string_view kind_of(std::string_view name) {
  return name.substr(0, name.find('.'));
}

}  // namespace

Supervisor::Supervisor(net::Loop& loop, const Config& config, std::string config_file)
    : loop_(loop),
      config_(config),
      config_file_(std::move(config_file)),
      tasks_(loop.executor()),
      died_(loop.executor()),
      stop_(loop.executor()) {}

Supervisor::~Supervisor() = default;

net::Task<Result<void>> Supervisor::run(std::function<void()> when_ready) {
  DECNET_CO_TRY(lock_, lock_data_folder(config_.data_dir));
  DECNET_CO_CHECK(prepare());
  tasks_.spawn("signals", watch_signals());
  std::vector<std::string> names = {"bus", "netd"};
  for (std::uint64_t n = 0; n < config_.engine.shards; ++n)
    names.push_back("engine." + std::to_string(n));
  names.emplace_back("core");
  names.emplace_back("api");
  for (const auto& name : names) {
    DECNET_CO_CHECK(start(name));
  }
  tasks_.spawn("ready", wait_until_ready(std::move(when_ready)));
  while (stop_signals_ == 0) {
    const auto woken = co_await stop_.wait(std::chrono::hours{24});
    if (!woken && woken.error().code == Errc::cancelled) break;
  }
  co_await stop_all();
  tasks_.cancel();
  co_await tasks_.join();
  co_return Result<void>{};
}

std::map<std::string, std::string> Supervisor::child_environment() const {
  std::map<std::string, std::string> out;
  for (const auto& key : config_keys(config_)) out[key.environment] = key.value;
  return out;
}

// The store is made ready by a process of its own, so that neither SQLite nor argon2 stay in this
// one.
Result<void> Supervisor::prepare() {
  const auto child =
      DECNET_TRY(spawn({.arguments = {"process", "prepare"}, .environment = child_environment()}));
  int status = 0;
  if (::waitpid(child.pid, &status, 0) != child.pid) return fail_errno(errno, "wait");
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return fail(Errc::unavailable, "the store could not be made ready (see above)");
}

Result<void> Supervisor::start(const std::string& name) {
  Child& child = children_[name];
  child.name = name;
  auto spawned = spawn(
      {.arguments = {"process", name}, .environment = child_environment(), .with_channel = true});
  if (!spawned) return tl::unexpected(spawned.error());
  child.pid = spawned->pid;
  child.started_at = Clock::system().monotonic();
  child.channel = std::make_shared<control::Channel>(loop_.executor(), std::move(spawned->channel));
  log::debug("{} runs as {}", name, child.pid);
  tasks_.spawn("child", listen_to(name, child.channel));
  if (name == "netd") {
    for (const auto& [key, socket] : kept_) {
      std::vector<UniqueFd> copy;
      copy.emplace_back(::fcntl(socket.get(), F_DUPFD_CLOEXEC, 0));
      if (!child.channel->send(control::Kept{key}, std::move(copy))) break;
    }
    const auto told =
        child.channel->send(control::KeptAll{static_cast<std::uint32_t>(kept_.size())});
    if (!told) log::warn("netd was not told what is kept: {}", told.error().detail);
  }
  link_with_others(name);
  return {};
}

void Supervisor::link_with_others(const std::string& name) {
  for (const auto& pair : kPairs) {
    for (const auto& [other, child] : children_) {
      const bool fits = (kind_of(name) == pair.a && kind_of(other) == pair.b) ||
                        (kind_of(name) == pair.b && kind_of(other) == pair.a);
      if (fits && child.pid > 0) link(name, other, pair.kind);
    }
  }
}

void Supervisor::link(const std::string& a, const std::string& b, std::string_view kind) {
  auto ends = kind == control::kLinkSender ? net::stream_pair() : net::packet_pair();
  if (!ends) {
    log::error("{} and {} cannot be linked: {}", a, b, ends.error().detail);
    return;
  }
  const auto hand = [&](const std::string& to, const std::string& peer, UniqueFd end) {
    std::vector<UniqueFd> socket;
    socket.push_back(std::move(end));
    const auto sent =
        children_[to].channel->send(control::Link{std::string(kind), peer}, std::move(socket));
    if (!sent) log::debug("{} did not get its line to {}: {}", to, peer, sent.error().detail);
  };
  hand(a, b, std::move(ends->first));
  hand(b, a, std::move(ends->second));
}

net::Task<void> Supervisor::listen_to(std::string name, std::shared_ptr<control::Channel> channel) {
  for (;;) {
    auto received = co_await channel->receive();
    if (!received &&
        (received.error().code == Errc::closed || received.error().code == Errc::cancelled))
      co_return;
    if (!received) {
      log::error("a message of {} could not be read: {}", name, received.error().detail);
      continue;
    }
    if (name != "netd") continue;  // Nobody else has anything to keep.
    if (const auto* keep = std::get_if<control::Keep>(&received->message);
        keep != nullptr && !received->descriptors.empty()) {
      kept_[keep->key] = std::move(received->descriptors.front());
    } else if (const auto* drop = std::get_if<control::Drop>(&received->message)) {
      kept_.erase(drop->key);
    }
  }
}

net::Task<void> Supervisor::watch_signals() {
  net::Signals signals(loop_.executor(), {SIGCHLD, SIGTERM, SIGINT, SIGHUP});
  for (;;) {
    const auto signal = co_await signals.next();
    if (!signal) co_return;
    if (*signal == SIGCHLD) {
      reap();
    } else if (*signal == SIGHUP) {
      forward(SIGHUP);
    } else {
      ++stop_signals_;
      stop_.wake();
    }
  }
}

void Supervisor::reap() {
  for (;;) {
    int status = 0;
    const pid_t pid = ::waitpid(-1, &status, WNOHANG);
    if (pid <= 0) return;
    for (auto& [name, child] : children_) {
      if (child.pid != pid) continue;
      child.pid = 0;
      child.channel->close();
      died_.wake();
      if (stopping_) continue;
      const std::string how = WIFSIGNALED(status)
                                  ? "was ended by signal " + std::to_string(WTERMSIG(status))
                                  : "ended with code " + std::to_string(WEXITSTATUS(status));
      const bool was_well = Clock::system().monotonic() - child.started_at >= kWellAfter;
      const Duration pause = was_well ? kRestartFirst : child.pause;
      child.pause = std::min(pause * 2, kRestartLast);
      ++child.restarts;
      log::error("{} {}; it starts again in {} ms", name, how, pause.count() / 1000);
      tasks_.spawn("restart", restart_later(name, pause));
    }
  }
}

net::Task<void> Supervisor::restart_later(std::string name, Duration pause) {
  if (!co_await net::sleep_for(pause) || stopping_) co_return;
  const auto started = start(name);
  if (started) co_return;
  log::error("{} cannot be started: {}", name, started.error().detail);
  tasks_.spawn("restart", restart_later(std::move(name), kRestartLast));
}

void Supervisor::forward(int signal) {
  for (const auto& [name, child] : children_) {
    if (child.pid > 0) ::kill(child.pid, signal);
  }
}

net::Task<void> Supervisor::wait_until_ready(std::function<void()> when_ready) {
  for (;;) {
    const auto connected = co_await net::connect_unix(config_.api_socket(), kReadyPoll);
    if (connected) break;
    const auto slept = co_await net::sleep_for(kReadyPoll);
    if (!slept) co_return;
  }
  when_ready();
}

// Doors first, then what takes their events in, then what shows them.
net::Task<void> Supervisor::stop_all() {
  stopping_ = true;
  const int asked = stop_signals_;
  const auto deadline = Clock::system().monotonic() + kDrainTime;
  const std::vector<std::vector<std::string_view>> order = {
      {"engine"}, {"netd"}, {"core"}, {"api"}, {"bus"}};
  for (const auto& kinds : order) {
    const auto running = [&] {
      for (const auto& [name, child] : children_) {
        if (child.pid > 0 && kind_of(name) == kinds.front()) return true;
      }
      return false;
    };
    for (const auto& [name, child] : children_) {
      if (child.pid > 0 && kind_of(name) == kinds.front()) ::kill(child.pid, SIGTERM);
    }
    while (running()) {
      if (stop_signals_ > asked || Clock::system().monotonic() > deadline) break;
      const auto waited = co_await died_.wait(std::chrono::milliseconds{200});
      if (!waited && waited.error().code == Errc::cancelled) break;
    }
  }
  for (const auto& [name, child] : children_) {
    if (child.pid > 0) ::kill(child.pid, SIGKILL);
  }
}

}  // namespace decnet::app
