// FakeBus: a bus inside one process, for tests. Delivers at once, in order, and remembers what was
// published.
//
//   FakeBus bus;
//   worker.tick(bus);
//   EXPECT_EQ(bus.published().at(0).topic(), "attacker.observed");
#pragma once

#include <memory>
#include <vector>

#include "bus/bus.h"

namespace decnet::bus {

class FakeBus final : public Bus {
 public:
  explicit FakeBus(const Clock& clock = Clock::system());
  ~FakeBus() override;

  // Handlers run before it returns, unless a handler published it: then after that handler.
  void publish(const Topic& topic, std::string_view payload = {},
               std::string_view type = {}) override;
  using Bus::subscribe;
  Result<Subscription> subscribe(std::string_view pattern, Handler handler) override;
  net::Task<Result<void>> flush(Duration timeout) override;
  bool connected() const noexcept override;
  net::Task<void> close() override;

  // Everything published since the start, oldest first. A reference until the next publish.
  const std::vector<Event>& published() const noexcept;
  std::vector<Event> published(std::string_view pattern) const;  // Empty for a bad pattern.
  std::size_t subscriptions() const noexcept;
  void set_connected(bool connected) noexcept;  // For who shows "bus offline".

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace decnet::bus
