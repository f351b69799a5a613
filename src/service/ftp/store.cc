#include "service/ftp/store.h"

#include <algorithm>
#include <vector>

#include "base/counters.h"

namespace decnet::service::ftp {

namespace {

constexpr std::int64_t kSecondsOfDay = 86'400;

std::size_t engine_bytes = 0;  // Of every store of this process, which has one thread.

Counter& refused() {
  static Counter& made =
      counter("service_ftp_store_refused_total",
              "Uploads and changes refused because a limit of the store was reached");
  return made;
}
Counter& forgotten() {
  static Counter& made =
      counter("service_ftp_peers_forgotten_total", "Peers whose files were dropped to make room");
  return made;
}

void measure_new(const Node& node, Usage& usage) {
  ++usage.changes;
  if (node.bytes != nullptr) usage.bytes += node.bytes->size();
  for (const Entry& entry : node.entries) measure_new(*entry.node, usage);
}

void measure_changed(const Node& base, const Node& changed, Usage& usage) {
  auto old = base.entries.begin();
  for (const Entry& entry : changed.entries) {
    while (old != base.entries.end() && old->name < entry.name) {
      ++usage.changes;  // Gone.
      ++old;
    }
    if (old == base.entries.end() || old->name != entry.name) {
      measure_new(*entry.node, usage);
      continue;
    }
    if (old->node != entry.node) {
      if (entry.node->kind == Kind::folder && old->node->kind == Kind::folder) {
        measure_changed(*old->node, *entry.node, usage);
      } else {
        measure_new(*entry.node, usage);
      }
    }
    ++old;
  }
  usage.changes += static_cast<std::size_t>(base.entries.end() - old);
}

}  // namespace

Usage measure(const Node& base, const Node& changed) {
  Usage usage;
  if (&base != &changed) measure_changed(base, changed, usage);
  return usage;
}

NodePtr rebased(const NodePtr& base, const NodePtr& changed, const NodePtr& fresh) {
  if (base == changed) return fresh;
  const bool folders =
      base->kind == Kind::folder && changed->kind == Kind::folder && fresh->kind == Kind::folder;
  if (!folders) return changed;
  auto out = std::make_shared<Node>(*fresh);
  if (changed->modified != base->modified) out->modified = changed->modified;
  if (changed->mode != base->mode) out->mode = changed->mode;
  out->entries.clear();
  std::map<std::string_view, NodePtr> entries;
  for (const Entry& entry : fresh->entries) entries[entry.name] = entry.node;
  const auto node_of = [](const Node& folder, std::string_view name) {
    const auto at = std::find_if(folder.entries.begin(), folder.entries.end(),
                                 [name](const Entry& entry) { return entry.name == name; });
    return at != folder.entries.end() ? at->node : NodePtr();
  };
  for (const Entry& entry : base->entries) {
    if (changed->child(entry.name) == nullptr) entries.erase(entry.name);
  }
  for (const Entry& entry : changed->entries) {
    const NodePtr old = node_of(*base, entry.name);
    if (old == entry.node) continue;
    const auto now = entries.find(entry.name);
    entries[entry.name] =
        old != nullptr && now != entries.end() ? rebased(old, entry.node, now->second) : entry.node;
  }
  for (auto& [name, node] : entries) out->entries.push_back({std::string(name), std::move(node)});
  return out;
}

Store::~Store() {
  engine_bytes -= bytes_;
}

NodePtr Store::base() {
  if (pinned_ == nullptr) pinned_ = plant_();
  return pinned_;
}

void Store::unpin() {
  if (peers_.empty() && sessions_.empty()) pinned_.reset();
}

NodePtr Store::tree_of(const std::string& peer) {
  const auto found = peers_.find(peer);
  return found != peers_.end() ? found->second.root : base();
}

void Store::forget(std::map<std::string, Peer>::iterator peer) {
  bytes_ -= peer->second.usage.bytes;
  engine_bytes -= peer->second.usage.bytes;
  peers_.erase(peer);
  unpin();
  forgotten().add();
}

bool Store::forget_one(const std::string& but) {
  auto oldest = peers_.end();
  for (auto peer = peers_.begin(); peer != peers_.end(); ++peer) {
    if (peer->first == but || sessions_.contains(peer->first)) continue;
    if (oldest == peers_.end() || peer->second.seen < oldest->second.seen) oldest = peer;
  }
  if (oldest == peers_.end()) return false;
  forget(oldest);
  return true;
}

bool Store::has_room(const std::string& peer, std::size_t bytes) {
  const auto found = peers_.find(peer);
  const std::size_t own = found != peers_.end() ? found->second.usage.bytes : 0;
  bool room = own + bytes <= kPeerBytesMax;
  while (room && (bytes_ + bytes > kDeckyBytesMax || engine_bytes + bytes > kEngineBytesMax))
    room = forget_one(peer);
  if (!room) refused().add();
  return room;
}

bool Store::keep(const std::string& peer, NodePtr changed, std::int64_t now) {
  const NodePtr planted = base();
  const Usage usage = measure(*planted, *changed);
  const auto found = peers_.find(peer);
  const Usage before = found != peers_.end() ? found->second.usage : Usage{};
  // Who has too much already may still clean up.
  if ((usage.changes > kPeerChangesMax && usage.changes > before.changes) ||
      (usage.bytes > kPeerBytesMax && usage.bytes > before.bytes)) {
    refused().add();
    return false;
  }
  while (found == peers_.end() && peers_.size() >= kPeersMax && forget_one(peer)) {
  }
  bytes_ += usage.bytes - before.bytes;  // Modulo 2^64, as is the next.
  engine_bytes += usage.bytes - before.bytes;
  if (usage.changes == 0) {
    peers_.erase(peer);
  } else {
    peers_[peer] = {std::move(changed), usage, now};
  }
  unpin();
  return true;
}

void Store::replant() {
  const NodePtr old = pinned_;
  const NodePtr fresh = plant_();
  for (auto& [name, peer] : peers_) peer.root = rebased(old, peer.root, fresh);
  pinned_ = fresh;
}

void Store::begin_session(const std::string& peer, std::int64_t now) {
  const std::int64_t day = now / kSecondsOfDay;
  if (sessions_.empty() && day != planted_day_) {
    if (pinned_ != nullptr) replant();
    planted_day_ = day;
  }
  ++sessions_[peer];
}

void Store::end_session(const std::string& peer) {
  const auto found = sessions_.find(peer);
  if (found != sessions_.end() && --found->second <= 0) sessions_.erase(found);
  unpin();
}

}  // namespace decnet::service::ftp
