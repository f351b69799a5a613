#include "net/service_manager.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include <sys/socket.h>
#include <sys/un.h>

#include "base/fd.h"

namespace decnet::net {

bool notify_service_manager(std::string_view state) noexcept {
  const char* path = std::getenv("NOTIFY_SOCKET");
  if (path == nullptr || (path[0] != '/' && path[0] != '@')) return false;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::size_t length = std::strlen(path);
  if (length >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, path, length);
  if (path[0] == '@') address.sun_path[0] = '\0';  // An abstract name.
  const UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
  return fd && ::sendto(fd.get(), state.data(), state.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                        reinterpret_cast<const sockaddr*>(&address), size) >= 0;
}

Task<void> keep_service_manager_informed() {
  if (!notify_service_manager("READY=1")) co_return;
  const char* text = std::getenv("WATCHDOG_USEC");
  const auto within = text != nullptr ? std::strtoll(text, nullptr, 10) : 0;
  if (within <= 0) co_return;
  const Duration pause = std::max(Duration{within / 2}, Duration{1'000});
  for (;;) {
    notify_service_manager("WATCHDOG=1");
    const auto slept = co_await sleep_for(pause);
    if (!slept) co_return;
  }
}

}  // namespace decnet::net
