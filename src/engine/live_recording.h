// Recordings of an engine's sessions, on their way to the collector.
#pragma once

#include "engine/place.h"
#include "session/recorder.h"

namespace decnet::engine {

class LiveSession;

inline constexpr Duration kRecordingsLook = std::chrono::seconds{5};

// Closes in time what a quiet terminal would leave open.
void close_due_segments(Surroundings& around);

class LiveRecording final : public session::Recording {
 public:
  // `number`: which of the session's. `keep` false: beyond the session's limit.
  LiveRecording(LiveSession& session, session::RecordingFacts facts, std::size_t number, bool keep);
  ~LiveRecording() override;
  void output(std::string_view bytes) override;
  void input(std::string_view bytes, session::Echo echo) override;
  void resize(std::uint16_t columns, std::uint16_t rows) override;
  void marker(std::string_view kind, std::string_view text) override;
  void finish() override;
  void close_if_due();

 private:
  void send(session::Segment segment);
  void account();

  LiveSession& session_;
  std::size_t number_;
  bool keep_;
  std::size_t held_ = 0;  // Of Surroundings::recording_bytes.
  session::Recorder recorder_;
};

}  // namespace decnet::engine
