#include <algorithm>
#include <charconv>

#include "event/codec.h"

namespace decnet::event {

void Framer::feed(std::string_view bytes) {
  if (at_ > 0) {
    buffer_.erase(0, at_);
    at_ = 0;
  }
  if (skip_ > 0) {
    const std::size_t count = std::min(skip_, bytes.size());
    bytes.remove_prefix(count);
    skip_ -= count;
  }
  buffer_.append(bytes);
}

bool Framer::next(std::string_view& line) {
  for (;;) {
    const std::string_view have = std::string_view(buffer_).substr(at_);
    if (have.empty()) return false;
    if (skip_to_lf_) {
      const auto lf = have.find('\n');
      at_ += lf == have.npos ? have.size() : lf + 1;
      skip_to_lf_ = lf == have.npos;
      continue;
    }
    if (have.front() >= '1' && have.front() <= '9') {  // Octet counting: "LENGTH SP line".
      std::size_t length = 0;
      const auto [end, error] =
          std::from_chars(have.data(), have.data() + std::min<std::size_t>(have.size(), 9), length);
      const auto digits = static_cast<std::size_t>(end - have.data());
      if (digits == have.size() && digits < 9) return false;
      if (error == std::errc{} && digits < have.size() && have[digits] == ' ') {
        const std::size_t whole = digits + 1 + length;
        if (length > kLineBytesMax) {
          ++skipped_;
          const std::size_t here = std::min(have.size(), whole);
          skip_ = whole - here;
          at_ += here;
          continue;
        }
        if (have.size() < whole) return false;
        line = have.substr(digits + 1, length);
        at_ += whole;
        return true;
      }
    }
    const auto lf = have.find('\n');
    if (lf == have.npos) {
      if (have.size() <= kLineBytesMax) return false;
      ++skipped_;
      skip_to_lf_ = true;
      continue;
    }
    line = have.substr(0, lf);
    at_ += lf + 1;
    if (line.size() > kLineBytesMax) {
      ++skipped_;
      continue;
    }
    if (!line.empty() && line != "\r") return true;
  }
}

}  // namespace decnet::event
