// The head of a request as nginx 1.22 reads it: what it takes, what it refuses, and at which byte.
//
//   NginxHead head;
//   bytes.remove_prefix(head.feed(bytes));
//   if (head.state() == NginxHead::State::refused) answer(head.refusal());
//
// It is fed as bytes come and takes none beyond the end of the head. A refusal is final at the byte
// that spoils the head, as in the genuine server, which does not wait for the end of a line.
// Semantics: RFC 9112 where nginx follows it; the limits are those of Debian's configuration
// (client_header_buffer_size 1k, large_client_header_buffers 4 8k).
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "codec/http/message.h"

namespace decnet::codec::http {

inline constexpr std::size_t kNginxHeaderBufferBytes = 1024;
inline constexpr std::size_t kNginxLargeBufferBytes =
    8192;  // No line may be longer, its end included.
inline constexpr std::size_t kNginxLargeBuffersMax = 4;

// nginx's own number for "Request Header Or Cookie Too Large", which is shown as 400.
inline constexpr int kNginxHeaderTooLarge = 494;

enum class NginxConnection : std::uint8_t { unsaid, close, keep_alive };

class NginxHead {
 public:
  enum class State : std::uint8_t { reading, complete, refused };

  std::size_t feed(std::string_view bytes);

  State state() const noexcept { return state_; }
  int refusal() const noexcept { return refusal_; }              // 400, 405, 414, 494, 501 or 505
  bool idle() const noexcept { return phase_ == Phase::start; }  // Nothing but line ends has come.

  const Request& request() const noexcept { return request_; }
  Request take_request() { return std::move(request_); }
  BodyLength body() const noexcept { return body_; }
  NginxConnection connection() const noexcept { return connection_; }

 private:
  enum class Phase : std::uint8_t {
    start,
    method,
    before_target,
    scheme,
    scheme_slash,
    scheme_slashes,
    host_start,
    host,
    host_literal,
    host_end,
    port,
    path,
    before_version,
    version_name,
    major_first,
    major,
    minor_first,
    minor,
    after_version,
    line_almost_done,
    header_start,
    name,
    before_value,
    value,
    header_almost_done,
    head_almost_done,
  };

  void step(char c);
  void request_line(char c);
  void header(char c);
  void target_byte(char c);
  void version(char c);
  void finish_request_line();
  void finish_header();
  void finish_head();
  bool make_room();
  void refuse(int status);

  State state_ = State::reading;
  Phase phase_ = Phase::start;
  int refusal_ = 0;
  Request request_;
  BodyLength body_;
  NginxConnection connection_ = NginxConnection::unsaid;

  bool no_version_ = false;  // HTTP/0.9, once the line is complete
  std::string host_;         // of the request line
  bool has_host_ = false;
  bool has_host_header_ = false;
  std::size_t path_at_ = 0;  // Where in `target` the path begins.
  std::size_t spelled_ = 0;  // Bytes of "HTTP/" seen.
  std::string name_;
  std::string value_;
  std::size_t trailing_blanks_ = 0;

  std::size_t used_ = 0;  // of the buffer that nginx would hold now
  std::size_t size_ = kNginxHeaderBufferBytes;
  std::size_t large_buffers_ = 0;
  std::size_t line_bytes_ = 0;  // of the line that has not ended
};

// Decodes and resolves a path: "/a//b/%2e%2e/c?x" → path "/a/c", query "x"; a fragment is dropped.
// False where nginx answers 400: a climb above the root, a bad escape, a NUL.
bool nginx_resolve(std::string_view target, Request& into);

// A name from Host or from the request line, in lower case and without port; nothing if nginx
// refuses it.
std::optional<std::string> nginx_host(std::string_view text);

}  // namespace decnet::codec::http
