// What runs in processes of its own: pipelines, ( ), &, $( ), <( ).
#include <cerrno>
#include <csignal>

#include <fmt/format.h>

#include "shell/sh/interpreter.h"

namespace decnet::shell::sh {

Task<int> Interpreter::subshell_main(Process& own, NodePtr node, bool reset_traps) {
  process = &own;
  subshell = true;
  interactive = false;
  options.monitor = false;
  jobs.clear();
  observed = false;
  own.report_stops(false);
  if (reset_traps) {
    // `trap` in a subshell still names what the shell around it had.
    shown_traps = traps;
    std::erase_if(traps, [this](const auto& trap) {
      if (trap.first == -1) return !options.errtrace;
      if (trap.first < -1) return !options.functrace;
      return trap.first == 0 || !trap.second.empty();
    });
  }
  ++subshell_level;
  tail = traps.empty();
  int result = 0;
  if (node) result = co_await run(*node);
  if (flow == Flow::leave || flow == Flow::give_back) result = status;
  flow = Flow::none;
  const int last = co_await finish(result);
  co_return last;
}

int Interpreter::fork_node(NodePtr node, const std::map<int, int>& descriptors, int* error) {
  const auto copy = std::make_shared<Interpreter>(*this);
  copy->in_trap = false;
  const auto body = [copy, node](Process& own) { return copy->subshell_main(own, node, true); };
  const Sys<int> pid = process->fork(body, descriptors);
  if (pid) return *pid;
  if (error != nullptr) *error = pid.error();
  return -1;
}

std::map<int, int> Interpreter::child_descriptors(const Redirected* redirected) const {
  std::map<int, int> all = process->descriptors();
  std::erase_if(all, [](const auto& one) { return one.first >= kHighDescriptor; });
  if (redirected != nullptr) {
    for (const auto& [number, from] : redirected->wanted) {
      if (from < 0) {
        all.erase(number);
      } else {
        all[number] = from;
      }
    }
  }
  return all;
}

Task<int> Interpreter::run_subshell(const Node& node) {
  if (tail && traps.empty() && !bash()) {  // Already alone: no process more is needed.
    const int result = co_await run(*node.children[0]);
    co_return result;
  }
  int error = 0;
  const int pid = fork_node(node.children[0], child_descriptors(), &error);
  if (pid < 0) {
    {
      const std::string said =
          bash() ? "fork: retry: Resource temporarily unavailable" : "Cannot fork";
      co_await complain(said);
    }
    status = 254;
    co_return status;
  }
  Job job;
  job.pids = {pid};
  job.text = command_text(node);
  job.group = process->group;
  if (options.monitor) {
    process->set_group(pid, pid);
    process->set_foreground(pid);
    job.group = pid;
  }
  const int result = co_await wait_for_job(job);
  status = result;
  statuses = {result};
  co_await check_errors(result);
  co_return result;
}

Task<int> Interpreter::run_background(const NodePtr& node) {
  std::map<int, int> descriptors = child_descriptors();
  if (!options.monitor && descriptors.contains(0)) {
    // Without job control what runs in the background reads nothing.
    const Sys<int> nothing = process->open("/dev/null", 0);
    if (nothing) descriptors[0] = *nothing;
  }
  int error = 0;
  const int pid = fork_node(node, descriptors, &error);
  if (!options.monitor && descriptors.contains(0) && descriptors[0] != 0) {
    (void)process->close(descriptors[0]);
  }
  if (pid < 0) {
    {
      const std::string said =
          bash() ? "fork: retry: Resource temporarily unavailable" : "Cannot fork";
      co_await complain(said);
    }
    status = 254;
    co_return status;
  }
  if (options.monitor) process->set_group(pid, pid);
  last_background = pid;
  std::string text = command_text(*node);
  Job& job = add_job({pid}, options.monitor ? pid : process->group, std::move(text));
  if (interactive) {
    const std::string line_text = fmt::format("[{}] {}\n", job.id, pid);
    const Sys<void> written = co_await process->write(2, line_text);
    (void)written;
  }
  status = 0;
  co_return 0;
}

Task<int> Interpreter::run_pipeline(const Node& node) {
  int result = 0;
  std::optional<int> last_status;
  if (node.children.empty()) {  // A lone "!" or "time".
    status = node.negated ? 1 : 0;
    co_return status;
  }
  if (node.children.size() == 1) {
    const bool tail_before = tail;
    tail = false;
    if (node.negated) ++unchecked;
    result = co_await run(*node.children[0]);
    if (node.negated) --unchecked;
    tail = tail_before;
    if (node.negated && flow == Flow::none) result = result == 0 ? 1 : 0;
    status = result;
    co_return result;
  }
  Job job;
  job.text = command_text(node);
  job.group = process->group;
  int input = -1;
  const bool last_here = bash() && shopts.contains("lastpipe") && shopts.at("lastpipe") &&
                         !options.monitor && !subshell;
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    std::map<int, int> descriptors = child_descriptors();
    if (input >= 0) descriptors[0] = input;
    std::pair<int, int> ends{-1, -1};
    if (i + 1 < node.children.size()) {
      const Sys<std::pair<int, int>> made = process->pipe();
      if (!made) {
        if (input >= 0) (void)process->close(input);
        co_await complain("pipe error: Too many open files");
        break;
      }
      ends.first = process->duplicate(made->first, -kHighDescriptor).value_or(-1);
      ends.second = process->duplicate(made->second, -kHighDescriptor).value_or(-1);
      (void)process->close(made->first);
      (void)process->close(made->second);
      descriptors[1] = ends.second;
      if (node.error_too[i]) descriptors[2] = ends.second;
    }
    if (last_here && i + 1 == node.children.size()) {
      const int kept = process->duplicate(0, -kHighDescriptor).value_or(-1);
      (void)process->duplicate(input, 0);
      (void)process->close(input);
      last_status = co_await run(*node.children[i]);
      (void)process->duplicate(kept, 0);
      (void)process->close(kept);
      break;
    }
    int error = 0;
    const int pid = fork_node(node.children[i], descriptors, &error);
    if (input >= 0) (void)process->close(input);
    if (ends.second >= 0) (void)process->close(ends.second);
    input = ends.first;
    if (pid < 0) {
      if (input >= 0) (void)process->close(input);
      {
        const std::string said =
            bash() ? "fork: retry: Resource temporarily unavailable" : "Cannot fork";
        co_await complain(said);
      }
      result = 254;
      break;
    }
    job.pids.push_back(pid);
    if (options.monitor) {
      if (job.pids.size() == 1) {
        job.group = pid;
        process->set_foreground(pid);
      }
      process->set_group(pid, job.group);
    }
  }
  if (!job.pids.empty()) {
    result = co_await wait_for_job(job);
    statuses = job.statuses;
    if (last_status) {
      result = *last_status;
      statuses.push_back(result);
    }
    if (options.pipefail) {
      result = 0;
      for (const int one : statuses) result = one != 0 ? one : result;
    }
  }
  if (node.negated) result = result == 0 ? 1 : 0;
  status = result;
  if (!node.negated) co_await check_errors(result);
  co_return result;
}

