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
  if (const bool* truth = value.if_bool()) return *truth ? 1 : 0;
  boost::system::error_code error;
  const double number = value.is_number() ? value.to_number<double>(error) : 0;
  return value.is_number() && !error ? std::optional(number) : std::nullopt;
}

std::string text_of(const json::value& value) {
  const auto* text = value.if_string();
  return text != nullptr ? std::string(text->data(), text->size()) : std::string();
}

void take_counter(std::string_view name, const json::value& value, WorkerBeat& beat) {
  const auto number = number_of(value);
  if (number && beat.counters.size() < kWorkerCountersMax) beat.counters.emplace(name, *number);
}

void take_member(std::string_view name, const json::value& value, WorkerBeat& beat) {
  if (name == "version") {
    beat.version = text_of(value);
  } else if (name == "process") {
    beat.process = text_of(value);
  } else if (name == "last_error") {
    beat.last_error = text_of(value);
  } else if (name == "pid" && value.is_int64()) {
    beat.pid = value.get_int64();
  } else if (name == "uptime_s") {
    beat.uptime_s = number_of(value);
  } else if (name == "restarts" && value.is_int64()) {
    beat.restarts = value.get_int64();
  } else if (name == "stopped" && value.is_bool()) {
    beat.is_stopped = value.get_bool();
  } else if (name == "counters" && value.is_object()) {
    for (const auto& member : value.get_object()) {
      take_counter({member.key().data(), member.key().size()}, member.value(), beat);
    }
  } else if (name != "ts") {
    take_counter(name, value, beat);
  }
}

WorkerBeat parse_beat(std::string_view payload, TimePoint now) {
  WorkerBeat beat{.at = now};
  boost::system::error_code error;
  const json::value value = json::parse({payload.data(), payload.size()}, error);
  if (const json::object* object = error ? nullptr : value.if_object()) {
    for (const auto& member : *object) {
      take_member({member.key().data(), member.key().size()}, member.value(), beat);
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
  if (age >= bus::kHeartbeatStaleAfter) {
    view.state = WorkerState::stale;
    view.reason = fmt::format("no heartbeat for {} s", seconds);
  } else if (beat->is_stopped) {
    view.state = WorkerState::stale;
    view.reason = "stopped on request";
  } else {
    view.state = WorkerState::ok;
    view.reason = fmt::format("heard {} s ago", seconds);
    if (!beat->last_error.empty()) view.reason += "; failed before: " + beat->last_error;
  }
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
