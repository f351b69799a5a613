// What sftp does with paths.
#include <cerrno>

#include "service/ssh/sftp_state.h"

namespace decnet::service::ssh {

using wire::Message;

namespace {

constexpr std::uint8_t kAttributes = 105;
constexpr std::uint32_t kUmask = 022;

TimePoint time_of(std::uint32_t seconds) {
  return TimePoint{std::chrono::seconds{seconds}};
}

}  // namespace

void SftpServer::answer_stat(std::uint32_t id, const std::string& path, shell::Follow follow) {
  const auto stat = files_.stat(path, user_.credentials, follow);
  if (!stat) return status(id, sftp_status(stat.error()));
  Message message(kAttributes);
  message.u32(id);
  write_attributes(message, *stat);
  answer(message);
}

void SftpServer::lstat(std::uint32_t id, ByteReader& reader) {
  const std::string path = path_of(reader);
  if (!over_) answer_stat(id, path, shell::Follow::no);
}

void SftpServer::stat(std::uint32_t id, ByteReader& reader) {
  const std::string path = path_of(reader);
  if (!over_) answer_stat(id, path, shell::Follow::yes);
}

// As the genuine one: each part is tried, the last error counts.
void SftpServer::change(std::uint32_t id, const std::string& path, const SftpAttributes& to,
                        shell::Follow follow) {
  const auto& who = user_.credentials;
  shell::Sys<void> result;
  const auto note = [&result](const shell::Sys<void>& done) {
    if (!done) result = done;
  };
  if ((to.flags & 1) != 0) note(files_.truncate(path, to.size, who));
  if ((to.flags & 4) != 0) note(files_.set_mode(path, to.mode & 07777, who, follow));
  if ((to.flags & 8) != 0)
    note(files_.set_times(path, time_of(to.accessed), time_of(to.modified), who, follow));
  if ((to.flags & 2) != 0) note(files_.set_owner(path, to.uid, to.gid, who, follow));
  status_of(id, result);
}

void SftpServer::set(std::uint32_t id, ByteReader& reader) {
  const std::string path = path_of(reader);
  const SftpAttributes to = read_attributes(reader);
  if (!reader.ok()) over_ = true;
  if (over_) return;
  record("setstat", path);
  change(id, path, to, shell::Follow::yes);
}

void SftpServer::remove(std::uint32_t id, ByteReader& reader) {
  const std::string path = path_of(reader);
  if (over_) return;
  record("remove", path);
  status_of(id, files_.remove(path, user_.credentials));
}

void SftpServer::make_directory(std::uint32_t id, ByteReader& reader) {
  const std::string path = path_of(reader);
  const SftpAttributes attributes = read_attributes(reader);
  if (!reader.ok()) over_ = true;
  if (over_) return;
  record("mkdir", path);
  const std::uint32_t mode = (attributes.flags & 4) != 0 ? attributes.mode & 07777 : 0777;
  status_of(id, files_.make_directory(path, mode & ~kUmask, user_.credentials));
}

void SftpServer::remove_directory(std::uint32_t id, ByteReader& reader) {
  const std::string path = path_of(reader);
  if (over_) return;
  record("rmdir", path);
  status_of(id, files_.remove_directory(path, user_.credentials));
}

// The last part may be missing, as with sftp-server's own realpath.
void SftpServer::real_name(std::uint32_t id, const std::string& path) {
  const auto& who = user_.credentials;
  auto real = files_.real_path(path, who);
  if (!real && real.error() == ENOENT) {
    const std::string clean = shell::absolute_path("/", path);
    const std::size_t slash = clean.rfind('/');
    const auto parent = files_.real_path(slash == 0 ? "/" : clean.substr(0, slash), who);
    if (parent) real = (*parent == "/" ? "" : *parent) + clean.substr(slash);
  }
  if (!real) return status(id, sftp_status(real.error()));
  name(id, *real);
}

void SftpServer::real_path(std::uint32_t id, ByteReader& reader) {
  const std::string path = path_of(reader);
  if (!over_) real_name(id, path);
}

void SftpServer::rename(std::uint32_t id, ByteReader& reader) {
  const std::string from = path_of(reader);
  const std::string to = path_of(reader);
  if (over_) return;
  record("rename", from + " " + to);
  const auto& who = user_.credentials;
  const auto old = files_.stat(from, who, shell::Follow::no);
  if (!old) return status(id, sftp_status(old.error()));
  if (files_.stat(to, who)) return status(id, SftpStatus::failure);
  status_of(id, files_.rename(from, to, who));
}

void SftpServer::read_link(std::uint32_t id, ByteReader& reader) {
  const std::string path = path_of(reader);
  if (over_) return;
  const auto target = files_.read_link(path, user_.credentials);
  if (!target) return status(id, sftp_status(target.error()));
  name(id, *target);
}

void SftpServer::make_link(std::uint32_t id, ByteReader& reader) {
  bool good = true;
  const std::string target(wire::get_cstring(reader, good));
  const std::string path = path_of(reader);
  if (!good) over_ = true;
  if (over_) return;
  record("symlink", path);
  status_of(id, files_.make_link(target, path, user_.credentials));
}

}  // namespace decnet::service::ssh
