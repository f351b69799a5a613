#include "api/workers.h"

#include <algorithm>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "bus/heartbeat.h"

namespace decnet::api {
namespace {

namespace json = boost::json;

bool is_word(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

std::optional<double> number_of(const json::value& value) {
  boost::system::error_code error;
  const double number = value.is_number() ? value.to_number<double>(error) : 0;
  return value.is_number() && !error ? std::optional(number) : std::nullopt;
}

void take_counters(const json::object& from, WorkerBeat& beat) {
  for (const auto& member : from) {
    const std::string_view name(member.key().data(), member.key().size());
    const auto number = number_of(member.value());
    if (number && beat.counters.size() < kWorkerCountersMax) beat.counters.emplace(name, *number);
  }
}

WorkerBeat parse_beat(std::string_view payload, TimePoint now) {
  WorkerBeat beat{.at = now};
  boost::system::error_code error;
  const json::value value = json::parse({payload.data(), payload.size()}, error);
  const json::object* object = error ? nullptr : value.if_object();
  if (object == nullptr) return beat;
  for (const auto& member : *object) {
    const std::string_view name(member.key().data(), member.key().size());
    const auto& of = member.value();
    const auto number = number_of(of);
    if (name == "version" && of.is_string()) {
      beat.version = of.get_string().c_str();
    } else if (name == "process" && of.is_string()) {
      beat.process = of.get_string().c_str();
    } else if (name == "pid" && of.is_int64()) {
      beat.pid = of.get_int64();
    } else if (name == "uptime_s" && number) {
      beat.uptime_s = number;
    } else if (name == "restarts" && of.is_int64()) {
      beat.restarts = of.get_int64();
    } else if (name == "counters" && of.is_object()) {
      take_counters(of.get_object(), beat);
    } else if (name != "ts" && number && beat.counters.size() < kWorkerCountersMax) {
      beat.counters.emplace(name, *number);
    }
  }
  return beat;
}

}  // namespace

std::string_view to_string(WorkerState state) noexcept {
  if (state == WorkerState::ok) return "ok";
  return state == WorkerState::stale ? "stale" : "unknown";
}

Workers::Workers(std::vector<std::string> expected, const Clock& clock) : clock_(clock) {
  for (std::string& name : expected) beats_.emplace(std::move(name), std::nullopt);
}

void Workers::note(std::string_view name, std::string_view payload) {
  if (!is_word(name)) return;
  WorkerBeat beat = parse_beat(payload, clock_.now());
  const std::lock_guard lock(mutex_);
  if (beats_.size() >= kWorkersMax && beats_.find(name) == beats_.end()) return;
  beats_.insert_or_assign(std::string(name), std::move(beat));
}

WorkerView Workers::view(const std::string& name, const std::optional<WorkerBeat>& beat) const {
  WorkerView view{.name = name, .beat = beat};
  if (!beat) {
    view.reason = "never sent a heartbeat";
    return view;
  }
  const Duration age = clock_.now() - beat->at;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(age).count();
  const bool is_ok = age < bus::kHeartbeatStaleAfter;
  view.state = is_ok ? WorkerState::ok : WorkerState::stale;
  view.reason = is_ok ? fmt::format("heard {} s ago", seconds)
                      : fmt::format("no heartbeat for {} s", seconds);
  return view;
}

std::vector<WorkerView> Workers::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<WorkerView> all;
  for (const auto& [name, beat] : beats_) all.push_back(view(name, beat));
  return all;
}

bool Workers::knows(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  return beats_.find(name) != beats_.end();
}

std::optional<double> Workers::counter(std::string_view worker, std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto at = beats_.find(worker);
  if (at == beats_.end() || !at->second) return std::nullopt;
  const auto counter = at->second->counters.find(name);
  return counter != at->second->counters.end() ? std::optional(counter->second) : std::nullopt;
}

}  // namespace decnet::api
