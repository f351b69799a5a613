// The body of a request, by Content-Length or in chunks (RFC 9112 sections 6 and 7.1), as each
// server reads it.
//
//   while (body.state() == BodyState::more) {
//     const BodyPiece piece = body.feed(buffered);
//     keep(piece.data);
//     consume(piece.taken);
//   }
//
// A piece's data is a view into what was fed. A call that takes nothing needs more bytes first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "codec/http/apache_fields.h"
#include "codec/http/message.h"

namespace decnet::codec::http {

enum class BodyState : std::uint8_t { more, done, refused };

struct BodyPiece {
  std::size_t taken = 0;
  std::string_view data;
};

// nginx judges each byte as it comes; lines of any length end with LF or CR LF, trailers are not
// looked at.
class NginxBody {
 public:
  explicit NginxBody(BodyLength length) noexcept
      : state_(length.none() ? BodyState::done : BodyState::more),
        chunked_(length.chunked),
        left_(length.bytes) {}

  BodyPiece feed(std::string_view bytes);
  BodyState state() const noexcept { return state_; }
  std::uint64_t left() const noexcept { return left_; }  // of the body or of the chunk

 private:
  enum class Phase : std::uint8_t {
    size_start,
    size,
    extension,
    size_almost_done,
    data,
    data_end,
    data_almost_end,
    trailer,
    trailer_line,
    trailer_line_almost_done,
    almost_done,
  };
  void step(char c);
  void size_byte(char c);
  void expect(char c, char wanted, Phase next);

  BodyState state_;
  bool chunked_;
  std::uint64_t left_;
  Phase phase_ = Phase::size_start;
};

inline constexpr std::uint64_t kApacheBodyBytesMax =
    1ULL << 30;  // LimitRequestBody of Apache 2.4.54 and later
inline constexpr std::size_t kApacheChunkLineBytesMax = 8190;
inline constexpr int kApacheChunkBlanksMax = 10;

// Apache judges lines, and only once their LF is there: CR LF alone ends one, trailers are read as
// header fields.
class ApacheBody {
 public:
  explicit ApacheBody(BodyLength length) noexcept;

  BodyPiece feed(std::string_view bytes);
  BodyState state() const noexcept { return state_; }
  int refusal() const noexcept { return refusal_; }  // 400 or 413
  // The failure is one of the trailers: the server answers it in another way than one of the
  // chunks.
  bool in_trailers() const noexcept { return phase_ == Phase::trailers; }

 private:
  enum class Phase : std::uint8_t { size_line, data, data_end, trailers };
  BodyPiece line(std::string_view bytes);
  bool size_line(std::string_view line);
  void refuse(int status) noexcept;

  BodyState state_;
  bool chunked_;
  std::uint64_t left_;
  std::uint64_t total_ = 0;
  Phase phase_ = Phase::size_line;
  int refusal_ = 0;
  std::string pending_;  // of a line whose LF has not come
  ApacheFields trailers_;
};

}  // namespace decnet::codec::http
