#include "session/recorder.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/counters.h"
#include "base/json.h"

namespace decnet::session {
namespace {

constexpr unsigned kCarrier = 0xef00;  // + byte.

// Bytes that the sequence beginning with `first` has; 0 if none begins so.
std::size_t sequence_length(unsigned char first) noexcept {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first < 0xe0) return 2;
  if (first >= 0xe0 && first < 0xf0) return 3;
  if (first >= 0xf0 && first < 0xf5) return 4;
  return 0;
}

// U+EF80 … U+EFFF as UTF-8: ee be 80 … ee bf bf.
bool is_carrier(std::string_view sequence) noexcept {
  return sequence.size() == 3 && sequence[0] == '\xee' &&
         (sequence[1] == '\xbe' || sequence[1] == '\xbf');
}

void append_carried(std::string& out, unsigned char byte) {
  const unsigned point = kCarrier + byte;
  out.push_back(static_cast<char>(0xe0U | (point >> 12U)));
  out.push_back(static_cast<char>(0x80U | ((point >> 6U) & 0x3fU)));
  out.push_back(static_cast<char>(0x80U | (point & 0x3fU)));
}

// How many bytes at the end are the beginning of a sequence that may yet become whole.
std::size_t unfinished_tail(std::string_view bytes) noexcept {
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, bytes.size()); ++back) {
    const auto byte = static_cast<unsigned char>(bytes[bytes.size() - back]);
    if ((byte & 0xc0U) == 0x80U) continue;
    return sequence_length(byte) > back ? back : 0;
  }
  return 0;
}

}  // namespace

std::string recorded_text(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const auto first = static_cast<unsigned char>(bytes.front());
    const auto sequence = bytes.substr(0, std::max<std::size_t>(sequence_length(first), 1));
    if (first < 0x80 || (is_utf8(sequence) && !is_carrier(sequence))) {
      out.append(sequence);
      bytes.remove_prefix(sequence.size());
    } else {
      append_carried(out, first);
      bytes.remove_prefix(1);
    }
  }
  return out;
}

std::string restore_bytes(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    if (const auto sequence = text.substr(0, 3); is_carrier(sequence)) {
      const auto high = static_cast<unsigned char>(sequence[1]);
      const auto low = static_cast<unsigned char>(sequence[2]);
      out.push_back(static_cast<char>(((high & 0x3U) << 6U) | (low & 0x3fU)));
      text.remove_prefix(3);
    } else {
      out.push_back(text.front());
      text.remove_prefix(1);
    }
  }
  return out;
}

event::Event recording_event(const Segment& segment, std::string_view sha256,
                             std::size_t recording) {
  event::Event event{.type = std::string(event::kRecording)};
  event.add("artifact", to_hex(sha256)).add("duration_ms", segment.duration_ms);
  event.add("format", "asciicast v2").add("recording", recording).add("segment", segment.number);
  if (segment.is_final) event.add("final", "true");
  event.add("size", segment.text.size());
  if (segment.truncated) event.add("truncated", "true");
  return event;
}

Recorder::Recorder(const Clock& clock, RecordingFacts facts, Sink sink)
    : clock_(clock),
      facts_(std::move(facts)),
      sink_(std::move(sink)),
      began_(clock.monotonic()),
      began_at_(clock.now()) {}

Recorder::~Recorder() {
  finish();
}

void Recorder::output(std::string_view bytes) {
  record('o', bytes, output_cut_, kRecordingBytesMax - kRecordingReserve);
}

void Recorder::input(std::string_view bytes, Echo echo) {
  if (bytes.empty()) return;
  if (echo == Echo::hidden) line('s', "1", kRecordingBytesMax);
  record('i', bytes, input_cut_, kRecordingBytesMax);
}

void Recorder::resize(std::uint16_t columns, std::uint16_t rows) {
  if (columns == facts_.columns && rows == facts_.rows) return;
  facts_.columns = columns;
  facts_.rows = rows;
  line('r', fmt::format("{}x{}", columns, rows), kRecordingBytesMax);
}

