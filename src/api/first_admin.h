// The first user of a new installation, and the file that says their password.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace decnet::store {
class Store;
}

namespace decnet::api {

inline constexpr std::string_view kFirstAdminName = "admin";

// <data folder>/initial-password, mode 0600: the password and an LF.
std::string first_password_file(std::string_view data_folder);

// Where there is no user yet: makes `admin` with a password that was drawn, which must be changed
// at the first login, and writes it to the file. True if it did. Blocks (argon2). Errors: those of
// the store; io, denied, limit (the file: then no user is made either).
Result<bool> ensure_first_admin(store::Store& store, const std::string& data_folder,
                                const Clock& clock = Clock::system());

// After the first login nobody needs the file.
void forget_first_password(std::string_view data_folder);

}  // namespace decnet::api
