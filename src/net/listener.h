// Listener: accepts connections on a listening socket, whoever opened it.
#pragma once

#include <memory>
#include <string>

#include "base/fd.h"
#include "net/endpoint.h"
#include "net/task.h"

namespace decnet::net {

// Opens sockets. Errors: conflict (in use), denied, invalid_argument (the path), io.
Result<UniqueFd> listen_tcp(const Endpoint& on, int backlog = 512);
// A stale file is removed; one behind which somebody listens is a conflict. The mode is set before
// anybody can connect.
Result<UniqueFd> listen_unix(const std::string& path, unsigned mode, const std::string& group = {},
                             int backlog = 512);

struct Accepted {
  UniqueFd fd;
  Endpoint peer;
};

class Listener {
 public:
  Listener(const Executor& executor, UniqueFd listening);  // Makes it non-blocking.
  ~Listener();

  // The next connection. When descriptors run out it waits and tries again (counter
  // net_accept_failures_total). Errors: cancelled (close() or stop).
  Task<Result<Accepted>> accept();
  void close();
  Endpoint local() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// Who is at the other end of a UNIX socket (SO_PEERCRED).
struct PeerCredentials {
  int pid = 0;
  unsigned uid = 0;
  unsigned gid = 0;
};
Result<PeerCredentials> peer_credentials(int fd);

}  // namespace decnet::net
