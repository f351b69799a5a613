// The account files as passwd, useradd and sudo read and change them, whoever runs these: they are
// set-user-ID programs.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shell/cmd/io.h"
#include "shell/passwords.h"

namespace decnet::shell::cmd {

inline constexpr std::size_t kAccountRowsMax = 2'000;  // Of one account file.
inline constexpr std::size_t kSecretBytesMax = 512;

// "/etc/shadow" as rows of fields; a row keeps what it has.
using AccountRows = std::vector<std::vector<std::string>>;
AccountRows account_rows(const Io& io, std::string_view file);
bool write_account_rows(Io& io, std::string_view file, const AccountRows& rows);
std::vector<std::string>* account_row(AccountRows& rows, std::string_view name);

// Prompts, and reads a line without showing it. Nothing at the end of input.
Task<std::optional<std::string>> ask_secret(Io& io, std::string prompt);
// Whether it is the user's password now.
bool is_password(const Io& io, std::string_view user, std::string_view secret);
// /etc/shadow, and the next login. False: no such user.
bool store_password(Io& io, const std::string& user, const std::string& secret);
std::string crypt_text(const std::string& secret, const std::string& setting);  // "" on failure.
std::string crypt_salt(std::size_t letters);

inline constexpr std::uint64_t kFirstUser = 1000;  // Of the people.
inline constexpr std::uint64_t kLastUser = 60'000;
std::string next_id(const AccountRows& rows, bool system);  // The next free number.
void make_home(Io& io, const std::string& home, std::uint32_t uid, std::uint32_t gid);

// A child as that user: waits for it, and gives its status. `words` [0] may be "-bash".
Task<int> run_as(Io& io, PasswdRow row, std::string path, std::vector<std::string> words,
                 Environment environment, std::string directory);
std::string days_now(const Io& io);  // Since 1970, as /etc/shadow counts.

}  // namespace decnet::shell::cmd
