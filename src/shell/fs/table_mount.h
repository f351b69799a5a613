// A kernel's file system as a table of paths: what /proc, /sys and /dev/pts are made of.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shell/fs/node.h"
#include "shell/system_view.h"

namespace decnet::shell::fs {

using MakeText = std::string (*)(const SystemView& view, std::string_view argument);

struct Row {
  std::string_view path;  // "net/dev"; directories are implied by what lies in them.
  std::uint16_t mode = 0444;
  MakeText make = nullptr;  // Null: `argument` is the text itself.
  std::string_view argument = {};
  Kind kind = Kind::regular;  // Or symlink, whose target is the text.
};

struct Refusals {  // errno values of creat, of making another thing, of removing.
  int create;
  int make;
  int remove;
};

class TableMount : public Mount {
 public:
  TableMount(const SystemView& view, Refusals refusals) : view_(view), refusals_(refusals) {}

  Sys<Stat> stat(std::string_view path, const Credentials& who) const override;
  Sys<std::vector<DirectoryEntry>> list(std::string_view path,
                                        const Credentials& who) const override;
  Sys<std::string> read_link(std::string_view path, const Credentials& who) const override;
  Sys<std::string> read(std::string_view path, const Credentials& who) const override;
  Sys<void> write(std::string_view path, std::string_view bytes, const Credentials& who) override;
  int refusal(Change change, std::string_view path, const Credentials& who) const override;

 protected:
  virtual std::span<const Row> rows() const = 0;  // Sorted by path.
  virtual std::uint64_t first_inode() const = 0;
  virtual std::uint64_t file_size() const { return 0; }
  const SystemView& view() const { return view_; }
  const Row* find(std::string_view path) const;
  bool is_directory(std::string_view path) const;

 private:
  const SystemView& view_;
  Refusals refusals_;
};

// The last part of "a/b" and what lies before it.
std::string_view last_part(std::string_view path);
std::string_view first_part(std::string_view path);

}  // namespace decnet::shell::fs
