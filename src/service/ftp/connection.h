// Connection: what the dialogues of both servers have in common: who the peer is logged in as,
// where in the tree it stands, how data goes, and what is recorded of it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "service/ftp/data_port.h"
#include "service/ftp/store.h"
#include "service/ftp/tree.h"
#include "service/ftp/world.h"
#include "session/session.h"

namespace decnet::service::ftp {

using Done = net::Task<Result<void>>;  // Of a command: an error is the end of the connection.

// A file on its way in: captured whole as far as the limits go, and put into the tree at the end.
class Upload {
 public:
  Upload(std::unique_ptr<session::Capture> capture, std::string before, std::string after)
      : capture_(std::move(capture)), content_(std::move(before)), after_(std::move(after)) {}

  void take(std::string_view bytes);
  std::size_t size() const noexcept { return content_.size(); }
  // What the file holds now: what was there before the place where it began, what came, and what
  // lay behind it.
  std::shared_ptr<const std::string> finish();

 private:
  std::unique_ptr<session::Capture> capture_;
  std::string content_;
  std::string after_;
  std::size_t taken_ = 0;
};

class Connection {
 public:
  // All outlive it.
  Connection(session::Session& session, const World& world, Store& store);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  session::Session& session;
  const World& world;
  DataPort data;
  Tree tree;
  std::string cwd = "/";
  std::string home = "/";
  std::string user;  // Empty until a login has succeeded.
  bool anonymous = false;
  bool ascii = true;
  std::uint64_t restart = 0;
  std::uint16_t umask = 022;
  std::string rename_from;
  bool over = false;  // The dialogue has said its last word.

  const Profile& profile() const noexcept { return world.profile; }
  std::int64_t now() const;
  Done send(std::string_view bytes);
  std::uint64_t sent() const noexcept { return sent_; }

  // Looks whether a login works, and records it. `name` as the peer wrote it.
  bool log_in(std::string_view name, std::string_view password);
  void enter(const User& as, std::string jail, std::string_view shown_name);
  void enter_anonymous(std::string_view shown_name);

  // What another session of this peer has changed becomes visible; what this one has changed is
  // kept. False: it is too much.
  void refresh();
  bool commit();

  // A path with a leading "~" or "~/" resolved.
  std::string without_tilde(std::string_view path) const;
  std::string content(const Node& file) const;

  // Begins to store a file at `path`, of which the first `offset` bytes stay ("rest of it stays" as
  // on a disk that is written in place where `keep_rest`). The bytes between the old end and
  // `offset` are zero.
  std::unique_ptr<Upload> begin_upload(const std::string& path, std::uint64_t offset,
                                       bool keep_rest);
  bool has_room(std::size_t bytes) { return store_.has_room(peer_, bytes); }

  // Records a transfer (verb STOR, RETR, LIST …), or an attack by its name.
  void record_transfer(std::string_view verb, std::string_view path, const Transfer& transfer,
                       std::uint64_t offset, bool passive, bool secure);
  void record_attack(std::string_view verb, std::string_view argument, std::string_view name);

 private:
  Store& store_;
  std::string peer_;
  std::uint64_t sent_ = 0;
};

// Names the attack that a command is part of, or nothing: well-known exploits and tricks against
// FTP servers.
std::string_view known_attack(std::string_view verb, std::string_view argument, bool logged_in);
// Names the check that tells decoys from servers, or nothing.
std::string_view known_probe(std::string_view verb, std::string_view argument,
                             std::size_t line_bytes);

// How long PAM lets a peer wait after a wrong password: pam_unix asks for two seconds, of which
// libpam makes the mean of three even draws around them.
Duration pam_failure_delay();

std::string upper(std::string_view text);
std::string with_quotes_doubled(std::string_view text);

}  // namespace decnet::service::ftp
