#include "control/links.h"

#include "base/log.h"

namespace decnet::control {

net::Task<void> follow_supervisor(Channel& supervisor, LinkHandlers handlers) {
  for (;;) {
    auto received = co_await supervisor.receive();
    if (!received && received.error().code == Errc::invalid_argument) {
      log::error("a message of the supervisor could not be read: {}", received.error().detail);
      continue;
    }
    if (!received) co_return;
    if (const auto* link = std::get_if<Link>(&received->message)) {
      if (!received->descriptors.empty()) {
        handlers.link(link->kind, link->peer, std::move(received->descriptors.front()));
      }
    } else if (handlers.other) {
      handlers.other(std::move(*received));
    }
  }
}

}  // namespace decnet::control
