#include "engine/half_open.h"

#include "base/counters.h"

namespace decnet::engine {

bool HalfOpens::Table::erase(const net::Endpoint& peer) {
  const auto found = by_peer.find(peer);
  if (found == by_peer.end()) return false;
  by_age.erase(found->second);
  by_peer.erase(found);
  return true;
}

void HalfOpens::Table::put(Entry entry) {
  static Counter& full =
      counter("engine_half_open_limit_total", "SYNs to open ports that were not remembered");
  erase(entry.what.from);
  if (by_peer.size() >= kHalfOpenMax) {
    full.add();
    return;
  }
  const auto place = by_age.insert(by_age.end(), std::move(entry));
  by_peer.emplace(place->what.from, place);
}

bool HalfOpens::Table::is_due(std::chrono::nanoseconds now) const noexcept {
  return !by_age.empty() && by_age.front().at <= now - kHalfOpenAfter;
}

HalfOpen HalfOpens::Table::pop() {
  HalfOpen oldest = std::move(by_age.front().what);
  by_peer.erase(oldest.from);
  by_age.pop_front();
  return oldest;
}

bool HalfOpens::has_begun(const net::Endpoint& peer) {
  return sessions_.erase(peer);
}

void HalfOpens::add(HalfOpen half_open, std::chrono::nanoseconds now) {
  syns_.put({now, std::move(half_open)});
}

void HalfOpens::begin(const net::Endpoint& peer, std::chrono::nanoseconds now) {
  // The SYNs of the oldest were lost: the packet socket sheds before the listener does.
  while (sessions_.is_due(now) || sessions_.by_peer.size() >= kHalfOpenMax) sessions_.pop();
  if (!syns_.erase(peer))
    sessions_.put({now, {.from = peer, .to = {}, .decky = {}, .fingerprint = {}}});
}

std::vector<HalfOpen> HalfOpens::expired(std::chrono::nanoseconds now) {
  std::vector<HalfOpen> out;
  while (syns_.is_due(now)) out.push_back(syns_.pop());
  return out;
}

}  // namespace decnet::engine
