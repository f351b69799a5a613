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

// The hash of a user as /etc/passwd or /etc/shadow of these files has it; nothing: no such user.
std::optional<std::string> hash_of(const FileSystem& files, std::string_view user);
// Whether a password makes this hash, as login asks it: DES, $1$, $2b$, $5$, $6$, $y$ and $gy$. An
// empty or locked hash, and one whose making takes longer than Debian's own (kHashRoundsMax), fits
// nothing.
inline constexpr std::uint32_t kHashRoundsMax = 10'000;  // Of $5$ and $6$.
bool password_fits(std::string_view password, const std::string& hash);

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
