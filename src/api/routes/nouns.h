// Every noun of the API: its routes and the shapes of what they take and give. A new noun is one
// line here and one in nouns.cc.
#pragma once

#include <vector>

#include "api/route.h"

namespace decnet::api {

Noun auth_noun();
Noun overview_noun();
Noun events_noun();
Noun attackers_noun();
Noun sessions_noun();
Noun recordings_noun();
Noun credentials_noun();
Noun fingerprints_noun();
Noun files_noun();
Noun fleet_noun();
Noun system_noun();
Noun workers_noun();
Noun search_noun();
Noun users_noun();
Noun tokens_noun();
Noun audit_noun();
Noun stream_noun();
Noun probes_noun();

std::vector<Noun> all_nouns();

}  // namespace decnet::api
