// zlib as SSH uses it (RFC 4253 section 6.2): one stream a direction, flushed after each packet.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace decnet::codec::ssh {

class Deflater {
 public:
  Deflater();
  ~Deflater();
  std::string run(std::string_view bytes);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

class Inflater {
 public:
  Inflater();
  ~Inflater();
  // Nothing where the stream is broken or gives more than `bytes_max`.
  std::optional<std::string> run(std::string_view bytes, std::size_t bytes_max);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace decnet::codec::ssh
