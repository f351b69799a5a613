// What an attacker changed, as bytes and back. "DNFS1", the CRC-32C of the rest, then a record a
// name, parents first: where it lies, what it is, and where there was room the content.
// Directories, what is hidden and moved come before contents; of those, the newest and small ones.
#include <algorithm>
#include <chrono>
#include <unordered_map>

#include "base/bytes.h"
#include "base/hash.h"
#include "shell/fs/overlay.h"

namespace decnet::shell {

using fs::Inode;
using fs::InodePtr;

namespace {

constexpr std::string_view kMagic = "DNFS1";
constexpr std::size_t kSavedDepthMax = 64;
constexpr std::uint8_t kHidden = 1;  // Flags of a record.
constexpr std::uint8_t kWhole = 2;
constexpr std::uint8_t kFull = 4;  // Its content is here.
constexpr std::uint8_t kMount = 8;
constexpr std::uint8_t kLog = 16;     // It is a log: the pieces that were added follow.
constexpr std::uint8_t kEdited = 32;  // … and others than the system wrote to it.

struct Saving {
  std::string path;
  const Inode* inode;  // Null: hidden.
  bool mount = false;
  bool chosen = false;
};

void collect(const std::string& path, const Inode& directory, std::size_t depth,
             std::vector<Saving>& out) {
  if (depth > kSavedDepthMax) return;
  for (const auto& [name, child] : directory.children) {
    const std::string below = path + "/" + name;
    out.push_back({below, child.get()});
    if (child && child->kind == Kind::directory) collect(below, *child, depth + 1, out);
  }
}

void put_text(ByteWriter& out, std::string_view text) {
  out.u16_le(static_cast<std::uint16_t>(text.size())).bytes(text);
}

void put_time(ByteWriter& out, TimePoint time) {
  out.u64_le(static_cast<std::uint64_t>(to_micros(time)));
}

void put_log(ByteWriter& out, const fs::ChangedLog& log) {
  put_time(out, log.from);
  put_time(out, log.until);
  out.u16_le(static_cast<std::uint16_t>(log.pieces.size()));
  for (const fs::LogPiece& piece : log.pieces) {
    put_time(out, piece.until);
    out.u32_le(static_cast<std::uint32_t>(piece.added.size())).bytes(piece.added);
  }
}

std::size_t bytes_of(const Inode& inode) {
  return inode.content.size() + (inode.log ? inode.log->added_bytes() : 0);
}

std::string record(const Saving& saving) {
  std::string bytes;
  ByteWriter out(bytes);
  if (saving.inode == nullptr) {
    out.u8(kHidden);
    put_text(out, saving.path);
    return bytes;
  }
  const Inode& inode = *saving.inode;
  const bool full = inode.whole && inode.kind != Kind::directory;
  out.u8(static_cast<std::uint8_t>((inode.whole ? kWhole : 0) | (full ? kFull : 0) |
                                   (saving.mount ? kMount : 0) | (inode.log ? kLog : 0) |
                                   (inode.log && inode.log->edited ? kEdited : 0)));
  put_text(out, saving.path);
  out.u8(static_cast<std::uint8_t>(inode.kind)).u16_le(static_cast<std::uint16_t>(inode.mode));
  out.u32_le(inode.uid).u32_le(inode.gid).u32_le(inode.special).u32_le(inode.attributes);
  out.u64_le(inode.number);
  for (const TimePoint time : {inode.accessed, inode.modified, inode.changed}) {
    out.u64_le(static_cast<std::uint64_t>(to_micros(time)));
  }
  put_text(out, inode.lower || inode.log ? inode.origin : "");
  if (full) out.u32_le(static_cast<std::uint32_t>(inode.content.size())).bytes(inode.content);
  if (inode.log) put_log(out, *inode.log);
  return bytes;
}

// Times that touch(1) can give; those of garbage end where arithmetic with them is still sound.
TimePoint take_time(ByteReader& in) {
  constexpr std::int64_t kFarthest = std::int64_t{1} << 57;
  const auto micros = static_cast<std::int64_t>(in.u64_le());
  return from_micros(std::clamp(micros, -kFarthest, kFarthest));
}

// Null where the times do not go on, or where more is said than there can be.
std::unique_ptr<fs::ChangedLog> take_log(ByteReader& in, const fs::Lower& lower) {
  const SeedNode* seed = lower.seed;
  if (seed == nullptr || seed->making == nullptr || !seed->making->log.between) return nullptr;
  auto log = std::make_unique<fs::ChangedLog>();
  log->seed = seed;
  log->from = take_time(in);
  log->until = take_time(in);
  const std::size_t count = in.u16_le();
  if (count > fs::kLogPiecesMax) return nullptr;
  TimePoint last = log->from;
  for (std::size_t n = 0; n < count && in.ok(); ++n) {
    fs::LogPiece piece{.until = take_time(in), .added = {}};
    const std::uint32_t size = in.u32_le();
    piece.added = in.take(size);
    if (piece.until < last || piece.added.size() != size) return nullptr;
    last = piece.until;
    log->pieces.push_back(std::move(piece));
  }
  return in.ok() && last <= log->until ? std::move(log) : nullptr;
}

bool is_path(std::string_view path) {
  return path.starts_with('/') && path.size() < kPathBytesMax && absolute_path("/", path) == path &&
         path.find('\0') == std::string_view::npos;
}

// Reads records into trees that are given to nobody before all are read.
struct Loading {
  const fs::LowerTree& lower;
  std::map<std::string, InodePtr, std::less<>> roots;  // By path; "" is the root itself.
  std::unordered_map<std::uint64_t, InodePtr> by_number = {};
  std::uint64_t bytes = 0;
  std::size_t nodes = 0;

