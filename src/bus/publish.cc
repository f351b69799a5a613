#include "bus/publish.h"

#include <exception>
#include <utility>

#include "base/log.h"
#include "bus/gate.h"

namespace decnet::bus {

void publish_safely(Bus* bus, const Topic& topic, std::string_view payload,
                    std::string_view type) noexcept {
  try {
    if (bus == nullptr) {
      log::debug("no bus: {} is not published", topic.text());
    } else {
      bus->publish(topic, payload, type);
    }
  } catch (const std::exception& error) {
    log::debug("{} is not published: {}", topic.text(), error.what());
  }
}

void publish_safely(Bus* bus, const Result<Topic>& topic, std::string_view payload,
                    std::string_view type) noexcept {
  if (topic) {
    publish_safely(bus, *topic, payload, type);
  } else {
    log::debug("not published: {}", topic.error().detail);
  }
}

ThreadSafePublisher::ThreadSafePublisher(Bus& bus, net::Executor executor)
    : gate_(bus.gate()), executor_(std::move(executor)) {}

void ThreadSafePublisher::publish(const Topic& topic, std::string payload,
                                  std::string type) noexcept {
  try {
    gate_->hand(executor_, topic, std::move(payload), std::move(type));
  } catch (const std::exception& error) {
    log::debug("{} is not published: {}", topic.text(), error.what());
  }
}

}  // namespace decnet::bus
