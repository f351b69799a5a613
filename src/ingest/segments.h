// The files of the ingest log. Inside ingest.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ingest/log.h"

namespace decnet::ingest {

inline constexpr std::size_t kRecordHeaderBytes = 8;  // length, CRC-32C

struct Segment {
  std::uint64_t start = 0;  // Offset of its first record; also its name.
  bool compressed = false;
  std::string path;
};

// By rising start. Where both forms of a segment exist (a crash while compressing), the plain one
// counts.
Result<std::vector<Segment>> list_segments(const std::string& folder);
std::string segment_path(const std::string& folder, std::uint64_t start);

// Appends a record with its header.
void append_record(std::string& out, const Record& record);

enum class RecordState : std::uint8_t { whole, incomplete, damaged };
struct ParsedRecord {
  RecordState state = RecordState::incomplete;
  std::size_t bytes = 0;  // Of the whole record, header included.
};
// Reads the record at the front of `buffer`; its views point into it.
ParsedRecord parse_record(std::string_view buffer, Record& record);

// fsync of a folder, so that a new or renamed file in it is there after a crash.
Result<void> sync_folder(const std::string& folder);

}  // namespace decnet::ingest