Task<int> Interpreter::wait_for_job(Job& job) {
  job.statuses.assign(job.pids.size(), -1);
  int result = 0;
  bool interrupted = false;
  for (std::size_t i = 0; i < job.pids.size(); ++i) {
    for (;;) {
      const Sys<Ended> ended = co_await process->wait(job.pids[i]);
      if (!ended) {
        if (ended.error() == EINTR) {
          const bool go_on = co_await handle_signals();
          (void)go_on;
          continue;
        }
        break;
      }
      if (ended->stopped) {
        job.state = Job::State::stopped;
        job.status = ended->status;
        job.signal = ended->signal;
        process->set_foreground(process->group);
        Job& kept = add_job(job.pids, job.group, job.text);
        kept.statuses = job.statuses;
        kept.state = Job::State::stopped;
        kept.signal = ended->signal;
        kept.told = true;
        const std::string text = "\n" + job_line(kept, false);
        const Sys<void> written = co_await process->write(2, text);
        (void)written;
        co_return ended->status;
      }
      job.statuses[i] = ended->status;
      result = ended->status;
      if (ended->signal != 0) {
        job.signal = ended->signal;
        interrupted = interrupted || ended->signal == SIGINT;
      }
      break;
    }
  }
  if (options.monitor) process->set_foreground(process->group);
  job.state = Job::State::done;
  job.status = result;
  if (job.signal != 0 && !subshell) {
    std::string text;
    if (interrupted) {
      if (interactive) text = "\n";
    } else if (job.signal != SIGPIPE) {
      text = interactive || job.signal == SIGTERM
                 ? std::string(signal_text(job.signal)) + "\n"
                 : prefix() + std::to_string(job.pids.back()) + " " +
                       std::string(signal_text(job.signal)) +
                       std::string(24 > signal_text(job.signal).size() + 0
                                       ? 24 - signal_text(job.signal).size()
                                       : 1,
                                   ' ') +
                       job.text + "\n";
      if (flavour == Flavour::dash) text = std::string(signal_text(job.signal)) + "\n";
    }
    if (!text.empty()) {
      const Sys<void> written = co_await process->write(2, text);
      (void)written;
    }
    if (interrupted) {
      if (interactive) {
        flow = Flow::line;
      } else if (traps.find(SIGINT) == traps.end()) {
        flow = Flow::leave;  // As a shell that dies of it, too.
      }
    }
  }
  co_return result;
}

}  // namespace decnet::shell::sh
