#include "app/processes/worker_hosts.h"

#include <cstdio>
#include <future>
#include <map>
#include <mutex>
#include <set>

#include <boost/asio/post.hpp>
#include <sys/wait.h>

#include "app/worker_places.h"
#include "base/log.h"

namespace decnet::app {

struct SupervisorHost::State {
  SupervisorLine& line;
  net::Executor executor;
  std::mutex mutex;
  std::uint64_t last_id = 0;
  std::map<std::uint64_t, std::promise<control::StartOutcome>> waiting;
};

SupervisorHost::SupervisorHost(const net::Executor& executor, SupervisorLine& line)
    : state_(std::shared_ptr<State>(new State{line, executor, {}, 0, {}})) {}
SupervisorHost::~SupervisorHost() = default;

api::WorkerPlace SupervisorHost::place(std::string_view) {
  return {.is_installed = false, .is_supervised = true};
}

Result<api::WorkerStart> SupervisorHost::start(const std::string& worker) {
  State& state = *state_;
  std::future<control::StartOutcome> answer;
  control::StartWorker asked{.worker = worker};
  {
    const std::lock_guard lock(state.mutex);
    asked.id = ++state.last_id;
    answer = state.waiting[asked.id].get_future();
  }
  auto say = [of = state_, asked] { of->line.say(asked); };
  net::asio::post(state.executor, std::move(say));
  const bool came = answer.wait_for(kStartTime) == std::future_status::ready;
  {
    const std::lock_guard lock(state.mutex);
    state.waiting.erase(asked.id);
  }
  if (!came) return fail(Errc::timeout, "the supervisor does not answer");
  const auto outcome = answer.get();
  if (!outcome.error.empty()) return fail(Errc::unavailable, outcome.error);
  return outcome.was_running ? api::WorkerStart::already_running : api::WorkerStart::started;
}

void SupervisorHost::hear(const control::StartOutcome& outcome) {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->waiting.find(outcome.id);
  if (found == state_->waiting.end()) return;
  found->second.set_value(outcome);
  state_->waiting.erase(found);
}

namespace {

struct Said {
  int status = -1;
  std::string text;
};

// Runs a fixed command; what it says on both outputs.
Said run(const std::string& command) {
  Said said;
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "re");  // NOLINT(cert-env33-c): no outside text
  if (pipe == nullptr) return said;
  std::array<char, 4096> part{};
  for (std::size_t got = 0; (got = std::fread(part.data(), 1, part.size(), pipe)) > 0;) {
    if (said.text.size() < kUnitsBytesMax) said.text.append(part.data(), got);
  }
  const int status = ::pclose(pipe);
  said.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return said;
}

class SystemdHost final : public api::WorkerHost {
 public:
  api::WorkerPlace place(std::string_view worker) override {
    const std::lock_guard lock(mutex_);
    const auto now = Clock::system().monotonic();
    if (looked_at_.count() == 0 || now - looked_at_ > kUnitsAge) {
      looked_at_ = now;
      units_ =
          units(run("systemctl list-unit-files --no-legend --no-pager 'decnet-*.service'").text);
    }
    return {.is_installed = units_.contains(worker), .is_supervised = false};
  }

  Result<api::WorkerStart> start(const std::string& worker) override {
    if (!place(worker).is_installed)
      return fail(Errc::unsupported, "there is no unit decnet-" + worker + ".service");
    const std::string unit = "decnet-" + worker + ".service";  // One of the registry's names.
    if (run("systemctl is-active --quiet " + unit).status == 0)
      return api::WorkerStart::already_running;
    const Said said = run("systemctl start --no-block " + unit);
    if (said.status == 0) return api::WorkerStart::started;
    return fail(Errc::io, "systemctl: " + log::safe(said.text));
  }

 private:
  static std::set<std::string, std::less<>> units(std::string_view text) {
    std::set<std::string, std::less<>> out;
    constexpr std::string_view kBefore = "decnet-", kAfter = ".service";
    while (!text.empty()) {
      const auto end = text.find('\n');
      const auto word = text.substr(0, std::min(end, text.find(' ')));
      if (word.starts_with(kBefore) && word.ends_with(kAfter)) {
        out.emplace(word.substr(kBefore.size(), word.size() - kBefore.size() - kAfter.size()));
      }
      text.remove_prefix(end == text.npos ? text.size() : end + 1);
    }
    return out;
  }

  std::mutex mutex_;
  std::chrono::nanoseconds looked_at_{0};
  std::set<std::string, std::less<>> units_;
};

}  // namespace

std::shared_ptr<api::WorkerHost> make_systemd_host() {
  return std::make_shared<SystemdHost>();
}

}  // namespace decnet::app
