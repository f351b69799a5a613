#include "codec/ssh/compress.h"

#include <array>

#include <zlib.h>

namespace decnet::codec::ssh {
namespace {

constexpr int kLevel = 6;
constexpr std::size_t kPieceBytes = 4096;

void set_input(z_stream& stream, std::string_view bytes) {
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
}

}  // namespace

struct Deflater::State {
  z_stream stream{};
};

Deflater::Deflater() : state_(std::make_unique<State>()) {
  deflateInit(&state_->stream, kLevel);
}

Deflater::~Deflater() {
  deflateEnd(&state_->stream);
}

std::string Deflater::run(std::string_view bytes) {
  std::string out;
  std::array<char, kPieceBytes> piece{};
  z_stream& stream = state_->stream;
  set_input(stream, bytes);
  do {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    if (deflate(&stream, Z_PARTIAL_FLUSH) != Z_OK) break;
    out.append(piece.data(), piece.size() - stream.avail_out);
  } while (stream.avail_out == 0);
  return out;
}

struct Inflater::State {
  z_stream stream{};
};

Inflater::Inflater() : state_(std::make_unique<State>()) {
  inflateInit(&state_->stream);
}

Inflater::~Inflater() {
  inflateEnd(&state_->stream);
}

std::optional<std::string> Inflater::run(std::string_view bytes, std::size_t bytes_max) {
  std::string out;
  std::array<char, kPieceBytes> piece{};
  z_stream& stream = state_->stream;
  set_input(stream, bytes);
  for (;;) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    const int status = inflate(&stream, Z_SYNC_FLUSH);
    if (status == Z_BUF_ERROR) return out;  // All of it is through.
    if (status != Z_OK) return std::nullopt;
    out.append(piece.data(), piece.size() - stream.avail_out);
    if (out.size() > bytes_max) return std::nullopt;
  }
}

}  // namespace decnet::codec::ssh
