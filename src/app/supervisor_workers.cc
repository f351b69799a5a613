// What the supervisor knows of workers: where they live, starting one, units that come for their
// lines, reports of crashes.
#include <sys/stat.h>
#include <unistd.h>

#include "app/supervisor.h"
#include "app/worker_places.h"
#include "base/crash_report.h"
#include "base/log.h"
#include "base/symbols.h"

namespace decnet::app {
namespace {

constexpr Duration kAttachTime = std::chrono::seconds{10};

// Whoever may write the data folder anyway: root, this user, the folder's owner.
bool may_attach(unsigned uid, const std::string& data_dir) {
  struct stat found {};
  if (uid == 0 || uid == ::geteuid()) return true;
  return ::stat(data_dir.c_str(), &found) == 0 && found.st_uid == uid;
}

std::string read_pipe(int fd) {
  std::string out(kCrashBytesMax, '\0');
  std::size_t size = 0;
  while (size < out.size()) {
    const auto got = ::read(fd, out.data() + size, out.size() - size);
    if (got <= 0) break;
    size += static_cast<std::size_t>(got);
  }
  out.resize(size);
  return out;
}

}  // namespace

std::vector<std::string> Supervisor::process_names() const {
  const std::string_view host = config_.workers.host;
  std::vector<std::string> names;
  if (host != kHostUnits) names.emplace_back("bus");
  names.emplace_back("netd");
  for (std::uint64_t n = 0; n < config_.engine.shards; ++n)
    names.push_back("engine." + std::to_string(n));
  if (host == kHostCore) names.emplace_back("core");
  if (host == kHostEach) {
    for (auto& name : worker_names()) names.push_back(std::move(name));
  }
  if (host != kHostUnits) names.emplace_back("api");
  return names;
}

// The process that a worker lives in; anything else is a process itself.
std::string Supervisor::host_of(std::string_view role) const {
  const bool in_core = config_.workers.host == kHostCore && is_worker(role);
  return std::string(in_core ? kHostCore : role);
}

void Supervisor::answer(control::StartOutcome outcome) {
  const auto api = children_.find("api");
  if (api == children_.end() || api->second.pid == 0) return;
  const auto sent = api->second.channel->send(outcome);
  if (!sent) log::warn("the API did not hear what became of a start: {}", sent.error().detail);
}

void Supervisor::start_worker(const control::StartWorker& asked) {
  control::StartOutcome outcome{.id = asked.id};
  const std::string host = host_of(asked.worker);
  const auto found = children_.find(host);
  if (found == children_.end()) {
    outcome.error = "the supervisor runs nothing of that name";
  } else if (host == asked.worker) {
    outcome.was_running = found->second.is_there();
    if (!outcome.was_running) {
      log::info("{} starts, as it was asked to", host);
      if (const auto started = start(host); !started) outcome.error = started.error().detail;
    }
  } else if (!found->second.is_there()) {
    outcome.error = "its process is away for a moment; it starts by itself";
  } else {
    const auto sent = found->second.channel->send(asked);  // Its answer comes by hear().
    if (sent) return;
    outcome.error = sent.error().detail;
  }
  answer(std::move(outcome));
}

net::Task<void> Supervisor::take_units(std::shared_ptr<net::Listener> listener) {
  for (;;) {
    auto accepted = co_await listener->accept();
    if (!accepted) co_return;
    const auto who = net::peer_credentials(accepted->fd.get());
    if (!who || !may_attach(who->uid, config_.data_dir)) {
      log::warn("a process of user {} wants lines and gets none", who ? who->uid : 0);
      continue;
    }
    if (attached_ < kAttachedMax) tasks_.spawn("unit", attach(std::move(accepted->fd)));
  }
}

// A worker of a unit: it says which, gets its lines, and is forgotten when it goes.
net::Task<void> Supervisor::attach(UniqueFd socket) {
  ++attached_;
  const auto channel = std::make_shared<control::Channel>(loop_.executor(), std::move(socket));
  net::TaskGroup impatience(loop_.executor());
  auto close_later = [](std::shared_ptr<control::Channel> late) -> net::Task<void> {
    const auto slept = co_await net::sleep_for(kAttachTime);
    if (slept) late->close();
  };
  impatience.spawn("unit", close_later(channel));
  const auto first = co_await channel->receive();
  impatience.cancel();
  co_await impatience.join();
  const auto* word = first ? std::get_if<control::Attach>(&first->message) : nullptr;
  if (word != nullptr && is_worker(word->process)) {
    const std::string name = word->process;
    Child& child = children_[name];
    if (child.channel) child.channel->close();  // The one before has died; its line says so later.
    child.name = name;
    child.attached = true;
    child.channel = channel;
    log::info("{} has come for its lines", name);
    link_with_others(name);
    co_await listen_to(name, channel);
    if (child.channel == channel) child.attached = false;
  }
  channel->close();
  --attached_;
}

void Supervisor::keep_report(Child& child) {
  const std::string text = child.crash ? read_pipe(child.crash.get()) : std::string();
  child.crash.reset();
  if (text.empty()) return;
  const Symbols symbols;
  const auto name = [&symbols](std::uint64_t offset) { return symbols.name_at(offset); };
  const auto kept = keep_crash(config_.crashes_folder(), with_symbols(text, name));
  if (kept)
    log::error("{} has crashed ({}): {}/{}.txt", child.name, kept->signal, config_.crashes_folder(),
               kept->id);
  else
    log::error("the crash report of {} is not kept: {}", child.name, kept.error().detail);
}

}  // namespace decnet::app
