// Vsftpd: the dialogue of vsftpd 3.0.3 as Debian 12 builds and configures it (package 3.0.3-13).
// Every answer, and every oddity of its parser, was taken from the genuine server;
// testdata/vsftpd.rec is the recording.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "net/reader.h"
#include "service/ftp/connection.h"

namespace decnet::service::ftp {

class Vsftpd {
 public:
  // All outlive it.
  Vsftpd(session::Session& session, const World& world, Store& store);

  // From the greeting to the end.
  net::Task<void> run();

  struct Command;  // A line of the command table.

 private:
  using Handler = Done (Vsftpd::*)();

  // The next line: verb_ in capitals, argument_ as it came.
  Done read_command();
  Done dispatch_before_login();
  Done dispatch();
  Done reply(int code, std::string_view text);       // "250 text"
  Done part(int code, std::string_view text);        // "250-text"
  Done last_words(int code, std::string_view text);  // and the connection is over
  bool is_path_visible(std::string_view path) const;

  // vsftpd.cc
  Done user();
  Done pass();
  Done auth();
  Done feat();
  Done opts();
  Done user_again();
  Done pass_again();
  Done show_message(int code);
  const Command* find_command() const;

  // vsftpd_misc.cc
  Done quit();
  Done noop();
  Done syst();
  Done help();
  Done stat();
  Done type();
  Done stru();
  Done mode();
  Done allo();
  Done abor();
  Done rest();
  Done pbsz();
  Done prot();
  Done site();
  Done site_chmod(std::string_view arguments);
  Done not_implemented();
  Done http();

  // vsftpd_files.cc
  Done pwd();
  Done cwd();
  Done cdup();
  Done mkd();
  Done rmd();
  Done dele();
  Done rnfr();
  Done rnto();
  Done size();
  Done mdtm();

  // vsftpd_transfer.cc
  Done pasv();
  Done epsv();
  Done port();
  Done eprt();
  Done retr();
  Done stor();
  Done appe();
  Done stou();
  Done upload(std::string path, bool append, bool unique);
  bool data_ready() const { return connection_.data.ready(); }
  // Opens the data connection, says `message`, and speaks TLS where that is agreed. False: it did
  // not work, and was said.
  net::Task<Result<bool>> open_data(std::string_view message);
  Done conclude(const Transfer& transfer, std::string_view network_failure,
                std::string_view file_failure);

  // vsftpd_list.cc
  Done list();
  Done nlst();
  Done stat_path();
  Done list_folder(bool details, bool on_control);
  struct Listing;
  void fill(Listing& listing, const Node& folder, const std::string& folder_path,
            const std::string& shown_path) const;

  Connection connection_;
  net::Reader reader_;
  std::string verb_;
  std::string argument_;
  std::string user_;  // As given by USER; what PASS is for.
  int failures_ = 0;
  bool data_tls_ = false;
  bool epsv_all_ = false;
  std::set<std::string> messages_shown_;
};

}  // namespace decnet::service::ftp
