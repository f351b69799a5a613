// Recordings of terminals: the segments that the engine sent, joined to one asciicast v2.
#include <algorithm>

#include "api/artifacts.h"
#include "api/call.h"
#include "api/options.h"
#include "api/routes/nouns.h"
#include "net/blocking.h"
#include "store/store.h"

namespace decnet::api {
namespace {

// Segments one after the other; of each but the first the header is left out, of the first one if
// it only goes on with what the caller has.
class SegmentsReader {
 public:
  SegmentsReader(std::string data_folder, std::vector<std::string> files, bool goes_on)
      : data_folder_(std::move(data_folder)), files_(std::move(files)), strips_header_(goes_on) {}

  // The next bytes; empty at the end. Blocks. What is not kept (any more) is left out. Errors: io.
  Result<std::string> next() {
    for (;;) {
      if (!reader_) {
        if (next_file_ == files_.size()) return std::string();
        auto opened = ArtifactReader::open(data_folder_, files_[next_file_++]);
        if (!opened && opened.error().code == Errc::not_found) continue;
        reader_ = DECNET_TRY(std::move(opened));
        in_header_ = strips_header_;
      }
      std::string bytes = DECNET_TRY(reader_->next());
      if (bytes.empty()) {
        reader_.reset();
        if (std::exchange(line_is_open_, false)) return std::string("\n");
        continue;
      }
      strips_header_ = true;
      if (in_header_) bytes.erase(0, end_of_header(bytes));
      if (bytes.empty()) continue;
      line_is_open_ = bytes.back() != '\n';
      return bytes;
    }
  }

 private:
  std::size_t end_of_header(const std::string& bytes) {
    const std::size_t end = bytes.find('\n');
    in_header_ = end == std::string::npos;
    return in_header_ ? bytes.size() : end + 1;
  }

  std::string data_folder_;
  std::vector<std::string> files_;
  std::size_t next_file_ = 0;
  std::unique_ptr<ArtifactReader> reader_;
  bool strips_header_, in_header_ = false, line_is_open_ = false;
};

net::Task<Result<void>> send_segments(std::shared_ptr<SegmentsReader> reader,
                                      net::BlockingPool& pool, BodySink& sink) {
  const auto read = [&reader] { return reader->next(); };
  for (;;) {
    DECNET_CO_TRY(const std::string bytes, co_await net::run_blocking(pool, read));
    if (bytes.empty()) co_return Result<void>{};
    DECNET_CO_CHECK(co_await sink.write(bytes));
  }
}

struct Wanted {
  std::vector<std::string> files;
  std::int64_t last = -1;
  bool is_final = false, is_known = false;
};

Wanted choose(const std::vector<store::SegmentRow>& segments, std::uint64_t recording,
              std::int64_t after, const std::string& data_folder) {
  Wanted wanted{.files = {}, .last = after};
  for (const store::SegmentRow& segment : segments) {
    if (segment.recording != recording) continue;
    wanted.is_known = true;
    wanted.is_final |= segment.is_final;
    const auto number = static_cast<std::int64_t>(segment.segment);
    if (number <= after) continue;
    wanted.last = std::max(wanted.last, number);
    if (artifact_is_stored(data_folder, segment.sha256)) wanted.files.push_back(segment.sha256);
  }
  return wanted;
}

Answer show_recording(Call& call) {
  const Uuid uuid = call.path_uuid("uuid");
  const auto recording = call.integer("recording").value_or(0);
  const auto after = call.integer("after").value_or(-1);
  const std::string& folder = call.services.options.data_folder;
  const auto segments = DECNET_TRY(call.services.store.attackers().segments(uuid));
  Wanted wanted = choose(segments, static_cast<std::uint64_t>(recording), after, folder);
  if (!wanted.is_known) return Problem(404, "not_found", "nothing was recorded there");
  if (after < 0 && wanted.files.empty())
    return Problem(404, "not_kept", "the recording was not kept: the disk was nearly full");
  // Who goes on with a recording that still grows has left a row already.
  if (after < 0) {
    DECNET_TRY(audit(call, call.route.operation, uuid.text(),
                     "recording " + std::to_string(recording) + ", " +
                         std::to_string(wanted.files.size()) + " segments"));
  }
  Response response;
  response.content_type = "application/x-asciicast";
  response.with("Content-Security-Policy", "default-src 'none'; sandbox");
  response.with("Decnet-Segment", std::to_string(wanted.last));
  response.with("Decnet-Final", wanted.is_final ? "true" : "false");
  if (call.flag("download").value_or(false)) {
    response.with("Content-Disposition", "attachment; filename=\"decnet-" + uuid.text() + "-" +
                                             std::to_string(recording) + ".cast\"");
  }
  const auto reader = std::make_shared<SegmentsReader>(folder, std::move(wanted.files), after >= 0);
  response.writer = [reader, &pool = call.services.database](BodySink& sink) {
    return send_segments(reader, pool, sink);
  };
  return response;
}

constexpr Param kParams[] = {
    {.name = "uuid", .type = Type::uuid, .where = Where::path},
    {.name = "recording", .type = Type::integer, .says = "Which of the session's, from 0."},
    {.name = "after",
     .type = Type::integer,
     .says = "Only what came after this segment, without the header: for a recording that grows. "
             "The header Decnet-Segment says the last one, Decnet-Final whether more may come."},
    {.name = "download", .type = Type::boolean, .says = "As an attachment."},
};

constexpr Route kRoutes[] = {
    {.path = "/api/v1/sessions/{uuid}/recording",
     .operation = "getSessionRecording",
     .tag = "sessions",
     .summary = "A terminal recording as asciicast v2. It shows what was typed, passwords included",
     .access = Access::analyst,
     .params = kParams,
     .media = "application/x-asciicast",
     .handler = show_recording},
};

}  // namespace

Noun recordings_noun() {
  return {"sessions", kRoutes, {}};
}

}  // namespace decnet::api
