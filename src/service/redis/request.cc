#include "service/redis/request.h"

#include <algorithm>
#include <limits>

#include "service/redis/limits.h"
#include "service/redis/number.h"

namespace decnet::service::redis {

namespace {

// Where `wanted` is, as strchr sees it: a NUL before it hides it.
std::size_t find_before_nul(std::string_view text, char wanted) noexcept {
  const char both[] = {wanted, '\0'};
  const std::size_t at = text.find_first_of(std::string_view(both, 2));
  return at == std::string_view::npos || text[at] == '\0' ? std::string_view::npos : at;
}

bool is_blank(char c) noexcept {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

char unescape(char c) noexcept {
  switch (c) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'b':
      return '\b';
    case 'a':
      return '\a';
    default:
      return c;
  }
}

// Reads a quoted run whose opening quote is behind `at`; false if it does not end well.
bool read_quoted(std::string_view line, std::size_t& at, char quote, std::string& word) {
  for (; at < line.size(); ++at) {
    const char c = line[at];
    if (c == quote) {
      ++at;
      return at == line.size() || is_blank(line[at]);
    }
    if (c != '\\') {
      word += c;
      continue;
    }
    const char next = at + 1 < line.size() ? line[at + 1] : '\0';
    if (quote == '\'') {
      if (next == '\'') ++at;
      word += line[at];
    } else if (next == 'x' && at + 3 < line.size() && hex_digit(line[at + 2]) >= 0 &&
               hex_digit(line[at + 3]) >= 0) {
      word += static_cast<char>(hex_digit(line[at + 2]) * 16 + hex_digit(line[at + 3]));
      at += 3;
    } else if (at + 1 < line.size()) {
      word += unescape(next);
      ++at;
    } else {
      word += c;
    }
  }
  return false;
}

}  // namespace

bool split_words(std::string_view line, std::vector<std::string>& words) {
  line = line.substr(0, line.find('\0'));
  std::size_t at = 0;
  while (true) {
    while (at < line.size() && is_blank(line[at])) ++at;
    if (at == line.size()) return true;
    std::string word;
    while (at < line.size() && !is_blank(line[at])) {
      const char c = line[at];
      if (c == '"' || c == '\'') {
        ++at;
        if (!read_quoted(line, at, c, word)) return false;
      } else {
        word += c;
        ++at;
      }
    }
    words.push_back(std::move(word));
  }
}

void append_quoted(std::string& out, std::string_view bytes) {
  constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (const char c : bytes) {
    switch (c) {
      case '\\':
      case '"':
        out += {'\\', c};
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\a':
        out += "\\a";
        break;
      case '\b':
        out += "\\b";
        break;
      default:
        if (c >= 0x20 && c < 0x7f) {
          out += c;
        } else {
          const auto byte = static_cast<unsigned char>(c);
          out += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
        }
    }
  }
  out += '"';
}

void RequestParser::feed(std::string_view bytes) {
  if (at_ == buffer_.size()) {
    buffer_.clear();
    at_ = 0;
    if (buffer_.capacity() > kInlineBytesMax) buffer_.shrink_to_fit();
  } else if (at_ >= kInlineBytesMax) {
    buffer_.erase(0, at_);
    at_ = 0;
  }
  buffer_.append(bytes);
}

void RequestParser::clear() {
  *this = RequestParser();
}

RequestParser::Outcome RequestParser::fail(std::string error) {
  error_ = std::move(error);
  return Outcome::error;
}

RequestParser::Outcome RequestParser::next(bool authenticated, std::int64_t bulk_bytes_max,
                                           std::vector<std::string>& argv) {
  while (at_ < buffer_.size()) {
    if (kind_ == Kind::none) kind_ = buffer_[at_] == '*' ? Kind::array : Kind::inline_line;
    argv.clear();
    Outcome outcome =
        kind_ == Kind::inline_line ? next_inline(argv) : next_array(authenticated, bulk_bytes_max);
    if (outcome == Outcome::more || outcome == Outcome::error) return outcome;
    if (kind_ == Kind::array) {
      argv = std::move(args_);
      if (oversized_) outcome = Outcome::oversized;
    }
    kind_ = Kind::none;
    args_.clear();
    oversized_ = false;
    kept_bytes_ = 0;
    if (!argv.empty() || outcome == Outcome::oversized) return outcome;
  }
  return Outcome::more;
}

RequestParser::Outcome RequestParser::next_inline(std::vector<std::string>& argv) {
  const std::string_view text = rest();
  const std::size_t newline = find_before_nul(text, '\n');
  if (newline == std::string_view::npos) {
    if (text.size() <= kInlineBytesMax) return Outcome::more;
    return fail("Protocol error: too big inline request");
  }
  const bool has_cr = newline > 0 && text[newline - 1] == '\r';
  if (!split_words(text.substr(0, newline - (has_cr ? 1 : 0)), argv)) {
    return fail("Protocol error: unbalanced quotes in request");
  }
  at_ += newline + 1;
  return Outcome::request;
}

RequestParser::Outcome RequestParser::next_array(bool authenticated, std::int64_t bulk_bytes_max) {
  if (args_left_ == 0) {
    const Outcome outcome = read_count(authenticated);
    if (outcome != Outcome::request || args_left_ == 0) return outcome;
  }
  while (args_left_ > 0) {
    if (bulk_left_ < 0) {
      const Outcome outcome = read_bulk_size(authenticated, bulk_bytes_max);
      if (outcome != Outcome::request) return outcome;
    }
    if (!read_bulk()) return Outcome::more;
    --args_left_;
  }
  return Outcome::request;
}

RequestParser::Outcome RequestParser::read_count(bool authenticated) {
  const std::string_view text = rest();
  const std::size_t end = find_before_nul(text, '\r');
  if (end == std::string_view::npos) {
    if (text.size() <= kInlineBytesMax) return Outcome::more;
    return fail("Protocol error: too big mbulk count string");
  }
  if (end + 2 > text.size()) return Outcome::more;
  const auto count = parse_integer(text.substr(1, end - 1));
  if (!count || *count > std::numeric_limits<std::int32_t>::max()) {
    return fail("Protocol error: invalid multibulk length");
  }
  if (*count > kUnauthenticatedArgsMax && !authenticated) {
    return fail("Protocol error: unauthenticated multibulk length");
  }
  at_ += end + 2;
  args_left_ = std::max<std::int64_t>(*count, 0);
  bulk_left_ = -1;
  return Outcome::request;
}

RequestParser::Outcome RequestParser::read_bulk_size(bool authenticated,
                                                     std::int64_t bulk_bytes_max) {
  const std::string_view text = rest();
  const std::size_t end = find_before_nul(text, '\r');
  if (end == std::string_view::npos) {
    if (text.size() <= kInlineBytesMax) return Outcome::more;
    return fail("Protocol error: too big bulk count string");
  }
  if (end + 2 > text.size()) return Outcome::more;
  if (text[0] != '$') {
    const char got = text[0] == '\r' || text[0] == '\n' ? ' ' : text[0];
    return fail(std::string("Protocol error: expected '$', got '") + got + "'");
  }
  const auto size = parse_integer(text.substr(1, end - 1));
  if (!size || *size < 0 || *size > bulk_bytes_max) {
    return fail("Protocol error: invalid bulk length");
  }
  if (*size > kUnauthenticatedBulkBytesMax && !authenticated) {
    return fail("Protocol error: unauthenticated bulk length");
  }
  at_ += end + 2;
  bulk_left_ = *size + 2;
  bulk_kept_ = args_.size() < kRequestArgsMax &&
               kept_bytes_ + static_cast<std::size_t>(*size) <= kRequestBytesMax;
  oversized_ = oversized_ || !bulk_kept_;
  return Outcome::request;
}

bool RequestParser::read_bulk() {
  const std::size_t have = buffer_.size() - at_;
  const auto left = static_cast<std::size_t>(bulk_left_);
  if (!bulk_kept_) {
    const std::size_t dropped = std::min(have, left);
    at_ += dropped;
    bulk_left_ -= static_cast<std::int64_t>(dropped);
    if (bulk_left_ > 0) return false;
  } else {
    if (have < left) return false;
    args_.push_back(buffer_.substr(at_, left - 2));
    kept_bytes_ += left;
    at_ += left;
  }
  bulk_left_ = -1;
  return true;
}

}  // namespace decnet::service::redis
