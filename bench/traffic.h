// Traffic as a deception network on the internet sees it, for benchmarks: the same for the same
// seed.
//
// A few hundred sources are busy at a time (brute force, crawlers), come and go; every twelfth
// session is of an address never seen before, every twentieth of one that was seen long ago. A
// session has about five events; four in ten are of services with logins. (Measured in real logs:
// 33 to 290 distinct sources in 1,000 connections, 10 to 30 connections a source.)
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/uuid.h"
#include "event/event.h"

namespace decnet::bench {

struct TrafficOptions {
  std::uint64_t seed = 1;
  std::size_t deckies = 48;
  std::size_t busy_sources = 250;
  double fresh_share = 0.08;       // Of the sessions: from an address never seen before.
  double events_per_second = 100;  // Of the time that the events bear.
  TimePoint start{std::chrono::seconds{1'790'000'000}};
};

class Traffic {
 public:
  explicit Traffic(const TrafficOptions& options = {});

  event::Event next();
  std::vector<event::Event> batch(std::size_t count);
  std::size_t sources() const noexcept { return sources_; }

 private:
  struct Source {
    std::uint32_t number = 0;  // Its address.
    std::size_t service = 0;
    std::uint64_t tool = 0;    // Its fingerprints.
    std::size_t sessions = 0;  // Left until it goes quiet.
    std::size_t word = 0;      // How far it is in its list of passwords.
  };

  void plan_session(std::deque<event::Event>& plan);
  Source make_source(std::uint32_t number);
  event::Event begin(std::string_view type, const Source& source, const std::string& session,
                     std::size_t decky);
  void plan_login(event::Event& event, Source& source);

  TrafficOptions options_;
  SeededRandom random_;
  std::vector<Source> busy_;
  std::vector<std::deque<event::Event>> open_;  // Sessions that go on side by side.
  std::uint32_t sources_ = 0;
  std::uint64_t seq_ = 0;
  double clock_ = 0;
};

}  // namespace decnet::bench
