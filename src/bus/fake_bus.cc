#include "bus/fake_bus.h"

#include <deque>
#include <utility>

#include "base/log.h"
#include "bus/event_body.h"
#include "bus/pattern.h"
#include "bus/subscriptions.h"

namespace decnet::bus {

struct FakeBus::State {
  explicit State(const Clock& of) : clock(of) {}

  const Clock& clock;
  std::shared_ptr<Subscriptions> table = std::make_shared<Subscriptions>();
  std::vector<Event> published;
  std::deque<Event> undelivered;
  bool delivering = false;
  bool connected = true;
  bool closed = false;
  EventIds ids;
  EventReader reader;
};

FakeBus::FakeBus(const Clock& clock) : state_(std::make_shared<State>(clock)) {}

FakeBus::~FakeBus() {
  shut_gate();
}

void FakeBus::publish(const Topic& topic, std::string_view payload, std::string_view type) {
  const auto state = state_;  // A handler may destroy the bus.
  if (state->closed) return;
  const std::string text(payload.empty() ? "{}" : payload);
  if (const auto good = state->reader.check_object(text); !good) {
    log::error("{} is not published: {}", topic.text(), good.error().detail);
    return;
  }
  const Event event(
      {std::string(topic.text()), state->ids.next(), std::string(type), state->clock.now(), text});
  state->published.push_back(event);
  state->undelivered.push_back(event);
  if (std::exchange(state->delivering, true)) return;
  while (!state->undelivered.empty()) {
    const Event next = std::move(state->undelivered.front());
    state->undelivered.pop_front();
    state->table->deliver(next);
  }
  state->delivering = false;
}

Result<Subscription> FakeBus::subscribe(std::string_view pattern, Handler handler) {
  return state_->table->add(pattern, std::move(handler));
}

net::Task<Result<void>> FakeBus::flush(Duration) {
  if (state_->closed) co_return fail(Errc::closed, "the bus is closed");
  co_return Result<void>{};
}

bool FakeBus::connected() const noexcept {
  return state_->connected && !state_->closed;
}

net::Task<void> FakeBus::close() {
  shut_gate();
  state_->closed = true;
  state_->table->close();
  co_return;
}

const std::vector<Event>& FakeBus::published() const noexcept {
  return state_->published;
}

std::vector<Event> FakeBus::published(std::string_view pattern) const {
  std::vector<Event> out;
  const auto wanted = Pattern::parse(pattern);
  if (!wanted) return out;
  for (const Event& event : state_->published) {
    if (wanted->matches(event.topic())) out.push_back(event);
  }
  return out;
}

std::size_t FakeBus::subscriptions() const noexcept {
  return state_->table->size();
}

void FakeBus::set_connected(bool connected) noexcept {
  state_->connected = connected;
}

}  // namespace decnet::bus
