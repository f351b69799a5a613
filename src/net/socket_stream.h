// A Stream over a connected TCP or UNIX stream socket.
#pragma once

#include <string>

#include "base/fd.h"
#include "net/listener.h"
#include "net/stream.h"

namespace decnet::net {

// Takes the socket over and makes it non-blocking; TCP gets TCP_NODELAY. Errors: io.
Result<StreamPtr> make_socket_stream(const Executor& executor, UniqueFd socket);
// The same, with the peer that accept() told: the socket of a connection that was reset since has
// forgotten it.
Result<StreamPtr> make_socket_stream(const Executor& executor, Accepted accepted);

// Connects. `timeout` bounds the attempt. Errors: unavailable (refused), timeout, denied, not_found
// (no such socket file), io.
Task<Result<StreamPtr>> connect_tcp(Endpoint to, Duration timeout);
Task<Result<StreamPtr>> connect_unix(std::string path, Duration timeout);

}  // namespace decnet::net
