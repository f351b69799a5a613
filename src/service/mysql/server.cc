#include "service/mysql/server.h"

#include <algorithm>

#include "base/counters.h"
#include "base/random.h"
#include "service/mysql/limits.h"
#include "service/mysql/state.h"

namespace decnet::service::mysql {

Server::Server(const persona::Persona& persona, const Clock& clock, ServerFacts facts, bool bait)
    : persona_(&persona), clock_(&clock), facts_(std::move(facts)) {
  base_ = std::make_shared<const World>(make_bait(persona, facts_.mariadb, bait));
  auto stream = persona.stream("mysql.start");
  started_at_ = persona.booted_at + std::chrono::seconds{stream.between(9, 25)};
  // A connection a few minutes, of the host's own programs.
  const std::int64_t age = std::max<std::int64_t>(uptime_s(), 0);
  next_id_ = static_cast<std::uint32_t>(30 + age / stream.between(200, 900));
}

std::int64_t Server::uptime_s() const {
  return std::max<std::int64_t>((to_micros(clock_->now()) - to_micros(started_at_)) / 1'000'000, 1);
}

Visitor& Server::visitor(const std::string& address) {
  const std::int64_t now = to_micros(clock_->now()) / 1'000'000;
  auto at = visitors_.find(address);
  if (at == visitors_.end()) {
    if (visitors_.size() >= kAttackersMax) {
      counter("mysql_visitor_limit_total",
              "Attackers whose changes a MySQL decoy forgot for newer ones")
          .add();
      auto oldest = visitors_.end();
      for (auto one = visitors_.begin(); one != visitors_.end(); ++one) {
        const bool here =
            std::any_of(connections.begin(), connections.end(), [&](const auto& connection) {
              return connection.second.host.starts_with(one->first + ":");
            });
        if (!here &&
            (oldest == visitors_.end() || one->second.last_seen_s < oldest->second.last_seen_s))
          oldest = one;
      }
      if (oldest != visitors_.end()) visitors_.erase(oldest);
    }
    at =
        visitors_
            .emplace(address, Visitor{.address = address, .world = std::make_shared<World>(*base_)})
            .first;
  }
  at->second.last_seen_s = now;
  return at->second;
}

void Server::count_connect_error(const std::string& address) {
  ++aborted;
  if (connect_errors.size() >= kConnectErrorSourcesMax && !connect_errors.contains(address))
    connect_errors.erase(connect_errors.begin());
  ++connect_errors[address];
}

const PasswordKey& Server::password_key() {
  if (key_ == nullptr) key_ = PasswordKey::make();
  return *key_;
}

std::string Server::save() const {
  StateWriter out;
  out.number(1);
  out.text(key_ != nullptr ? key_->private_pem() : "");
  std::vector<const Visitor*> changed;
  for (const auto& [address, one] : visitors_) {
    if (one.changed || !one.users.empty()) changed.push_back(&one);
  }
  if (changed.empty() && key_ == nullptr) return {};
  std::sort(changed.begin(), changed.end(),
            [](const Visitor* a, const Visitor* b) { return a->last_seen_s > b->last_seen_s; });
  for (const Visitor* one : changed) {
    StateWriter visitor;
    visitor.text(one->address);
    visitor.number(static_cast<std::uint64_t>(one->last_seen_s));
    visitor.number(one->users.size());
    for (const std::string& user : one->users) visitor.text(user);
    const std::size_t used = out.bytes().size() + visitor.bytes().size() + 64;
    if (used >= kStateBytesMax) continue;
    visitor.text(save_world(*base_, *one->world, kStateBytesMax - used));
    out.text(visitor.bytes());
  }
  return out.take();
}

void Server::load(std::string_view state) {
  StateReader in(state);
  if (in.number() != 1) return;
  if (auto key = PasswordKey::load(in.text())) key_ = std::move(key);
  while (in.ok() && !in.empty() && visitors_.size() < kAttackersMax) {
    StateReader one(in.text());
    Visitor visitor;
    visitor.address = one.text();
    visitor.last_seen_s = static_cast<std::int64_t>(one.number());
    for (std::uint64_t n = std::min<std::uint64_t>(one.number(), 64); n > 0; --n)
      visitor.users.insert(std::string(one.text()));
    visitor.world = load_world(*base_, one.text());
    visitor.changed = true;
    if (one.ok() && visitor.address.size() < 64) visitors_[visitor.address] = std::move(visitor);
  }
}

}  // namespace decnet::service::mysql
