// The parts of the sftp server; for sftp*.cc.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "codec/ssh/wire.h"
#include "service/ssh/sftp.h"

namespace decnet::service::ssh {

namespace wire = codec::ssh;

// draft-ietf-secsh-filexfer-02 section 7, and how sftp-server maps errno.
enum class SftpStatus : std::uint8_t {
  ok = 0,
  eof = 1,
  no_such_file = 2,
  permission_denied = 3,
  failure = 4,
  bad_message = 5,
  unsupported = 8,
};
SftpStatus sftp_status(int error_number) noexcept;

struct SftpAttributes {
  std::uint32_t flags = 0;
  std::uint64_t size = 0;
  std::uint32_t uid = 0, gid = 0, mode = 0, accessed = 0, modified = 0;
};
SftpAttributes read_attributes(ByteReader& reader);
void write_attributes(codec::ssh::Message& out, const shell::Stat& stat);

class SftpServer final : public Program {
 public:
  SftpServer(session::Session& session, shell::FileSystem& files, const User& user);
  ~SftpServer() override;

  void input(std::string_view bytes) override;
  void input_end() override { over_ = true; }
  bool accepts_input() const override { return output_.size() < kSftpOutputBytesMax; }
  std::string take_output(std::size_t count) override;
  bool ended() const override { return over_ && output_.empty(); }
  int exit_status() const override { return status_; }

 private:
  struct Handle {
    std::string path;
    bool is_directory = false;
    bool readable = false;
    bool writable = false;
    bool append = false;
    bool written = false;
    std::vector<std::string> names;  // Of a folder: what is still to be told.
  };
  using Handler = void (SftpServer::*)(std::uint32_t id, ByteReader& reader);

  void handle(std::string_view message);
  void start(ByteReader& reader);
  void answer(const codec::ssh::Message& message);
  void status(std::uint32_t id, SftpStatus status);
  void status_of(std::uint32_t id, const shell::Sys<void>& done);
  void name(std::uint32_t id, std::string_view path);
  std::string path_of(ByteReader& reader);
  std::string absolute(std::string_view path) const;
  Handle* handle_of(ByteReader& reader, std::uint32_t* number = nullptr);
  std::uint32_t new_handle(Handle handle);
  void record(std::string_view operation, std::string_view path);
  void captured(const Handle& handle);
  std::string long_name(std::string_view name, const shell::Stat& stat);
  std::string name_of(std::string_view file, std::uint32_t id);

  // sftp.cc: open files and folders
  void open(std::uint32_t id, ByteReader& reader);
  void close(std::uint32_t id, ByteReader& reader);
  void read(std::uint32_t id, ByteReader& reader);
  void write(std::uint32_t id, ByteReader& reader);
  void open_directory(std::uint32_t id, ByteReader& reader);
  void read_directory(std::uint32_t id, ByteReader& reader);
  void stat_handle(std::uint32_t id, ByteReader& reader);
  void set_handle(std::uint32_t id, ByteReader& reader);
  // sftp_path.cc: what works on paths
  void lstat(std::uint32_t id, ByteReader& reader);
  void stat(std::uint32_t id, ByteReader& reader);
  void set(std::uint32_t id, ByteReader& reader);
  void remove(std::uint32_t id, ByteReader& reader);
  void make_directory(std::uint32_t id, ByteReader& reader);
  void remove_directory(std::uint32_t id, ByteReader& reader);
  void real_path(std::uint32_t id, ByteReader& reader);
  void rename(std::uint32_t id, ByteReader& reader);
  void read_link(std::uint32_t id, ByteReader& reader);
  void make_link(std::uint32_t id, ByteReader& reader);
  void change(std::uint32_t id, const std::string& path, const SftpAttributes& to,
              shell::Follow follow);
  void answer_stat(std::uint32_t id, const std::string& path, shell::Follow follow);
  void real_name(std::uint32_t id, const std::string& path);
  // sftp_extended.cc
  void extended(std::uint32_t id, ByteReader& reader);
  void posix_rename(std::uint32_t id, ByteReader& reader);
  void statvfs(std::uint32_t id, ByteReader& reader);
  void fstatvfs(std::uint32_t id, ByteReader& reader);
  void hard_link(std::uint32_t id, ByteReader& reader);
  void fsync(std::uint32_t id, ByteReader& reader);
  void lset(std::uint32_t id, ByteReader& reader);
  void limits(std::uint32_t id, ByteReader& reader);
  void expand_path(std::uint32_t id, ByteReader& reader);
  void copy_data(std::uint32_t id, ByteReader& reader);
  void home_directory(std::uint32_t id, ByteReader& reader);
  void users_groups(std::uint32_t id, ByteReader& reader);
  void answer_statvfs(std::uint32_t id);

  session::Session& session_;
  shell::FileSystem& files_;
  User user_;
  std::map<std::uint32_t, Handle> handles_;
  std::map<std::string, std::string, std::less<>> names_;  // "/etc/passwd 0" → "root"
  std::string input_;
  std::string output_;
  bool started_ = false;
  bool over_ = false;
  int status_ = 0;
};

}  // namespace decnet::service::ssh
