#include "shell/fs/utmp.h"

#include <algorithm>

#include "base/bytes.h"

namespace decnet::shell {
namespace {

constexpr std::size_t kLineBytes = 32;
constexpr std::size_t kIdBytes = 4;
constexpr std::size_t kUserBytes = 32;
constexpr std::size_t kHostBytes = 256;
constexpr std::int64_t kMicros = 1'000'000;

void put_text(std::string& out, std::string_view text, std::size_t bytes) {
  out.append(text.substr(0, bytes));
  out.append(bytes - std::min(bytes, text.size()), '\0');
}

std::string take_text(ByteReader& in, std::size_t bytes) {
  const std::string_view text = in.take(bytes);
  return std::string(text.substr(0, text.find('\0')));
}

}  // namespace

std::string write_utmp(const UtmpEntry& entry) {
  std::string out;
  ByteWriter writer(out);
  writer.u32_le(static_cast<std::uint32_t>(entry.type));
  writer.u32_le(static_cast<std::uint32_t>(entry.pid));
  put_text(out, entry.line, kLineBytes);
  put_text(out, entry.id, kIdBytes);
  put_text(out, entry.user, kUserBytes);
  put_text(out, entry.host, kHostBytes);
  writer.u32_le(0).u32_le(0);  // Exit status, session.
  const std::int64_t micros = to_micros(entry.time);
  writer.u32_le(static_cast<std::uint32_t>(micros / kMicros));
  writer.u32_le(static_cast<std::uint32_t>(micros % kMicros));
  out.resize(kUtmpBytes, '\0');
  return out;
}

std::vector<UtmpEntry> read_utmp(std::string_view bytes) {
  std::vector<UtmpEntry> entries;
  for (; bytes.size() >= kUtmpBytes; bytes.remove_prefix(kUtmpBytes)) {
    ByteReader in(bytes.substr(0, kUtmpBytes));
    const std::uint32_t type = in.u32_le();
    if (type != 1 && type != 2 && (type < 6 || type > 8)) continue;
    UtmpEntry entry;
    entry.type = static_cast<UtmpType>(type);
    entry.pid = static_cast<int>(in.u32_le());
    entry.line = take_text(in, kLineBytes);
    entry.id = take_text(in, kIdBytes);
    entry.user = take_text(in, kUserBytes);
    entry.host = take_text(in, kHostBytes);
    in.u64_le();
    const std::int64_t seconds = in.u32_le();
    entry.time = from_micros(seconds * kMicros + in.u32_le() % kMicros);
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::string write_lastlog(const LastlogEntry& entry) {
  std::string out;
  ByteWriter(out).u32_le(static_cast<std::uint32_t>(to_micros(entry.time) / kMicros));
  put_text(out, entry.line, kLineBytes);
  put_text(out, entry.host, kHostBytes);
  return out;
}

LastlogEntry read_lastlog(std::string_view file, std::uint32_t uid) {
  const std::uint64_t at = std::uint64_t{uid} * kLastlogBytes;
  if (at + kLastlogBytes > file.size()) return {};
  ByteReader in(file.substr(static_cast<std::size_t>(at), kLastlogBytes));
  LastlogEntry entry;
  entry.time = from_micros(std::int64_t{in.u32_le()} * kMicros);
  entry.line = take_text(in, kLineBytes);
  entry.host = take_text(in, kHostBytes);
  return entry;
}

}  // namespace decnet::shell
