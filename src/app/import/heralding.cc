// Heralding's log_session.json: one row a session, when it is over. Source: its README
// (https://github.com/johnnykv/heralding), and what it writes.
#include <cmath>

#include "app/import/conversation.h"
#include "app/import/json_row.h"
#include "app/import/mappers.h"
#include "base/try.h"

namespace decnet::app {
namespace {

constexpr double kDurationSecondsMax = 10.0 * 365 * 86'400;

class HeraldingMapper final : public RowMapper {
 public:
  explicit HeraldingMapper(const ImportSource& source) : source_(source.source) {}

  Result<std::vector<event::Event>> map(std::string_view line, std::uint64_t) override {
    const JsonValue json = DECNET_TRY(reader_.parse(line));
    const std::string_view session = json.at("session_id").text();
    if (session.empty()) return fail(Errc::unsupported, "the row is no session");
    Conversation talk;
    talk.source_ip = DECNET_TRY(peer_address(json.at("source_ip").text()));
    const TimePoint start = DECNET_TRY(row_time(json.at("timestamp").text()));
    talk.source_port = port_text(json.at("source_port"));
    talk.destination_ip = any_address(json.at("destination_ip").text());
    talk.destination_port = port_text(json.at("destination_port"));
    talk.decky = talk.destination_ip.empty() ? "heralding" : talk.destination_ip;
    talk.service = json.at("protocol").text().substr(0, 32);
    talk.session = session_uuid(source_, session).text();

    std::vector<event::Event> events;
    events.push_back(talk.event(event::kSessionStarted, start));
    add_auxiliary(events, talk, json.at("auxiliary_data"), start);
    json.at("auth_attempts").for_each([&](const JsonValue& attempt) {
      if (events.size() < kImportEventsPerRowMax) events.push_back(login(talk, attempt, start));
    });
    if (json.at("session_ended").truth()) events.push_back(ended(talk, json, start));
    return events;
  }

 private:
  // A VNC response whose password Heralding could not find is logged without one: then there is
  // nothing to keep but that it was tried.
  static event::Event login(const Conversation& talk, const JsonValue& attempt, TimePoint start) {
    const auto own_time = parse_time(attempt.at("timestamp").text());
    const TimePoint time = own_time ? *own_time : start;
    const JsonValue password = attempt.at("password");
    if (!password.exists() || password.is_null()) {
      event::Event event = talk.event(event::kRequest, event::Severity::notice, time);
      event.add("request", "login_without_secret");
      if (attempt.at("username").exists() && !attempt.at("username").is_null()) {
        add_bytes(event, "principal", attempt.at("username").scalar());
      }
      return event;
    }
    event::Event event = talk.event(event::kLoginAttempt, event::Severity::notice, time);
    add_bytes(event, "principal", attempt.at("username").scalar());
    add_secret(event, "plaintext", password.scalar());
    // Heralding lets nobody in.
    event.add("outcome", "refused").add("method", "password");
    return event;
  }

  static void add_auxiliary(std::vector<event::Event>& events, const Conversation& talk,
                            const JsonValue& data, TimePoint time) {
    std::string methods;
    data.at("client_auth_methods").for_each([&](const JsonValue& method) {
      methods += (methods.empty() ? "" : ", ") + method.scalar();
    });
    const std::string version = data.at("client_version").scalar();
    if (!version.empty()) {
      event::Event event = talk.event(event::kFingerprint, time);
      event.add("kind", "banner").add("value", version);
      events.push_back(std::move(event));
    }
    if (!methods.empty()) {
      event::Event event = talk.event(event::kRequest, time);
      event.add("request", "authentication_methods");
      add_bytes(event, "methods", methods);
      events.push_back(std::move(event));
    }
  }

  static event::Event ended(const Conversation& talk, const JsonValue& json, TimePoint start) {
    const double seconds = json.at("duration").number().value_or(0);
    const bool is_sane = seconds >= 0 && seconds < kDurationSecondsMax;
    const auto lasted = std::chrono::milliseconds(is_sane ? std::llround(seconds * 1000) : 0);
    event::Event event = talk.event(event::kSessionEnded, start + lasted);
    event.add("duration_ms", lasted.count()).add("reason", "imported");
    return event;
  }

  std::string source_;
  JsonReader reader_;
};

}  // namespace

std::unique_ptr<RowMapper> make_heralding_mapper(const ImportSource& source) {
  return std::make_unique<HeraldingMapper>(source);
}

}  // namespace decnet::app
