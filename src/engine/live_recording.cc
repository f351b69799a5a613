#include "engine/live_recording.h"

#include "base/counters.h"
#include "base/hash.h"
#include "engine/live_session.h"

namespace decnet::engine {

void close_due_segments(Surroundings& around) {
  for (LiveRecording* recording : around.recordings) recording->close_if_due();
}

LiveRecording::LiveRecording(LiveSession& session, session::RecordingFacts facts,
                             std::size_t number, bool keep)
    : session_(session),
      number_(number),
      keep_(keep),
      recorder_(session.around_.clock, std::move(facts),
                [this](session::Segment segment) { send(std::move(segment)); }) {
  session_.around_.recordings.insert(this);
}

LiveRecording::~LiveRecording() {
  finish();
  session_.around_.recordings.erase(this);
}

void LiveRecording::output(std::string_view bytes) {
  if (!keep_) return;
  recorder_.output(bytes);
  account();
}

void LiveRecording::input(std::string_view bytes, session::Echo echo) {
  if (!keep_) return;
  recorder_.input(bytes, echo);
  account();
}

void LiveRecording::resize(std::uint16_t columns, std::uint16_t rows) {
  if (!keep_) return;
  recorder_.resize(columns, rows);
  account();
}

void LiveRecording::marker(std::string_view kind, std::string_view text) {
  if (!keep_) return;
  recorder_.marker(kind, text);
  account();
}

void LiveRecording::finish() {
  recorder_.finish();
  account();
}

void LiveRecording::close_if_due() {
  recorder_.close_if_due();
  account();
}

// Where all terminals together hold too much, the larger segments leave early: the sender's buffer
// has a bound of its own.
void LiveRecording::account() {
  Surroundings& around = session_.around_;
  around.recording_bytes += recorder_.held_bytes();
  around.recording_bytes -= held_;
  held_ = recorder_.held_bytes();
  if (around.recording_bytes <= kRecordingMemoryMax || held_ < kEarlySegmentBytes) return;
  static Counter& early = counter("session_limit_recording_memory_total",
                                  "Segments of recordings that were closed early for memory");
  early.add();
  recorder_.close_segment();
  around.recording_bytes -= held_;
  held_ = 0;
}

void LiveRecording::send(session::Segment segment) {
  Surroundings& around = session_.around_;
  std::string hash = sha256(segment.text);
  event::Event event = session::recording_event(segment, hash, number_);
  ++session_.events_;
  ++around.events_total;
  session_.stamp(event);
  around.sender.submit_with_blob(std::move(event), std::move(hash), std::move(segment.text));
}

}  // namespace decnet::engine
