#include "engine/engine.h"

#include <algorithm>

#include "base/counters.h"
#include "base/log.h"
#include "control/links.h"
#include "engine/live_recording.h"
#include "engine/live_session.h"
#include "net/cancel.h"
#include "net/socket_stream.h"
#include "service/registry.h"

namespace decnet::engine {
namespace {

constexpr Duration kReportEvery = std::chrono::seconds{30};

}  // namespace

// A listening socket, and whoever accepts on it.
struct Engine::Door {
  UniqueFd socket;
  std::uint16_t actual_port = 0;
  std::shared_ptr<net::Listener> listener;  // Once the place behind it is known.
};

// Doors and places of a decky arrive from two processes, in any order.
struct Engine::Decky {
  bool known = false;  // core has put it.
  control::PutDecky spec;
  std::shared_ptr<session::Commons> commons = std::make_shared<session::Commons>();
  std::map<PlaceKey, std::shared_ptr<RunningPlace>> places;
  std::map<PlaceKey, Door> doors;
};

Engine::Engine(const net::Executor& executor, const Clock& clock, EngineOptions options)
    : executor_(executor),
      clock_(clock),
      options_(std::move(options)),
      sender_(clock, {.role = "engine." + std::to_string(options_.index),
                      .enterprise = options_.enterprise}),
      around_{clock, sender_, options_.limits},
      sources_(around_.limits),
      sessions_(executor),
      tasks_(executor) {}

Engine::~Engine() = default;

net::Task<void> Engine::run(control::Channel& supervisor) {
  tasks_.spawn("report", report_loop());
  tasks_.spawn("recordings", close_recordings());
  control::LinkHandlers handlers;
  handlers.link = [this](std::string_view kind, std::string_view peer, UniqueFd socket) {
    on_link(kind, peer, std::move(socket));
  };
  co_await control::follow_supervisor(supervisor, std::move(handlers));
}

net::Task<void> Engine::drain(Duration at_most) {
  draining_ = true;
  for (auto& [name, decky] : deckies_) {
    for (auto& [key, door] : decky->doors) {
      if (door.listener) door.listener->close();
    }
  }
  const auto until = clock_.monotonic() + at_most;
  while (sessions_.size() > 0 && clock_.monotonic() < until) {
    const auto slept = co_await net::sleep_for(std::chrono::milliseconds{50});
    if (!slept) break;
  }
  sessions_.cancel();
  co_await sessions_.join();
  save_states();
  const auto drained = co_await sender_.drained(std::chrono::seconds{2});
  if (!drained) log::warn("{} events were not acknowledged before the end", sender_.pending());
  tasks_.cancel();
  co_await tasks_.join();
}

void Engine::on_link(std::string_view kind, std::string_view peer, UniqueFd socket) {
  if (kind == control::kLinkSender) {
    tasks_.spawn("sender", send_events(std::move(socket)));
    return;
  }
  auto channel = std::make_shared<control::Channel>(executor_, std::move(socket));
  if (peer == "reconciler") {
    core_ = channel;
    around_.memories.use(channel);
    tasks_.spawn("core", follow_core(std::move(channel)));
  } else if (peer == "netd") {
    doors_.use(channel);
    tasks_.spawn("netd", follow_netd(std::move(channel)));
  }
}

net::Task<void> Engine::send_events(UniqueFd socket) {
  auto stream = net::make_socket_stream(executor_, std::move(socket));
  if (stream) co_await sender_.run(*std::move(stream));
}

net::Task<void> Engine::follow_core(std::shared_ptr<control::Channel> channel) {
  for (;;) {
    auto received = co_await channel->receive();
    if (!received &&
        (received.error().code == Errc::closed || received.error().code == Errc::cancelled))
      co_return;
    if (!received) {
      log::error("a message of core could not be read: {}", received.error().detail);
    } else if (const auto* put = std::get_if<control::PutDecky>(&received->message)) {
      put_decky(*put);
    } else if (const auto* remove = std::get_if<control::RemoveDecky>(&received->message)) {
      remove_decky(remove->name);
    } else if (const auto* memory = std::get_if<control::MemoryIs>(&received->message)) {
      around_.memories.answer(*memory);
    }
  }
}

net::Task<void> Engine::follow_netd(std::shared_ptr<control::Channel> channel) {
  for (;;) {
    auto received = co_await channel->receive();
    if (!received &&
        (received.error().code == Errc::closed || received.error().code == Errc::cancelled))
      co_return;
    if (!received) {
      log::error("a message of netd could not be read: {}", received.error().detail);
      continue;
    }
    auto& descriptors = received->descriptors;
    if (const auto* listener = std::get_if<control::Listener>(&received->message);
        listener != nullptr && !descriptors.empty()) {
      add_listener(*listener, std::move(descriptors.front()));
    } else if (const auto* close = std::get_if<control::CloseListener>(&received->message)) {
      close_listener(*close);
    } else if (const auto* opened = std::get_if<control::Opened>(&received->message)) {
      doors_.answer(*opened, std::move(descriptors));
    } else if (std::holds_alternative<control::PacketSocket>(received->message) &&
               !descriptors.empty()) {
      watch_scans(std::move(descriptors.front()));
    }
  }
}

// The watch lives as long as the engine: a netd that starts again only brings it another socket.
void Engine::watch_scans(UniqueFd packet_socket) {
  if (!scans_) {
    scans_ = std::make_unique<ScanWatch>(executor_, clock_, sender_, around_.data_ports);
    for (const auto& [name, decky] : deckies_) {
      if (decky->known) scans_->put_decky(name, decky->spec.ip);
      for (const auto& [key, door] : decky->doors) scans_->open_port(name, door.actual_port);
    }
  }
  tasks_.spawn("scan", scans_->run(std::move(packet_socket)));
}

void Engine::put_decky(const control::PutDecky& put) {
  auto& decky = deckies_[put.name];
  if (!decky) decky = std::make_unique<Decky>();
  decky->known = true;
  decky->spec = put;
  if (scans_) scans_->put_decky(put.name, put.ip);
  const persona::PersonaRequest request{.name = put.name,
                                        .seed = put.seed,
                                        .archetype = put.archetype,
                                        .deployed_at = from_micros(put.deployed_at)};
  const auto persona = std::make_shared<const persona::Persona>(persona::make_persona(request));
  const session::Identity identity{put.certificate_pem, put.private_key_pem, put.host_keys_pem};
  std::vector<std::uint16_t> ports;
  for (const auto& service : put.services) ports.push_back(service.port);
  std::sort(ports.begin(), ports.end());
  std::map<PlaceKey, std::shared_ptr<RunningPlace>> places;
  for (const auto& service : put.services) {
    const PlaceKey key{service.name, service.port};
    const auto* descriptor = service::find(service.name);
    if (descriptor == nullptr) {
      log::error("{}: this build has no service {}", put.name, service.name);
      continue;
    }
    auto place = std::make_shared<RunningPlace>();
    place->place = {.decky = put.name,
                    .service = service.name,
                    .port = service.port,
                    .options = service.options,
                    .persona = persona,
                    .identity = identity,
                    .assets = options_.assets,
                    .clock = &clock_,
                    .commons = decky->commons,
                    .address = put.ip,
                    .open_ports = ports};
    const auto before = decky->places.find(key);
    if (before != decky->places.end() && before->second->place.options == service.options &&
        before->second->place.identity == identity && before->second->place.open_ports == ports &&
        before->second->place.persona->seed == put.seed) {
      places[key] = before->second;  // Unchanged: what its sessions share lives on.
      continue;
    }
    place->service = descriptor->create(place->place);
    if (!service.state.empty()) place->service->load_state(service.state);
    place->saved_state = service.state;
    places[key] = std::move(place);
  }
  decky->places = std::move(places);
  for (auto& [key, door] : decky->doors) open_door(*decky, put.name, key);
}

void Engine::remove_decky(const std::string& name) {
  const auto found = deckies_.find(name);
  if (found == deckies_.end()) return;
  for (auto& [key, door] : found->second->doors) {
    if (door.listener) door.listener->close();
  }
  if (scans_) scans_->remove_decky(name);
  deckies_.erase(found);
}

void Engine::add_listener(const control::Listener& listener, UniqueFd socket) {
  auto& decky = deckies_[listener.decky];
  if (!decky) decky = std::make_unique<Decky>();
  const PlaceKey key{listener.service, listener.port};
  Door& door = decky->doors[key];
  if (door.listener) door.listener->close();
  door = Door{std::move(socket), listener.actual_port, nullptr};
  if (scans_) scans_->open_port(listener.decky, listener.actual_port);
  open_door(*decky, listener.decky, key);
}

void Engine::close_listener(const control::CloseListener& close) {
  const auto found = deckies_.find(close.decky);
  if (found == deckies_.end()) return;
  const auto door = found->second->doors.find({close.service, close.port});
  if (door == found->second->doors.end()) return;
  if (door->second.listener) door->second.listener->close();
  if (scans_) scans_->close_port(close.decky, door->second.actual_port);
  found->second->doors.erase(door);
}

// Begins to accept once both the socket and what stands behind it are here.
void Engine::open_door(Decky& decky, const std::string& name, const PlaceKey& key) {
  Door& door = decky.doors[key];
  if (draining_ || door.listener || !door.socket || !decky.places.contains(key)) return;
  door.listener = std::make_shared<net::Listener>(executor_, std::move(door.socket));
  tasks_.spawn("accept", accept_loop(name, key, door.listener));
}

net::Task<void> Engine::accept_loop(std::string decky, PlaceKey key,
                                    std::shared_ptr<net::Listener> listener) {
  for (;;) {
    auto accepted = co_await listener->accept();
    if (!accepted) co_return;
    const auto found = deckies_.find(decky);
    if (found == deckies_.end()) co_return;
    const auto place = found->second->places.find(key);
    if (place == found->second->places.end()) continue;
    if (scans_) scans_->session_began(accepted->peer);
    const Admission admission = sources_.enter(accepted->peer.ip, clock_.monotonic());
    if (admission != Admission::admitted) {
      refuse(admission, *accepted);
      continue;
    }
    ++sessions_total_;
    sessions_.spawn("session", serve(place->second, std::move(*accepted)));
  }
}

net::Task<void> Engine::serve(std::shared_ptr<RunningPlace> place, net::Accepted accepted) {
  struct Leave {
    Sources& sources;
    net::IpAddress ip;
    ~Leave() { sources.leave(ip); }
  };
  const Leave leave{sources_, accepted.peer.ip};
  auto stream = net::make_socket_stream(executor_, std::move(accepted));
  if (!stream) co_return;
  LiveSession session(around_, std::move(place), doors_, *std::move(stream));
  co_await session.run();
}

void Engine::refuse(Admission why, const net::Accepted&) {
  static Counter& rate =
      counter("session_limit_source_rate_total", "Connections refused by a source's rate");
  static Counter& sessions = counter("session_limit_source_sessions_total",
                                     "Connections refused by a source's open sessions");
  static Counter& full =
      counter("session_limit_sessions_total", "Connections refused because the engine was full");
  (why == Admission::rate ? rate : why == Admission::sessions ? sessions : full).add();
  ++refused_total_;
}

net::Task<void> Engine::report_loop() {
  for (;;) {
    const auto slept = co_await net::sleep_for(kReportEvery);
    if (!slept) co_return;
    save_states();
    if (!core_ || !core_->is_open()) continue;
    const control::EngineReport report{sources_.open(), sessions_total_, around_.events_total,
                                       sender_.dropped(), refused_total_};
    const auto sent = core_->send(report);
    if (!sent) log::debug("core was not told the counters: {}", sent.error().detail);
  }
}

net::Task<void> Engine::close_recordings() {
  for (;;) {
    const auto slept = co_await net::sleep_for(kRecordingsLook);
    if (!slept) co_return;
    close_due_segments(around_);
  }
}

void Engine::save_states() {
  if (!core_ || !core_->is_open()) return;
  for (const auto& [name, decky] : deckies_) {
    for (const auto& [key, place] : decky->places) {
      std::string state = place->service->save_state();
      if (state == place->saved_state || state.size() > session::kServiceStateBytesMax) continue;
      const auto sent = core_->send(control::StatePut{name, key.first, key.second, state});
      if (sent) place->saved_state = std::move(state);
    }
  }
}

}  // namespace decnet::engine
