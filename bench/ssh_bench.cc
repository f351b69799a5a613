// SSH clients against servers.
//
//   ssh_bench handshakes --targets IP:PORT[,…] [--host-key TYPE]
//   ssh_bench logins     --targets … --user U --password P --command C
//   ssh_bench commands   --targets … --user U --password P --command C
//   ssh_bench hold       --targets … --user U --password P
//
// All take [--connections N] [--sources N] [--first-source N] and but the last [--seconds S].
// `handshakes` hangs up after the key exchange, `logins` after one command in each connection,
// `commands` runs them in one connection; each in a closed loop. `hold` opens shells, prints
// {"open": N}, waits for a line of its input and prints how many are open still.
#include <cinttypes>

#include <poll.h>

#include "base/json.h"
#include "bench/ssh_peers.h"

namespace decnet::bench {
namespace {

constexpr double kRoundMax = 30;  // Seconds for one of them; beyond: failed.

struct Count {
  std::uint64_t done = 0, failed = 0, bytes = 0;
  Latencies latencies;
};

struct Job {
  std::string mode, command;
  double seconds = 5;
};

void count_done(SshPeer& peer, Count& count) {
  const auto now = SteadyClock::now();
  ++count.done;
  count.latencies.add(std::chrono::duration<double, std::milli>(now - peer.started).count());
  peer.started = now;
}

void again(SshPeers& peers, SshPeer& peer) {
  peers.hang_up(peer);
  peers.dial(peer);
  peers.rest(peer, kRoundMax);
}

// Step 0: no command yet; 1: one runs.
void advance(SshPeers& peers, SshPeer& peer, const Job& job, Count& count) {
  const bool is_late = seconds_since(peer.started) >= kRoundMax;
  const bool is_lost = !peer.is_open() || peer.client->is_over() || is_late;
  if (job.mode == "handshakes" && peer.client->has_keys()) {
    count_done(peer, count);
    return again(peers, peer);
  }
  if (is_lost) {
    ++count.failed;
    peer.step = 0;
    return again(peers, peer);
  }
  if (!peer.client->is_logged_in() || peer.client->is_busy()) return;
  if (peer.step == 1) {
    peer.client->exit_status() >= 0 ? count_done(peer, count) : void(++count.failed);
    count.bytes += peer.client->output_bytes();
    peer.step = 0;
    if (job.mode == "logins") return again(peers, peer);
    peers.rest(peer, kRoundMax);
  } else if (job.mode == "commands") {
    peer.started = SteadyClock::now();  // The login does not count.
  }
  peer.step = 1;
  peer.client->run(job.command);
}

int run_loop(SshPeers& peers, const Job& job) {
  Count count;
  const auto one = [&](SshPeer& peer) { advance(peers, peer, job, count); };
  for (const auto& peer : peers.all()) {
    peers.dial(*peer);
    peers.rest(*peer, kRoundMax);
  }
  const auto start = SteadyClock::now();
  while (seconds_since(start) < job.seconds) peers.turn(20, one);
  const double took = seconds_since(start);
  for (const auto& peer : peers.all()) {  // What came of commands that never end.
    if (peer->step == 1 && peer->is_open()) count.bytes += peer->client->output_bytes();
  }
  JsonWriter json;
  json.begin_object().field("done", count.done).field("failed", count.failed);
  json.field("per_s", static_cast<double>(count.done) / took).field("bytes", count.bytes);
  json.field("p50_ms", count.latencies.at(0.5)).field("p99_ms", count.latencies.at(0.99));
  json.field("max_ms", count.latencies.at(1)).end_object();
  std::printf("%s\n", json.text().c_str());
  return 0;
}

bool input_has_come() {
  pollfd input{.fd = 0, .events = POLLIN, .revents = 0};
  return ::poll(&input, 1, 0) == 1;
}

void print_open(const SshPeers::Advance&, SshPeers& peers, const char* name) {
  std::size_t open = 0;
  for (const auto& peer : peers.all()) open += peer->is_open() && peer->step == 2 ? 1 : 0;
  std::printf("{\"%s\":%zu}\n", name, open);
  std::fflush(stdout);
}

// Shells that have shown their prompt, a few logins at a time.
int hold(SshPeers& peers, std::size_t at_once) {
  std::size_t dialled = 0, settled = 0;
  const SshPeers::Advance one = [&](SshPeer& peer) {
    if (peer.step == 2) return;
    const bool is_lost = !peer.is_open() || peer.client->is_over();
    if (!is_lost && peer.step == 0 && peer.client->is_logged_in()) {
      peer.step = 1;
      peer.client->open_shell();
    }
    const bool has_prompt = peer.step == 1 && (peer.client->last_output().ends_with("# ") ||
                                               peer.client->last_output().ends_with("$ "));
    if (!is_lost && !has_prompt) return;
    peer.step = is_lost ? 3 : 2;
    ++settled;
  };
  const auto start = SteadyClock::now();
  while (settled < peers.all().size() && seconds_since(start) < 120) {
    while (dialled < peers.all().size() && dialled - settled < at_once)
      peers.dial(*peers.all()[dialled++]);
    peers.turn(20, one);
  }
  print_open(one, peers, "open");
  while (!input_has_come()) peers.turn(100, one);
  print_open(one, peers, "still_open");
  return 0;
}

int run(const std::vector<std::string>& arguments) {
  const auto targets = parse_targets(text_option(arguments, "--targets", ""));
  const Job job{.mode = arguments.empty() ? "" : arguments.front(),
                .command = text_option(arguments, "--command", "uname -a"),
                .seconds = number_option(arguments, "--seconds", 5)};
  if (targets.empty()) {
    std::fprintf(stderr, "usage: ssh_bench MODE --targets IP:PORT[,…] …\n");
    return 2;
  }
  SshOptions options{.host_key = text_option(arguments, "--host-key", "ssh-ed25519")};
  if (job.mode != "handshakes") {
    options.user = text_option(arguments, "--user", "root");
    options.password = text_option(arguments, "--password", "");
  }
  const auto connections = static_cast<std::size_t>(number_option(arguments, "--connections", 8));
  const auto sources = static_cast<std::size_t>(number_option(arguments, "--sources", 8));
  const auto first = static_cast<std::size_t>(number_option(arguments, "--first-source", 0));
  SshPeers peers(targets, std::move(options), connections, sources, first);
  return job.mode == "hold" ? hold(peers, 4 * targets.size()) : run_loop(peers, job);
}

}  // namespace
}  // namespace decnet::bench

int main(int count, char** arguments) {
  return decnet::bench::run({arguments + 1, arguments + count});
}
