// Recording: what a terminal showed and what was typed on it, as asciicast v2
// (https://docs.asciinema.org/manual/asciicast/v2/), in segments.
//
//   auto recording = session.record({.columns = 80, .rows = 24, .term = "xterm", .title =
//   "root@web-01"}); recording->output(bytes_for_the_peer); recording->input(bytes_of_the_peer);
//   recording->marker("command", "uname -a");
//   recording->finish();
//
// A segment is a whole asciicast with a header of its own; its times count from the beginning of
// the recording, so the segments joined, each but the first without its header, are the recording.
// One is closed at kSegmentBytes or after kSegmentTime and leaves the engine at once: whoever kills
// the engine loses what came after the last one.
//
// Lines: [seconds, "o", text] output · "i" input · "r" resize "COLSxROWS" · "m" marker "KIND text"
// · "s" "1": the input line that follows was typed where nothing is echoed (a password). Players
// skip codes that they do not know.
//
// Text is UTF-8. A sequence that two writes cut is joined. A byte that is not UTF-8 is carried as
// the code point U+EF00 + byte (U+EF80 … U+EFFF, private use), and a genuine U+EF80 … U+EFFF as its
// three bytes in that form: nothing is lost, restore_bytes() gives back what was written.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "event/event.h"

namespace decnet::session {

inline constexpr std::size_t kRecordingBytesMax = 8U << 20;   // Of one recording, as text.
inline constexpr std::size_t kRecordingReserve = 512U << 10;  // Of these: not for output.
inline constexpr std::size_t kRecordingChunkMax = 64U << 10;  // Bytes in one line, before escapes.
inline constexpr std::size_t kRecordingMarkerMax = 1024;      // A longer marker is cut.
inline constexpr std::size_t kSegmentBytes = 256U << 10;
inline constexpr Duration kSegmentTime = std::chrono::seconds{30};

struct RecordingFacts {
  std::uint16_t columns = 80;
  std::uint16_t rows = 24;
  std::string term = "xterm";  // TERM, as the peer set it.
  std::string shell = "/bin/bash";
  std::string title;
};

enum class Echo : std::uint8_t { shown, hidden };  // hidden: a password.

// Touched on the engine's one thread. Nothing here fails or waits.
class Recording {
 public:
  virtual ~Recording() = default;  // Finishes it.
  virtual void output(std::string_view bytes) = 0;
  virtual void input(std::string_view bytes, Echo echo = Echo::shown) = 0;
  virtual void resize(std::uint16_t columns, std::uint16_t rows) = 0;
  // `kind`: login, command, download … (one word). `text`: who, what, which URL.
  virtual void marker(std::string_view kind, std::string_view text) = 0;
  virtual void finish() = 0;
};

struct Segment {
  std::uint32_t number = 0;
  std::string text;
  std::int64_t duration_ms = 0;  // From the recording's beginning to this segment's end.
  bool is_final = false;
  bool truncated = false;  // Something was not recorded: the recording has reached its limit.
};

// The event that names it. `sha256`: the 32 bytes of its text's hash.
event::Event recording_event(const Segment& segment, std::string_view sha256,
                             std::size_t recording);

// Writes one. Every segment goes to `sink`, the last one by finish() or the destructor; a recording
// of which nothing was said has none.
class Recorder final : public Recording {
 public:
  using Sink = std::function<void(Segment)>;
  Recorder(const Clock& clock, RecordingFacts facts, Sink sink);
  ~Recorder() override;
  void output(std::string_view bytes) override;
  void input(std::string_view bytes, Echo echo = Echo::shown) override;
  void resize(std::uint16_t columns, std::uint16_t rows) override;
  void marker(std::string_view kind, std::string_view text) override;
  void finish() override;

  // Closes the segment under way if it is kSegmentTime old; close_segment() closes it anyway.
  void close_if_due();
  void close_segment();
  std::size_t held_bytes() const noexcept { return segment_.size(); }
  std::uint64_t refused_bytes() const noexcept { return refused_; }  // Beyond kRecordingBytesMax.

 private:
  void record(char code, std::string_view bytes, std::string& cut, std::size_t limit);
  bool line(char code, std::string_view text, std::size_t limit);
  void refuse(std::size_t bytes);
  void flush_cut();
  void begin_segment();
  void send(bool is_final);

  const Clock& clock_;
  RecordingFacts facts_;
  Sink sink_;
  std::chrono::nanoseconds began_;
  std::chrono::nanoseconds segment_began_{0};
  TimePoint began_at_;
  std::string segment_;
  std::string output_cut_, input_cut_;  // The beginning of a sequence whose end has not come yet.
  std::uint64_t written_ = 0, refused_ = 0;
  std::uint32_t number_ = 0;
  bool truncated_ = false;
  bool finished_ = false;
};

// Bytes as the text of a recording, and back. restore_bytes(recorded_text(x)) == x.
std::string recorded_text(std::string_view bytes);
std::string restore_bytes(std::string_view text);

}  // namespace decnet::session
