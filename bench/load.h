// Load: HTTP requests of one thread over many connections.
//
//   Load load({.targets = {{"127.66.0.10", 80}}, .connections = 64, .seconds = 5});
//   Outcome outcome = load.run();
//
// Closed loop (rate 0): each connection asks again as soon as it is answered. Open loop: request n
// is due at start + n / rate, waits for a free connection if it must, and its latency counts from
// the moment it was due: a server that stalls does not make the load stall with it.
//
// Sources are spread over 127.x addresses, as a decoy limits what one source may do.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/fd.h"
#include "bench/measure.h"
#include "bench/reply.h"

namespace decnet::bench {

struct Target {
  std::string ip;
  std::uint16_t port = 80;
};
// "127.66.0.10:80,127.66.0.11:8080". Ends the program where it cannot be read.
std::vector<Target> parse_targets(std::string_view text);

// A connection that is being made, from the source address `source` of 127.88.0.0/13 above the
// deckies' own (see source_address()). Not an fd where the kernel has no more.
UniqueFd dial(const Target& target, std::uint32_t source);
std::string source_address(std::uint32_t number);

// One attempt to connect, at the moment before it.
struct Dialled {
  std::string source_ip;
  std::uint16_t source_port = 0;
  SteadyClock::time_point at;
};

struct LoadOptions {
  std::vector<Target> targets;
  std::vector<std::string> paths{"/"};  // One at random each time.
  std::vector<std::string> headers;     // "Name: value"
  std::size_t connections = 32;
  std::size_t sources = 64;
  double seconds = 5;
  double rate = 0;             // Requests a second; 0: closed loop.
  bool is_fresh = false;       // One connection a request.
  double warm_up_seconds = 0;  // What is due before it is not counted.
  std::function<void(const Dialled&)> on_dial;
};

struct Outcome {
  std::uint64_t answered = 0, errors = 0, refused = 0, bytes = 0;
  std::uint64_t other_status = 0;  // Answered, but not with 200.
  std::uint64_t unsent = 0;        // Due, but never sent or never answered.
  double seconds = 0;
  Latencies latencies;
  std::string json();
};

class Load {
 public:
  explicit Load(LoadOptions options);
  ~Load();
  // Ends `seconds` after all connections are open (at most 5 s later where answers are missing).
  Outcome run();

 private:
  struct Connection;

  void open_all();
  void open(Connection& connection);
  void ask(Connection& connection, SteadyClock::time_point due);
  void send(Connection& connection);
  void receive(Connection& connection);
  void answered(Connection& connection);
  void failed(Connection& connection, std::uint64_t& counter);
  void give_work(SteadyClock::time_point now);
  void wait(std::chrono::nanoseconds at_most);
  std::chrono::nanoseconds until_next() const;
  void set_interest(Connection& connection, bool writes);
  std::string request();

  LoadOptions options_;
  UniqueFd epoll_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::deque<Connection*> idle_;  // Open, with nothing to do; the longest idle one is asked next.
  std::deque<SteadyClock::time_point> due_;
  SteadyClock::time_point start_, count_from_;
  std::uint64_t scheduled_ = 0;
  std::uint64_t random_ = 0x9e3779b97f4a7c15ULL;
  std::size_t dialled_ = 0, in_flight_ = 0;
  bool is_running_ = false;
  Outcome outcome_;
};

}  // namespace decnet::bench
