#include "service/ssh/sftp.h"

#include <cerrno>

#include "base/counters.h"
#include "service/ssh/sftp_state.h"

namespace decnet::service::ssh {

using wire::get_string;
using wire::Message;

namespace {

constexpr std::uint64_t kSeekMax =
    0xfff'ffff'f000;  // Where ext4 ends; lseek() beyond it is EINVAL.
constexpr std::uint8_t kInit = 1;
constexpr std::uint8_t kVersion = 2;
constexpr std::uint8_t kHandle = 102;
constexpr std::uint8_t kData = 103;
constexpr std::uint8_t kName = 104;
constexpr std::uint32_t kReadBytesMax = 255 * 1024;
constexpr std::size_t kNamesMax = 100;  // Of one answer.
constexpr std::uint32_t kUmask = 022;
constexpr std::uint32_t kRead = 1, kWrite = 2, kAppend = 4, kCreate = 8, kTruncate = 16,
                        kExclusive = 32;

Counter& refused_handles() {
  static Counter& refused =
      counter("ssh_limit_sftp_handles_total", "Files that sftp did not open because of a limit");
  return refused;
}

}  // namespace

std::unique_ptr<Program> make_sftp(session::Session& session, shell::FileSystem& files,
                                   const User& user) {
  return std::make_unique<SftpServer>(session, files, user);
}

SftpServer::SftpServer(session::Session& session, shell::FileSystem& files, const User& user)
    : session_(session), files_(files), user_(user) {}

SftpServer::~SftpServer() {
  for (const auto& [number, handle] : handles_) captured(handle);
}

std::string SftpServer::take_output(std::size_t count) {
  if (count >= output_.size()) return std::exchange(output_, {});
  std::string out = output_.substr(0, count);
  output_.erase(0, count);
  return out;
}

void SftpServer::input(std::string_view bytes) {
  input_ += bytes;
  std::size_t at = 0;
  while (!over_ && input_.size() - at >= 4) {
    const std::uint32_t length = ByteReader(std::string_view(input_).substr(at)).u32();
    if (length > kSftpMessageBytesMax || length == 0) {
      over_ = true;
      status_ = 11;
      break;
    }
    if (input_.size() - at - 4 < length) break;
    handle(std::string_view(input_).substr(at + 4, length));
    at += 4 + length;
  }
  input_.erase(0, over_ ? input_.size() : at);
}

void SftpServer::handle(std::string_view message) {
  static constexpr std::pair<std::uint8_t, Handler> kHandlers[] = {
      {3, &SftpServer::open},
      {4, &SftpServer::close},
      {5, &SftpServer::read},
      {6, &SftpServer::write},
      {7, &SftpServer::lstat},
      {8, &SftpServer::stat_handle},
      {9, &SftpServer::set},
      {10, &SftpServer::set_handle},
      {11, &SftpServer::open_directory},
      {12, &SftpServer::read_directory},
      {13, &SftpServer::remove},
      {14, &SftpServer::make_directory},
      {15, &SftpServer::remove_directory},
      {16, &SftpServer::real_path},
      {17, &SftpServer::stat},
      {18, &SftpServer::rename},
      {19, &SftpServer::read_link},
      {20, &SftpServer::make_link},
      {200, &SftpServer::extended}};
  ByteReader reader(message);
  const std::uint8_t type = reader.u8();
  if (type == kInit) return start(reader);
  const std::uint32_t id = reader.u32();
  if (!started_ || !reader.ok()) {  // Fatal, as in the genuine server.
    over_ = true;
    status_ = 255;
    return;
  }
  for (const auto& [number, handler] : kHandlers) {
    if (number == type) return (this->*handler)(id, reader);
  }
}

void SftpServer::start(ByteReader& reader) {
  static constexpr std::pair<std::string_view, std::string_view> kExtensions[] = {
      {"posix-rename@openssh.com", "1"},
      {"statvfs@openssh.com", "2"},
      {"fstatvfs@openssh.com", "2"},
      {"hardlink@openssh.com", "1"},
      {"fsync@openssh.com", "1"},
      {"lsetstat@openssh.com", "1"},
      {"limits@openssh.com", "1"},
      {"expand-path@openssh.com", "1"},
      {"copy-data", "1"},
      {"home-directory", "1"},
      {"users-groups-by-id@openssh.com", "1"}};
  if (reader.u32() == 0 && !reader.ok()) {
    over_ = true;
    status_ = 255;
    return;
  }
  started_ = true;
  Message message(kVersion);
  message.u32(3);
  for (const auto& [name, version] : kExtensions) message.string(name).string(version);
  answer(message);
}

void SftpServer::answer(const Message& message) {
  ByteWriter(output_).u32(static_cast<std::uint32_t>(message.bytes().size()));
  output_ += message.bytes();
}

std::string SftpServer::absolute(std::string_view path) const {
  return shell::absolute_path(user_.home, path.empty() ? std::string_view(".") : path);
}

std::string SftpServer::path_of(ByteReader& reader) {
  bool good = true;
  const std::string_view path = wire::get_cstring(reader, good);
  if (!good || !reader.ok()) over_ = true;
  return absolute(path);
}

void SftpServer::record(std::string_view operation, std::string_view path) {
  event::Event event = session_.request();
  event.add("request", "sftp").add("operation", operation).add("path", path);
  session_.emit(std::move(event));
}

void SftpServer::captured(const Handle& handle) {
  if (!handle.written) return;
  const auto content = files_.read_file(handle.path, {});
  if (!content) return;
  const auto capture =
      session_.capture(handle.path.substr(handle.path.rfind('/') + 1), handle.path);
  capture->write(*content);
  capture->finish();
}

SftpServer::Handle* SftpServer::handle_of(ByteReader& reader, std::uint32_t* number) {
  const std::string_view text = get_string(reader);
  if (!reader.ok()) over_ = true;
  if (text.size() != 4) return nullptr;
  const std::uint32_t at = ByteReader(text).u32();
  const auto found = handles_.find(at);
  if (found == handles_.end()) return nullptr;
  if (number != nullptr) *number = at;
  return &found->second;
}

std::uint32_t SftpServer::new_handle(Handle handle) {
  std::uint32_t number = 0;
  while (handles_.contains(number)) ++number;
  handles_.emplace(number, std::move(handle));
  return number;
}

void SftpServer::open(std::uint32_t id, ByteReader& reader) {
  const std::string path = path_of(reader);
  const std::uint32_t flags = reader.u32();
  const SftpAttributes attributes = read_attributes(reader);
  if (!reader.ok()) over_ = true;
  if (over_) return;
  record("open", path);
  if (handles_.size() >= kSftpHandlesMax) {
    refused_handles().add();
    return status(id, SftpStatus::failure);
  }
  Handle handle{.path = path};
  handle.writable = (flags & (kWrite | kAppend)) != 0;
  handle.readable = (flags & kRead) != 0 || !handle.writable;
  handle.append = (flags & kAppend) != 0;
  const auto& who = user_.credentials;
  auto there = files_.stat(path, who);
  if (!there && there.error() == ENOENT && (flags & kCreate) != 0) {
    const std::uint32_t mode = (attributes.flags & 4) != 0 ? attributes.mode & 07777 : 0666;
    const auto made = files_.create(path, mode & ~kUmask, who);
    if (!made) return status_of(id, made);
    handle.written = true;
  } else if (!there) {
    return status(id, sftp_status(there.error()));
  } else {
    if ((flags & kCreate) != 0 && (flags & kExclusive) != 0) return status(id, SftpStatus::failure);
    if (there->kind == shell::Kind::directory && handle.writable)
      return status(id, SftpStatus::failure);
    const int mode = (handle.readable ? 4 : 0) | (handle.writable ? 2 : 0);
    const auto allowed = files_.access(path, mode, who);
    if (!allowed) return status_of(id, allowed);
    if ((flags & kTruncate) != 0 && handle.writable) {
      const auto cut = files_.truncate(path, 0, who);
      if (!cut) return status_of(id, cut);
      handle.written = true;
    }
  }
  Message message(kHandle);
  std::string number;
  ByteWriter(number).u32(new_handle(std::move(handle)));
  answer(message.u32(id).string(number));
}

void SftpServer::close(std::uint32_t id, ByteReader& reader) {
  std::uint32_t number = 0;
  Handle* handle = handle_of(reader, &number);
  if (handle == nullptr) return status(id, SftpStatus::no_such_file);
  captured(*handle);
  handles_.erase(number);
  status(id, SftpStatus::ok);
}

void SftpServer::read(std::uint32_t id, ByteReader& reader) {
  const Handle* handle = handle_of(reader);
  const std::uint64_t offset = reader.u64();
  const std::uint32_t count = std::min(reader.u32(), kReadBytesMax);
  if (!reader.ok()) over_ = true;
  if (handle == nullptr || handle->is_directory) return status(id, SftpStatus::failure);
  if (offset > kSeekMax) return status(id, SftpStatus::bad_message);
  if (!handle->readable) return status(id, SftpStatus::no_such_file);  // EBADF
  const auto bytes = files_.read(handle->path, offset, count, {});
  if (!bytes) return status(id, sftp_status(bytes.error()));
  if (bytes->empty()) return status(id, SftpStatus::eof);
  answer(Message(kData).u32(id).string(*bytes));
}

void SftpServer::write(std::uint32_t id, ByteReader& reader) {
  Handle* handle = handle_of(reader);
  const std::uint64_t offset = reader.u64();
  const std::string_view bytes = get_string(reader);
  if (!reader.ok()) over_ = true;
  if (handle == nullptr || handle->is_directory) return status(id, SftpStatus::failure);
  if (!handle->append && offset > kSeekMax) return status(id, SftpStatus::bad_message);
  if (!handle->writable) return status(id, SftpStatus::no_such_file);
  const auto done = handle->append ? files_.append(handle->path, bytes, {})
                                   : files_.write(handle->path, offset, bytes, {});
  if (done) handle->written = true;
  status_of(id, done);
}

void SftpServer::open_directory(std::uint32_t id, ByteReader& reader) {
  Handle handle{.path = path_of(reader), .is_directory = true};
  if (over_) return;
  record("opendir", handle.path);
  const auto entries = files_.list(handle.path, user_.credentials);
  if (!entries) return status(id, sftp_status(entries.error()));
  if (handles_.size() >= kSftpHandlesMax) {
    refused_handles().add();
    return status(id, SftpStatus::failure);
  }
  for (const auto& entry : *entries) handle.names.push_back(entry.name);
  // Where a disk has the two is anywhere; ours has them after the first third.
  const auto place = static_cast<std::ptrdiff_t>(handle.names.size() / 3);
  handle.names.insert(handle.names.begin() + place, {".", ".."});
  std::string number;
  ByteWriter(number).u32(new_handle(std::move(handle)));
  answer(Message(kHandle).u32(id).string(number));
}

void SftpServer::read_directory(std::uint32_t id, ByteReader& reader) {
  Handle* handle = handle_of(reader);
  if (handle == nullptr || !handle->is_directory) return status(id, SftpStatus::failure);
  Message names;
  std::uint32_t count = 0;
  std::size_t at = 0;
  for (; at < handle->names.size() && count < kNamesMax; ++at) {
    const std::string& name = handle->names[at];
    const auto stat =
        files_.stat(shell::absolute_path(handle->path, name), user_.credentials, shell::Follow::no);
    if (!stat) continue;
    names.string(name).string(long_name(name, *stat));
    write_attributes(names, *stat);
    ++count;
  }
  handle->names.erase(handle->names.begin(),
                      handle->names.begin() + static_cast<std::ptrdiff_t>(at));
  if (count == 0) return status(id, SftpStatus::eof);
  answer(Message(kName).u32(id).u32(count).raw(names.bytes()));
}

void SftpServer::stat_handle(std::uint32_t id, ByteReader& reader) {
  const Handle* handle = handle_of(reader);
  if (handle == nullptr || handle->is_directory) return status(id, SftpStatus::failure);
  answer_stat(id, handle->path, shell::Follow::yes);
}

void SftpServer::set_handle(std::uint32_t id, ByteReader& reader) {
  Handle* handle = handle_of(reader);
  const SftpAttributes to = read_attributes(reader);
  if (handle == nullptr || handle->is_directory) return status(id, SftpStatus::failure);
  if ((to.flags & 1) != 0) handle->written = true;
  change(id, handle->path, to, shell::Follow::yes);
}

}  // namespace decnet::service::ssh
