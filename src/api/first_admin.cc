#include "api/first_admin.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/password.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/try.h"
#include "store/store.h"

namespace decnet::api {
namespace {

Result<void> write_private_file(const std::string& path, const std::string& text) {
  ::unlink(path.c_str());  // One of an installation before, whose users are gone.
  const UniqueFd file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return fail_errno(errno, "create " + path);
  if (::fchmod(file.get(), 0600) != 0) return fail_errno(errno, "chmod " + path);
  const auto written = ::write(file.get(), text.data(), text.size());
  if (written != static_cast<ssize_t>(text.size())) return fail_errno(errno, "write " + path);
  if (::fsync(file.get()) != 0) return fail_errno(errno, "fsync " + path);
  return {};
}

}  // namespace

std::string first_password_file(std::string_view data_folder) {
  return std::string(data_folder) + "/initial-password";
}

Result<bool> ensure_first_admin(store::Store& store, const std::string& data_folder,
                                const Clock& clock) {
  if (!DECNET_TRY(store.accounts().users()).empty()) return false;
  const std::string password = draw_password();
  const std::string path = first_password_file(data_folder);
  store::UserRow admin;
  admin.uuid = Uuid::v7(clock.now());
  admin.username = kFirstAdminName;
  admin.role = "admin";
  admin.password_hash = DECNET_TRY(hash_password(password));
  admin.created_at = clock.now();
  admin.must_change_password = true;
  DECNET_TRY(write_private_file(path, password + "\n"));
  if (auto inserted = store.accounts().insert_user(admin); !inserted) {
    ::unlink(path.c_str());
    return tl::unexpected(std::move(inserted).error());
  }
  log::info("made the user {}; its first password stands in {}", kFirstAdminName, path);
  return true;
}

void forget_first_password(std::string_view data_folder) {
  if (data_folder.empty()) return;
  const std::string path = first_password_file(data_folder);
  if (::unlink(path.c_str()) == 0) log::info("removed {}: it has been used", path);
}

}  // namespace decnet::api
