// ProftpdTalk: what all commands of ProFTPD share: reading a command and its words, the form of
// answers, paths as it takes them, and what one command leaves to the next.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "net/reader.h"
#include "service/ftp/connection.h"
#include "service/ftp/proftpd_line.h"

namespace decnet::service::ftp {

class ProftpdTalk {
 protected:
  using Lines = std::vector<std::string>;
  // What a <Limit> block of the configuration may forbid.
  enum class Limit : std::uint8_t { read, write, store };

  ProftpdTalk(session::Session& session, const World& world, Store& store);

  Done read_command();
  Done respond(int code, std::string_view text);
  Done respond(int code, const Lines& lines);
  Done refuse_path(int code, std::string_view path,
                   int error);  // "550 x: No such file or directory"
  Done last_words(int code, std::string_view text);

  std::string whole() const;  // The command as it is quoted in answers: its words.
  std::string rest_of(std::size_t first) const;  // Its words from that one on.
  std::size_t words() const noexcept { return command_.words.size(); }
  const std::string& argument() const noexcept { return command_.argument; }

  // "~" resolved.
  std::string interpolated(std::string_view path) const;
  // Absolute and without dots, and without a look at the disk.
  std::string canonical(std::string_view path) const;
  // As realpath(3) in ProFTPD's own way.
  Posix<Found> real(std::string_view path) const;
  bool limited(Limit limit, const std::string& canonical_path) const;
  // What a DisplayLogin or DisplayChdir file says.
  Lines display_file(const std::string& path);

  void expect_transfer();  // TimeoutNoTransfer begins anew.
  std::string login_timeout_text() const;
  std::string no_transfer_text() const;

  Connection connection_;
  net::Reader reader_;
  TelnetLine line_;
  ProftpdCommand command_;
  std::string user_;  // As given by USER; what PASS is for.
  int failures_ = 0;
  bool data_tls_ = false;
  bool epsv_all_ = false;
  bool renaming_ = false;           // RNFR was the command before.
  bool aborted_by_telnet_ = false;  // ABOR came with telnet codes before it.
  bool listing_unsorted_ = false;   // -U, once given, stays.
  std::uint64_t range_start_ = 0;
  std::uint64_t range_length_ = 0;
  std::uint64_t total_bytes_ = 0;
  std::string copy_from_;
  unsigned facts_ = ~0U;  // Which facts MLST shows, a bit each.
  std::set<std::string> shown_folders_;
  TimePoint transfer_due_;

 private:
  int long_lines_ = 0;
  TimePoint last_long_line_{};
};

}  // namespace decnet::service::ftp
