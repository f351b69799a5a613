// World: all that an FTP service on one decky knows: which server it is, who has an account, what
// lies on its disk.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "net/stream.h"
#include "net/tls.h"
#include "service/ftp/listing.h"
#include "service/ftp/tree.h"
#include "session/service.h"

namespace decnet::service::ftp {

struct Timeouts {
  Duration login;        // ProFTPD: until the login.
  Duration idle;         // Between commands.
  Duration no_transfer;  // ProFTPD: without any transfer.
  Duration data;         // Without a byte on a data connection.
  Duration accept;       // Until the peer has connected to a passive port.
  Duration connect;      // Until we have connected to the peer.
};

struct Profile {
  enum class Server : std::uint8_t { vsftpd, proftpd };
  Server server = Server::vsftpd;
  std::string version = "3.0.3";
  bool anonymous = false;  // Anonymous logins are open, as Debian's sample configuration has them.
  bool writable = false;   // vsftpd: write_enable, with uploads of anonymous users. (ProFTPD always
                           // lets local users write.)
  bool tls = false;        // AUTH TLS is offered.
  Timeouts timeouts{};
};

Timeouts default_timeouts(Profile::Server server);

struct User {
  std::string name;
  std::uint32_t uid = 65534;
  std::uint32_t gid = 65534;
  std::string home = "/";
  std::string full_name;
  std::string shell = "/usr/sbin/nologin";
};

// The decky's /etc/passwd and /etc/group.
class Users {
 public:
  void add(User user, std::string group);
  const User* find(std::string_view name) const noexcept;
  const std::vector<User>& all() const noexcept { return all_; }
  const Names& names() const noexcept { return names_; }
  // Whether PAM lets that user in over FTP, given the right password: not in /etc/ftpusers, and a
  // shell of /etc/shells.
  bool may_log_in(std::string_view name) const noexcept;

 private:
  std::vector<User> all_;
  Names names_;
};

// Makes the content of the tree's files.
class Library {
 public:
  virtual ~Library() = default;
  virtual std::string content(const Node& file) const = 0;
};

struct World {
  Profile profile;
  Users users;
  std::string hostname;            // Fully qualified.
  std::function<NodePtr()> plant;  // Makes the tree; the same each time.
  std::shared_ptr<const Library> library;
  // Speaks TLS on a data connection, with the place's identity. Errors: those of net/tls.h.
  std::function<net::Task<Result<net::StreamPtr>>(net::StreamPtr)> secure_data;
};

// How a server shakes hands, on both connections, as Debian builds and configures it
// (testdata/*.hellos).
net::TlsManner tls_manner(Profile::Server server);

// What the place's options and persona say.
World make_world(const session::Place& place);

std::unique_ptr<session::Service> make_service(World world);

}  // namespace decnet::service::ftp
