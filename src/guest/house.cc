#include "guest/house.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/counters.h"
#include "base/hash.h"
#include "base/log.h"
#include "codec/ssh/key.h"
#include "shell/answers.h"
#include "shell/fs/seeds.h"
#include "shell/image.h"

namespace decnet::guest {
namespace {

constexpr std::string_view kImage = "debian12/image";
constexpr std::string_view kAnswers = "debian12/answers";

// One for the whole engine: the bytes are the asset pack's, mapped once.
std::shared_ptr<const shell::Image> shared_image(const session::Assets* assets) {
  static std::weak_ptr<const shell::Image> shared;
  static const char* where = nullptr;
  const std::string_view bytes = assets != nullptr ? assets->find(kImage) : std::string_view{};
  if (bytes.empty()) return nullptr;
  if (auto image = shared.lock(); image && where == bytes.data()) return image;
  auto read = shell::Image::read(bytes);
  if (!read) {
    log::error("the image of the shell cannot be used: {}", read.error().detail);
    return nullptr;
  }
  shared = *read;
  where = bytes.data();
  return *read;
}

// The same for what the genuine programs say of themselves.
std::shared_ptr<const shell::Answers> shared_answers(const session::Assets* assets) {
  static std::weak_ptr<const shell::Answers> shared;
  static const char* where = nullptr;
  const std::string_view bytes = assets != nullptr ? assets->find(kAnswers) : std::string_view{};
  if (bytes.empty()) return nullptr;
  if (auto answers = shared.lock(); answers && where == bytes.data()) return answers;
  auto read = shell::Answers::read(bytes);
  if (!read) {
    log::error("what the shell's programs say cannot be used: {}", read.error().detail);
    return nullptr;
  }
  shared = *read;
  where = bytes.data();
  return *read;
}

// Of the /24 that a decky believes to be in.
std::string gateway_of(const std::string& address) {
  const auto dot = address.rfind('.');
  return dot == address.npos ? std::string() : address.substr(0, dot) + ".1";
}

std::string peer_of(session::Session& session) {
  return session.stream().peer().ip.text();
}

// The files of the keys that its sshd shows, by name.
std::map<std::string, std::string> host_keys(const session::Place& place) {
  std::map<std::string, std::string> out;
  const std::string comment = "root@" + place.persona->hostname;
  for (const std::string& pem : place.identity.host_keys_pem) {
    const auto key = codec::ssh::HostKey::read(pem);
    if (!key) continue;
    const std::string name((*key)->file_name());
    out[name] = (*key)->private_file(comment);
    out[name + ".pub"] = (*key)->public_file(comment);
  }
  return out;
}

}  // namespace

struct House::Reservation {
  Reservation(std::shared_ptr<Terminals> all, std::string whose, int pts)
      : terminals(std::move(all)), peer(std::move(whose)), number(pts) {}
  Reservation(const Reservation&) = delete;
  Reservation& operator=(const Reservation&) = delete;
  ~Reservation() {
    const auto of_peer = terminals->find(peer);
    of_peer->second.erase(number);
    if (of_peer->second.empty()) terminals->erase(of_peer);
  }
  std::shared_ptr<Terminals> terminals;
  std::string peer;
  int number;
};

std::shared_ptr<House> House::of(const session::Place& place) {
  return place.commons->get<House>("guest", [&] { return std::make_shared<House>(place); });
}

House::House(const session::Place& place) : place_(place) {}
House::~House() = default;

std::shared_ptr<shell::Machine> House::present(const std::string& peer) {
  const auto found = guests_.find(peer);
  if (found == guests_.end()) return nullptr;
  found->second.used = place_.clock->now();
  return found->second.machine;
}

// Lets the machine go that nobody is on and that was used longest ago.
bool House::make_room() {
  std::size_t idle = 0;
  auto oldest = guests_.end();
  for (auto at = guests_.begin(); at != guests_.end(); ++at) {
    if (at->second.machine.use_count() > 1) continue;
    ++idle;
    if (oldest == guests_.end() || at->second.used < oldest->second.used) oldest = at;
  }
  if (oldest != guests_.end() && (idle > kIdleMax || guests_.size() >= kMachinesMax))
    guests_.erase(oldest);
  return guests_.size() < kMachinesMax;
}

std::shared_ptr<shell::Machine> House::make(const std::string& peer, const std::string& memory) {
  static Counter& refused =
      counter("guest_machines_refused_total", "Logins refused because a decky's house is full");
  if (!make_room()) {
    refused.add();
    return nullptr;
  }
  shell::MachineFacts facts;
  facts.persona = place_.persona;
  facts.image = shared_image(place_.assets);
  facts.answers = shared_answers(place_.assets);
  facts.clock = place_.clock;
  facts.address = place_.address;
  facts.gateway = gateway_of(place_.address);
  facts.listening = place_.open_ports;
  shell::SeedRequest seeds;
  seeds.persona = place_.persona;
  seeds.image = facts.image;
  seeds.clock = place_.clock;
  seeds.address = place_.address;
  seeds.gateway = facts.gateway;
  seeds.host_keys = host_keys(place_);
  facts.layer = shell::shared_seed_layer(std::move(seeds));
  auto machine = std::make_shared<shell::Machine>(std::move(facts));
  if (!memory.empty()) machine->restore(memory);
  guests_[peer] = {machine, sha256(memory), true, place_.clock->now()};
  return machine;
}

net::Task<std::shared_ptr<shell::Machine>> House::visit(session::Session& session) {
  const std::string peer = peer_of(session);
  if (auto here = present(peer)) co_return here;
  const auto memory = co_await session.recall(std::string(kTopic));
  // Another session of theirs may have come in meanwhile.
  if (auto here = present(peer)) co_return here;
  if (memory) {
    unsure_.erase(peer);
    co_return make(peer, *memory);
  }
  if (memory.error().code != Errc::not_found && unsure_.size() < kUnsureMax) unsure_.insert(peer);
  co_return nullptr;
}

std::shared_ptr<shell::Machine> House::find(session::Session& session) {
  return present(peer_of(session));
}

std::shared_ptr<shell::Machine> House::enter(session::Session& session) {
  const std::string peer = peer_of(session);
  if (auto here = present(peer)) return here;
  auto made = make(peer, {});
  if (made) guests_[peer].is_whole = unsure_.erase(peer) == 0;
  return made;
}

std::shared_ptr<const int> House::reserve_terminal(session::Session& session) {
  const std::string peer = peer_of(session);
  const auto guest = guests_.find(peer);
  std::set<int>& taken = (*reserved_)[peer];
  int number = 0;
  while (taken.contains(number) ||
         (guest != guests_.end() && guest->second.machine->has_terminal(number)))
    ++number;
  taken.insert(number);
  const auto held = std::make_shared<Reservation>(reserved_, peer, number);
  return {held, &held->number};
}

void House::keep(session::Session& session) {
  const auto found = guests_.find(peer_of(session));
  if (found == guests_.end() || !found->second.is_whole) return;
  const std::string memory = found->second.machine->save();
  std::string hash = sha256(memory);
  if (hash == found->second.kept) return;
  if (session.remember(kTopic, memory)) found->second.kept = std::move(hash);
}

}  // namespace decnet::guest
