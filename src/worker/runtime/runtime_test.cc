#include "worker/runtime/runtime.h"

#include "bus/publish.h"
#include "worker/runtime/runtime_fixture.h"

namespace decnet::worker {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

net::Task<Result<void>> fail_at_once(Context&, Ticks&) {
  co_return fail(Errc::io, "boom");
}

TEST_F(RuntimeTest, waits_a_second_then_twice_as_long_up_to_thirty) {
  script().run = fail_at_once;
  pauses_max_ = 8;
  const auto test = [this]() -> net::Task<void> {
    runtime_.add(kFirst);
    const auto reached = [this] { return pauses_.size() == 8; };
    co_await until(reached);
  };
  run(test());
  EXPECT_THAT(pauses_, ElementsAre(1s, 2s, 4s, 8s, 16s, 30s, 30s, 30s));
  EXPECT_EQ(script().runs, 8);
  EXPECT_EQ(script().made, 1) << "a failed worker runs again as the same object";
}

TEST_F(RuntimeTest, begins_at_a_second_again_after_a_minute_of_health) {
  script().run = [this](Context&, Ticks&) -> net::Task<Result<void>> {
    if (script().runs == 4) clock_.advance(kWellAfter);
    if (script().runs == 6) clock_.advance(kWellAfter - 1us);
    co_return fail(Errc::io, "boom");
  };
  pauses_max_ = 6;
  const auto test = [this]() -> net::Task<void> {
    runtime_.add(kFirst);
    const auto reached = [this] { return pauses_.size() == 6; };
    co_await until(reached);
  };
  run(test());
  EXPECT_THAT(pauses_, ElementsAre(1s, 2s, 4s, 1s, 2s, 4s));
}

TEST_F(RuntimeTest, runs_again_also_after_an_exception_and_after_an_end) {
  script().run = [](Context&, Ticks&) -> net::Task<Result<void>> {
    if (script().runs == 1) throw std::runtime_error("thrown");
    co_return Result<void>{};
  };
  pauses_max_ = 2;
  const auto test = [this]() -> net::Task<void> {
    runtime_.add(kFirst);
    const auto reached = [this] { return pauses_.size() == 2; };
    co_await until(reached);
  };
  run(test());
  const auto all = beats("first");
  EXPECT_EQ(all.at(1).at("last_error"), "an exception");
  EXPECT_EQ(all.at(2).at("last_error"), "ended by itself");
}

TEST_F(RuntimeTest, tells_ticks_failures_restarts_and_how_long_the_last_tick_took) {
  script().run = [this](Context&, Ticks& ticks) -> net::Task<Result<void>> {
    for (int n = 0; n < 3; ++n) {
      Tick tick(ticks, clock_);
      if (n == 1) tick.failed();
      clock_.advance(250ms);
    }
    if (script().runs == 1) co_return fail(Errc::io, "boom");
    co_return co_await until_cancelled(context_, ticks);
  };
  const auto test = [this]() -> net::Task<void> {
    runtime_.add(kFirst);
    const auto reached = [] { return script().runs == 2; };
    co_await until(reached);
    ask_to_stop("first");
    const auto next_reached = [this] { return !stopped_.empty(); };
    co_await until(next_reached);
  };
  run(test());
  const auto last = beats("first").back();
  EXPECT_EQ(last.at("ticks_total"), 6);
  EXPECT_EQ(last.at("tick_failures_total"), 2);
  EXPECT_EQ(last.at("tick_seconds").to_number<double>(), 0.25);
  EXPECT_EQ(last.at("failures_total"), 1);
  EXPECT_EQ(last.at("restarts_total"), 1);
  EXPECT_EQ(last.at("last_error"), "boom");
  EXPECT_EQ(last.at("counters").at("done"), 7);
  EXPECT_EQ(last.at("worker"), "first");
}

TEST_F(RuntimeTest, wants_lines_before_it_runs_again_but_not_at_first) {
  script().run = fail_at_once;
  pauses_max_ = 3;
  const auto test = [this]() -> net::Task<void> {
    runtime_.add(kFirst);
    const auto reached = [this] { return pauses_.size() == 3; };
    co_await until(reached);
  };
  run(test());
  EXPECT_THAT(wanted_, ElementsAre("first", "first"));
}

TEST_F(RuntimeTest, a_stop_ends_one_worker_stores_its_last_words_and_no_other_notices) {
  const auto test = [this]() -> net::Task<void> {
    runtime_.add(kFirst);
    runtime_.add(kSecond);
    const auto reached = [] { return script().runs == 2; };
    co_await until(reached);
    ask_to_stop("first", "too loud");
    const auto next_reached = [this] { return !stopped_.empty(); };
    co_await until(next_reached);
    EXPECT_FALSE(runtime_.idle());
    EXPECT_EQ(runtime_.start("second").value(), Started::already_running);
  };
  run(test());
  EXPECT_THAT(stopped_, ElementsAre("first"));
  EXPECT_TRUE(pauses_.empty()) << "what was told to stop is not run again";
  EXPECT_EQ(words("first").at("actor"), "ana");
  EXPECT_EQ(words("first").at("reason"), "too loud");
  EXPECT_EQ(words("first").at("process"), "core");
  EXPECT_FALSE(words("first").at("log").as_array().empty());
  EXPECT_TRUE(beats("first").back().at("stopped").as_bool());
  EXPECT_TRUE(words("second").empty());
}

TEST_F(RuntimeTest, a_stopped_worker_starts_again_as_a_new_object_and_can_be_stopped_again) {
  const auto test = [this]() -> net::Task<void> {
    runtime_.add(kFirst);
    const auto reached = [] { return script().runs == 1; };
    co_await until(reached);
    ask_to_stop("first");
    const auto next_reached = [this] { return runtime_.idle(); };
    co_await until(next_reached);
    EXPECT_EQ(runtime_.start("first").value(), Started::started);
    const auto then_reached = [] { return script().runs == 2; };
    co_await until(then_reached);
    EXPECT_FALSE(beats("first").back().at("stopped").as_bool());
    ask_to_stop("first", "again");
    const auto last_reached = [this] { return runtime_.idle(); };
    co_await until(last_reached);
    EXPECT_EQ(runtime_.start("nobody").error().code, Errc::not_found);
  };
  run(test());
  EXPECT_EQ(script().made, 2);
  EXPECT_THAT(wanted_, ElementsAre("first"));
  EXPECT_EQ(words("first").at("reason"), "again");
}

TEST_F(RuntimeTest, a_stop_does_not_wait_for_a_pause) {
  script().run = fail_at_once;
  pauses_max_ = 1;  // The first pause lasts an hour.
  const auto test = [this]() -> net::Task<void> {
    runtime_.add(kFirst);
    const auto reached = [this] { return pauses_.size() == 1; };
    co_await until(reached);
    ask_to_stop("first");
    const auto next_reached = [this] { return runtime_.idle(); };
    co_await until(next_reached);
  };
  run(test());
  EXPECT_EQ(script().runs, 1);
}

TEST_F(RuntimeTest, no_bus_is_no_reason_to_stop) {
  bus_.set_connected(false);
  const auto test = [this]() -> net::Task<void> {
    co_await bus_.close();  // Everything published is dropped, no subscription ever fires.
    runtime_.add(kFirst);
    const auto reached = [] { return script().runs == 1; };
    co_await until(reached);
    EXPECT_FALSE(runtime_.idle());
  };
  run(test());
  EXPECT_TRUE(pauses_.empty());
}

TEST_F(RuntimeTest, a_wake_up_during_a_tick_is_not_lost) {
  net::Wakeup work(loop_.executor());
  int ticks = 0;
  script().run = [&](Context&, Ticks&) -> net::Task<Result<void>> {
    for (;;) {
      ++ticks;
      if (ticks == 1) work.wake();  // It arrives while the tick is under way.
      if (ticks == 1) work.wake();
      const bool on = co_await woken(work, 1h);
      if (!on) co_return Result<void>{};
    }
  };
  const auto test = [&]() -> net::Task<void> {
    runtime_.add(kFirst);
    const auto reached = [&] { return ticks == 2; };
    co_await until(reached);
  };
  run(test());
  EXPECT_EQ(ticks, 2) << "two wake-ups in one tick are one more tick, and no more";
}

TEST_F(RuntimeTest, the_bus_is_closed_on_the_way_out_and_a_thread_may_keep_its_publisher) {
  bus::ThreadSafePublisher publisher(bus_, loop_.executor());
  const auto test = [this]() -> net::Task<void> {
    runtime_.add(kFirst);
    const auto reached = [] { return script().runs == 1; };
    co_await until(reached);
  };
  run(test());
  const auto before = bus_.published().size();
  publisher.publish(bus::topic::system_log());
  loop_.run_for(1ms);
  EXPECT_EQ(bus_.published().size(), before);
  EXPECT_EQ(bus_.subscriptions(), 0U);
}

TEST_F(RuntimeTest, the_end_of_the_runtime_is_not_a_stop_that_somebody_asked_for) {
  const auto test = [this]() -> net::Task<void> {
    runtime_.add(kFirst);
    const auto reached = [] { return script().runs == 1; };
    co_await until(reached);
  };
  run(test());
  EXPECT_TRUE(stopped_.empty());
  EXPECT_TRUE(words("first").empty());
}

TEST_F(RuntimeTest, beats_at_once_for_an_api_that_has_just_started) {
  const auto test = [this]() -> net::Task<void> {
    runtime_.add(kFirst);
    const auto reached = [this] { return beats("first").size() == 1; };
    co_await until(reached);
    const auto api = *bus::topic::system_health("api");
    bus_.publish(api, R"({"worker":"api","started":"one"})");
    bus_.publish(api, R"({"worker":"api","started":"one"})");
    bus_.publish(api, R"({"worker":"api"})");
    EXPECT_EQ(beats("first").size(), 2U);
    bus_.publish(api, R"({"worker":"api","started":"two"})");
    EXPECT_EQ(beats("first").size(), 3U);
  };
  run(test());
}

TEST(LastWords, keep_the_last_lines_that_fit) {
  EXPECT_THAT(tail({"aaaa", "bb", "cc"}, 5), ElementsAre("cc"));
  EXPECT_THAT(tail({"aaaa", "bb", "cc"}, 6), ElementsAre("bb", "cc"));
  EXPECT_THAT(tail({"aaaa"}, 3), ElementsAre());
  EXPECT_THAT(tail({}, 3), ElementsAre());
}

}  // namespace
}  // namespace decnet::worker
