#include "bench/reply.h"

#include <algorithm>
#include <charconv>

#include <strings.h>

namespace decnet::bench {
namespace {

std::string_view header(std::string_view head, std::string_view name) {
  for (auto at = head.find("\r\n"); at != head.npos; at = head.find("\r\n", at)) {
    at += 2;
    const auto line = head.substr(at, head.find("\r\n", at) - at);
    if (line.size() <= name.size() || line[name.size()] != ':' ||
        ::strncasecmp(line.data(), name.data(), name.size()) != 0)
      continue;
    auto value = line.substr(name.size() + 1);
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    return value;
  }
  return {};
}

bool read_number(std::string_view text, std::uint64_t& out, int base) {
  return std::from_chars(text.data(), text.data() + text.size(), out, base).ec == std::errc{};
}

}  // namespace

ReplyReader::State ReplyReader::feed(std::string_view bytes) {
  bytes_ += bytes.size();
  buffer_ += bytes;
  if (!in_body_) return read_head();
  return read_body();
}

ReplyReader::State ReplyReader::close() const noexcept {
  return in_body_ && body_ == Body::until_close ? State::done : State::broken;
}

ReplyReader::State ReplyReader::read_head() {
  const auto end = buffer_.find("\r\n\r\n");
  if (end == buffer_.npos) return State::more;
  const std::string head = buffer_.substr(0, end + 2);
  buffer_.erase(0, end + 4);
  std::uint64_t status = 0;
  if (!head.starts_with("HTTP/1.1 ") || !read_number(std::string_view(head).substr(9), status, 10))
    return State::broken;
  status_ = static_cast<int>(status);
  const auto connection = header(head, "Connection");
  keeps_alive_ = connection.size() < 5 || ::strncasecmp(connection.data(), "close", 5) != 0;
  in_body_ = true;
  if (const auto length = header(head, "Content-Length"); !length.empty()) {
    body_ = Body::length;
    if (!read_number(length, left_, 10)) return State::broken;
  } else if (!header(head, "Transfer-Encoding").empty()) {
    body_ = Body::chunked;
  } else if (status_ == 204 || status_ == 304) {
    body_ = Body::length;
  }
  return read_body();
}

ReplyReader::State ReplyReader::read_body() {
  if (body_ == Body::chunked) return read_chunks();
  if (body_ == Body::until_close) {
    buffer_.clear();
    return State::more;
  }
  if (buffer_.size() > left_) return State::broken;
  left_ -= buffer_.size();
  buffer_.clear();
  return left_ == 0 ? State::done : State::more;
}

ReplyReader::State ReplyReader::read_chunks() {
  std::string_view rest = buffer_;
  State state = State::more;
  for (;;) {
    const auto taken = std::min<std::uint64_t>(left_, rest.size());
    rest.remove_prefix(taken);
    left_ -= taken;
    const auto end = rest.find("\r\n");
    if (left_ > 0 || end == rest.npos) break;
    std::uint64_t size = 0;
    if (!read_number(rest.substr(0, end), size, 16)) return State::broken;
    if (size == 0) {
      if (rest.size() >= end + 4) state = State::done;
      break;
    }
    rest.remove_prefix(end + 2);
    left_ = size + 2;
  }
  buffer_.erase(0, buffer_.size() - rest.size());
  return state;
}

}  // namespace decnet::bench
