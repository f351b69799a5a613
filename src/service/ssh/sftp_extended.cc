// OpenSSH's extensions of sftp (its PROTOCOL, section 4).
#include <algorithm>

#include "service/ssh/sftp_state.h"

namespace decnet::service::ssh {

using wire::get_string;
using wire::Message;

namespace {

constexpr std::uint8_t kExtendedReply = 201;
constexpr std::uint64_t kDescriptors = 1024 - 5;  // What a session's limit of open files leaves.
constexpr std::uint64_t kReadWriteMax = 255 * 1024;

}  // namespace

void SftpServer::extended(std::uint32_t id, ByteReader& reader) {
  static constexpr std::pair<std::string_view, Handler> kHandlers[] = {
      {"posix-rename@openssh.com", &SftpServer::posix_rename},
      {"statvfs@openssh.com", &SftpServer::statvfs},
      {"fstatvfs@openssh.com", &SftpServer::fstatvfs},
      {"hardlink@openssh.com", &SftpServer::hard_link},
      {"fsync@openssh.com", &SftpServer::fsync},
      {"lsetstat@openssh.com", &SftpServer::lset},
      {"limits@openssh.com", &SftpServer::limits},
      {"expand-path@openssh.com", &SftpServer::expand_path},
      {"copy-data", &SftpServer::copy_data},
      {"home-directory", &SftpServer::home_directory},
      {"users-groups-by-id@openssh.com", &SftpServer::users_groups}};
  const std::string_view name = get_string(reader);
  if (!reader.ok()) over_ = true;
  for (const auto& [known, handler] : kHandlers) {
    if (known == name) return (this->*handler)(id, reader);
  }
  status(id, SftpStatus::unsupported);
}

void SftpServer::posix_rename(std::uint32_t id, ByteReader& reader) {
  const std::string from = path_of(reader);
  const std::string to = path_of(reader);
  if (over_) return;
  record("posix-rename", from + " " + to);
  status_of(id, files_.rename(from, to, user_.credentials));
}

// One disk of the persona's; what was written here is taken off what is free.
void SftpServer::answer_statvfs(std::uint32_t id) {
  SeededRandom random = session_.persona().stream("ssh.statvfs");
  const std::uint64_t blocks = 5'000'000 + random.below(20'000'000);
  const std::uint64_t used = blocks / 100 * (12 + random.below(50)) + files_.overlay_bytes() / 4096;
  const std::uint64_t free = blocks - used;
  const std::uint64_t inodes = blocks / 4;
  Message message(kExtendedReply);
  message.u32(id).u64(4096).u64(4096).u64(blocks).u64(free).u64(free - blocks / 20);
  message.u64(inodes).u64(inodes - used / 40).u64(inodes - used / 40);
  message.u64(random.next()).u64(0).u64(255);
  answer(message);
}

void SftpServer::statvfs(std::uint32_t id, ByteReader& reader) {
  const std::string path = path_of(reader);
  if (over_) return;
  const auto stat = files_.stat(path, user_.credentials);
  if (!stat) return status(id, sftp_status(stat.error()));
  answer_statvfs(id);
}

void SftpServer::fstatvfs(std::uint32_t id, ByteReader& reader) {
  const Handle* handle = handle_of(reader);
  if (handle == nullptr) return status(id, SftpStatus::failure);
  answer_statvfs(id);
}

void SftpServer::hard_link(std::uint32_t id, ByteReader& reader) {
  const std::string from = path_of(reader);
  const std::string to = path_of(reader);
  if (over_) return;
  record("hardlink", from + " " + to);
  status_of(id, files_.make_hard_link(from, to, user_.credentials));
}

void SftpServer::fsync(std::uint32_t id, ByteReader& reader) {
  const Handle* handle = handle_of(reader);
  const bool file = handle != nullptr && !handle->is_directory;
  status(id, file ? SftpStatus::ok : SftpStatus::no_such_file);
}

void SftpServer::lset(std::uint32_t id, ByteReader& reader) {
  const std::string path = path_of(reader);
  SftpAttributes to = read_attributes(reader);
  if (!reader.ok()) over_ = true;
  if (over_) return;
  if ((to.flags & 1) != 0) return status(id, SftpStatus::bad_message);
  change(id, path, to, shell::Follow::no);
}

void SftpServer::limits(std::uint32_t id, ByteReader&) {
  Message message(kExtendedReply);
  message.u32(id).u64(kSftpMessageBytesMax).u64(kReadWriteMax).u64(kReadWriteMax).u64(kDescriptors);
  answer(message);
}

void SftpServer::expand_path(std::uint32_t id, ByteReader& reader) {
  bool good = true;
  std::string path(wire::get_cstring(reader, good));
  if (!good || !reader.ok()) over_ = true;
  if (over_) return;
  if (path.starts_with('~')) {
    const std::string name = path.substr(1, path.find('/') - 1);
    const auto user = name.empty() ? user_ : find_user(files_, name);
    if (!user) return status(id, SftpStatus::no_such_file);
    const std::size_t slash = path.find('/');
    path = user->home + (slash == path.npos ? "" : path.substr(slash));
  }
  real_name(id, absolute(path));
}

void SftpServer::copy_data(std::uint32_t id, ByteReader& reader) {
  const Handle* from = handle_of(reader);
  const std::uint64_t offset = reader.u64();
  std::uint64_t count = reader.u64();
  Handle* to = handle_of(reader);
  const std::uint64_t at = reader.u64();
  if (!reader.ok()) over_ = true;
  if (over_) return;
  if (from == nullptr || to == nullptr || from == to || from->is_directory || to->is_directory ||
      !to->writable)
    return status(id, SftpStatus::failure);
  if (count == 0 || count > shell::kFileBytesMax) count = shell::kFileBytesMax;
  const auto bytes = files_.read(from->path, offset, static_cast<std::size_t>(count), {});
  if (!bytes) return status(id, sftp_status(bytes.error()));
  to->written = true;
  status_of(id, files_.write(to->path, at, *bytes, {}));
}

void SftpServer::home_directory(std::uint32_t id, ByteReader& reader) {
  bool good = true;
  const std::string_view who = wire::get_cstring(reader, good);
  if (!good || !reader.ok()) over_ = true;
  if (over_) return;
  const auto user = find_user(files_, who);
  if (!user) return status(id, SftpStatus::no_such_file);
  real_name(id, user->home);
}

void SftpServer::users_groups(std::uint32_t id, ByteReader& reader) {
  constexpr std::size_t kIdsMax = 1024;
  Message message(kExtendedReply);
  message.u32(id);
  for (const std::string_view file : {"/etc/passwd", "/etc/group"}) {
    ByteReader ids(get_string(reader));
    Message names;
    for (std::size_t count = 0; ids.rest().size() >= 4 && count < kIdsMax; ++count) {
      const std::uint32_t number = ids.u32();
      const std::string found = name_of(file, number);
      names.string(found == std::to_string(number) ? std::string{} : found);
    }
    message.string(names.bytes());
  }
  if (!reader.ok()) over_ = true;
  if (!over_) answer(message);
}

}  // namespace decnet::service::ssh
