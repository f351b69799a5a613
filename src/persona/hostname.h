// Host names: by the archetype's kind and the site's habit.
#pragma once

#include <string>
#include <string_view>

#include "base/random.h"
#include "persona/archetype.h"
#include "persona/site.h"

namespace decnet::persona {

// A name of [a-z0-9-]{1,63}. `mac` is needed by printers, which are named after it.
std::string make_hostname(SeededRandom random, const Archetype& archetype, const Site& site,
                          std::string_view mac);

// Windows and HP print cards write their names in upper case.
bool shows_upper_case(const Archetype& archetype) noexcept;

}  // namespace decnet::persona
