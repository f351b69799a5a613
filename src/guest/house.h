// House: the Machines of one decky, one for each attacker's address.
//
//   const auto house = guest::House::of(session.place());
//   const auto visit = co_await house->visit(session);  // brings back who was here; hold it
//   const auto machine = house->enter(session);         // once they have logged in
//   …
//   house->keep(session);                               // every kKeepEvery, and at the end
//
// All services of a decky share its House by Place::commons, so that whoever comes by ssh finds
// what they did by telnet. A machine that nobody is on stays for a while (its background jobs with
// it) and gives way to others; what it must not forget is in what the decky remembers.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "session/session.h"
#include "shell/machine.h"

namespace decnet::guest {

inline constexpr std::size_t kMachinesMax = 64;  // Of one decky; beyond: nobody new can log in.
inline constexpr std::size_t kIdleMax = 4;       // Of these, those that nobody is on.
inline constexpr std::size_t kUnsureMax = 1024;
inline constexpr Duration kKeepEvery = std::chrono::seconds{5};
inline constexpr std::string_view kTopic = "shell";

class House {
 public:
  // The decky's House, made at first need. `place` must outlive it: a service's own does.
  static std::shared_ptr<House> of(const session::Place& place);

  explicit House(const session::Place& place);
  ~House();

  // Brings back what the decky remembers of the session's peer, if anything. Whoever holds what it
  // gives keeps that machine from being given up.
  net::Task<std::shared_ptr<shell::Machine>> visit(session::Session& session);
  // The machine of this session's peer; null for a new face.
  std::shared_ptr<shell::Machine> find(session::Session& session);
  // The same, or a new one; null where the decky is full.
  std::shared_ptr<shell::Machine> enter(session::Session& session);
  // The pts of a peer who has not logged in yet: the lowest that is free on their machine. It is
  // theirs for as long as somebody holds what is given.
  std::shared_ptr<const int> reserve_terminal(session::Session& session);
  // Remembers what has changed since the last time.
  void keep(session::Session& session);

  std::size_t size() const noexcept { return guests_.size(); }

 private:
  struct Guest {
    std::shared_ptr<shell::Machine> machine;
    std::string kept;      // SHA-256 of what was remembered last.
    bool is_whole = true;  // False: what was remembered could not be had, and must not be replaced.
    TimePoint used{};
  };
  using Terminals = std::map<std::string, std::set<int>, std::less<>>;  // By peer.
  struct Reservation;
  std::shared_ptr<shell::Machine> present(const std::string& peer);
  std::shared_ptr<shell::Machine> make(const std::string& peer, const std::string& memory);
  bool make_room();

  const session::Place& place_;
  std::map<std::string, Guest, std::less<>> guests_;
  std::shared_ptr<Terminals> reserved_ = std::make_shared<Terminals>();
  std::set<std::string, std::less<>> unsure_;  // Peers whose memory core could not give; bounded.
};

}  // namespace decnet::guest
