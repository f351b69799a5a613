// PacketChannel: whole messages, with file descriptors, over a UNIX socket of type SOCK_SEQPACKET.
// What supervisor, netd, engine and core talk over (see src/control for the messages).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/fd.h"
#include "net/task.h"

namespace decnet::net {

inline constexpr std::size_t kPacketBytesMax = 128 * 1024;
inline constexpr std::size_t kPacketDescriptorsMax = 200;  // The kernel's own limit is 253.
inline constexpr std::size_t kPacketQueueMax = 4096;       // Messages that wait to be sent.

struct Packet {
  std::string bytes;
  std::vector<UniqueFd> descriptors;
};

class PacketChannel {
 public:
  PacketChannel(const Executor& executor, UniqueFd socket);
  ~PacketChannel();

  // Queues a message; messages keep their order. Never waits.
  // Errors: limit (too large, too many descriptors, or the queue is full), closed.
  Result<void> send(std::string_view bytes, std::vector<UniqueFd> descriptors = {});

  // The next message. Errors: closed (the other side is gone), cancelled, io.
  Task<Result<Packet>> receive();

  void close();
  bool is_open() const noexcept;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// A listening socket for channels, and a connection to one: for processes that nobody handed a
// line. The rest is as with listen_unix() (listener.h), whose Listener accepts. Errors of
// connecting: not_found (no such socket file), unavailable (nobody listens), denied, io.
Result<UniqueFd> listen_packets(const std::string& path, unsigned mode,
                                const std::string& group = {});
Result<UniqueFd> connect_packets(const std::string& path);

// Two connected ends. Errors: io, limit.
Result<std::pair<UniqueFd, UniqueFd>> packet_pair();
Result<std::pair<UniqueFd, UniqueFd>> stream_pair();  // SOCK_STREAM, for the sender protocol

}  // namespace decnet::net
