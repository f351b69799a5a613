#include "app/supervisor.h"

#include <csignal>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/data_lock.h"
#include "app/exit_codes.h"
#include "app/spawn.h"
#include "app/worker_places.h"
#include "base/log.h"
#include "net/service_manager.h"
#include "net/socket_stream.h"

namespace decnet::app {
namespace {

constexpr Duration kReadyPoll = std::chrono::milliseconds{50};

// Who talks to whom: workers by their names, wherever they live, and processes.
struct Pair {
  std::string_view a, b, kind;
};
constexpr Pair kPairs[] = {{"reconciler", "netd", control::kLinkControl},
                           {"reconciler", "engine", control::kLinkControl},
                           {"collector", "engine", control::kLinkSender},
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
  DECNET_CO_CHECK(check_worker_host(config_));
  DECNET_CO_TRY(lock_, lock_data_folder(config_.data_dir));
  DECNET_CO_CHECK(prepare());
  tasks_.spawn("signals", watch_signals());
  tasks_.spawn("service manager", net::keep_service_manager_informed());
  if (config_.workers.host == kHostUnits) {
    DECNET_CO_TRY(UniqueFd listening,
                  net::listen_packets(config_.supervisor_socket(), 0660, config_.bus.group));
    tasks_.spawn("units", take_units(std::make_shared<net::Listener>(loop_.executor(),
                                                                     std::move(listening))));
  }
  for (const auto& name : process_names()) {
    DECNET_CO_CHECK(start(name));
  }
  tasks_.spawn("ready", wait_until_ready(std::move(when_ready)));
  while (stop_signals_ == 0) {
    const auto woken = co_await stop_.wait(std::chrono::hours{24});
    if (!woken && woken.error().code == Errc::cancelled) break;
  }
  net::notify_service_manager("STOPPING=1");
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
  auto environment = child_environment();
  environment[kRestartsVariable] = std::to_string(child.restarts);
  auto spawned = spawn({.arguments = {"process", name},
                        .environment = std::move(environment),
                        .with_channel = true,
                        .keeps_capabilities = name == "netd"});
  if (!spawned) return tl::unexpected(spawned.error());
  child.pid = spawned->pid;
  child.crash = std::move(spawned->crash);
  child.told_to_stop = false;
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

// The lines of a process, or those of one worker in it.
void Supervisor::link_with_others(std::string_view role_or_name) {
  const auto concerned = [&](std::string_view role, std::string_view process) {
    return role_or_name == role || role_or_name == process;
  };
  for (const auto& pair : kPairs) {
    for (const auto& [a, one] : children_) {
      if (!one.is_there() || (a != host_of(pair.a) && kind_of(a) != pair.a)) continue;
      for (const auto& [b, other] : children_) {
        if (!other.is_there() || (b != host_of(pair.b) && kind_of(b) != pair.b)) continue;
        if (!concerned(pair.a, a) && !concerned(pair.b, b)) continue;
        // A worker is called by its own name, so that nobody needs to know where it lives.
        const bool is_worker = kind_of(a) != pair.a || a == pair.a;
        link({a, b}, {b, is_worker ? std::string(pair.a) : a}, pair.kind);
      }
    }
  }
}

void Supervisor::link(const End& a, const End& b, std::string_view kind) {
  auto ends = kind == control::kLinkSender ? net::stream_pair() : net::packet_pair();
  if (!ends) {
    log::error("{} and {} cannot be linked: {}", a.process, b.process, ends.error().detail);
    return;
  }
  const auto hand = [&](const End& to, UniqueFd end) {
    std::vector<UniqueFd> socket;
    socket.push_back(std::move(end));
    const auto sent = children_[to.process].channel->send(control::Link{std::string(kind), to.says},
                                                          std::move(socket));
    if (!sent)
      log::debug("{} did not get its line to {}: {}", to.process, to.says, sent.error().detail);
  };
  hand(a, std::move(ends->first));
  hand(b, std::move(ends->second));
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
    hear(name, *std::move(received));
  }
}

void Supervisor::hear(const std::string& name, control::Received received) {
  if (const auto* keep = std::get_if<control::Keep>(&received.message);
      keep != nullptr && name == "netd" && !received.descriptors.empty()) {
    kept_[keep->key] = std::move(received.descriptors.front());
  } else if (const auto* drop = std::get_if<control::Drop>(&received.message);
             drop != nullptr && name == "netd") {
    kept_.erase(drop->key);
  } else if (const auto* want = std::get_if<control::WantLines>(&received.message);
             want != nullptr && host_of(want->worker) == name) {
    link_with_others(want->worker);
  } else if (const auto* asked = std::get_if<control::StartWorker>(&received.message);
             asked != nullptr && name == "api") {
    start_worker(*asked);
  } else if (auto* outcome = std::get_if<control::StartOutcome>(&received.message)) {
    answer(std::move(*outcome));
  } else {
    log::warn("{} has said what it has no business to say", name);
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
      keep_report(child);
      if (!stopping_) note_end(child, status);
    }
  }
}

void Supervisor::note_end(Child& child, int status) {
  // The process of one worker ends with 0 when the worker was told to stop, and never otherwise.
  const bool has_one_worker = host_of(child.name) == child.name && is_worker(child.name);
  if (has_one_worker && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
    child.told_to_stop = true;
    log::info("{} has stopped, as it was told to", child.name);
    return;
  }
  const std::string how = WIFSIGNALED(status)
                              ? "was ended by signal " + std::to_string(WTERMSIG(status))
                              : "ended with code " + std::to_string(WEXITSTATUS(status));
  const bool was_well = Clock::system().monotonic() - child.started_at >= kWellAfter;
  const Duration pause = was_well ? kRestartFirst : child.pause;
  child.pause = std::min(pause * 2, kRestartLast);
  ++child.restarts;
  log::error("{} {}; it starts again in {} ms", child.name, how, pause.count() / 1000);
  tasks_.spawn("restart", restart_later(child.name, pause));
}

net::Task<void> Supervisor::restart_later(std::string name, Duration pause) {
  if (!co_await net::sleep_for(pause) || stopping_) co_return;
  if (children_[name].is_there()) co_return;  // Somebody has asked for it meanwhile.
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
  const bool has_api = children_.contains("api");
  while (has_api) {
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
      {"engine"},   {"netd"}, {"reconciler"}, {"collector"},
      {"ingester"}, {"core"}, {"api"},        {"bus"}};
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
