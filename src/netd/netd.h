// netd: the only privileged process. Opens what core wants opened, and hands it to the engines.
//
// The wanted list arrives whole; what is not in it is closed. Every listening socket is also kept
// by the supervisor, under "decky service port actual_port ip", so that a netd that starts again
// takes them over and no session notices.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "control/channel.h"
#include "net/task_group.h"
#include "netd/driver.h"

namespace decnet::netd {

inline constexpr std::size_t kDeckiesMax = 70'000;
inline constexpr std::size_t kConnectsMax = 256;  // Connections back to peers under way.
inline constexpr std::chrono::seconds kConnectTime{60};

class Netd {
 public:
  Netd(const net::Executor& executor, std::unique_ptr<NetworkDriver> driver);
  ~Netd();

  net::Task<void> run(control::Channel& supervisor);

 private:
  struct Socket {
    std::shared_ptr<UniqueFd> fd;
    std::uint16_t actual_port = 0;
    std::string reason;
  };
  struct Decky {
    std::string ip;
    std::uint32_t shard = 0;
    std::map<std::pair<std::string, std::uint16_t>, Socket> sockets;
  };

  void on_link(std::string_view kind, std::string_view peer, UniqueFd socket);
  void on_kept(const control::Kept& kept, UniqueFd socket);
  net::Task<void> follow_core(std::shared_ptr<control::Channel> channel);
  net::Task<void> follow_engine(std::uint32_t shard, std::shared_ptr<control::Channel> channel);
  void want(const control::DesiredFleet& part);
  void apply();
  void apply_decky(const control::DesiredDecky& wanted);
  void open_socket(const control::DesiredDecky& decky, const control::DesiredListener& wanted,
                   Decky& have);
  void close_socket(const std::string& decky, Decky& have,
                    const std::pair<std::string, std::uint16_t>& key);
  void hand_over(std::uint32_t shard, const std::string& decky, const std::string& service,
                 std::uint16_t port, const Socket& socket);
  void hand_all(std::uint32_t shard);
  void tell_core(const control::DesiredDecky& wanted, const Decky& have,
                 const std::map<std::string, std::string>& failures);
  void open_passive(control::Channel& engine, const control::OpenPassive& asked);
  net::Task<void> connect_back(std::shared_ptr<control::Channel> engine, control::ConnectBack asked,
                               UniqueFd session_socket);

  net::Executor executor_;
  std::unique_ptr<NetworkDriver> driver_;
  control::Channel* supervisor_ = nullptr;
  std::shared_ptr<control::Channel> core_;
  std::map<std::uint32_t, std::shared_ptr<control::Channel>> engines_;
  std::map<std::string, Decky> deckies_;
  std::map<std::string, Socket>
      kept_;  // What the supervisor kept for us and nobody has asked for yet.
  control::DesiredFleet
      wanted_;  // Parts of the version that is arriving, or the whole of the last.
  bool wanted_whole_ = false;
  std::size_t connects_ = 0;
  net::TaskGroup tasks_;
};

}  // namespace decnet::netd
