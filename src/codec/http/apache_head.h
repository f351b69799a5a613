// The head of a request as Apache 2.4 reads it, by lines, with HttpProtocolOptions at its default
// (Strict).
//
// Fed as bytes come; takes none beyond the end of the head. Where it refuses, request() holds what
// the error page may still use: the method, and the host if it stood in the request line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "codec/http/apache_fields.h"
#include "codec/http/message.h"

namespace decnet::codec::http {

inline constexpr int kApacheBlankLinesMax = 10;  // Before a request line.

enum class ApacheConnection : std::uint8_t { usual, close };

class ApacheHead {
 public:
  enum class State : std::uint8_t { reading, complete, refused };
  // How far the head had come: what a server knows, and does with the connection, hangs on it.
  enum class Stage : std::uint8_t { request_line, fields, checks };

  explicit ApacheHead(bool tls = false) noexcept : own_scheme_(tls ? "https" : "http") {}

  std::size_t feed(std::string_view bytes);
  // The peer has ended the stream or its time is over: a head that has begun is refused with
  // `status`.
  void end(int status);

  State state() const noexcept { return state_; }
  Stage stage() const noexcept { return stage_; }
  int refusal() const noexcept { return refusal_; }  // 400, 408, 414 or 417
  ApacheFields::Reason reason() const noexcept { return fields_.reason(); }
  bool idle() const noexcept { return stage_ == Stage::request_line && line_.empty(); }

  const Request& request() const noexcept { return request_; }
  Request take_request() { return std::move(request_); }
  BodyLength body() const noexcept { return body_; }
  bool must_close() const noexcept { return must_close_; }  // Both lengths were given.
  bool expects_continue() const noexcept { return expects_continue_; }

 private:
  void request_line(std::string line);
  bool parse_target(std::string_view target);
  bool parse_authority(std::string_view authority);
  bool parse_version(std::string_view version);
  void finish();
  bool check_lengths();
  bool check_host();
  void refuse(int status) noexcept;

  State state_ = State::reading;
  Stage stage_ = Stage::request_line;
  int refusal_ = 0;
  int blank_lines_ = 0;
  ApacheLine line_;
  ApacheFields fields_;
  Request request_;
  BodyLength body_;
  std::string_view own_scheme_;
  bool has_host_ = false;       // in the request line
  bool bad_authority_ = false;  // The host in the request line makes no sense.
  bool bad_scheme_ = false;     // neither http nor https
  bool must_close_ = false;
  bool expects_continue_ = false;
};

// Decodes and resolves a path as Apache does before it looks for a file.
enum class ApachePath : std::uint8_t { ok, bad_request, not_found };
ApachePath apache_resolve(std::string& path);

// A Host value: name and port. False where it is refused. An empty value leaves both alone.
bool apache_host(std::string_view text, Request& into);

}  // namespace decnet::codec::http
