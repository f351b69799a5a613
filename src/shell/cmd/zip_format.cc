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

struct ZipContent::Stream {
  z_stream z{};
  ~Stream() { inflateEnd(&z); }
};

ZipContent::ZipContent(std::string_view archive, const ZipMember& member) : member_(member) {
  const std::uint64_t at = member.at;
  over_ = true;
  if ((member.flags & 1U) != 0 || member.size > kZipMemberBytesMax || at > archive.size() ||
      archive.size() - at < kLocalBytes || archive.substr(at, 4) != kLocalMark)
    return;
  const std::uint64_t data =
      at + kLocalBytes + number(archive, at + 26, 2) + number(archive, at + 28, 2);
  if (data > archive.size() || archive.size() - data < member.packed) return;
  packed_ = archive.substr(data, member.packed);
  if (member.method == 0) {
    good_ = packed_.size() <= kZipMemberBytesMax;
    if (good_) out_ = packed_;
  } else if (member.method == 8) {
    stream_ = std::make_unique<Stream>();
    over_ = inflateInit2(&stream_->z, -15) != Z_OK;
    stream_->z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed_.data()));
    stream_->z.avail_in = static_cast<uInt>(packed_.size());
  }
}

ZipContent::~ZipContent() = default;

bool ZipContent::step() {
  if (!over_) inflate_piece();
  return !over_;
}

// A letter beyond the size that is told would be a lie of the directory.
void ZipContent::inflate_piece() {
  const std::size_t begin = out_.size();
  const std::size_t room = std::min<std::size_t>(kZipPieceBytes, member_.size - begin);
  out_.resize(begin + room);
  stream_->z.next_out = reinterpret_cast<Bytef*>(out_.data() + begin);
  stream_->z.avail_out = static_cast<uInt>(room);
  const int result = inflate(&stream_->z, Z_NO_FLUSH);
  out_.resize(begin + room - stream_->z.avail_out);
  over_ = result != Z_OK || out_.size() == begin;
  good_ = result == Z_STREAM_END && out_.size() == member_.size &&
          crc32(0, reinterpret_cast<const Bytef*>(out_.data()), static_cast<uInt>(out_.size())) ==
              member_.crc;
}

std::optional<std::string> ZipContent::take() {
  if (!good_) return {};
  return std::move(out_);
}

}  // namespace decnet::shell::cmd
