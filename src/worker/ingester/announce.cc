#include "worker/ingester/announce.h"

#include "base/json.h"
#include "bus/publish.h"

namespace decnet::worker::ingester {
namespace {

double epoch_seconds(TimePoint time) {
  return static_cast<double>(to_micros(time)) / 1e6;
}

void announce_session(bus::Bus& bus, const store::SessionEdge& edge, bool ended) {
  JsonWriter json;
  json.begin_object()
      .field("session_id", edge.session_uuid.text())
      .field("attacker_ip", edge.attacker_ip);
  json.field("decky", edge.decky)
      .field("service", edge.service)
      .field("started_at", epoch_seconds(edge.started_at));
  if (ended) {
    const double lasted = std::chrono::duration<double>(edge.ended_at - edge.started_at).count();
    json.field("ended_at", epoch_seconds(edge.ended_at)).field("duration_s", lasted);
    json.key("counts").begin_object().field("events", edge.events).end_object();
  }
  json.end_object();
  bus.publish(ended ? bus::topic::attacker_session_ended() : bus::topic::attacker_session_started(),
              json.text());
}

}  // namespace

void announce(bus::Bus& bus, const store::IngestOutcome& outcome) {
  for (const auto& sight : outcome.first_sights) {
    JsonWriter json;
    json.begin_object()
        .field("attacker_uuid", sight.attacker_uuid.text())
        .field("attacker_ip", sight.attacker_ip);
    json.field("decky", sight.decky)
        .field("service", sight.service)
        .field("event_type", sight.event_type);
    json.field("first_seen", epoch_seconds(sight.first_seen)).end_object();
    bus.publish(bus::topic::attacker_observed(), json.text());
  }
  for (const auto& edge : outcome.started) announce_session(bus, edge, false);
  for (const auto& edge : outcome.ended) announce_session(bus, edge, true);
  for (const auto& credential : outcome.credentials) {
    JsonWriter json;
    json.begin_object()
        .field("secret_sha256", credential.secret_sha256)
        .field("secret_kind", credential.secret_kind);
    json.field("attacker_ip", credential.attacker_ip).field("decky", credential.decky);
    json.field("service", credential.service).end_object();
    bus.publish(bus::topic::credential_captured(), json.text());
  }
  if (outcome.inserted == 0 && outcome.repeated == 0) return;
  JsonWriter json;
  json.begin_object()
      .field("what", "batch")
      .field("stored", outcome.inserted)
      .field("repeated", outcome.repeated);
  json.field("sequence", outcome.last_sequence).end_object();
  bus.publish(bus::topic::system_log(), json.text(), "batch");
}

}  // namespace decnet::worker::ingester
