// What a descriptor stands for: a file of the tree, one end of a pipe, the terminal, a console's
// stream. Private to the kernel.
#pragma once

#include <cerrno>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "shell/filesystem.h"
#include "shell/process.h"
#include "shell/terminal.h"
#include "shell/wait_queue.h"

namespace decnet::shell {

// Calls that would wait give nothing; who waits then stands in the queue and looks again.
class OpenFile {
 public:
  virtual ~OpenFile() = default;
  virtual std::optional<Sys<std::string>> read(std::size_t count) = 0;
  // As read, but no further than `delimiter`.
  virtual std::optional<Sys<std::string>> read_until(char delimiter, std::size_t count);
  virtual std::optional<Sys<std::size_t>> write(std::string_view bytes) = 0;  // How much was taken.
  virtual WaitQueue* read_queue() { return nullptr; }
  virtual WaitQueue* write_queue() { return nullptr; }
  virtual Sys<std::uint64_t> seek(std::uint64_t) { return sys_fail(ESPIPE); }
  virtual Sys<std::uint64_t> position() const { return sys_fail(ESPIPE); }
  virtual Sys<Stat> status() const = 0;
  virtual std::string path() const = 0;
  virtual Terminal* terminal() { return nullptr; }
};

// A file of the tree; device nodes and mounts, too.
class TreeFile final : public OpenFile {
 public:
  TreeFile(FileSystem& files, std::string path, int flags, Credentials user)
      : files_(files), path_(std::move(path)), flags_(flags), user_(std::move(user)) {}
  std::optional<Sys<std::string>> read(std::size_t count) override;
  std::optional<Sys<std::string>> read_until(char delimiter, std::size_t count) override;
  std::optional<Sys<std::size_t>> write(std::string_view bytes) override;
  Sys<std::uint64_t> seek(std::uint64_t offset) override {
    offset_ = offset;
    return offset_;
  }
  Sys<std::uint64_t> position() const override { return offset_; }
  Sys<Stat> status() const override { return files_.stat(path_, Credentials{}); }
  std::string path() const override { return path_; }

 private:
  FileSystem& files_;
  std::string path_;
  int flags_;
  Credentials user_;
  std::uint64_t offset_ = 0;
};

struct Pipe {
  std::string bytes;
  std::size_t taken = 0;  // Of `bytes`, already read.
  std::size_t capacity = kPipeBytes;
  int readers = 0;
  int writers = 0;
  std::uint64_t inode = 0;
  WaitQueue read_queue;
  WaitQueue write_queue;
  std::size_t size() const noexcept { return bytes.size() - taken; }
  std::string take(std::size_t count);
};

class PipeReader final : public OpenFile {
 public:
  explicit PipeReader(std::shared_ptr<Pipe> pipe) : pipe_(std::move(pipe)) { ++pipe_->readers; }
  ~PipeReader() override;
  PipeReader(const PipeReader&) = delete;
  PipeReader& operator=(const PipeReader&) = delete;
  std::optional<Sys<std::string>> read(std::size_t count) override;
  std::optional<Sys<std::string>> read_until(char delimiter, std::size_t count) override;
  std::optional<Sys<std::size_t>> write(std::string_view) override { return sys_fail(EBADF); }
  WaitQueue* read_queue() override { return &pipe_->read_queue; }
  Sys<Stat> status() const override;
  std::string path() const override;

 private:
  std::shared_ptr<Pipe> pipe_;
};

class PipeWriter final : public OpenFile {
 public:
  explicit PipeWriter(std::shared_ptr<Pipe> pipe) : pipe_(std::move(pipe)) { ++pipe_->writers; }
  ~PipeWriter() override;
  PipeWriter(const PipeWriter&) = delete;
  PipeWriter& operator=(const PipeWriter&) = delete;
  std::optional<Sys<std::string>> read(std::size_t) override { return sys_fail(EBADF); }
  std::optional<Sys<std::size_t>> write(std::string_view bytes) override;
  WaitQueue* write_queue() override { return &pipe_->write_queue; }
  Sys<Stat> status() const override;
  std::string path() const override;

 private:
  std::shared_ptr<Pipe> pipe_;
};

class TerminalFile final : public OpenFile {
 public:
  explicit TerminalFile(std::shared_ptr<Terminal> terminal) : terminal_(std::move(terminal)) {}
  std::optional<Sys<std::string>> read(std::size_t count) override;
  std::optional<Sys<std::string>> read_until(char delimiter, std::size_t count) override;
  std::optional<Sys<std::size_t>> write(std::string_view bytes) override;
  WaitQueue* read_queue() override { return &terminal_->readers; }
  WaitQueue* write_queue() override { return &terminal_->writers; }
  Sys<Stat> status() const override;
  std::string path() const override { return terminal_->path(); }
  Terminal* terminal() override { return terminal_.get(); }

 private:
  std::shared_ptr<Terminal> terminal_;
};

}  // namespace decnet::shell
