#include "codec/http/gzip.h"

#include <algorithm>
#include <cassert>

#include <zlib.h>

#include "codec/http/message.h"

namespace decnet::codec::http {

namespace {

constexpr int kNginxLevel = 1;
constexpr int kApacheMemoryLevel = 9;
constexpr int kLookaheadBytes = 262;  // What zlib keeps of its window for itself (MIN_LOOKAHEAD).
constexpr int kWrapGzip = 16;         // Added to the window's bits: a gzip header and trailer.

// All in one go: zlib's output does not depend on how the input was cut. It fails for want of
// memory only.
std::string pack(std::string_view content, int level, int window_bits, int memory_level) {
  z_stream stream{};
  if (deflateInit2(&stream, level, Z_DEFLATED, window_bits, memory_level, Z_DEFAULT_STRATEGY) !=
      Z_OK)
    return {};
  std::string out(deflateBound(&stream, content.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  [[maybe_unused]] const int result = deflate(&stream, Z_FINISH);
  assert(result == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

void append_little(std::string& out, unsigned long value) {
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>((value >> shift) & 0xff);
}

// The quality behind "q=", in hundredths, as nginx counts it: 0 is refused, whether meant so or
// malformed.
int nginx_quality(std::string_view text) noexcept {
  if (text.empty() || (text[0] != '0' && text[0] != '1')) return 0;
  int quality = (text[0] - '0') * 100;
  if (text.size() == 1 || text[1] == ',' || text[1] == ' ') return quality;
  if (text[1] != '.') return 0;
  int digits = 0;
  for (const char c : text.substr(2)) {
    if (c == ',' || c == ' ') break;
    if (!is_digit(c)) return 0;
    quality += c - '0';
    ++digits;
  }
  return quality > 100 || digits > 3 ? 0 : quality;
}

}  // namespace

std::string nginx_gzip(std::string_view content) {
  int window = MAX_WBITS;
  int memory = MAX_MEM_LEVEL - 1;
  while (!content.empty() &&
         static_cast<long>(content.size()) < (1L << (window - 1)) - kLookaheadBytes) {
    --window;
    --memory;
  }
  return pack(content, kNginxLevel, window + kWrapGzip, std::max(memory, 1));
}

std::string nginx_gzip_streamed(std::string_view content) {
  return pack(content, kNginxLevel, MAX_WBITS + kWrapGzip, MAX_MEM_LEVEL - 1);
}

std::string apache_gzip(std::string_view content) {
  // mod_deflate writes header and trailer itself.
  std::string out("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", 10);
  out += pack(content, Z_DEFAULT_COMPRESSION, -MAX_WBITS, kApacheMemoryLevel);
  const auto* bytes = reinterpret_cast<const Bytef*>(content.data());
  append_little(out, crc32(0, bytes, static_cast<uInt>(content.size())));
  append_little(out, content.size());
  return out;
}

std::string php_gzip(std::string_view content) {
  return pack(content, Z_DEFAULT_COMPRESSION, MAX_WBITS + kWrapGzip, MAX_MEM_LEVEL);
}

bool nginx_accepts_gzip(std::string_view accept_encoding) {
  if (accept_encoding.starts_with("gzip,")) return true;
  std::string_view rest = accept_encoding;
  for (char before = ',';;) {
    const auto at = find_ignoring_case(rest, "gzip");
    if (at == std::string_view::npos) return false;
    if (at > 0) before = rest[at - 1];
    rest.remove_prefix(at + 4);
    if (before == ',' || before == ' ') break;
    before = 'p';
  }
  const auto next = rest.find_first_not_of(' ');
  if (next == std::string_view::npos || rest[next] == ',') return true;
  if (rest[next] != ';') return false;
  rest.remove_prefix(next + 1);
  const auto q = rest.find_first_not_of(' ');
  if (q == std::string_view::npos) return true;
  if (rest[q] != 'q' && rest[q] != 'Q') return false;
  rest.remove_prefix(q + 1);
  return rest.starts_with('=') && nginx_quality(rest.substr(1)) != 0;
}

bool apache_accepts_gzip(std::string_view accept_encoding) {
  std::string_view rest = accept_encoding;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(','), rest.size());
    std::string_view element = trim(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const auto name_end = std::min(element.find_first_of("; \t"), element.size());
    if (!equals_ignoring_case(element.substr(0, name_end), "gzip")) continue;
    const auto semicolon = element.find(';');
    const std::string_view quality =
        semicolon == std::string_view::npos ? "" : trim(element.substr(semicolon + 1));
    return quality.size() < 3 || !std::string_view("q=0.000").starts_with(quality);
  }
  return false;
}

}  // namespace decnet::codec::http
