// What the reconciler sends: the whole desired fleet to netd, each engine's deckies to it.
#include "base/log.h"
#include "fleet/catalog.h"
#include "fleet/shard.h"
#include "worker/reconciler/reconciler.h"

namespace decnet::worker::reconciler {

void Reconciler::send_to_netd(const std::vector<Desired>& fleet, std::uint32_t shards) {
  std::size_t at = 0;
  do {
    control::DesiredFleet part{.version = version_};
    for (; at < fleet.size() && part.deckies.size() < kDeckiesPerMessage; ++at) {
      const auto& spec = fleet[at].row.spec;
      control::DesiredDecky decky{
          .name = spec.name, .ip = spec.ip, .shard = fleet::shard_of(spec.name, shards)};
      for (const auto& service : spec.services)
        decky.listeners.push_back({service.name, service.port});
      part.deckies.push_back(std::move(decky));
    }
    part.more = at < fleet.size();
    if (const auto sent = netd_->send(part); !sent) {
      log::warn("netd was not sent the fleet: {}", sent.error().detail);
      return;
    }
  } while (at < fleet.size());
}

void Reconciler::send_to_engine(const std::string& name, control::Channel& engine,
                                const std::vector<Desired>& fleet, std::uint32_t shards) {
  std::set<std::string> now;
  for (const auto& desired : fleet) {
    const auto& spec = desired.row.spec;
    if ("engine." + std::to_string(fleet::shard_of(spec.name, shards)) != name) continue;
    now.insert(spec.name);
    control::PutDecky put{
        .name = spec.name, .ip = spec.ip, .archetype = spec.archetype, .seed = spec.seed};
    put.deployed_at = to_micros(spec.deployed_at);
    put.certificate_pem = desired.keys.tls.certificate_pem;
    put.private_key_pem = desired.keys.tls.private_key_pem;
    put.host_keys_pem = desired.keys.host_pem;
    for (const auto& service : spec.services) {
      control::PutService out{.name = service.name, .port = service.port};
      const auto* info = fleet::find_service(service.name);
      auto options =
          info != nullptr ? fleet::complete_options(*info, service.options) : fleet::Options{};
      if (!options)
        log::error("{}: {}", spec.name, options.error().detail);
      else
        out.options = *std::move(options);
      const auto state = desired.states.find({service.name, service.port});
      if (state != desired.states.end()) out.state = state->second;
      put.services.push_back(std::move(out));
    }
    if (const auto sent = engine.send(put); !sent) {
      log::warn("{} was not sent {}: {}", name, spec.name, sent.error().detail);
      return;
    }
  }
  for (const auto& gone : sent_[name]) {
    if (now.contains(gone)) continue;
    const auto sent = engine.send(control::RemoveDecky{gone});
    if (!sent) log::warn("{} was not told that {} is gone: {}", name, gone, sent.error().detail);
  }
  sent_[name] = std::move(now);
  const auto sent = engine.send(control::FleetDone{version_});
  if (!sent) log::warn("{} was not sent the fleet: {}", name, sent.error().detail);
}

}  // namespace decnet::worker::reconciler
