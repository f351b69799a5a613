// Reader: buffered reading of lines and counted bytes from a Stream. It holds its buffer only while
// bytes are in it, so that ten thousand idle sessions cost nothing here.
#pragma once

#include <string>
#include <string_view>

#include "net/stream.h"

namespace decnet::net {

inline constexpr std::size_t kReadChunkBytes = 16 * 1024;

class Reader {
 public:
  // `stream` outlives the reader.
  explicit Reader(Stream& stream) : stream_(&stream) {}

  // Waits until at least one more byte is buffered. Errors: those of Stream::read_some.
  Task<Result<void>> fill();

  // What is buffered and not consumed yet. Valid until the next call of a function that is not
  // const.
  std::string_view buffered() const noexcept { return std::string_view(buffer_).substr(at_); }
  void consume(std::size_t count) noexcept;

  // The next line with its LF (and CR) removed. The view lives until the next call.
  // Errors: limit (no LF within `bytes_max` bytes; nothing is consumed), closed (the stream ended;
  // buffered() holds what came of an unfinished line), and those of read_some.
  Task<Result<std::string_view>> line(std::size_t bytes_max);

  // Exactly `count` bytes. The view lives until the next call. Errors: as line.
  Task<Result<std::string_view>> exact(std::size_t count);

  // Reads go to another stream from now on (STARTTLS). Bytes that were buffered in clear are
  // dropped: returns how many.
  std::size_t switch_to(Stream& stream);

 private:
  void drop_consumed();

  Stream* stream_;
  std::string buffer_;
  std::size_t at_ = 0;       // Start of what is not consumed.
  std::size_t pending_ = 0;  // Bytes of the view last returned: consumed at the next call.
};

}  // namespace decnet::net
