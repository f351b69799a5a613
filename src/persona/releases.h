// Which version of a program a distribution offered when: the pools that a persona's versions come
// from. All versions of a host are those of one day, the day it was last upgraded, so that they fit
// each other.
//
//   const Release* nginx = release_of("debian12", "nginx", day);   // {"nginx", "1.22.1", …}
//
// Source: the changelogs of Debian's own packages; for a point release its day, for a security
// update the day of the upload.
#pragma once

#include <string_view>

#include "base/clock.h"

namespace decnet::persona {

struct Release {
  std::string_view program;
  std::string_view version;  // As the program shows it: "9.2p1"
  std::string_view package;  // As the package is called: "1:9.2p1-2+deb12u7"; may be empty
  int available;             // yyyymmdd
};

// The newest release of `program` on `day`; before its first one, that one. Null if the
// distribution does not have the program. Views are constants.
const Release* release_of(std::string_view distribution, std::string_view program,
                          TimePoint day) noexcept;

// The first day of a distribution; no host of it is older.
TimePoint released_at(std::string_view distribution) noexcept;

}  // namespace decnet::persona
