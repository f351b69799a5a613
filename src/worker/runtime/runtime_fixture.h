// A runtime with a worker that does what the test says, on a fake bus and a fake clock. No test of
// it depends on a time: pauses are recorded and end at once, or when the test lets them.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bus/fake_bus.h"
#include "net/loop.h"
#include "store/contract.h"
#include "worker/runtime/runtime.h"

namespace decnet::worker {

// What the workers of a test do; each test sets it anew.
struct Script {
  std::function<net::Task<Result<void>>(Context&, Ticks&)> run;
  int made = 0;
  int runs = 0;
};
inline Script& script() {
  static Script one;
  return one;
}

class ScriptedWorker final : public Worker {
 public:
  ScriptedWorker() { ++script().made; }
  net::Task<Result<void>> run(Context& context) override {
    ++script().runs;
    return script().run(context, ticks_);
  }
  std::string health() const override { return R"({"done":7})"; }
};

inline std::unique_ptr<Worker> make_scripted() {
  return std::make_unique<ScriptedWorker>();
}

class RuntimeTest : public testing::Test {
 protected:
  RuntimeTest() {
    script() = {};
    script().run = until_cancelled;
    options_.process = "core";
    options_.pause = [this](Duration how_long) { return note_pause(how_long); };
    options_.want_lines = [this](std::string_view name) { wanted_.emplace_back(name); };
    options_.on_stopped = [this](std::string_view name) { stopped_.emplace_back(name); };
  }

  static net::Task<Result<void>> until_cancelled(Context&, Ticks&) {
    const auto slept = co_await net::sleep_for(std::chrono::hours{1});
    co_return slept ? Result<void>{} : Result<void>{};
  }
  net::Task<bool> note_pause(Duration how_long) {
    pauses_.push_back(how_long);
    if (pauses_.size() < pauses_max_) co_return true;
    const auto slept = co_await net::sleep_for(std::chrono::hours{1});
    co_return slept.has_value();
  }

  // Runs the test's coroutine, then the runtime's own end.
  void run(net::Task<void> test) {
    auto whole = [](RuntimeTest& self, net::Task<void> inner) -> net::Task<void> {
      co_await std::move(inner);
      co_await self.runtime_.stop();
      self.loop_.stop();
    };
    loop_.spawn(whole(*this, std::move(test)));
    loop_.run();
  }
  // Turns of the loop until the condition holds.
  static net::Task<void> until(std::function<bool()> holds) {
    for (int n = 0; n < 10'000 && !holds(); ++n) {
      const auto slept = co_await net::sleep_for(std::chrono::milliseconds{1});
      if (!slept) break;
    }
    EXPECT_TRUE(holds());
  }
  void ask_to_stop(const std::string& name, const std::string& reason = "a test") {
    bus_.publish(*bus::topic::system_control(name), bus::stop_payload("ana", clock_.now(), reason));
  }
  std::vector<boost::json::object> beats(const std::string& name) const {
    std::vector<boost::json::object> out;
    for (const auto& event : bus_.published("system." + name + ".health"))
      out.push_back(boost::json::parse(std::string(event.payload())).as_object());
    return out;
  }
  boost::json::object words(const std::string& name) const {
    const auto text = store_->maintenance().setting(store::last_words_setting(name));
    return text ? boost::json::parse(*text).as_object() : boost::json::object{};
  }

  static constexpr Descriptor kFirst{"first", "does as the test says", make_scripted};
  static constexpr Descriptor kSecond{"second", "the same", make_scripted};

  store::TestFolder folder_;
  std::unique_ptr<store::Store> store_ =
      store::open_store({.url = store::sqlite_url(folder_.path())}).value();
  net::Loop loop_;
  net::BlockingPool pool_{"test", 1};
  FakeClock clock_;
  Config config_;
  bus::FakeBus bus_{clock_};
  LineInbox senders_{loop_.executor()}, controls_{loop_.executor()};
  net::Wakeup log_grew_{loop_.executor()};
  Context context_{loop_.executor(), clock_,    config_,  *store_, pool_, bus_,
                   senders_,         controls_, log_grew_};
  std::vector<Duration> pauses_;
  std::size_t pauses_max_ = 100;  // The last one lasts until it is cancelled.
  std::vector<std::string> wanted_, stopped_;
  RuntimeOptions options_;
  Runtime runtime_{
      context_, [this] {
        RuntimeOptions through;  // The test may still change options_.
        through.process = "core";
        through.pause = [this](Duration time) { return options_.pause(time); };
        through.want_lines = [this](std::string_view name) { options_.want_lines(name); };
        through.on_stopped = [this](std::string_view name) { options_.on_stopped(name); };
        return through;
      }()};
};

}  // namespace decnet::worker
