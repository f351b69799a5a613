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

Duration seconds_of(const json::value& value) {
  constexpr double kSecondsMax = 3'600;
  const double seconds = std::clamp(number_of(value).value_or(0), 0.0, kSecondsMax);
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

void take_log(const json::array& lines, WorkerBeat& beat) {
  for (const auto& line : lines) {
    if (beat.log.size() >= kWorkerLogLinesMax) return;
    beat.log.push_back(text_of(line).substr(0, kWorkerLogLineBytesMax));
  }
}

// How fast what only grows has grown since the beat before of the same process.
void take_rates(const WorkerBeat& before, WorkerBeat& beat) {
  const double seconds = std::chrono::duration<double>(beat.at - before.at).count();
  if (before.pid != beat.pid || seconds <= 0) return;
  for (const auto& [name, value] : beat.counters) {
    const auto old = before.counters.find(name);
    if (!name.ends_with("_total") || old == before.counters.end() || value < old->second) continue;
    beat.rates.emplace(name, (value - old->second) / seconds);
  }
}

void take_member(std::string_view name, const json::value& value, WorkerBeat& beat) {
  if (name == "version") {
    beat.version = text_of(value);
  } else if (name == "process") {
    beat.process = text_of(value);
  } else if (name == "last_error") {
    beat.last_error = text_of(value);
  } else if (name == "stopped_by") {
    beat.stopped_by = text_of(value);
  } else if (name == "stop_reason") {
    beat.stop_reason = text_of(value);
  } else if (name == "every_s") {
    beat.every = seconds_of(value);
  } else if (name == "log" && value.is_array()) {
    take_log(value.get_array(), beat);
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
  const auto known = beats_.find(name);
  if (beats_.size() >= kWorkersMax && known == beats_.end()) return;
  if (known != beats_.end() && known->second) take_rates(*known->second, beat);
  beats_.insert_or_assign(std::string(name), std::move(beat));
}

WorkerView Workers::view(const std::string& name, const std::optional<WorkerBeat>& beat) const {
  WorkerView view{.name = name, .beat = beat};
  if (name == "bus" && bus_connected_) {
    view.state = *bus_connected_ ? WorkerState::ok : WorkerState::stale;
    view.reason = *bus_connected_ ? "the broker answers" : "the broker does not answer";
    return view;
  }
  if (!beat) {
    view.reason = "never sent a heartbeat";
    return view;
  }
  const Duration age = clock_.now() - beat->at;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(age).count();
  const Duration stale_after =
      beat->every > Duration{0} ? 3 * beat->every : bus::kHeartbeatStaleAfter;
  if (beat->is_stopped) {
    view.state = WorkerState::stale;
    view.reason = "stopped on request";
    if (!beat->stopped_by.empty()) view.reason += " of " + beat->stopped_by;
    if (!beat->stop_reason.empty()) view.reason += ": " + beat->stop_reason;
  } else if (age >= stale_after) {
    view.state = WorkerState::stale;
    view.reason = fmt::format("no heartbeat for {} s", seconds);
  } else {
    view.state = WorkerState::ok;
    view.reason = fmt::format("heard {} s ago", seconds);
    if (!beat->last_error.empty()) view.reason += "; failed before: " + beat->last_error;
  }
  return view;
}

void Workers::set_bus_connected(bool connected) {
  const std::lock_guard lock(mutex_);
  bus_connected_ = connected;
}

std::optional<WorkerView> Workers::find(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto at = beats_.find(name);
  return at != beats_.end() ? std::optional(view(at->first, at->second)) : std::nullopt;
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
