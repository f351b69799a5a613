// What is kept of an attacker's changes: numbers and texts with their lengths before them.
#pragma once

#include <string>
#include <string_view>

#include "service/mysql/value.h"
#include "service/mysql/wire.h"

namespace decnet::service::mysql {

inline constexpr std::size_t kStateBytesMax = 60 * 1024;

class StateWriter {
 public:
  void number(std::uint64_t value) { put_length(out_, value); }
  void text(std::string_view value) { put_text(out_, value); }
  void value(const Value& value);
  const std::string& bytes() const { return out_; }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

class StateReader {
 public:
  explicit StateReader(std::string_view bytes) : in_(bytes) {}
  std::uint64_t number() { return in_.length(); }
  std::string_view text() { return in_.text(); }
  Value value();
  bool ok() const { return in_.ok(); }
  bool empty() const { return in_.empty(); }

 private:
  WireReader in_;
};

}  // namespace decnet::service::mysql