  Inode* directory_of(std::string_view path, std::string& name) {
    const std::size_t slash = path.rfind('/');
    name = path.substr(slash + 1);
    if (name.size() > kNameBytesMax || name.empty()) return nullptr;
    std::string_view rest = path.substr(0, slash);
    Inode* at = roots.find("")->second.get();
    for (const auto& [mount, root] : roots) {
      if (rest == mount || (rest.starts_with(mount) && rest[mount.size()] == '/')) {
        if (mount.empty()) continue;
        at = root.get();
        rest.remove_prefix(mount.size());
        break;
      }
    }
    while (!rest.empty()) {
      rest.remove_prefix(1);
      const std::size_t end = std::min(rest.find('/'), rest.size());
      const auto found = at->children.find(rest.substr(0, end));
      if (found == at->children.end() || !found->second) return nullptr;
      at = found->second.get();
      if (at->kind != Kind::directory) return nullptr;
      rest.remove_prefix(end);
    }
    return at;
  }

  bool fill(ByteReader& in, std::uint8_t flags, Inode& inode) {
    const std::uint8_t kind = in.u8();
    if (kind > static_cast<std::uint8_t>(Kind::socket)) return false;
    inode.kind = static_cast<Kind>(kind);
    inode.mode = in.u16_le() & 07777;
    inode.uid = in.u32_le();
    inode.gid = in.u32_le();
    inode.special = in.u32_le();
    inode.attributes = in.u32_le();
    inode.number = in.u64_le();
    inode.accessed = take_time(in);
    inode.modified = take_time(in);
    inode.changed = take_time(in);
    inode.origin = in.take(in.u16_le());
    inode.whole = (flags & kWhole) != 0;
    if (!inode.origin.empty()) inode.lower = lower.find(inode.origin);
    if (inode.lower && lower.kind(inode.lower) != inode.kind) return false;
    if (!inode.whole && (!inode.lower || inode.kind != Kind::regular)) return false;
    if ((flags & kFull) != 0) {
      const std::uint32_t size = in.u32_le();
      inode.content = in.take(size);
      if (inode.kind == Kind::directory || inode.content.size() != size) return false;
    }
    bytes += inode.content.size();
    if ((flags & kLog) != 0) {
      inode.log = take_log(in, inode.lower);
      inode.lower = {};
      if (!inode.log) return false;
      inode.log->edited = (flags & kEdited) != 0;
      bytes += inode.log->added_bytes();
    }
    return in.ok();
  }

