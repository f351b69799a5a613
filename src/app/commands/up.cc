#include <csignal>
#include <fstream>

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api/first_admin.h"
#include "app/client.h"
#include "app/commands/command.h"
#include "app/data_lock.h"
#include "app/exit_codes.h"
#include "app/process.h"
#include "app/supervisor.h"
#include "app/table.h"
#include "app/worker_places.h"
#include "base/log.h"

namespace decnet::app {
namespace {

struct UpOptions {
  bool detach = false;
  std::string process;
};

std::string first_password(const Config& config) {
  std::ifstream file(api::first_password_file(config.data_dir));
  std::string out;
  std::getline(file, out);
  return out;
}

std::string dashboard_url(const Config& config) {
  const bool tls = !config.api.tls_certificate.empty();
  return fmt::format("{}://{}:{}", tls ? "https" : "http", config.api.address, config.api.port);
}

// Services that answer elsewhere than they should, because the host itself holds the port or is not
// root.
void print_moved_ports(const Config& config) {
  const auto deckies = Client(config).get("/deckies?limit=200");
  if (!deckies) return;
  Table moved(
      {{"decky"}, {"service"}, {"port", Align::right}, {"answers on", Align::right}, {"because"}});
  for (const auto& decky : array_at(*deckies, "data")) {
    for (const auto& service : array_at(decky, "services")) {
      const auto actual = number_at(service, "actual_port");
      if (actual == 0 || actual == number_at(service, "port")) continue;
      moved.add({text_at(decky, "name"), text_at(service, "name"), text_at(service, "port"),
                 std::to_string(actual), text_at(service, "reason")});
    }
  }
  if (moved.empty()) return;
  fmt::print("\n");
  moved.print();
}

void print_ready(const Config& config) {
  const std::string password = first_password(config);
  fmt::print("\n  decnet is running\n\n    dashboard   {}\n    user        {}\n",
             dashboard_url(config), api::kFirstAdminName);
  if (password.empty())
    fmt::print("    password    the one you have set (`decnet users reset {}` draws another)\n",
               api::kFirstAdminName);
  else
    fmt::print("    password    {}   (to be changed at the first login)\n", password);
  fmt::print("    fleet       {} on {}\n    data        {}\n", config.fleet.network,
             config.fleet.driver, config.data_dir);
  print_moved_ports(config);
  fmt::print("\n");
  std::fflush(stdout);
}

int supervise(const Config& config, const std::string& config_file,
              std::function<void()> when_ready) {
  net::Loop loop;
  Supervisor supervisor(loop, config, config_file);
  Result<void> outcome;
  auto work = [](Supervisor& running, std::function<void()> ready, Result<void>& out,
                 net::Loop& on) -> net::Task<void> {
    out = co_await running.run(std::move(ready));
    on.stop();
  };
  loop.spawn(work(supervisor, std::move(when_ready), outcome, loop));
  loop.run();
  return outcome ? kExitOk : failed(outcome.error());
}

// Becomes a session of its own; the caller waits until the dashboard answers, or until it is clear
// that it will not.
int supervise_detached(const Config& config, const std::string& config_file) {
  int ready[2];
  if (::pipe2(ready, O_CLOEXEC) != 0) return failed(Error(fail_errno(errno, "pipe").value()));
  const pid_t child = ::fork();
  if (child < 0) return failed(Error(fail_errno(errno, "fork").value()));
  if (child == 0) {
    ::setsid();
    const std::string log_file = config.data_dir + "/decnet.log";
    const UniqueFd log(::open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640));
    const UniqueFd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
    ::dup2(nothing.get(), STDIN_FILENO);
    ::dup2(nothing.get(), STDOUT_FILENO);
    if (log) ::dup2(log.get(), STDERR_FILENO);
    ::_exit(supervise(config, config_file, [&ready] { (void)!::write(ready[1], "r", 1); }));
  }
  ::close(ready[1]);
  char byte = 0;
  if (::read(ready[0], &byte, 1) == 1) {
    print_ready(config);
    return kExitOk;
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  fmt::print(stderr, "decnet did not start; {}/decnet.log says why\n", config.data_dir);
  return WIFEXITED(status) ? WEXITSTATUS(status) : kExitFailed;
}

int down(const Config& config) {
  const int pid = lock_holder(config.data_dir);
  if (pid == 0) {
    fmt::print("decnet is not running on {}\n", config.data_dir);
    return kExitOk;
  }
  if (::kill(pid, SIGTERM) != 0)
    return failed(Error(fail_errno(errno, fmt::format("end process {}", pid)).value()));
  constexpr int kPolls = 400;  // 40 s: it drains for 30.
  for (int n = 0; n < kPolls && lock_holder(config.data_dir) == pid; ++n) ::usleep(100'000);
  if (lock_holder(config.data_dir) == pid)
    return failed({Errc::timeout, fmt::format("process {} has not ended within 40 s", pid)});
  fmt::print("decnet has ended\n");
  return kExitOk;
}

}  // namespace

void add_up(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<UpOptions>();
  auto* up = app.add_subcommand("up", "start decnet (in the foreground; Ctrl-C ends it)");
  up->add_flag("--detach", options->detach, "in the background; `decnet down` ends it");
  up->callback([&invocation, options] {
    invocation.action = [&invocation, options] {
      const Config& config = invocation.config;
      if (options->detach) {
        if (const auto made = lock_data_folder(config.data_dir); !made) return failed(made.error());
        return supervise_detached(config, invocation.config_file);
      }
      return supervise(config, invocation.config_file, [&config] { print_ready(config); });
    };
  });
  app.add_subcommand("down", "end the decnet that runs on the data folder")
      ->callback(
          [&invocation] { invocation.action = [&invocation] { return down(invocation.config); }; });
  for (const auto& name : worker_names()) {
    app.add_subcommand(name, "the worker " + name + " alone, as a unit of systemd runs it")
        ->group("Workers")
        ->callback([&invocation, name] {
          invocation.action = [&invocation, name] { return run_worker(invocation.config, name); };
        });
  }
  auto* process =
      app.add_subcommand("process", "one process of a running decnet; started by up")->group("");
  process->add_option("name", options->process)->required();
  process->callback([&invocation, options] {
    invocation.action = [&invocation, options] {
      return run_process(options->process, invocation.config);
    };
  });
}

}  // namespace decnet::app
