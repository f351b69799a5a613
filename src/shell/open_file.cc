#include "shell/open_file.h"

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>

namespace decnet::shell {
namespace {

Stat pipe_stat(const Pipe& pipe) {
  return {.kind = Kind::fifo, .mode = 0600, .inode = pipe.inode, .device = 14};
}

// Up to and with the delimiter.
std::size_t until(std::string_view bytes, char delimiter, std::size_t count) {
  const std::size_t at = bytes.substr(0, count).find(delimiter);
  return at == std::string_view::npos ? std::min(bytes.size(), count) : at + 1;
}

}  // namespace

std::optional<Sys<std::string>> OpenFile::read_until(char, std::size_t) {
  return read(1);
}

std::optional<Sys<std::string>> TreeFile::read(std::size_t count) {
  if ((flags_ & O_ACCMODE) == O_WRONLY) return sys_fail(EBADF);
  Sys<std::string> bytes = files_.read(path_, offset_, count, user_);
  if (bytes) offset_ += bytes->size();
  return bytes;
}

std::optional<Sys<std::string>> TreeFile::read_until(char delimiter, std::size_t count) {
  const std::uint64_t before = offset_;
  std::optional<Sys<std::string>> bytes = read(std::min<std::size_t>(count, 4096));
  if (!*bytes) return bytes;
  (*bytes)->resize(until(**bytes, delimiter, count));
  offset_ = before + (*bytes)->size();
  return bytes;
}

std::optional<Sys<std::size_t>> TreeFile::write(std::string_view bytes) {
  if ((flags_ & O_ACCMODE) == O_RDONLY) return sys_fail(EBADF);
  const Sys<void> done = (flags_ & O_APPEND) != 0 ? files_.append(path_, bytes, Credentials{})
                                                  : files_.write(path_, offset_, bytes, {});
  if (!done) return sys_fail(done.error());
  offset_ += bytes.size();
  return bytes.size();
}

std::string Pipe::take(std::size_t count) {
  std::string result = bytes.substr(taken, count);
  taken += result.size();
  if (taken == bytes.size()) {
    bytes.clear();
    taken = 0;
  } else if (taken > kPipeBytes) {
    bytes.erase(0, taken);
    taken = 0;
  }
  write_queue.wake();
  return result;
}

PipeReader::~PipeReader() {
  if (--pipe_->readers == 0) pipe_->write_queue.wake();
}

std::optional<Sys<std::string>> PipeReader::read(std::size_t count) {
  if (pipe_->size() > 0) return pipe_->take(count);
  if (pipe_->writers == 0) return std::string{};
  return std::nullopt;
}

std::optional<Sys<std::string>> PipeReader::read_until(char delimiter, std::size_t count) {
  if (pipe_->size() == 0) return read(count);
  return pipe_->take(until(std::string_view(pipe_->bytes).substr(pipe_->taken), delimiter, count));
}

Sys<Stat> PipeReader::status() const {
  return pipe_stat(*pipe_);
}
std::string PipeReader::path() const {
  return fmt::format("pipe:[{}]", pipe_->inode);
}

PipeWriter::~PipeWriter() {
  if (--pipe_->writers == 0) pipe_->read_queue.wake();
}

std::optional<Sys<std::size_t>> PipeWriter::write(std::string_view bytes) {
  if (pipe_->readers == 0) return sys_fail(EPIPE);
  const std::size_t room = pipe_->capacity - std::min(pipe_->capacity, pipe_->size());
  // As POSIX says: up to PIPE_BUF bytes go in one piece.
  if (room == 0 || (bytes.size() <= 4096 && room < bytes.size())) return std::nullopt;
  const std::size_t count = std::min(room, bytes.size());
  pipe_->bytes.append(bytes.substr(0, count));
  pipe_->read_queue.wake();
  return count;
}

Sys<Stat> PipeWriter::status() const {
  return pipe_stat(*pipe_);
}
std::string PipeWriter::path() const {
  return fmt::format("pipe:[{}]", pipe_->inode);
}

std::optional<Sys<std::string>> TerminalFile::read(std::size_t count) {
  if (!terminal_->readable()) return std::nullopt;
  return terminal_->read(count);
}

std::optional<Sys<std::string>> TerminalFile::read_until(char delimiter, std::size_t count) {
  if (!terminal_->readable()) return std::nullopt;
  return terminal_->read_until(delimiter, count);
}

std::optional<Sys<std::size_t>> TerminalFile::write(std::string_view bytes) {
  if (terminal_->hung_up()) return sys_fail(EIO);
  if (!terminal_->writable()) return std::nullopt;
  const std::string_view piece = bytes.substr(0, kPipeBytes);
  terminal_->write(piece);
  return piece.size();
}

Sys<Stat> TerminalFile::status() const {
  const auto number = static_cast<std::uint32_t>(terminal_->path().back() - '0');
  return Stat{.kind = Kind::character,
              .mode = 0620,
              .gid = 5,
              .inode = 3 + number,
              .device = 23,
              .special = 136U << 8 | number};
}

}  // namespace decnet::shell
