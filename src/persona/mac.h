// MAC addresses: the vendor's own prefix, so never locally administered and never multicast.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/random.h"
#include "persona/archetype.h"

namespace decnet::persona {

// Which of a hardware's vendors it is, is `site_random`'s choice more often than not: an
// organisation buys from one shop. The last three bytes are `random`'s.
std::string make_mac(SeededRandom random, SeededRandom site_random, const Archetype& archetype);

struct Oui {
  std::string_view prefix;  // "00:50:56"
  std::string_view vendor;
};
std::span<const Oui> ouis_of(const Archetype& archetype) noexcept;

}  // namespace decnet::persona
