// Between Endpoint and the kernel's address structures. Inside net, and for netd, which opens
// sockets for others.
#pragma once

#include <string_view>

#include <sys/socket.h>

#include "net/endpoint.h"

namespace decnet::net {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;

  const sockaddr* get() const noexcept { return reinterpret_cast<const sockaddr*>(&storage); }
  int family() const noexcept { return storage.ss_family; }
};

SocketAddress to_sockaddr(const Endpoint& endpoint) noexcept;
Endpoint from_sockaddr(const sockaddr_storage& storage) noexcept;  // 0.0.0.0:0 for other families.
Result<SocketAddress> unix_sockaddr(
    std::string_view path);  // Errors: invalid_argument (empty, or over 107 bytes).

// name_of(fd, ::getsockname) or name_of(fd, ::getpeername).
Endpoint name_of(int fd, int (*ask)(int, sockaddr*, socklen_t*)) noexcept;

}  // namespace decnet::net
