#include "base/result.h"

#include <array>
#include <cerrno>
#include <cstring>

namespace decnet {

std::string_view to_string(Errc code) noexcept {
  constexpr std::array<std::string_view, 12> kNames = {
      "invalid_argument", "not_found", "conflict",  "limit",       "denied",  "io",
      "closed",           "timeout",   "cancelled", "unavailable", "corrupt", "unsupported"};
  return kNames.at(static_cast<std::size_t>(code));
}

namespace {
Errc class_of(int error_number) noexcept {
  switch (error_number) {
    case ENOENT:
      return Errc::not_found;
    case EEXIST:
    case EADDRINUSE:
      return Errc::conflict;
    case EACCES:
    case EPERM:
      return Errc::denied;
    case ECONNRESET:
    case EPIPE:
      return Errc::closed;
    case ETIMEDOUT:
      return Errc::timeout;
    case ECANCELED:
      return Errc::cancelled;
    case ECONNREFUSED:
      return Errc::unavailable;
    case ENOSPC:
    case EMFILE:
    case ENFILE:
      return Errc::limit;
    default:
      return Errc::io;
  }
}
}  // namespace

tl::unexpected<Error> fail_errno(int error_number, std::string_view what) {
  std::array<char, 128> buffer{};
  const char* text = ::strerror_r(error_number, buffer.data(), buffer.size());
  return fail(class_of(error_number), std::string(what) + ": " + text);
}

}  // namespace decnet
