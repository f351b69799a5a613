#include "bus/heartbeat.h"

#include <algorithm>
#include <exception>
#include <utility>

#include <fmt/format.h>

#include "base/json.h"
#include "base/log.h"
#include "bus/event_body.h"
#include "bus/publish.h"

namespace decnet::bus {
namespace {

std::string epoch_seconds(TimePoint time) {
  const auto micros = to_micros(time);
  return fmt::format("{}.{:06}", micros / 1'000'000, micros % 1'000'000);
}

// What stands between the brackets of the extra object; empty where it failed.
std::string extra_members(const HealthExtra& extra, const std::string& worker) {
  if (!extra) return {};
  std::string why;
  try {
    const auto text = extra();
    EventReader reader;
    if (!text) {
      why = text.error().detail;
    } else if (const auto good = reader.check_object(*text); !good) {
      why = good.error().detail;
    } else {
      const auto from = text->find('{') + 1;
      const auto to = text->rfind('}');
      const auto first = text->find_first_not_of(" \t\r\n", from);
      return first < to ? text->substr(from, to - from) : std::string();
    }
  } catch (const std::exception& error) {
    why = error.what();
  }
  log::debug("the heartbeat of {} goes without its extra: {}", worker, why);
  return {};
}

// Until the next beat is due, or the broker is back: what was to be beaten meanwhile may be lost.
// False: cancelled.
net::Task<bool> wait_for_next_beat(Bus& bus, Duration every) {
  bool connected = bus.connected();
  for (Duration left = every; left > Duration{0};) {
    const Duration slice = std::min(left, kReconnectLookEvery);
    const auto slept = co_await net::sleep_for(slice);
    if (!slept) co_return false;
    left -= slice;
    if (!std::exchange(connected, bus.connected()) && connected) break;
  }
  co_return true;
}

}  // namespace

net::Task<void> run_health_heartbeat(Bus& bus, std::string worker, HealthExtra extra,
                                     Duration every, const Clock& clock) {
  const auto topic = topic::system_health(worker);
  if (!topic) {
    log::warn("no heartbeat: {}", topic.error().detail);
    co_return;
  }
  for (;;) {
    std::string payload = R"({"worker":)";
    append_json_string(payload, worker);
    payload += R"(,"ts":)" + epoch_seconds(clock.now());
    if (const auto more = extra_members(extra, worker); !more.empty()) payload += "," + more;
    payload += "}";
    publish_safely(&bus, topic, payload);
    const bool goes_on = co_await wait_for_next_beat(bus, every);
    if (!goes_on) co_return;
  }
}

net::Task<Result<StopRequest>> run_control_listener(Bus& bus, std::string worker) {
  DECNET_CO_TRY(const Topic topic, topic::system_control(worker));
  Inbox inbox;
  DECNET_CO_TRY(const Subscription subscription, bus.subscribe(topic.text(), inbox));
  EventReader reader;
  for (;;) {
    DECNET_CO_TRY(const Event event, co_await inbox.next());
    const auto action = reader.string_in(event.payload(), "action");
    if (action && *action == "stop") {
      auto requested_by = reader.string_in(event.payload(), "requested_by");
      auto reason = reader.string_in(event.payload(), "reason");
      co_return StopRequest{requested_by ? *requested_by : std::string(),
                            reason ? *reason : std::string()};
    }
    log::debug("{} ignores {}", topic.text(), log::safe(event.payload()));
  }
}

std::string stop_payload(std::string_view requested_by, TimePoint now, std::string_view reason) {
  JsonWriter json;
  json.begin_object().field("action", "stop").field("requested_by", requested_by);
  if (!reason.empty()) json.field("reason", reason);
  json.key("ts").raw(epoch_seconds(now)).end_object();
  return std::move(json).take();
}

}  // namespace decnet::bus
