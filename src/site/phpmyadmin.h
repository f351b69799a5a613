// A phpMyAdmin 5.2 under /phpmyadmin/, as Debian's package puts it beside the server's default
// page. The markup is our own; fields, tokens, cookies, header fields and what a login does are
// those of the genuine one.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "site/application.h"

namespace decnet::site {

inline constexpr std::size_t kPhpMyAdminSessionsMax = 4096;  // The oldest goes.

class PhpMyAdmin final : public Application {
 public:
  explicit PhpMyAdmin(const Config& config) : config_(config) {}

  Route route(std::string_view path) const override;
  ApplicationReply answer(const ApplicationCall& call) override;

 private:
  struct Login {
    std::string token;
    std::string user;  // Empty until a login has worked.
  };
  struct Visitor {
    std::string old_id;  // The session that came, or the one that was made for it.
    std::string id;      // The one that goes on.
    std::string token;
    bool known = false;    // The session that came was one of ours.
    bool trusted = false;  // So was the token that came with it.
    std::string user;
  };

  Visitor meet(const ApplicationCall& call, bool renew);
  std::string open_session(std::string token, std::string user);
  ApplicationReply index(const ApplicationCall& call);
  ApplicationReply log_in(const ApplicationCall& call);
  ApplicationReply desk(const ApplicationCall& call, const Visitor& visitor) const;
  ApplicationReply head(const ApplicationCall& call, const Visitor& visitor,
                        bool failed_login) const;
  std::string login_page(const Visitor& visitor, std::string_view user, std::string_view error,
                         std::string_view detail) const;
  std::string cookie_tail(const ApplicationCall& call) const;

  const Config& config_;  // Outlives the application.
  std::map<std::string, Login, std::less<>> logins_;
  std::deque<std::string> ages_;  // Ids, the oldest first.
};

}  // namespace decnet::site
