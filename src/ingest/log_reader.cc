#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <zstd.h>

#include "base/try.h"
#include "ingest/log.h"
#include "ingest/segments.h"

namespace decnet::ingest {
namespace {

constexpr std::size_t kChunkBytes = 256 * 1024;

// The bytes of one segment, front to back, whichever its form.
class SegmentSource {
 public:
  Result<void> open(const Segment& segment) {
    file_.reset(::open(segment.path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file_) return fail_errno(errno, "open " + segment.path);
    compressed_ = segment.compressed;
    read_to_ = 0;
    input_.clear();
    input_at_ = 0;
    if (compressed_) {
      stream_.reset(ZSTD_createDStream());
      ZSTD_initDStream(stream_.get());
    }
    return {};
  }

  // Appends what is there, at most about kChunkBytes; nothing at the end.
  Result<void> read(std::string& out) {
    return compressed_ ? read_compressed(out) : read_file(out);
  }

  // Goes on behind `count` bytes.
  Result<void> skip(std::uint64_t count) {
    if (!compressed_) {
      read_to_ = count;
      return {};
    }
    std::string dropped;
    while (count > 0) {
      dropped.clear();
      DECNET_TRY(read(dropped));
      if (dropped.empty())
        return fail(Errc::corrupt, "a compressed segment is shorter than its successor says");
      if (dropped.size() > count) {
        left_over_ = dropped.substr(count);
        return {};
      }
      count -= dropped.size();
    }
    return {};
  }

 private:
  Result<void> read_file(std::string& out) {
    const std::size_t kept = out.size();
    out.resize(kept + kChunkBytes);
    const auto got =
        ::pread(file_.get(), out.data() + kept, kChunkBytes, static_cast<off_t>(read_to_));
    out.resize(kept + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0) return fail_errno(errno, "read the ingest log");
    read_to_ += static_cast<std::uint64_t>(got);
    return {};
  }

  Result<void> read_compressed(std::string& out) {
    if (!left_over_.empty()) {
      out += std::exchange(left_over_, {});
      return {};
    }
    if (input_at_ == input_.size()) {
      input_.clear();
      input_at_ = 0;
      DECNET_TRY(read_file(input_));
      if (input_.empty()) return {};
    }
    const std::size_t kept = out.size();
    out.resize(kept + kChunkBytes);
    ZSTD_outBuffer to{out.data() + kept, kChunkBytes, 0};
    ZSTD_inBuffer from{input_.data(), input_.size(), input_at_};
    const std::size_t state = ZSTD_decompressStream(stream_.get(), &to, &from);
    input_at_ = from.pos;
    out.resize(kept + to.pos);
    if (ZSTD_isError(state) != 0U)
      return fail(Errc::corrupt, std::string("a compressed segment: ") + ZSTD_getErrorName(state));
    if (to.pos == 0 && input_at_ == input_.size())
      return read_compressed(out);  // Needs more input.
    return {};
  }

  struct FreeStream {
    void operator()(ZSTD_DStream* stream) const noexcept { ZSTD_freeDStream(stream); }
  };
  UniqueFd file_;
  bool compressed_ = false;
  std::uint64_t read_to_ = 0;
  std::string input_;
  std::size_t input_at_ = 0;
  std::string left_over_;
  std::unique_ptr<ZSTD_DStream, FreeStream> stream_;
};

}  // namespace

struct LogReader::State {
  std::string folder;
  std::uint64_t position = 0;
  SegmentSource source;
  bool open = false;
  bool compressed = false;
  std::uint64_t segment_start = 0;
  std::string buffer;
  std::size_t at = 0;  // Start of what is unread in the buffer.

  // Opens the segment that holds the position, or the first behind it. False if there is none.
  Result<bool> open_segment() {
    const auto segments = DECNET_TRY(list_segments(folder));
    const Segment* found = nullptr;
    for (const Segment& segment : segments) {
      if (found == nullptr || segment.start <= position) found = &segment;
    }
    if (found == nullptr) return false;
    DECNET_TRY(source.open(*found));
    position = std::max(position, found->start);
    segment_start = found->start;
    compressed = found->compressed;
    DECNET_TRY(source.skip(position - found->start));
    buffer.clear();
    at = 0;
    open = true;
    return true;
  }

  // The start of the segment behind this one; nothing if this is the last.
  Result<std::uint64_t> next_start() const {
    for (const Segment& segment : DECNET_TRY(list_segments(folder))) {
      if (segment.start > segment_start) return segment.start;
    }
    return std::uint64_t{0};
  }
};

LogReader::LogReader(std::string folder, std::uint64_t position)
    : state_(std::make_unique<State>()) {
  state_->folder = std::move(folder);
  state_->position = position;
}
LogReader::LogReader(LogReader&&) noexcept = default;
LogReader& LogReader::operator=(LogReader&&) noexcept = default;
LogReader::~LogReader() = default;

std::uint64_t LogReader::position() const noexcept {
  return state_->position;
}

Result<bool> LogReader::next(Record& record) {
  State& state = *state_;
  if (!state.open && !DECNET_TRY(state.open_segment())) return false;
  for (;;) {
    const auto parsed = parse_record(std::string_view(state.buffer).substr(state.at), record);
    if (parsed.state == RecordState::whole) {
      state.at += parsed.bytes;
      state.position += parsed.bytes;
      return true;
    }
    bool grew = false;
    if (parsed.state == RecordState::incomplete) {
      state.buffer.erase(0, state.at);
      state.at = 0;
      const std::size_t before = state.buffer.size();
      DECNET_TRY(state.source.read(state.buffer));
      grew = state.buffer.size() > before;
    }
    if (grew) continue;
    const std::uint64_t next = DECNET_TRY(state.next_start());
    const bool clean = parsed.state == RecordState::incomplete && state.buffer.empty();
    if (next == 0 && parsed.state == RecordState::incomplete) return false;
    // A segment that was cut after this reader had read its tail, or that is damaged, ends here for
    // us.
    const std::uint64_t damaged_at = state.position;
    state.open = false;
    if (next == 0)
      return fail(Errc::corrupt,
                  "the ingest log is damaged at offset " + std::to_string(damaged_at));
    state.position = next;
    if (!clean)
      return fail(Errc::corrupt,
                  "the ingest log is damaged at offset " + std::to_string(damaged_at));
    if (!DECNET_TRY(state.open_segment())) return false;
  }
}

}  // namespace decnet::ingest
