// The key space and what goes with it as one bounded text: for restarts of the engine
// (Service::save_state), and for what a restarted server finds on its disk.
#pragma once

#include <string>
#include <string_view>

namespace decnet::service::redis {

class Server;

// At most kStateBytesMax bytes: the smaller keys first, until nothing more fits.
std::string save_snapshot(const Server& server);

// Puts the keys back. What is malformed is left out.
void load_snapshot(Server& server, std::string_view snapshot);

// The same with what a restart of the engine must not be seen to change: settings, users, counters,
// the life of the process.
std::string save_life(const Server& server);
void load_life(Server& server, std::string_view life);

}  // namespace decnet::service::redis
