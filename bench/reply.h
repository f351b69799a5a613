// Just enough of an HTTP/1.1 client: where a reply ends, its status, and whether the connection
// goes on. Content-Length, chunks, or the connection's end; no trailers, no 1xx.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace decnet::bench {

class ReplyReader {
 public:
  enum class State { more, done, broken };

  void start() { *this = ReplyReader{}; }
  // Takes what has come. `done` once the reply is whole (nothing may follow it: one request at a
  // time).
  State feed(std::string_view bytes);
  // The peer has closed: is what came a whole reply?
  State close() const noexcept;

  int status() const noexcept { return status_; }
  bool keeps_alive() const noexcept { return keeps_alive_; }
  std::uint64_t bytes() const noexcept { return bytes_; }

 private:
  enum class Body { length, chunked, until_close };

  State read_head();
  State read_body();
  State read_chunks();

  std::string buffer_;  // What is not taken yet.
  bool in_body_ = false;
  Body body_ = Body::until_close;
  std::uint64_t left_ = 0;  // Of the body, or of the chunk with its line end.
  int status_ = 0;
  bool keeps_alive_ = true;
  std::uint64_t bytes_ = 0;
};

}  // namespace decnet::bench
