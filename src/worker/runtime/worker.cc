#include "worker/runtime/worker.h"

namespace decnet::worker {

net::Task<bool> woken(net::Wakeup& wakeup, Duration at_most) {
  const auto waited = co_await wakeup.wait(at_most);
  co_return waited || waited.error().code != Errc::cancelled;
}

net::Task<Result<Line>> LineInbox::next() {
  while (lines_.empty()) {
    if (!co_await woken(wakeup_, std::chrono::hours{1}))
      co_return fail(Errc::cancelled, "stopping");
  }
  Line line = std::move(lines_.front());
  lines_.pop_front();
  co_return line;
}

}  // namespace decnet::worker
