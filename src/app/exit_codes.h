// Exit codes of every command; documented in docs/cli.md.
#pragma once

#include "base/result.h"

namespace decnet::app {

inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;  // The command line or the configuration is wrong.
inline constexpr int kExitNotFound = 3;
inline constexpr int kExitConflict = 4;  // Somebody else runs, or something exists already.
inline constexpr int kExitDenied = 5;
inline constexpr int kExitUnavailable = 6;  // decnet is not running, or does not answer.

constexpr int exit_code(Errc code) noexcept {
  switch (code) {
    case Errc::invalid_argument:
      return kExitUsage;
    case Errc::not_found:
      return kExitNotFound;
    case Errc::conflict:
      return kExitConflict;
    case Errc::denied:
      return kExitDenied;
    case Errc::unavailable:
    case Errc::timeout:
      return kExitUnavailable;
    default:
      return kExitFailed;
  }
}

}  // namespace decnet::app
