#include "bus/null_bus.h"

#include "bus/pattern.h"

namespace decnet::bus {

NullBus::~NullBus() {
  shut_gate();
}

void NullBus::publish(const Topic&, std::string_view, std::string_view) {}

Result<Subscription> NullBus::subscribe(std::string_view pattern, Handler) {
  DECNET_TRY(Pattern::parse(pattern));
  return Subscription{};
}

net::Task<Result<void>> NullBus::flush(Duration) {
  co_return Result<void>{};
}

bool NullBus::connected() const noexcept {
  return false;
}

net::Task<void> NullBus::close() {
  shut_gate();
  co_return;
}

}  // namespace decnet::bus
