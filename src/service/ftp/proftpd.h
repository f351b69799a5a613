// Proftpd: the dialogue of ProFTPD 1.3.8 as Debian 12 builds and configures it (package
// proftpd-core 1.3.8+dfsg, its default modules and, where anonymous logins are open, its sample
// <Anonymous> block). Every answer was taken from the genuine server; testdata/proftpd.rec is the
// recording.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "service/ftp/proftpd_talk.h"

namespace decnet::service::ftp {

class Proftpd : private ProftpdTalk {
 public:
  // All outlive it.
  Proftpd(session::Session& session, const World& world, Store& store)
      : ProftpdTalk(session, world, store) {}

  // From the greeting to the end.
  net::Task<void> run();

  struct Verb;  // A line of the command table.

 private:
  // proftpd.cc
  Done dispatch();
  const Verb* find_verb() const;
  Done user();
  Done pass();
  Done acct();
  Done rein();
  Done quit();

  // proftpd_info.cc
  Done help();
  Done feat();
  Done syst();
  Done noop();
  Done stat();
  Done opts();
  Done lang();
  Done host();
  Done clnt();
  Done csid();
  Done auth();
  Done pbsz();
  Done prot();
  Done ccc();
  Done sscn();

  // proftpd_files.cc
  Done pwd();
  Done cwd();
  Done cdup();
  Done change_folder(const std::string& path);
  Done mkd();
  Done rmd();
  Done dele();
  Done rnfr();
  Done rnto();
  Done size();
  Done mdtm();

  // proftpd_transfer.cc
  Done type();
  Done stru();
  Done mode();
  Done allo();
  Done smnt();
  Done abor();
  Done rest();
  Done rang();
  Done retr();
  Done stor();
  Done appe();
  Done stou();
  enum class Storing : std::uint8_t { whole, append, unique };
  Done store(std::string path, Storing how);
  // Opens the data connection and announces it (`announcement` empty: the usual words about
  // `what`). False: refused, and said.
  net::Task<Result<bool>> open_data(std::string_view what, std::uint64_t bytes,
                                    std::string_view announcement = {});
  Done conclude(const Transfer& transfer);
  // Serves a command that comes meanwhile; true: it was ABOR or the end.
  net::Task<bool> command_in_transfer();

  // proftpd_data.cc
  Done pasv();
  Done epsv();
  Done port();
  Done eprt();

  // proftpd_list.cc
  Done list();
  Done nlst();
  Done stat_path();
  struct Listing;
  Done send_listing(Listing& listing, const std::string& target);
  Done finish_listing(std::string_view text, std::string_view path);

  // proftpd_facts.cc
  Done mlst();
  Done mlsd();
  Done mfmt();
  Done mff();
  Done opts_mlst();
  std::string facts_of(const Node& node, std::string_view path, std::string_view type,
                       const Node& target) const;
  std::string mlst_feature() const;

  // proftpd_site.cc
  Done site();
  Done site_unknown();
  Done site_chmod();
  Done site_chgrp();
  Done site_copy();
  Done site_cpfr();
  Done site_cpto();
  Done site_mkdir();
  Done site_rmdir();
  Done site_symlink();
  Done site_utime();
  Posix<void> copy(const std::string& from, const std::string& to);
  Posix<void> remove_whole(const std::string& path);
};

}  // namespace decnet::service::ftp
