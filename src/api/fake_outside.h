// What an API of a test has outside: a bus, and whoever starts workers.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api/worker_host.h"
#include "bus/fake_bus.h"
#include "bus/lazy.h"

namespace decnet::api {

// The test's bus, as a connection that the API owns.
class ForwardBus final : public bus::Bus {
 public:
  explicit ForwardBus(bus::FakeBus& to) : to_(to) {}
  void publish(const bus::Topic& topic, std::string_view payload, std::string_view type) override {
    to_.publish(topic, payload, type);
  }
  using Bus::subscribe;
  Result<bus::Subscription> subscribe(std::string_view pattern, bus::Handler handler) override {
    return to_.subscribe(pattern, std::move(handler));
  }
  net::Task<Result<void>> flush(Duration timeout) override { return to_.flush(timeout); }
  bool connected() const noexcept override { return to_.connected(); }
  net::Task<void> close() override { co_return; }

 private:
  bus::FakeBus& to_;
};

// Starts what the test says.
class FakeHost final : public WorkerHost {
 public:
  WorkerPlace place(std::string_view worker) override { return {worker == "bus", true}; }
  Result<WorkerStart> start(const std::string& worker) override {
    asked.push_back(worker);
    if (worker == "collector") return fail(Errc::io, "it does not start");
    if (worker == "api") return fail(Errc::unsupported, "nobody starts that");
    return worker == "bus" ? WorkerStart::already_running : WorkerStart::started;
  }
  std::vector<std::string> asked;
};

}  // namespace decnet::api
