#include "engine/live_capture.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/counters.h"

namespace decnet::engine {

LiveCapture::LiveCapture(LiveSession& session, std::string name, std::string path, bool keep)
    : session_(session), name_(std::move(name)), path_(std::move(path)), keep_(keep) {}

LiveCapture::~LiveCapture() {
  if (!finished_) send(true);
}

void LiveCapture::write(std::string_view bytes) {
  static Counter& cut =
      counter("session_limit_capture_bytes_total", "Bytes of captured files that were not kept");
  size_ += bytes.size();
  hash_.update(bytes);
  Surroundings& around = session_.around_;
  const std::uint64_t room =
      std::min(around.limits.capture_bytes_max - content_.size(),
               kCaptureMemoryMax - std::min(around.capture_bytes, kCaptureMemoryMax));
  const auto kept = keep_ ? bytes.substr(0, room) : std::string_view{};
  content_.append(kept);
  around.capture_bytes += kept.size();
  cut.add(bytes.size() - kept.size());
}

void LiveCapture::finish() {
  if (!finished_) send(false);
}

void LiveCapture::send(bool incomplete) {
  finished_ = true;
  Surroundings& around = session_.around_;
  around.capture_bytes -= content_.size();
  const bool truncated = size_ > content_.size();
  const std::string whole = hash_.finish();
  const std::string kept = truncated ? sha256(content_) : whole;
  event::Event event{.type = std::string(event::kFileCaptured),
                     .severity = event::Severity::warning};
  event.add("sha256", to_hex(whole)).add("size", size_).add("name", name_).add("path", path_);
  if (!content_.empty()) event.add("artifact", to_hex(kept));
  if (truncated) event.add("truncated", "true");
  if (incomplete) event.add("incomplete", "true");
  ++session_.events_;
  ++around.events_total;
  session_.stamp(event);
  if (content_.empty())
    around.sender.submit(std::move(event));
  else
    around.sender.submit_with_blob(std::move(event), kept, std::move(content_));
}

}  // namespace decnet::engine
