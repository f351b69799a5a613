#include "net/sockaddr.h"

#include <algorithm>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

namespace decnet::net {

SocketAddress to_sockaddr(const Endpoint& endpoint) noexcept {
  SocketAddress out;
  if (endpoint.ip.is_v4()) {
    sockaddr_in four{};
    four.sin_family = AF_INET;
    four.sin_port = htons(endpoint.port);
    four.sin_addr.s_addr = htonl(endpoint.ip.to_v4());
    std::memcpy(&out.storage, &four, sizeof four);
    out.length = sizeof four;
  } else {
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(endpoint.port);
    std::copy(endpoint.ip.bytes().begin(), endpoint.ip.bytes().end(),
              std::begin(six.sin6_addr.s6_addr));
    std::memcpy(&out.storage, &six, sizeof six);
    out.length = sizeof six;
  }
  return out;
}

Endpoint from_sockaddr(const sockaddr_storage& storage) noexcept {
  if (storage.ss_family == AF_INET) {
    sockaddr_in four{};
    std::memcpy(&four, &storage, sizeof four);
    return {IpAddress::v4(ntohl(four.sin_addr.s_addr)), ntohs(four.sin_port)};
  }
  if (storage.ss_family == AF_INET6) {
    sockaddr_in6 six{};
    std::memcpy(&six, &storage, sizeof six);
    std::array<std::uint8_t, 16> bytes{};
    std::copy(std::begin(six.sin6_addr.s6_addr), std::end(six.sin6_addr.s6_addr), bytes.begin());
    return {IpAddress::v6(bytes), ntohs(six.sin6_port)};
  }
  return {};
}

Result<SocketAddress> unix_sockaddr(std::string_view path) {
  sockaddr_un address{};
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    return fail(Errc::invalid_argument,
                "the path of a UNIX socket has 1 to 107 bytes: " + std::string(path));
  }
  address.sun_family = AF_UNIX;
  std::copy(path.begin(), path.end(), std::begin(address.sun_path));
  SocketAddress out;
  std::memcpy(&out.storage, &address, sizeof address);
  out.length = sizeof address;
  return out;
}

Endpoint name_of(int fd, int (*ask)(int, sockaddr*, socklen_t*)) noexcept {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  if (ask(fd, reinterpret_cast<sockaddr*>(&storage), &length) != 0) return {};
  return from_sockaddr(storage);
}

}  // namespace decnet::net
