// jobs, fg, bg, kill, wait, disown.
#include <algorithm>
#include <cerrno>
#include <csignal>

#include <fmt/format.h>

#include "shell/sh/interpreter.h"

namespace decnet::shell::sh {

namespace {

int run_jobs(Interpreter& shell, Arguments& arguments, Output& output) {
  shell.update_jobs();
  const bool pids_only = arguments.size() > 1 && arguments[1] == "-p";
  const bool with_pid = arguments.size() > 1 && arguments[1] == "-l";
  for (Job& job : shell.jobs) {
    output.out += pids_only ? std::to_string(job.pids[0]) + "\n" : shell.job_line(job, with_pid);
  }
  std::erase_if(shell.jobs, [](const Job& job) { return job.state == Job::State::done; });
  return 0;
}

Task<int> run_fg(Interpreter& shell, Arguments& arguments) {
  const bool front = arguments[0] == "fg";
  if (!shell.options.monitor) {
    {
      const std::string said =
          arguments[0] + (shell.bash() ? ": no job control" : ": No current job");
      co_await shell.complain(said);
    }
    co_return shell.bash() ? 1 : 2;
  }
  shell.update_jobs();
  const std::string spec = arguments.size() > 1 ? arguments[1] : "%%";
  Job* found = shell.find_job(spec);
  if (found == nullptr) {
    {
      const std::string said =
          arguments[0] + ": " + (arguments.size() > 1 ? spec : "current") + ": no such job";
      co_await shell.complain(said);
    }
    co_return 1;
  }
  Job job = *found;
  const std::string text = front ? job.text + "\n" : fmt::format("[{}]+ {} &\n", job.id, job.text);
  const bool written = co_await shell.put(text);
  (void)written;
  if (!front) {
    found->state = Job::State::running;
    (void)shell.process->kill(-job.group, SIGCONT);
    co_return 0;
  }
  std::erase_if(shell.jobs, [&](const Job& other) { return other.id == job.id; });
  shell.process->set_foreground(job.group);
  (void)shell.process->kill(-job.group, SIGCONT);
  const int result = co_await shell.wait_for_job(job);
  co_return result;
}

int run_kill(Interpreter& shell, Arguments& arguments, Output& output) {
  int signal = SIGTERM;
  std::size_t i = 1;
  int result_of_list = 0;
  if (arguments.size() > 1 && (arguments[1] == "-l" || arguments[1] == "-L")) {
    for (std::size_t k = 2; k < arguments.size(); ++k) {
      const bool digits = std::isdigit(static_cast<unsigned char>(arguments[k][0])) != 0;
      const int number = digits ? std::atoi(arguments[k].c_str()) : signal_number(arguments[k]);
      const int plain = number > 128 ? number - 128 : number;
      if (!shell.bash() && !digits) {
        output.error = fmt::format("kill: Illegal number: {}\n", arguments[k]);
        return 2;
      }
      if (plain < 0 || plain > 64 || (digits && signal_name(plain).empty())) {
        output.error += fmt::format("kill: {}: invalid signal specification\n", arguments[k]);
        result_of_list = 1;
        continue;
      }
      output.out += std::isdigit(static_cast<unsigned char>(arguments[k][0])) != 0
                        ? std::string(signal_name(number > 128 ? number - 128 : number)) + "\n"
                        : std::to_string(number) + "\n";
    }
    for (int k = 1; k < 32 && arguments.size() == 2; ++k)
      output.out += shell.bash() ? fmt::format("{:>2}) SIG{}{}", k, signal_name(k),
                                               k % 5 == 0 || k == 31 ? "\n" : "\t")
                                 : std::string(signal_name(k)) + "\n";
    return result_of_list;
  }
  if (arguments.size() > 1 && arguments[1].size() > 1 && arguments[1][0] == '-' &&
      arguments[1] != "--") {
    std::string name = arguments[1].substr(1);
    i = 2;
    if ((name == "s" || name == "n") && arguments.size() == 2 && shell.bash()) {
      output.error = fmt::format("kill: -{}: option requires an argument\n", name);
      return 1;
    }
    if (name == "s" || name == "n") {
      name = arguments.size() > 2 ? arguments[2] : "";
      i = 3;
    }
    signal = signal_number(name);
    if (signal < 0) {
      output.error = shell.bash() ? fmt::format("kill: {}: invalid signal specification\n", name)
                                  : fmt::format("kill: Illegal option -{}\n", name.substr(0, 1));
      return shell.bash() ? 1 : 2;
    }
  }
  if (i < arguments.size() && arguments[i] == "--") ++i;
  if (i >= arguments.size()) {
    output.error =
        !shell.bash()
            ? "kill: Usage: kill [-s sigspec | -signum | -sigspec] [pid | job]... or\n\x01kill -l "
              "[exitstatus]\n"
            : "\x01kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill "
              "-l "
              "[sigspec]\n";
    return 2;
  }
  int result = 0;
  for (; i < arguments.size(); ++i) {
    const std::string& target = arguments[i];
    int pid = 0;
    if (target.starts_with('%')) {
      const Job* job = shell.find_job(target);
      if (job == nullptr) {
        output.error += shell.bash() ? fmt::format("kill: {}: no such job\n", target)
                                     : fmt::format("kill: No such job: {}\n", target);
        if (!shell.bash()) return 2;
        result = 1;
        continue;
      }
      pid = shell.options.monitor ? -job->group : job->pids[0];
    } else if (target.find_first_not_of("0123456789-") != std::string::npos || target.empty()) {
      output.error += shell.bash()
                          ? fmt::format("kill: {}: arguments must be process or job IDs\n", target)
                          : fmt::format("kill: Illegal number: {}\n", target);
      if (!shell.bash()) return 2;
      result = 1;
      continue;
    } else {
      pid = std::atoi(target.c_str());
    }
    const Sys<void> sent = shell.process->kill(pid, signal);
    if (!sent) {
      output.error += shell.bash() ? fmt::format("kill: ({}) - {}\n", pid, sys_error(sent.error()))
                                   : fmt::format("kill: {}\n\x01\n", sys_error(sent.error()));
      result = 1;
    }
    if (pid < 0 && signal == SIGTERM) (void)shell.process->kill(pid, SIGCONT);
  }
  return result;
}

Task<int> run_wait(Interpreter& shell, Arguments& arguments) {
  int result = 0;
  bool any = false;  // -n: the first that ends.
  std::vector<int> wanted;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    if (arguments[i] == "-n" || arguments[i] == "-f") {
      any = any || arguments[i] == "-n";
      continue;
    }
    if (shell.bash() && arguments[i].find_first_not_of("0123456789") != std::string::npos &&
        !arguments[i].starts_with('%')) {
      const std::string said = fmt::format("wait: `{}': not a pid or valid job spec", arguments[i]);
      co_await shell.complain(said);
      result = 1;
      continue;
    }
    const Job* job = arguments[i].starts_with('%') ? shell.find_job(arguments[i]) : nullptr;
    if (job == nullptr && arguments[i].starts_with('%')) {
      {
        const std::string said = "wait: " + arguments[i] + ": no such job";
        co_await shell.complain(said);
      }
      co_return 127;
    }
    wanted.push_back(job != nullptr ? job->pids.back() : std::atoi(arguments[i].c_str()));
  }
  if (arguments.size() == 1) {
    for (const Job& job : shell.jobs) {
      if (job.state == Job::State::stopped) continue;
      for (std::size_t i = 0; i < job.pids.size(); ++i) {
        if (job.statuses[i] < 0) wanted.push_back(job.pids[i]);
      }
    }
  }
  if (any && wanted.empty()) {
    int running = 0;
    for (const Job& job : shell.jobs) {
      for (std::size_t i = 0; i < job.pids.size() && running == 0; ++i) {
        if (job.statuses[i] < 0) running = job.pids[i];
      }
    }
    if (running == 0) co_return 127;
    wanted.push_back(running);
  }
  for (const int pid : wanted) {
    if (const auto ended = shell.ended_children.find(pid); ended != shell.ended_children.end()) {
      result = ended->second;
      continue;
    }
    for (bool known = false;;) {
      for (Job& job : shell.jobs) {
        for (std::size_t i = 0; i < job.pids.size(); ++i) {
          if (job.pids[i] != pid || job.statuses[i] < 0) continue;
          result = job.statuses[i];
          known = true;
        }
      }
      if (known) break;
      const Sys<Ended> ended = co_await shell.process->wait(pid);
      if (!ended && ended.error() == EINTR) {
        const int signal_before = shell.status;
        const bool go_on = co_await shell.handle_signals();
        (void)signal_before;
        if (!go_on) co_return 130;
        continue;
      }
      if (!ended) {
        if (arguments.size() > 1) {
          if (shell.bash()) {
            const std::string text = fmt::format("wait: pid {} is not a child of this shell", pid);
            co_await shell.complain(text);
          }
          result = 127;
        }
        break;
      }
      result = ended->status;
      for (Job& job : shell.jobs) {
        for (std::size_t i = 0; i < job.pids.size(); ++i) {
          if (job.pids[i] == pid) job.statuses[i] = ended->status;
        }
        job.status = result;
        job.signal = ended->signal;
      }
      break;
    }
  }
  shell.update_jobs();
  if (!shell.interactive || arguments.size() == 1) {
    if (shell.interactive) {
      std::string text;
      for (const Job& job : shell.jobs) {
        if (job.state == Job::State::done) text += shell.job_line(job, false);
      }
      const Sys<void> written = co_await shell.process->write(2, text);
      (void)written;
    }
    for (const Job& job : shell.jobs) {
      if (job.state != Job::State::done || shell.ended_children.size() > kJobsMax) continue;
      if (job.pids.size() == job.statuses.size() && !job.pids.empty() && arguments.size() > 1)
        shell.ended_children[job.pids.back()] = job.statuses.back();
    }
    std::erase_if(shell.jobs, [](const Job& job) { return job.state == Job::State::done; });
  }
  co_return arguments.size() == 1 ? 0 : result;
}

int run_disown(Interpreter& shell, Arguments& arguments, Output& output) {
  bool keep = false;
  std::size_t i = 1;
  for (; i < arguments.size() && arguments[i].starts_with('-'); ++i) {
    keep = keep || arguments[i].find('h') != std::string::npos;
    if (arguments[i].find_first_of("ar") != std::string::npos) {
      if (!keep) shell.jobs.clear();
      return 0;
    }
  }
  int result = 0;
  const bool none = i >= arguments.size();
  for (; i < arguments.size() || none; ++i) {
    const std::string spec = none ? "%%" : arguments[i];
    const Job* job = shell.find_job(spec);
    if (job == nullptr) {
      output.error += fmt::format("disown: {}: no such job\n", none ? "current" : spec);
      result = 1;
    } else if (const int id = job->id; !keep) {
      std::erase_if(shell.jobs, [&](const Job& other) { return other.id == id; });
    }
    if (none) break;
  }
  return result;
}

}  // namespace

std::vector<Builtin> job_builtins() {
  return {{"jobs", &run_jobs},          {"fg", nullptr, &run_fg},
          {"bg", nullptr, &run_fg},     {"kill", &run_kill},
          {"wait", nullptr, &run_wait}, {"disown", &run_disown, nullptr, false, true}};
}

}  // namespace decnet::shell::sh
