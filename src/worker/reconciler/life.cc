#include "worker/reconciler/life.h"

#include <algorithm>

#include "base/json.h"
#include "bus/publish.h"

namespace decnet::worker::reconciler {
namespace {

std::string sorted_list(std::vector<std::string>& services) {
  std::sort(services.begin(), services.end());
  std::string out;
  for (const auto& service : services) out += (out.empty() ? "" : ",") + service;
  return out;
}

}  // namespace

void emit_decky_mutated(ingest::Sender& sender, bus::Bus& bus, TimePoint now, Life life) {
  const std::string before = sorted_list(life.old_services);
  const std::string after = sorted_list(life.new_services);
  event::Event event{.origin = life.origin,
                     .seq = life.seq,
                     .time = now,
                     .decky = life.decky,
                     .service = "mutator"};
  event.type = event::kDeckyMutated;
  event.add("decky", life.decky)
      .add("old_services", before)
      .add("new_services", after)
      .add("trigger", life.trigger);
  if (!life.actor.empty()) event.add("actor", life.actor);
  sender.submit(std::move(event));

  JsonWriter json;
  json.begin_object()
      .field("decky", life.decky)
      .field("old_services", before)
      .field("new_services", after);
  json.field("trigger", life.trigger);
  if (!life.actor.empty()) json.field("actor", life.actor);
  json.end_object();
  bus::publish_safely(&bus, bus::topic::decky_mutation(life.decky), json.text());
}

}  // namespace decnet::worker::reconciler
