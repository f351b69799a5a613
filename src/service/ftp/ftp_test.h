// One decky with an FTP server, visited by one scripted session after the other.
//
//   Host host({{"server", "vsftpd"}});
//   EXPECT_EQ(host.visit({"QUIT\r\n"}), "220 (vsFTPd 3.0.3)\r\n221 Goodbye.\r\n");
//   EXPECT_EQ(host.last().end_reason(), "quit");
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "service/ftp/ftp.h"
#include "session/testing.h"

namespace decnet::service::ftp {

class Host {
 public:
  using Options = std::map<std::string, std::string, std::less<>>;

  // People: ann (summer), backup (backup123), root (toor).
  explicit Host(Options options);

  struct Visit {
    std::string from = "198.51.100.7";
    std::vector<session::ScriptedData> data;  // The other ends of its data connections.
    net::ScriptEnd end = net::ScriptEnd::closes;
    session::Limits limits;
  };
  // All that the server wrote on the control connection.
  std::string visit(std::vector<std::string> script, Visit visit);
  std::string visit(std::vector<std::string> script) { return visit(std::move(script), Visit{}); }

  session::ScriptedSession& last() { return *last_; }
  session::Service& service() { return *service_; }

 private:
  session::Script script() const;

  Options options_;
  session::ScriptedSession place_;  // Whose place the service was made for.
  std::unique_ptr<session::Service> service_;
  std::unique_ptr<session::ScriptedSession> last_;
};

// Logs in as ann, and whatever else.
std::vector<std::string> as_ann(std::vector<std::string> then);

}  // namespace decnet::service::ftp
