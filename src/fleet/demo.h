// The demo fleet: twelve deckies of one organisation that show every service of this build.
//
//   auto deckies = demo_fleet(seed, now, "127.66.0.0/16");
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "fleet/decky.h"

namespace decnet::fleet {

inline constexpr std::size_t kDemoDeckies = 12;
inline constexpr std::string_view kDemoPrefix = "127.66.0.0/16";

// Four web servers (default sites of nginx and apache, WordPress, phpMyAdmin), two file servers
// (vsftpd, proftpd), a database server, and a build, monitoring, mail and general host and a small
// device. What a host runs is its persona's; seeds are chosen so that the personas are these.
// Names, MACs, addresses and uuids differ. A pure function of its arguments. Errors: those of
// Prefix::create and Prefix::allocate.
Result<std::vector<DeckySpec>> demo_fleet(std::uint64_t seed, TimePoint deployed_at,
                                          std::string_view prefix = kDemoPrefix);

}  // namespace decnet::fleet
