// SeedLayer: what a decky's persona makes of the image. Built once, then shared by all Machines of
// the decky and never changed; contents are made when they are asked for.
//
//   auto layer = std::make_shared<SeedLayer>(image, SeedFacts{.seed = persona.seed, …});
//   layer->file("/etc/hostname", "web-03\n", {.modified = installed});
//   layer->file("/var/log/auth.log", [persona] { return auth_log(persona); }, {.mode = 0640});
//   FileSystem files(layer, clock);
//
// Entries are as if they had always been there: parents are made, no permission is asked, and a
// later entry of the same path replaces an earlier one. Seeds lie over the image: a seeded
// directory shows the image's files too.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "shell/fs/node.h"

namespace decnet::shell {

class Image;

using MakeContent = std::function<std::string()>;
using MakeTime = std::function<TimePoint()>;

struct SeedFacts {
  std::uint64_t seed = 0;             // Spreads inode numbers and the order of directories.
  TimePoint installed_at{};           // When the image's files were unpacked …
  TimePoint booted_at{};              // … and when many of them were last read.
  std::uint32_t device = 8 << 8 | 1;  // st_dev of /.
  int sessions = 0;                   // Logins since the start, when the layer was made.
  bool arm = false;                   // Programs of the image show an aarch64 head.
};

// A file that the system goes on writing to.
struct LogMaker {
  std::function<TimePoint()> begins;  // Of the file that is there now: when it was rotated.
  std::function<std::string(TimePoint from, TimePoint to)> between;  // What was written then.
  std::function<TimePoint()> now;
  std::size_t record_bytes = 0;  // Of one record; 0: lines.
};

struct SeedNode {
  struct Making {  // A content that is made at every read.
    MakeContent content;
    MakeTime modified;     // May be empty.
    std::size_t size = 0;  // Where it is known without making it.
    LogMaker log = {};     // Of a log: it grows on, also where it was changed.
  };
  std::string name;
  Kind kind = Kind::regular;
  bool removed = false;  // Hides what the image has.
  bool implied = false;  // A parent that was made for a child: the image's own facts count.
  std::uint16_t mode = 0;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint32_t special = 0;
  std::uint32_t number = 0;  // Counts the nodes of a layer.
  TimePoint modified{};
  std::string content;  // Or the link's target.
  std::unique_ptr<Making> making;
  std::vector<std::unique_ptr<SeedNode>> children;  // Sorted by name.
};

struct SeedOptions {
  std::uint32_t mode = 0644;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  TimePoint modified{};
};

class SeedLayer {
 public:
  explicit SeedLayer(std::shared_ptr<const Image> image, SeedFacts facts = {});
  ~SeedLayer();

  void directory(std::string_view path, SeedOptions options);
  void file(std::string_view path, std::string content, SeedOptions options);
  // Its content is made anew at every stat and read: because it moves with time (then `modified`
  // says when it last changed), or because it is seldom asked for. A `size` that is known
  // beforehand spares the making at every stat.
  void file(std::string_view path, MakeContent content, SeedOptions options, MakeTime modified = {},
            std::size_t size = 0);
  void log(std::string_view path, LogMaker log, SeedOptions options, MakeTime modified);
  void link(std::string_view path, std::string target, TimePoint modified);
  void node(std::string_view path, Kind kind, std::uint32_t special, SeedOptions options);
  void remove(std::string_view path);  // What the image has and this host does not.

  const SeedNode& root() const { return *root_; }
  const Image* image() const { return image_.get(); }
  const SeedFacts& facts() const { return facts_; }
  static const SeedNode* child(const SeedNode& directory, std::string_view name) noexcept;

 private:
  SeedNode& make(std::string_view path);
  SeedNode& fresh(std::string_view path, Kind kind, const SeedOptions& options);

  std::shared_ptr<const Image> image_;
  SeedFacts facts_;
  std::unique_ptr<SeedNode> root_;
  std::uint32_t count_ = 0;
};

}  // namespace decnet::shell
