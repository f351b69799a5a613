// SSH clients that live: each logs in, runs commands, writes files, types, rests, leaves and comes
// again, for as long as it is told.
//
//   ssh_soak --targets IP:PORT[,…] --user U --password P [--connections N] [--sources N]
//            [--seconds S] [--every S] [--seed N]
//
// Prints one JSON object every --every seconds, its counters from the start on.
#include "base/json.h"
#include "base/random.h"
#include "bench/ssh_peers.h"

namespace decnet::bench {
namespace {

constexpr double kAnswerMax = 120;  // Seconds; beyond: late, and given up.
constexpr int kCommandsMax = 12;    // Of one connection.
constexpr double kRestMax = 40, kAwayMax = 30;

const std::vector<std::string> kCommands = {
    "uname -a",
    "id; w; last | head -5",
    "ps aux | grep -v grep | grep -c root",
    "cat /proc/cpuinfo | grep name | wc -l; free -m; df -h",
    "for i in 1 2 3 4 5 6 7 8; do echo $((i * i)); done",
    "head -c 20000 /dev/urandom > /tmp/.x; sha256sum /tmp/.x; chmod +x /tmp/.x",
    "mkdir -p /tmp/a/b; echo $RANDOM > /tmp/a/b/$((RANDOM % 20)); cat /tmp/a/b/*",
    "ls -la /etc | tail -3; find /etc -name '*.conf' 2>/dev/null | wc -l",
    "(crontab -l 2>/dev/null; echo '* * * * * /tmp/.x') | sort -u | crontab -",
    "seq 1 2000",
    "rm -rf /tmp/a /tmp/.x; history -c",
    "sleep 3; nproc"};

class Soak {
 public:
  Soak(SshPeers& peers, std::uint64_t seed) : peers_(peers), random_(seed, "soak") {}

  void start() {
    for (const auto& peer : peers_.all()) leave(*peer, kAwayMax);
  }

  // Step 0: away; 1: logging in; 2: waits for a command; 3: rests.
  void advance(SshPeer& peer) {
    if (peer.step == 0) return come(peer);
    const bool is_lost = !peer.is_open() || peer.client->is_over();
    if (is_lost || is_late(peer)) {
      ++(is_lost ? lost_ : late_);
      peers_.hang_up(peer);
      return leave(peer, kAwayMax);
    }
    if (!peer.client->is_logged_in()) return;
    if (peer.step == 1) {
      ++logins_;
      return next(peer);
    }
    if (peer.step == 2 && !peer.client->is_busy()) {
      ++commands_;
      if (peer.client->exit_status() < 0) ++lost_;
      return rest(peer);
    }
    if (peer.step == 3 && SteadyClock::now() >= rests_until(peer)) next(peer);
  }

  void print(double seconds) const {
    std::size_t open = 0;
    for (const auto& peer : peers_.all()) open += peer->is_open() ? 1 : 0;
    JsonWriter json;
    json.begin_object().field("seconds", seconds).field("open", open).field("logins", logins_);
    json.field("commands", commands_).field("lost", lost_).field("late", late_).end_object();
    std::printf("%s\n", json.text().c_str());
    std::fflush(stdout);
  }

 private:
  bool is_late(const SshPeer& peer) const {
    return peer.step != 3 && seconds_since(peer.started) > kAnswerMax;
  }
  static SteadyClock::time_point rests_until(const SshPeer& peer) { return peer.started; }

  void come(SshPeer& peer) {
    peers_.dial(peer);
    peer.step = 1;
    peer.left = 1 + static_cast<int>(random_.below(kCommandsMax));
    peers_.rest(peer, kAnswerMax + 1);
  }

  void next(SshPeer& peer) {
    if (peer.left-- == 0) {
      if (random_.chance(0.7))
        peers_.hang_up(peer);
      else
        peer.fd = {};  // Without a word.
      return leave(peer, kAwayMax);
    }
    peer.step = 2;
    peer.started = SteadyClock::now();
    peers_.rest(peer, kAnswerMax + 1);
    peer.client->run(random_.pick(kCommands));
  }

  void rest(SshPeer& peer) {
    peer.step = 3;
    peers_.rest(peer, kRestMax * random_.unit());
    peer.started = peer.due;
  }

  void leave(SshPeer& peer, double at_most) {
    peer.step = 0;
    peers_.rest(peer, at_most * random_.unit());
  }

  SshPeers& peers_;
  SeededRandom random_;
  std::uint64_t logins_ = 0, commands_ = 0, lost_ = 0, late_ = 0;
};

int run(const std::vector<std::string>& arguments) {
  const auto targets = parse_targets(text_option(arguments, "--targets", ""));
  if (targets.empty()) {
    std::fprintf(stderr, "usage: ssh_soak --targets IP:PORT[,…] --user U --password P …\n");
    return 2;
  }
  SshOptions options;
  options.user = text_option(arguments, "--user", "root");
  options.password = text_option(arguments, "--password", "");
  const auto connections = static_cast<std::size_t>(number_option(arguments, "--connections", 500));
  const auto sources = static_cast<std::size_t>(number_option(arguments, "--sources", 40));
  const double seconds = number_option(arguments, "--seconds", 60);
  const double every = number_option(arguments, "--every", 60);
  SshPeers peers(targets, std::move(options), connections, sources);
  Soak soak(peers, static_cast<std::uint64_t>(number_option(arguments, "--seed", 1)));
  const auto start = SteadyClock::now();
  const auto one = [&soak](SshPeer& peer) { soak.advance(peer); };
  soak.start();
  double said = 0;
  while (seconds_since(start) < seconds) {
    peers.turn(50, one);
    if (seconds_since(start) - said < every) continue;
    said += every;
    soak.print(seconds_since(start));
  }
  if (seconds - said > every / 2) soak.print(seconds_since(start));
  return 0;
}

}  // namespace
}  // namespace decnet::bench

int main(int count, char** arguments) {
  return decnet::bench::run({arguments + 1, arguments + count});
}
