#include "ingest/segments.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>

#include <fcntl.h>
#include <fmt/format.h>

#include "base/bytes.h"
#include "base/fd.h"
#include "base/hash.h"

namespace decnet::ingest {
namespace {

constexpr std::string_view kPlain = ".log";
constexpr std::string_view kCompressed = ".log.zst";
constexpr std::size_t kNameDigits = 20;

}  // namespace

std::string segment_path(const std::string& folder, std::uint64_t start) {
  return fmt::format("{}/{:020}{}", folder, start, kPlain);
}

Result<std::vector<Segment>> list_segments(const std::string& folder) {
  std::vector<Segment> out;
  std::error_code error;
  std::filesystem::directory_iterator entries(folder, error);
  if (error == std::errc::no_such_file_or_directory) return out;
  if (error) return fail_errno(error.value(), "read the folder " + folder);
  for (; entries != std::filesystem::directory_iterator(); entries.increment(error)) {
    if (error) return fail_errno(error.value(), "read the folder " + folder);
    const std::string name = entries->path().filename().string();
    const std::string_view suffix =
        std::string_view(name).substr(std::min(name.size(), kNameDigits));
    Segment segment{.compressed = suffix == kCompressed, .path = entries->path().string()};
    if (suffix != kPlain && suffix != kCompressed) continue;
    const auto [end, bad] = std::from_chars(name.data(), name.data() + kNameDigits, segment.start);
    if (bad == std::errc{} && end == name.data() + kNameDigits) out.push_back(std::move(segment));
  }
  const auto order = [](const Segment& a, const Segment& b) {
    return a.start != b.start ? a.start < b.start : a.compressed < b.compressed;
  };
  std::sort(out.begin(), out.end(), order);
  const auto same = [](const Segment& a, const Segment& b) { return a.start == b.start; };
  out.erase(std::unique(out.begin(), out.end(), same), out.end());
  return out;
}

void append_record(std::string& out, const Record& record) {
  const std::size_t begin = out.size();
  ByteWriter writer(out);
  writer.u64(0);
  writer.u8(static_cast<std::uint8_t>(record.kind))
      .u64(static_cast<std::uint64_t>(to_micros(record.received_at)));
  const auto source = std::string_view(record.source).substr(0, 255);
  writer.u8(static_cast<std::uint8_t>(source.size())).bytes(source);
  if (record.kind == RecordKind::rejected) {
    const auto reason = std::string_view(record.reason).substr(0, 255);
    writer.u8(static_cast<std::uint8_t>(reason.size())).bytes(reason);
  }
  writer.bytes(record.bytes);
  const auto content = std::string_view(out).substr(begin + kRecordHeaderBytes);
  std::string header;
  ByteWriter{header}.u32(static_cast<std::uint32_t>(content.size())).u32(crc32c(content));
  out.replace(begin, kRecordHeaderBytes, header);
}

ParsedRecord parse_record(std::string_view buffer, Record& record) {
  ByteReader header(buffer);
  const std::size_t length = header.u32();
  const std::uint32_t sum = header.u32();
  if (!header.ok()) return {};
  if (length > kRecordBytesMax || length < 10) return {RecordState::damaged, 0};
  if (header.rest().size() < length) return {};
  const auto content = header.take(length);
  if (crc32c(content) != sum) return {RecordState::damaged, 0};
  ByteReader body(content);
  record.kind = static_cast<RecordKind>(body.u8());
  record.received_at = from_micros(static_cast<std::int64_t>(body.u64()));
  record.source.assign(body.take(body.u8()));
  record.reason.clear();
  if (record.kind == RecordKind::rejected) record.reason.assign(body.take(body.u8()));
  record.bytes = body.rest();
  return {body.ok() ? RecordState::whole : RecordState::damaged, kRecordHeaderBytes + length};
}

Result<void> sync_folder(const std::string& folder) {
  const UniqueFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0) return fail_errno(errno, "sync the folder " + folder);
  return {};
}

}  // namespace decnet::ingest
