// The sockets that an engine may not open itself: netd does it, for a session's own peer and for
// nobody else.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "base/fd.h"
#include "control/channel.h"
#include "net/endpoint.h"
#include "net/task.h"

namespace decnet::engine {

inline constexpr std::size_t kDoorRequestsMax = 256;  // Under way at a time.

class Doors {
 public:
  // The line to netd; replaces the one before, whose requests fail.
  void use(std::shared_ptr<control::Channel> netd);

  // A listening socket on the decky's address, port chosen by the kernel. Errors: denied, limit,
  // unavailable, timeout.
  net::Task<Result<UniqueFd>> open_passive(std::string decky);
  // A connected socket. Errors: denied, limit, unavailable, timeout.
  // To the peer of `session_socket`, a connected socket of that decky: netd looks for itself whose
  // it is.
  net::Task<Result<UniqueFd>> connect_back(std::string decky, int session_socket,
                                           std::uint16_t port, std::uint16_t source_port);
  void answer(const control::Opened& opened, std::vector<UniqueFd> descriptors);

 private:
  struct Request;
  net::Task<Result<UniqueFd>> ask(control::Message message, std::uint64_t id,
                                  std::vector<UniqueFd> descriptors);

  std::shared_ptr<control::Channel> netd_;
  std::map<std::uint64_t, std::shared_ptr<Request>> requests_;
  std::uint64_t next_id_ = 1;
};

}  // namespace decnet::engine
