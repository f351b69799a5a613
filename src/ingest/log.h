// The ingest log: the only truth before the store. A folder of segments; a record is length,
// CRC-32C, content. An offset counts bytes of records since the log began, across segments.
//
//   auto writer = LogWriter::open("data/ingest");          // cuts a torn tail
//   writer->append({.kind = RecordKind::line, .source = "engine.0", .received_at = now, .bytes =
//   line}); writer->flush();                                        // durable when it returns
//
//   LogReader reader("data/ingest", position);
//   while (reader.next(record)) …                           // false at the end; more may come
//   later
//
// One writer (the collector), any number of readers in any process. Blocking: run on a
// BlockingPool. Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/fd.h"
#include "base/result.h"

namespace decnet::ingest {

inline constexpr std::uint64_t kSegmentBytesMax = 64ULL << 20;
inline constexpr std::uint64_t kLogBytesMax = 5ULL << 30;  // Then the oldest segment goes, counted.
inline constexpr std::size_t kRecordBytesMax = 512 * 1024;

enum class RecordKind : std::uint8_t {
  line = 0,      // An event's line.
  rejected = 1,  // A line that its sender had no right to send: `reason` says why.
};

struct Record {
  RecordKind kind = RecordKind::line;
  TimePoint received_at{};
  std::string source;
  std::string reason;
  std::string_view bytes;  // From a reader: valid until its next call.
};

class LogWriter {
 public:
  // Makes the folder if it is absent. `at_least` is the store's position: where a power cut took
  // records that the store has taken in already, the log goes on from there and not from its
  // shorter end. Errors: io, denied, limit.
  static Result<LogWriter> open(std::string folder, std::uint64_t at_least = 0,
                                std::uint64_t segment_bytes_max = kSegmentBytesMax);
  LogWriter(LogWriter&&) noexcept;
  LogWriter& operator=(LogWriter&&) noexcept;
  ~LogWriter();

  // Adds to the buffer. Errors: limit (the record is too long).
  Result<void> append(const Record& record);
  // Writes and syncs what was appended. On an error nothing of it counts: the file is cut back and
  // the buffer is kept, so that flush() can be tried again. Errors: limit (disk full), io.
  Result<void> flush();

  std::uint64_t end() const noexcept;  // Offset behind the last durable record.
  std::size_t buffered_bytes() const noexcept;

 private:
  LogWriter();
  struct State;
  std::unique_ptr<State> state_;
};

class LogReader {
 public:
  // A position in front of the oldest segment begins there (what lies between was given up, see
  // retire()).
  LogReader(std::string folder, std::uint64_t position);
  LogReader(LogReader&&) noexcept;
  LogReader& operator=(LogReader&&) noexcept;
  ~LogReader();

  // Reads the next record; false if there is none yet. Errors: corrupt (a record is damaged; the
  // detail names the offset, and the reader goes on at the next segment), io.
  Result<bool> next(Record& record);
  std::uint64_t position() const noexcept;  // Behind the record last read.

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Compresses every full segment that is not yet (zstd). Safe beside a writer and readers. Returns
// how many.
Result<int> compress_full_segments(const std::string& folder);

struct Retired {
  std::uint64_t segments = 0;
  std::uint64_t bytes_given_up = 0;  // Of segments that were not read yet but had to go.
};
// Removes segments that lie wholly below `position`; then, if the folder is larger than
// `bytes_max`, the oldest others.
Result<Retired> retire(const std::string& folder, std::uint64_t position,
                       std::uint64_t bytes_max = kLogBytesMax);

// Offset behind the last whole record, by the files alone. 0 for an empty or absent folder.
Result<std::uint64_t> log_end(const std::string& folder);

}  // namespace decnet::ingest
