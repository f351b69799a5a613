// Recordings of live sessions: what leaves the engine, when, and how much they may hold.
#include "engine/live_recording.h"

#include <gtest/gtest.h>

#include "engine/live_session.h"
#include "net/memory_stream.h"
#include "session/testing.h"

namespace decnet::engine {
namespace {

class EngineRecordingTest : public ::testing::Test {
 protected:
  EngineRecordingTest() {
    place_->place.decky = "web-01";
    place_->place.service = "ssh";
    place_->place.persona =
        std::make_shared<const persona::Persona>(session::Script::example_persona());
    place_->place.clock = &clock_;
  }
  std::unique_ptr<LiveSession> session() {
    auto stream = std::make_unique<net::MemoryStream>(std::vector<std::string>{},
                                                      net::ScriptEnd::closes, &clock_);
    return std::make_unique<LiveSession>(around_, place_, doors_, std::move(stream));
  }

  FakeClock clock_;
  ingest::Sender sender_{clock_, {.role = "test"}};
  Surroundings around_{clock_, sender_, {}};
  std::shared_ptr<RunningPlace> place_ = std::make_shared<RunningPlace>();
  Doors doors_;
};

TEST_F(EngineRecordingTest, LeavesBySizeByTimeAndAtItsEnd) {
  const auto live = session();
  auto recording = live->record({});
  recording->output("hello");
  EXPECT_EQ(sender_.pending(), 0U);
  EXPECT_GT(around_.recording_bytes, 0U);
  clock_.advance(session::kSegmentTime);
  close_due_segments(around_);
  EXPECT_EQ(sender_.pending(), 1U) << "a silent terminal is closed, too";
  EXPECT_EQ(around_.recording_bytes, 0U);
  recording->output(std::string(session::kSegmentBytes, 'x'));
  EXPECT_EQ(sender_.pending(), 2U);
  EXPECT_GT(sender_.pending_bytes(), session::kSegmentBytes) << "the content goes with it";
  recording.reset();
  EXPECT_EQ(sender_.pending(), 3U);
  EXPECT_TRUE(around_.recordings.empty());
  EXPECT_EQ(around_.recording_bytes, 0U);
}

TEST_F(EngineRecordingTest, CountsBeyondTheSessionsLimit) {
  around_.limits.recordings_max = 1;
  const auto live = session();
  const auto first = live->record({});
  const auto second = live->record({});
  second->output("not kept");
  second->input("x");
  second->finish();
  EXPECT_EQ(sender_.pending(), 0U);
  first->output("kept");
  first->finish();
  EXPECT_EQ(sender_.pending(), 1U);
}

TEST_F(EngineRecordingTest, LeavesEarlyWhereAllTogetherHoldTooMuch) {
  const auto live = session();
  const auto recording = live->record({});
  around_.recording_bytes = kRecordingMemoryMax;
  recording->output("small");
  EXPECT_EQ(sender_.pending(), 0U);
  recording->output(std::string(kEarlySegmentBytes, 'x'));
  EXPECT_EQ(sender_.pending(), 1U);
  EXPECT_EQ(around_.recording_bytes, kRecordingMemoryMax);
}

}  // namespace
}  // namespace decnet::engine
