// NullBus: the bus of an installation without one (DECNET_BUS_ENABLED=false). Publishes go nowhere,
// subscriptions never fire; everything works by its slow poll.
#pragma once

#include "bus/bus.h"

namespace decnet::bus {

class NullBus final : public Bus {
 public:
  ~NullBus() override;
  void publish(const Topic& topic, std::string_view payload = {},
               std::string_view type = {}) override;
  using Bus::subscribe;
  Result<Subscription> subscribe(std::string_view pattern, Handler handler) override;
  net::Task<Result<void>> flush(Duration timeout) override;
  bool connected() const noexcept override;
  net::Task<void> close() override;
};

}  // namespace decnet::bus