void Recorder::marker(std::string_view kind, std::string_view text) {
  const auto cut = text.substr(0, kRecordingMarkerMax);
  const std::string whole = fmt::format("{} {}", kind, cut);
  line('m', recorded_text(whole), kRecordingBytesMax);
}

void Recorder::record(char code, std::string_view bytes, std::string& cut, std::size_t limit) {
  if (truncated_ && code == 'o') {  // A flood costs no more than its count.
    refuse(bytes.size());
    return;
  }
  std::string joined;
  if (!cut.empty()) {
    joined = std::move(cut);
    cut.clear();
    bytes = joined.append(bytes);
  }
  while (!bytes.empty()) {
    std::string_view chunk = bytes.substr(0, kRecordingChunkMax);
    chunk.remove_suffix(unfinished_tail(chunk));
    if (chunk.empty()) break;
    bytes.remove_prefix(chunk.size());
    if (!line(code, recorded_text(chunk), limit)) refuse(chunk.size());
  }
  cut.assign(bytes);
}

void Recorder::refuse(std::size_t bytes) {
  static Counter& refused =
      counter("session_limit_recording_bytes_total", "Bytes of a terminal that were not recorded");
  refused.add(bytes);
  refused_ += bytes;
}

// False: the recording is full. The first time, it says so itself.
bool Recorder::line(char code, std::string_view text, std::size_t limit) {
  if (finished_) return false;
  const auto since = clock_.monotonic() - began_;
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(since).count();
  std::string entry =
      fmt::format("[{}.{:06},\"{}\",", micros / 1'000'000, micros % 1'000'000, code);
  append_json_string(entry, text);
  entry.append("]\n");
  if (written_ + entry.size() > limit) {
    if (!truncated_) {
      truncated_ = true;
      line('m', "truncated", kRecordingBytesMax + kRecordingMarkerMax);
    }
    return false;
  }
  if (segment_.empty()) begin_segment();
  segment_.append(entry);
  written_ += entry.size();
  if (segment_.size() >= kSegmentBytes)
    close_segment();
  else
    close_if_due();
  return true;
}

void Recorder::begin_segment() {
  segment_began_ = clock_.monotonic();
  JsonWriter header;
  header.begin_object()
      .field("version", 2)
      .field("width", facts_.columns)
      .field("height", facts_.rows);
  header.field("timestamp", to_micros(began_at_) / 1'000'000);
  if (!facts_.title.empty()) header.field("title", recorded_text(facts_.title));
  header.key("env").begin_object();
  header.field("TERM", recorded_text(facts_.term)).field("SHELL", recorded_text(facts_.shell));
  header.end_object().end_object();
  segment_ = std::move(header).take();
  segment_.push_back('\n');
}

void Recorder::close_if_due() {
  if (!segment_.empty() && clock_.monotonic() - segment_began_ >= kSegmentTime) close_segment();
}

void Recorder::close_segment() {
  if (!segment_.empty()) send(false);
}

// What was cut and never became whole.
void Recorder::flush_cut() {
  if (!output_cut_.empty()) line('o', recorded_text(output_cut_), kRecordingBytesMax);
  if (!input_cut_.empty()) line('i', recorded_text(input_cut_), kRecordingBytesMax);
  output_cut_.clear();
  input_cut_.clear();
}

void Recorder::finish() {
  if (finished_) return;
  flush_cut();
  // The last segment says that it is the last one, also where it has nothing else to say.
  if (segment_.empty() && number_ > 0) begin_segment();
  finished_ = true;
  if (!segment_.empty()) send(true);
}

void Recorder::send(bool is_final) {
  const auto lasted = clock_.monotonic() - began_;
  Segment segment{
      .number = number_++,
      .text = std::move(segment_),
      .duration_ms = std::chrono::duration_cast<std::chrono::milliseconds>(lasted).count(),
      .is_final = is_final,
      .truncated = truncated_};
  segment_ = std::string();
  sink_(std::move(segment));
}

}  // namespace decnet::session
