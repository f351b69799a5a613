// How a Store survives a restart: for each peer the list of what differs from the tree that the
// seed gives.
//
//   u8 version, then peers: u8 1, text name, i64 seen, u16 count, changes; u8 0 at the end.
//   A change: u8 operation, text path; for kGone nothing more, for kFolderTouched i64 modified and
//   u16 mode, for kNode the node. A text: u16 length, bytes.
#include <algorithm>
#include <vector>

#include "base/bytes.h"
#include "service/ftp/store.h"

namespace decnet::service::ftp {

namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kGone = 1;
constexpr std::uint8_t kFolderTouched = 2;
constexpr std::uint8_t kNode = 3;

void put_text(ByteWriter& out, std::string_view text) {
  out.u16(static_cast<std::uint16_t>(text.size())).bytes(text);
}
std::string_view get_text(ByteReader& in) {
  return in.take(in.u16());
}

class Changes {
 public:
  void between(const Node& base, const Node& changed, const std::string& path) {
    if (base.modified != changed.modified || base.mode != changed.mode) touched(changed, path);
    for (const Entry& entry : base.entries) {
      if (changed.child(entry.name) == nullptr) begin(kGone, path + "/" + entry.name);
    }
    for (const Entry& entry : changed.entries) {
      const std::string below = path + "/" + entry.name;
      const Node* old = base.child(entry.name);
      if (old == entry.node.get()) continue;
      if (old != nullptr && old->kind == Kind::folder && entry.node->kind == Kind::folder) {
        between(*old, *entry.node, below);
      } else {
        whole(*entry.node, below);
      }
    }
  }

  std::string bytes;
  std::uint16_t count = 0;

 private:
  ByteWriter begin(std::uint8_t operation, const std::string& path) {
    ByteWriter out(bytes);
    out.u8(operation);
    put_text(out, path);
    ++count;
    return out;
  }
  void touched(const Node& folder, const std::string& path) {
    begin(kFolderTouched, path).u64(static_cast<std::uint64_t>(folder.modified)).u16(folder.mode);
  }
  void whole(const Node& node, const std::string& path) {
    if (node.bytes != nullptr && node.bytes->size() > kSavedFileBytesMax) return;
    ByteWriter out = begin(kNode, path);
    out.u8(static_cast<std::uint8_t>(node.kind)).u16(node.mode).u32(node.uid).u32(node.gid);
    out.u64(static_cast<std::uint64_t>(node.modified)).u32(node.inode).u64(node.size);
    put_text(out, node.text);
    out.u8(node.bytes != nullptr ? 1 : 0);
    if (node.bytes != nullptr) put_text(out, *node.bytes);
    for (const Entry& entry : node.entries) whole(*entry.node, path + "/" + entry.name);
  }
};

NodePtr read_node(ByteReader& in) {
  auto node = std::make_shared<Node>();
  const std::uint8_t kind = in.u8();
  node->kind = kind == 1 ? Kind::folder : kind == 2 ? Kind::link : Kind::file;
  node->mode = in.u16() & 07777;
  node->uid = in.u32();
  node->gid = in.u32();
  node->modified = static_cast<std::int64_t>(in.u64());
  node->inode = in.u32();
  node->size = in.u64();
  node->text = get_text(in);
  if (in.u8() != 0) {
    node->bytes = std::make_shared<const std::string>(get_text(in));
    node->size = node->bytes->size();
  }
  return in.ok() ? node : nullptr;
}

const Node* lookup(const Node* at, std::string_view path) {
  while (at != nullptr && !path.empty()) {
    path.remove_prefix(1);
    const auto slash = path.find('/');
    at = at->child(path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash);
  }
  return at;
}

// The tree with one change of a saved state; null where the state is damaged.
NodePtr with_change(const NodePtr& root, ByteReader& in) {
  const std::uint8_t operation = in.u8();
  const std::string path(get_text(in));
  if (!in.ok() || (!path.empty() && path.front() != '/')) return nullptr;
  const auto or_unchanged = [&root](const NodePtr& changed) {
    return changed != nullptr ? changed : root;
  };
  switch (operation) {
    case kGone:
      return or_unchanged(with_node(root, path, nullptr));
    case kNode: {
      NodePtr node = read_node(in);
      return node != nullptr ? or_unchanged(with_node(root, path, std::move(node))) : nullptr;
    }
    case kFolderTouched: {
      const auto modified = static_cast<std::int64_t>(in.u64());
      const std::uint16_t mode = in.u16() & 07777;
      const Node* folder = lookup(root.get(), path);
      if (!in.ok()) return nullptr;
      if (folder == nullptr) return root;
      auto copy = std::make_shared<Node>(*folder);
      copy->modified = modified;
      copy->mode = mode;
      return path.empty() ? copy : or_unchanged(with_node(root, path, std::move(copy)));
    }
    default:
      return nullptr;
  }
}

}  // namespace

std::string Store::save() const {
  std::vector<std::map<std::string, Peer>::const_iterator> latest;
  for (auto peer = peers_.begin(); peer != peers_.end(); ++peer) latest.push_back(peer);
  std::sort(latest.begin(), latest.end(),
            [](auto a, auto b) { return a->second.seen > b->second.seen; });
  std::string state;
  ByteWriter out(state);
  out.u8(kVersion);
  for (const auto& peer : latest) {
    Changes changes;
    changes.between(*pinned_, *peer->second.root, "");
    if (state.size() + peer->first.size() + changes.bytes.size() + 16 > kStateBytesMax) continue;
    out.u8(1);
    put_text(out, peer->first);
    out.u64(static_cast<std::uint64_t>(peer->second.seen)).u16(changes.count).bytes(changes.bytes);
  }
  if (state.size() == 1) return {};
  out.u8(0);
  return state;
}

void Store::load(std::string_view state) {
  ByteReader in(state);
  if (in.u8() != kVersion) return;
  while (in.u8() == 1) {
    const std::string peer(get_text(in));
    const auto seen = static_cast<std::int64_t>(in.u64());
    NodePtr root = base();
    for (std::uint16_t left = in.u16(); left > 0 && root != nullptr; --left)
      root = with_change(root, in);
    if (root == nullptr || !in.ok()) return;
    keep(peer, std::move(root), seen);
  }
}

}  // namespace decnet::service::ftp
