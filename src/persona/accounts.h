// Who has an account on a host, and which few of them have a password that can be guessed.
#pragma once

#include <vector>

#include "base/random.h"
#include "persona/archetype.h"
#include "persona/persona.h"
#include "persona/site.h"

namespace decnet::persona {

inline constexpr int kGuessableMin = 1;  // Accounts of a host with a password.
inline constexpr int kGuessableMax = 3;

// The administrator first, then the archetype's service accounts, then some of the site's people.
// Each name once. `day` dates the passwords that have a year in them.
std::vector<Account> make_accounts(SeededRandom random, const Archetype& archetype,
                                   const Site& site, TimePoint day);

}  // namespace decnet::persona
