// Signals by name, and the jobs of a shell.
#include <algorithm>
#include <csignal>
#include <cstring>

#include <fmt/format.h>

#include "shell/sh/interpreter.h"
#include "shell/sh/limits.h"

namespace decnet::shell::sh {

std::string_view signal_name(int signal) noexcept {
  const char* name = ::sigabbrev_np(signal);
  return name != nullptr ? name : "";
}
std::string_view signal_text(int signal) noexcept {
  const char* text = ::sigdescr_np(signal);
  return text != nullptr ? text : "Unknown signal";
}
int signal_number(std::string_view name) noexcept {
  if (!name.empty() && name.find_first_not_of("0123456789") == std::string_view::npos &&
      name.size() < 4) {
    const int number = std::atoi(std::string(name).c_str());
    return number < 65 ? number : -1;
  }
  std::string upper(name);
  for (char& byte : upper) byte = static_cast<char>(std::toupper(static_cast<unsigned char>(byte)));
  name = upper;
  if (name.starts_with("SIG")) name.remove_prefix(3);
  for (int i = 1; i < 32; ++i) {
    if (signal_name(i) == name) return i;
  }
  return -1;
}

Job& Interpreter::add_job(std::vector<int> pids, int group, std::string text) {
  if (jobs.size() >= kJobsMax) {
    count(Limit::jobs);
    jobs.erase(jobs.begin());
  }
  Job job;
  for (const Job& other : jobs) job.id = std::max(job.id, other.id);
  ++job.id;
  job.group = group;
  job.statuses.assign(pids.size(), -1);
  job.pids = std::move(pids);
  while (text.ends_with(' ')) text.pop_back();
  job.text = std::move(text);
  jobs.push_back(std::move(job));
  return jobs.back();
}

void Interpreter::update_jobs() {
  for (Job& job : jobs) {
    if (job.state == Job::State::done) continue;
    bool all = true;
    for (std::size_t i = 0; i < job.pids.size(); ++i) {
      if (job.statuses[i] >= 0) continue;
      const std::optional<Ended> ended = process->poll_child(job.pids[i]);
      if (ended && ended->stopped) {
        job.state = Job::State::stopped;
        job.signal = ended->signal;
        job.told = false;
      } else if (ended) {
        job.statuses[i] = ended->status;
        job.status = ended->status;
        job.signal = ended->signal;
      }
      all = all && job.statuses[i] >= 0;
    }
    if (all) job.state = Job::State::done;
  }
}

std::string Interpreter::job_line(const Job& job, bool with_pid) const {
  char mark = ' ';
  if (!jobs.empty() && jobs.back().id == job.id)
    mark = '+';
  else if (jobs.size() > 1 && jobs[jobs.size() - 2].id == job.id)
    mark = '-';
  std::string state = "Running";
  if (job.state == Job::State::stopped) state = "Stopped";
  if (job.state == Job::State::done) {
    state = job.signal != 0   ? std::string(signal_text(job.signal))
            : job.status != 0 ? fmt::format("Exit {}", job.status)
                              : "Done";
  }
  return fmt::format("[{}]{}  {}{:<24}{}{}\n", job.id, mark,
                     with_pid ? std::to_string(job.pids.back()) + " " : "", state, job.text,
                     job.state == Job::State::running ? " &" : "");
}

Job* Interpreter::find_job(std::string_view spec) {
  if (spec.starts_with('%')) spec.remove_prefix(1);
  if (jobs.empty()) return nullptr;
  if (spec.empty() || spec == "+" || spec == "%") return &jobs.back();
  if (spec == "-") return jobs.size() > 1 ? &jobs[jobs.size() - 2] : &jobs.back();
  for (Job& job : jobs) {
    if (std::to_string(job.id) == spec) return &job;
    if (spec.starts_with('?')
            ? job.text.find(spec.substr(1)) != std::string::npos
            : job.text.starts_with(spec) && !std::isdigit(static_cast<unsigned char>(spec[0])))
      return &job;
  }
  return nullptr;
}

Task<bool> Interpreter::handle_signals() {
  bool any = false;
  for (int signal = process->take_signal(); signal != 0; signal = process->take_signal()) {
    const auto found = traps.find(signal);
    if (found == traps.end() || found->second.empty()) {
      if (signal == SIGINT && interactive) {
        flow = Flow::line;
        status = 130;
        got_interrupt = true;
        any = true;
      }
      continue;
    }
    const int before = status;
    std::string action = found->second;
    ++nesting;
    const int result = co_await run_text(std::move(action), line);
    --nesting;
    if (flow != Flow::leave) status = before;
    (void)result;
  }
  co_return !any && flow == Flow::none;
}

}  // namespace decnet::shell::sh
