// PublishGate: what lies between the threads that publish and the loop of their bus. Inside bus.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "bus/topic.h"
#include "net/task.h"

namespace decnet::bus {

class Bus;

class PublishGate : public std::enable_shared_from_this<PublishGate> {
 public:
  explicit PublishGate(Bus& bus) : bus_(&bus) {}

  // Any thread. False: the gate is shut, or full.
  bool hand(const net::Executor& executor, Topic topic, std::string payload, std::string type);

  // On the loop. When it returns no thread will touch the loop through this gate any more.
  void shut() noexcept;

 private:
  struct Handed {
    Topic topic;
    std::string payload;
    std::string type;
  };
  void drain();

  std::mutex mutex_;  // Held for a push and a post only, never over a publish.
  Bus* bus_;          // Null once shut.
  std::deque<Handed> handed_;
  std::size_t bytes_ = 0;
};

}  // namespace decnet::bus
