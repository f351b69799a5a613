// Many SSH clients of one thread.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "bench/load.h"
#include "bench/ssh_client.h"

namespace decnet::bench {

struct SshPeer {
  std::size_t number = 0;
  UniqueFd fd;
  std::unique_ptr<SshClient> client;
  SteadyClock::time_point started;
  SteadyClock::time_point due =
      SteadyClock::time_point::max();  // When it is asked, whatever comes.
  std::string out;
  int step = 0, left = 0;  // Of the script that plays it.

  bool is_open() const noexcept { return static_cast<bool>(fd); }
};

class SshPeers {
 public:
  // `advance` is called for a peer that has heard something, that has lost its connection, or that
  // is due. It may dial, hang up, or give the client something to do.
  using Advance = std::function<void(SshPeer&)>;
  SshPeers(std::vector<Target> targets, SshOptions options, std::size_t count, std::size_t sources,
           std::size_t first_source = 0);

  void dial(SshPeer& peer);
  void hang_up(SshPeer& peer);  // After a polite word, where keys are there.
  void rest(SshPeer& peer, double seconds);
  // One round: waits at most `millis`.
  void turn(int millis, const Advance& advance);
  std::vector<std::unique_ptr<SshPeer>>& all() noexcept { return peers_; }

 private:
  void read(SshPeer& peer);
  void write(SshPeer& peer);

  std::vector<Target> targets_;
  SshOptions options_;
  std::size_t sources_, first_source_;
  UniqueFd epoll_;
  std::vector<std::unique_ptr<SshPeer>> peers_;
};

}  // namespace decnet::bench
