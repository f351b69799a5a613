#include "app/processes/supervisor_line.h"

#include <sys/socket.h>

#include "base/log.h"
#include "net/cancel.h"

namespace decnet::app {
namespace {

bool is_line(int fd) {
  int type = 0;
  socklen_t size = sizeof type;
  return ::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

}  // namespace

SupervisorLine::SupervisorLine(const net::Executor& executor, const Config& config,
                               std::string process)
    : executor_(executor),
      path_(config.supervisor_socket()),
      process_(std::move(process)),
      handed_(is_line(control::kSupervisorFd)) {
  if (handed_)
    channel_ = std::make_shared<control::Channel>(executor, UniqueFd(control::kSupervisorFd));
}

net::Task<void> SupervisorLine::follow(control::LinkHandlers handlers) {
  bool goes_on = true;
  if (handed_) {
    co_await control::follow_supervisor(*channel_, std::move(handlers));
    goes_on = false;
  }
  while (goes_on) {
    auto socket = net::connect_packets(path_);
    if (socket) {
      channel_ = std::make_shared<control::Channel>(executor_, *std::move(socket));
      say(control::Attach{process_});
      co_await control::follow_supervisor(*channel_, handlers);
      channel_.reset();
    } else {
      log::debug("there is no supervisor: {}", socket.error().detail);
    }
    const auto slept = co_await net::sleep_for(kAttachEvery);
    goes_on = slept.has_value();
  }
}

void SupervisorLine::say(const control::Message& message) {
  if (!channel_) return;
  const auto sent = channel_->send(message);
  if (!sent) log::debug("the supervisor did not hear it: {}", sent.error().detail);
}

}  // namespace decnet::app
