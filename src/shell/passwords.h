// Who may log in because of what was changed on the Machine.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "shell/filesystem.h"

namespace decnet::shell {

// Whether the user's ~/.ssh/authorized_keys has this key.
bool authorized_key(const FileSystem& files, std::string_view user, std::string_view key_type,
                    std::string_view key_base64);

// One row of /etc/passwd.
struct PasswdRow {
  std::string name;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::string home = "/";
  std::string shell = "/bin/sh";
};
std::optional<PasswdRow> passwd_row(const FileSystem& files, std::string_view user);
Credentials credentials_of(const FileSystem& files, const PasswdRow& row);

}  // namespace decnet::shell
