#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>

#include "base/counters.h"
#include "base/log.h"
#include "base/try.h"
#include "ingest/log.h"
#include "ingest/segments.h"

namespace decnet::ingest {
namespace {

constexpr std::size_t kScanBytes = 1U << 20;

Result<void> write_all(int fd, std::string_view bytes, std::uint64_t at) {
  while (!bytes.empty()) {
    const auto sent = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return fail_errno(errno, "write the ingest log");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
    at += static_cast<std::uint64_t>(sent);
  }
  return {};
}

// Length of the whole records at the front of a plain segment.
Result<std::uint64_t> whole_bytes(int fd) {
  std::string buffer;
  std::uint64_t read_to = 0;
  std::uint64_t whole = 0;
  Record record;
  for (;;) {
    std::size_t at = 0;
    for (;;) {
      const auto parsed = parse_record(std::string_view(buffer).substr(at), record);
      if (parsed.state != RecordState::whole) {
        if (parsed.state == RecordState::damaged) return whole;
        break;
      }
      at += parsed.bytes;
      whole += parsed.bytes;
    }
    buffer.erase(0, at);
    const std::size_t kept = buffer.size();
    buffer.resize(kept + kScanBytes);
    const auto got = ::pread(fd, buffer.data() + kept, kScanBytes, static_cast<off_t>(read_to));
    if (got < 0) return fail_errno(errno, "read the ingest log");
    buffer.resize(kept + static_cast<std::size_t>(got));
    read_to += static_cast<std::uint64_t>(got);
    if (got == 0) return whole;
  }
}

}  // namespace

struct LogWriter::State {
  std::string folder;
  std::uint64_t segment_bytes_max = kSegmentBytesMax;
  UniqueFd file;
  std::uint64_t segment_start = 0;
  std::uint64_t segment_bytes = 0;  // Durable ones.
  std::string buffer;

  Result<void> begin_segment(std::uint64_t start) {
    const std::string path = segment_path(folder, start);
    file.reset(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640));
    if (!file) return fail_errno(errno, "create " + path);
    segment_start = start;
    segment_bytes = 0;
    return sync_folder(folder);
  }

  Result<void> resume_segment(const Segment& last) {
    file.reset(::open(last.path.c_str(), O_RDWR | O_CLOEXEC));
    if (!file) return fail_errno(errno, "open " + last.path);
    segment_start = last.start;
    segment_bytes = DECNET_TRY(whole_bytes(file.get()));
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) return fail_errno(errno, "stat " + last.path);
    if (static_cast<std::uint64_t>(status.st_size) > segment_bytes) {
      log::warn("the ingest log had a torn tail of {} bytes, which is cut",
                static_cast<std::uint64_t>(status.st_size) - segment_bytes);
      if (::ftruncate(file.get(), static_cast<off_t>(segment_bytes)) != 0)
        return fail_errno(errno, "cut " + last.path);
      if (::fdatasync(file.get()) != 0) return fail_errno(errno, "sync " + last.path);
    }
    return {};
  }
};

LogWriter::LogWriter() : state_(std::make_unique<State>()) {}
LogWriter::LogWriter(LogWriter&&) noexcept = default;
LogWriter& LogWriter::operator=(LogWriter&&) noexcept = default;
LogWriter::~LogWriter() = default;

Result<LogWriter> LogWriter::open(std::string folder, std::uint64_t at_least,
                                  std::uint64_t segment_bytes_max) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail_errno(error.value(), "create the folder " + folder);
  LogWriter out;
  State& state = *out.state_;
  state.folder = std::move(folder);
  state.segment_bytes_max = segment_bytes_max;
  const auto segments = DECNET_TRY(list_segments(state.folder));
  if (!segments.empty() && !segments.back().compressed) {
    DECNET_TRY(state.resume_segment(segments.back()));
  } else {
    const std::uint64_t end = DECNET_TRY(log_end(state.folder));
    DECNET_TRY(state.begin_segment(end));
  }
  if (out.end() < at_least) DECNET_TRY(state.begin_segment(at_least));
  return out;
}

Result<void> LogWriter::append(const Record& record) {
  if (record.bytes.size() + 600 > kRecordBytesMax)
    return fail(Errc::limit, "the record is too long for the ingest log");
  append_record(state_->buffer, record);
  return {};
}

Result<void> LogWriter::flush() {
  State& state = *state_;
  if (state.buffer.empty()) return {};
  if (state.segment_bytes >= state.segment_bytes_max) DECNET_TRY(state.begin_segment(end()));
  auto written = write_all(state.file.get(), state.buffer, state.segment_bytes);
  if (written && ::fdatasync(state.file.get()) != 0)
    written = fail_errno(errno, "sync the ingest log");
  if (!written) {
    if (::ftruncate(state.file.get(), static_cast<off_t>(state.segment_bytes)) != 0) {
      log::error("the ingest log's unfinished tail could not be cut; the next start does it");
    }
    return written;
  }
  state.segment_bytes += state.buffer.size();
  state.buffer.clear();
  return {};
}

std::uint64_t LogWriter::end() const noexcept {
  return state_->segment_start + state_->segment_bytes;
}
std::size_t LogWriter::buffered_bytes() const noexcept {
  return state_->buffer.size();
}

}  // namespace decnet::ingest
