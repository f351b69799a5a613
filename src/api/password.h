// Passwords: how they are hashed (argon2id, 19 MiB, RFC 9106), what a new one must be like, and the
// queue through which every computation goes, one at a time.
#pragma once

#include <string>
#include <string_view>

#include "net/blocking.h"

namespace decnet::api {

inline constexpr std::size_t kPasswordMemoryBytes = 19 * 1024 * 1024;
inline constexpr std::size_t kPasswordPasses = 2;
inline constexpr std::size_t kPasswordBytesMin = 12;
inline constexpr std::size_t kPasswordBytesMax = 1024;
inline constexpr std::size_t kPasswordQueueMax = 32;  // Who comes then is told to come again.

// libsodium's text form ("$argon2id$v=19$m=19456,…"). Blocks for tens of milliseconds. Errors:
// limit (no memory).
Result<std::string> hash_password(std::string_view password);

// The same time whether it matches or not; an empty `hash` (an unknown user) is compared with one
// that nothing matches. Blocks.
bool password_matches(const std::string& hash, std::string_view password);

// Errors: invalid_argument, with the reason.
Result<void> check_new_password(std::string_view password, std::string_view username);

// 20 characters that are easy to read aloud, 100 bits of chance.
std::string draw_password();

// Runs such work on a thread of its own. Lives on the loop's thread.
class PasswordQueue {
 public:
  PasswordQueue() : pool_("api-argon2", 1) {}

  // Errors: limit (kPasswordQueueMax wait already), and those of `work`.
  template <class Work>
  net::Task<std::invoke_result_t<Work&>> run(Work work) {
    if (!enter()) co_return fail(Errc::limit, "too many passwords are being checked");
    auto outcome = co_await net::run_blocking(pool_, std::move(work));
    --waiting_;
    co_return outcome;
  }

 private:
  bool enter();

  net::BlockingPool pool_;
  std::size_t waiting_ = 0;
};

}  // namespace decnet::api
