#include <algorithm>
#include <array>
#include <string_view>

#include "service/ftp/world.h"

namespace decnet::service::ftp {

namespace {

// /etc/ftpusers as Debian ships it: who may not log in over FTP, whatever the password.
constexpr std::array<std::string_view, 12> kFtpUsers{
    "root", "daemon", "bin", "sys", "sync", "games", "man", "lp", "mail", "news", "uucp", "nobody"};

}  // namespace

void Users::add(User user, std::string group) {
  if (find(user.name) != nullptr) return;
  names_.add_user(user.uid, user.name);
  names_.add_group(user.gid, std::move(group));
  all_.push_back(std::move(user));
}

const User* Users::find(std::string_view name) const noexcept {
  const auto at =
      std::find_if(all_.begin(), all_.end(), [&](const User& user) { return user.name == name; });
  return at != all_.end() ? &*at : nullptr;
}

bool Users::may_log_in(std::string_view name) const noexcept {
  const User* user = find(name);
  if (user == nullptr || std::find(kFtpUsers.begin(), kFtpUsers.end(), name) != kFtpUsers.end())
    return false;
  return user->shell == "/bin/bash" || user->shell == "/bin/sh";
}

}  // namespace decnet::service::ftp
