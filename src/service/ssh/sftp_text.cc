// How sftp-server writes attributes, names and errors.
#include <cerrno>
#include <chrono>

#include <fmt/format.h>

#include "service/ssh/sftp_state.h"

namespace decnet::service::ssh {

using wire::Message;

namespace {

constexpr std::uint8_t kStatus = 101;
constexpr std::uint8_t kName = 104;
constexpr std::uint32_t kSize = 1, kOwner = 2, kMode = 4, kTimes = 8, kExtended = 0x80000000;
constexpr std::uint32_t kExtendedMax = 0x100000;

std::uint32_t type_bits(shell::Kind kind) {
  switch (kind) {
    case shell::Kind::regular:
      return 0100000;
    case shell::Kind::directory:
      return 0040000;
    case shell::Kind::symlink:
      return 0120000;
    case shell::Kind::character:
      return 0020000;
    case shell::Kind::block:
      return 0060000;
    case shell::Kind::fifo:
      return 0010000;
    case shell::Kind::socket:
      return 0140000;
  }
  return 0;
}

std::uint32_t seconds(TimePoint time) {
  return static_cast<std::uint32_t>(to_micros(time) / 1'000'000);
}

std::string mode_text(const shell::Stat& stat) {
  static constexpr std::string_view kKinds = "-dlcbps";
  std::string out(1, kKinds[static_cast<std::size_t>(stat.kind)]);
  for (int shift = 6; shift >= 0; shift -= 3) {
    const std::uint32_t bits = stat.mode >> shift;
    out += (bits & 4) != 0 ? 'r' : '-';
    out += (bits & 2) != 0 ? 'w' : '-';
    out += (bits & 1) != 0 ? 'x' : '-';
  }
  const auto special = [&](std::uint32_t bit, std::size_t at, char set) {
    if ((stat.mode & bit) == 0) return;
    out[at] = out[at] == 'x' ? set : static_cast<char>(set - 'a' + 'A');
  };
  special(04000, 3, 's');
  special(02000, 6, 's');
  special(01000, 9, 't');
  return out;
}

std::string time_text(TimePoint time, TimePoint now) {
  static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const auto month = kMonths.substr((static_cast<unsigned>(date.month()) - 1) * 3, 3);
  const unsigned number = static_cast<unsigned>(date.day());
  if (now - time > std::chrono::hours{24} * 365 / 2)
    return fmt::format("{} {:2}  {}", month, number, static_cast<int>(date.year()));
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(time - day).count();
  return fmt::format("{} {:2} {:02}:{:02}", month, number, minutes / 60, minutes % 60);
}

}  // namespace

SftpStatus sftp_status(int error_number) noexcept {
  switch (error_number) {
    case 0:
      return SftpStatus::ok;
    case ENOENT:
    case ENOTDIR:
    case EBADF:
    case ELOOP:
      return SftpStatus::no_such_file;
    case EPERM:
    case EACCES:
    case EFAULT:
      return SftpStatus::permission_denied;
    case ENAMETOOLONG:
    case EINVAL:
      return SftpStatus::bad_message;
    case ENOSYS:
      return SftpStatus::unsupported;
    default:
      return SftpStatus::failure;
  }
}

SftpAttributes read_attributes(ByteReader& reader) {
  SftpAttributes out;
  out.flags = reader.u32();
  if ((out.flags & kSize) != 0) out.size = reader.u64();
  if ((out.flags & kOwner) != 0) {
    out.uid = reader.u32();
    out.gid = reader.u32();
  }
  if ((out.flags & kMode) != 0) out.mode = reader.u32();
  if ((out.flags & kTimes) != 0) {
    out.accessed = reader.u32();
    out.modified = reader.u32();
  }
  if ((out.flags & kExtended) != 0) {
    std::uint32_t count = reader.u32();
    if (count > kExtendedMax) count = 0;
    while (count-- > 0 && reader.ok()) {
      wire::get_string(reader);
      wire::get_string(reader);
    }
  }
  return out;
}

void write_attributes(Message& out, const shell::Stat& stat) {
  out.u32(kSize | kOwner | kMode | kTimes).u64(stat.size).u32(stat.uid).u32(stat.gid);
  out.u32(type_bits(stat.kind) | stat.mode).u32(seconds(stat.accessed)).u32(seconds(stat.modified));
}

void SftpServer::status(std::uint32_t id, SftpStatus status) {
  static constexpr std::string_view kTexts[] = {
      "Success",     "End of file",   "No such file",    "Permission denied",    "Failure",
      "Bad message", "No connection", "Connection lost", "Operation unsupported"};
  Message message(kStatus);
  message.u32(id).u32(static_cast<std::uint32_t>(status));
  answer(message.string(kTexts[static_cast<std::size_t>(status)]).string(""));
}

void SftpServer::status_of(std::uint32_t id, const shell::Sys<void>& done) {
  status(id, done ? SftpStatus::ok : sftp_status(done.error()));
}

// A name without attributes.
void SftpServer::name(std::uint32_t id, std::string_view path) {
  answer(Message(kName).u32(id).u32(1).string(path).string(path).u32(0));
}

// Who has that number in /etc/passwd or /etc/group; the number where nobody has it.
std::string SftpServer::name_of(std::string_view file, std::uint32_t id) {
  const std::string number = std::to_string(id);
  const std::string key = std::string(file) + " " + number;
  if (const auto known = names_.find(key); known != names_.end()) return known->second;
  std::string name = number;
  const std::string text = files_.read_file(file, {}).value_or("");
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first == line.npos ? first : first + 1);
    if (second == line.npos) continue;
    if (line.substr(second + 1, line.find(':', second + 1) - second - 1) == number) {
      name = line.substr(0, first);
      break;
    }
  }
  return names_[key] = name;
}

std::string SftpServer::long_name(std::string_view name, const shell::Stat& stat) {
  return fmt::format("{} {:4} {:<8} {:<8} {:>8} {} {}", mode_text(stat), stat.links,
                     name_of("/etc/passwd", stat.uid), name_of("/etc/group", stat.gid), stat.size,
                     time_text(stat.modified, session_.clock().now()), name);
}

}  // namespace decnet::service::ssh
