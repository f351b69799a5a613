// Store: what peers have changed on a decky's disk. Each source address has its own version of the
// tree and finds it again in its next session, and after a restart of the engine as far as save()
// had room.
//
// Whatever reaches a limit meets a full disk (ENOSPC), as on the genuine host, until it deletes
// something.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "service/ftp/tree.h"

namespace decnet::service::ftp {

// What one peer may have stored on one decky, all peers together, and on all deckies of the
// process.
inline constexpr std::size_t kPeerBytesMax = 16ULL << 20;
inline constexpr std::size_t kDeckyBytesMax = 24ULL << 20;
inline constexpr std::size_t kEngineBytesMax = 96ULL << 20;
// Files and folders that one peer has made, changed or moved.
inline constexpr std::size_t kPeerChangesMax = 1'000;
// Peers that one decky remembers; the longest unseen goes.
inline constexpr std::size_t kPeersMax = 64;
// A larger file does not survive a restart.
inline constexpr std::size_t kSavedFileBytesMax = 8 * 1024;
inline constexpr std::size_t kStateBytesMax = 60 * 1024;

// What `changed` has that `base` has not: how many nodes, and bytes that peers have stored.
struct Usage {
  std::size_t changes = 0;
  std::size_t bytes = 0;
};
Usage measure(const Node& base, const Node& changed);

// `fresh` with what `changed` has that `base` has not.
NodePtr rebased(const NodePtr& base, const NodePtr& changed, const NodePtr& fresh);

class Store {
 public:
  explicit Store(std::function<NodePtr()> plant) : plant_(std::move(plant)) {}
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // The tree as this peer left it.
  NodePtr tree_of(const std::string& peer);
  // Whether the peer may store that many bytes more. Makes room by forgetting peers who have no
  // session.
  bool has_room(const std::string& peer, std::size_t bytes);
  // Takes a changed tree. False (and nothing is kept) if the peer has changed too much.
  bool keep(const std::string& peer, NodePtr changed, std::int64_t now);

  // The first session of a day finds the disk as it is that day, with what its peer has changed.
  void begin_session(const std::string& peer, std::int64_t now);
  void end_session(const std::string& peer);

  std::string save() const;  // At most kStateBytesMax: the peers seen last first, small files only.
  void load(std::string_view state);  // What does not parse is dropped.

 private:
  struct Peer {
    NodePtr root;
    Usage usage;
    std::int64_t seen = 0;
  };

  NodePtr base();
  void unpin();
  void replant();
  void forget(std::map<std::string, Peer>::iterator peer);
  bool forget_one(const std::string& but);

  std::function<NodePtr()> plant_;
  NodePtr pinned_;  // What was planted, as long as somebody looks at it or has changed something.
  std::int64_t planted_day_ = 0;
  std::map<std::string, Peer> peers_;
  std::map<std::string, int> sessions_;
  std::size_t bytes_ = 0;
};

}  // namespace decnet::service::ftp