  bool take(ByteReader& in) {
    const std::uint8_t flags = in.u8();
    const std::string path(in.take(in.u16_le()));
    if (!in.ok()) return false;
    if ((flags & kMount) != 0) {
      const auto root = roots.find(path);
      return root != roots.end() && fill(in, flags, *root->second) &&
             root->second->kind == Kind::directory;
    }
    std::string name;
    Inode* directory = is_path(path) ? directory_of(path, name) : nullptr;
    if (directory == nullptr || ++nodes > kOverlayNodesMax) return false;
    if ((flags & kHidden) != 0) {
      directory->children[name] = nullptr;
      return true;
    }
    auto inode = std::make_shared<Inode>();
    if (!fill(in, flags, *inode)) return false;
    if (inode->kind != Kind::directory) {
      const auto [known, fresh] = by_number.try_emplace(inode->number, inode);
      if (!fresh) {
        bytes -= bytes_of(*inode);
        inode = known->second;
        ++inode->links;
      }
    }
    return directory->children.emplace(name, inode).second && in.ok();
  }
};

}  // namespace

std::string FileSystem::save() const {
  std::vector<Saving> all;
  all.push_back({"", state_->root.get(), true});
  collect("", *state_->root, 0, all);
  for (const auto& [path, mount] : state_->mounts) {
    if (!mount.root) continue;
    all.push_back({path, mount.root.get(), true});
    collect(path, *mount.root, 0, all);
  }
  std::vector<Saving*> order;
  order.reserve(all.size());
  for (Saving& saving : all) order.push_back(&saving);
  // The age in hours and the size in KiB count alike.
  const TimePoint now = state_->clock.now();
  const auto weight = [now](const Saving* saving) -> std::int64_t {
    if (saving->inode == nullptr || saving->inode->kind == Kind::directory) return -1;
    const auto age = std::chrono::duration_cast<std::chrono::hours>(now - saving->inode->modified);
    return std::max<std::int64_t>(age.count(), 0) +
           static_cast<std::int64_t>(bytes_of(*saving->inode) / 1024);
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](const Saving* a, const Saving* b) { return weight(a) < weight(b); });
  std::size_t room = kSavedBytesMax - kMagic.size() - 4;
  for (Saving* saving : order) {
    const bool content = weight(saving) >= 0;
    if (content && bytes_of(*saving->inode) > room) continue;
    const std::size_t need = record(*saving).size();
    if (need > room && content) continue;
    if (need > room) break;  // Nothing below a directory that is left out.
    saving->chosen = true;
    room -= need;
  }
  std::string body;
  for (const Saving& saving : all) {
    if (saving.chosen) body += record(saving);
  }
  std::string saved(kMagic);
  ByteWriter(saved).u32_le(crc32c(body)).bytes(body);
  return saved;
}

void FileSystem::load(std::string_view saved) {
  ByteReader in(saved);
  if (saved.size() > kSavedBytesMax || in.take(kMagic.size()) != kMagic) return;
  const std::uint32_t sum = in.u32_le();
  if (!in.ok() || crc32c(in.rest()) != sum) return;
  Loading loading{state_->lower, {}};
  loading.roots[""] = std::make_shared<Inode>(*state_->root);
  for (const auto& [path, mount] : state_->mounts) {
    if (mount.root) loading.roots[path] = std::make_shared<Inode>(*mount.root);
  }
  for (auto& [path, root] : loading.roots) root->children.clear();
  while (!in.empty()) {
    if (!loading.take(in)) return;
  }
  if (loading.bytes > kOverlayBytesMax) return;
  state_->root = loading.roots[""];
  for (auto& [path, mount] : state_->mounts) {
    if (mount.root) mount.root = loading.roots[path];
  }
  state_->bytes = loading.bytes;
  state_->nodes = loading.nodes;
  state_->freed.clear();
  for (const auto& [number, inode] : loading.by_number) {
    const std::uint64_t within = number % fs::kFlexGroupInodes;
    if (!inode->origin.empty()) continue;
    state_->next_number = std::max(state_->next_number, within + 1);
  }
}

}  // namespace decnet::shell
