// Keys that are there from the start: what the applications of such a host keep in redis. A
// function of the persona and of the day on which the decky came up, the same after every restart.
#pragma once

#include "persona/persona.h"

namespace decnet::service::redis {

class Server;

// Small enough that a snapshot (snapshot.h) holds all of it. Among the keys are credentials that
// the decky's other services take.
void plant_bait(Server& server, const persona::Persona& persona);

}  // namespace decnet::service::redis
