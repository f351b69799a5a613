// A PacketChannel that speaks control messages.
#pragma once

#include <vector>

#include "control/codec.h"
#include "net/packet_channel.h"

namespace decnet::control {

struct Received {
  Message message;
  std::vector<UniqueFd> descriptors;
};

class Channel {
 public:
  Channel(const net::Executor& executor, UniqueFd socket) : packets_(executor, std::move(socket)) {}

  // Errors: those of PacketChannel::send.
  Result<void> send(const Message& message, std::vector<UniqueFd> descriptors = {}) {
    return packets_.send(encode(message), std::move(descriptors));
  }
  // Errors: those of PacketChannel::receive and of decode(); after the latter the channel can go
  // on.
  net::Task<Result<Received>> receive();

  void close() { packets_.close(); }
  bool is_open() const noexcept { return packets_.is_open(); }

 private:
  net::PacketChannel packets_;
};

}  // namespace decnet::control
