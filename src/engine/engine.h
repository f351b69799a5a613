// Engine: hosts the services of its shard's deckies. Every hostile byte is read here.
//
// It owns no file and opens no socket: listening sockets come from netd, what stands behind them
// from core, both over lines that the supervisor hands in (control/links.h). Events leave by the
// sender protocol. A restarted engine is filled again by the same messages.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "control/channel.h"
#include "engine/doors.h"
#include "engine/place.h"
#include "engine/scan_watch.h"
#include "engine/sources.h"
#include "net/listener.h"
#include "net/task_group.h"

namespace decnet::engine {

struct EngineOptions {
  std::uint32_t index = 0;
  session::Limits limits;
  std::uint32_t enterprise = 32473;
  const session::Assets* assets = nullptr;  // Read before the engine starts. Never null.
};

class Engine {
 public:
  Engine(const net::Executor& executor, const Clock& clock, EngineOptions options);
  ~Engine();

  // Lives on the supervisor's line until that is gone, or the task is cancelled.
  net::Task<void> run(control::Channel& supervisor);

  // Ends accepting, waits up to `at_most` for open sessions, then cuts the rest.
  net::Task<void> drain(Duration at_most);

 private:
  struct Decky;
  struct Door;
  using PlaceKey = std::pair<std::string, std::uint16_t>;  // service, port

  void on_link(std::string_view kind, std::string_view peer, UniqueFd socket);
  net::Task<void> follow_core(std::shared_ptr<control::Channel> channel);
  net::Task<void> follow_netd(std::shared_ptr<control::Channel> channel);
  net::Task<void> send_events(UniqueFd socket);
  net::Task<void> accept_loop(std::string decky, PlaceKey key,
                              std::shared_ptr<net::Listener> listener);
  net::Task<void> serve(std::shared_ptr<RunningPlace> place, net::Accepted accepted);
  net::Task<void> report_loop();
  net::Task<void> close_recordings();

  void watch_scans(UniqueFd packet_socket);
  void put_decky(const control::PutDecky& put);
  void remove_decky(const std::string& name);
  void add_listener(const control::Listener& listener, UniqueFd socket);
  void close_listener(const control::CloseListener& close);
  void open_door(Decky& decky, const std::string& name, const PlaceKey& key);
  void save_states();
  void refuse(Admission why, const net::Accepted& accepted);

  net::Executor executor_;
  const Clock& clock_;
  EngineOptions options_;
  ingest::Sender sender_;
  Surroundings around_;
  Sources sources_;
  Doors doors_;
  std::unique_ptr<ScanWatch> scans_;
  std::map<std::string, std::unique_ptr<Decky>, std::less<>> deckies_;
  std::shared_ptr<control::Channel> core_;
  std::uint64_t sessions_total_ = 0;
  std::uint64_t refused_total_ = 0;
  bool draining_ = false;
  net::TaskGroup sessions_;
  net::TaskGroup tasks_;
};

}  // namespace decnet::engine
