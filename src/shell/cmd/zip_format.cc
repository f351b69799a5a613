#include "shell/cmd/zip_format.h"

#include <algorithm>

#include <zlib.h>

namespace decnet::shell::cmd {
namespace {

constexpr std::size_t kTailBytes = 22 + 65'535;  // In which the end of the directory is looked for.
constexpr std::string_view kEndMark = "PK\x05\x06", kEntryMark = "PK\x01\x02",
                           kLocalMark = "PK\x03\x04";
constexpr std::size_t kEntryBytes = 46, kLocalBytes = 30, kEndBytes = 22;

// The caller has looked that it is within.
std::uint32_t number(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = size; i-- > 0;)
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

}  // namespace

std::optional<std::vector<ZipMember>> zip_members(std::string_view archive) {
  if (archive.size() < kEndBytes) return {};
  const std::string_view tail =
      archive.substr(archive.size() - std::min(archive.size(), kTailBytes));
  const std::size_t found = tail.rfind(kEndMark);
  if (found == std::string_view::npos || tail.size() - found < kEndBytes) return {};
  const std::size_t count = number(tail, found + 10, 2);
  std::size_t at = number(tail, found + 16, 4);
  std::vector<ZipMember> members;
  for (std::size_t i = 0; i < std::min(count, kZipMembersMax); ++i) {
    if (at > archive.size() || archive.size() - at < kEntryBytes ||
        archive.substr(at, 4) != kEntryMark)
      break;
    ZipMember member;
    member.flags = static_cast<std::uint16_t>(number(archive, at + 8, 2));
    member.method = static_cast<std::uint16_t>(number(archive, at + 10, 2));
    member.time = number(archive, at + 12, 4);
    member.crc = number(archive, at + 16, 4);
    member.packed = number(archive, at + 20, 4);
    member.size = number(archive, at + 24, 4);
    const std::size_t name = number(archive, at + 28, 2);
    const std::size_t rest = number(archive, at + 30, 2) + std::size_t{number(archive, at + 32, 2)};
    if (number(archive, at + 5, 1) == 3) member.mode = number(archive, at + 38, 4) >> 16;
    member.at = number(archive, at + 42, 4);
    if (archive.size() - at - kEntryBytes < name) break;
    member.name = std::string(archive.substr(at + kEntryBytes, name));
    at += kEntryBytes + name + rest;
    members.push_back(std::move(member));
  }
  return members;
}

std::optional<std::string> zip_content(std::string_view archive, const ZipMember& member) {
  const std::uint64_t at = member.at;
  if ((member.flags & 1U) != 0 || member.size > kZipMemberBytesMax || at > archive.size() ||
      archive.size() - at < kLocalBytes || archive.substr(at, 4) != kLocalMark)
    return {};
  const std::uint64_t data =
      at + kLocalBytes + number(archive, at + 26, 2) + number(archive, at + 28, 2);
  if (data > archive.size() || archive.size() - data < member.packed) return {};
  const std::string_view packed = archive.substr(data, member.packed);
  if (member.method == 0) return std::string(packed);
  if (member.method != 8) return {};
  std::string out(member.size, '\0');
  z_stream stream{};
  if (inflateInit2(&stream, -15) != Z_OK) return {};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = inflate(&stream, Z_FINISH);
  const bool whole = result == Z_STREAM_END && stream.avail_out == 0;
  inflateEnd(&stream);
  if (!whole || crc32(0, reinterpret_cast<const Bytef*>(out.data()),
                      static_cast<uInt>(out.size())) != member.crc)
    return {};
  return out;
}

}  // namespace decnet::shell::cmd
