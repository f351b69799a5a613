// A listening socket on a decky for one session's own peer.
#pragma once

#include <memory>

#include "base/fd.h"
#include "engine/data_ports.h"
#include "net/endpoint.h"
#include "session/session.h"

namespace decnet::engine {

// `session` and `ports` outlive the listener; strangers who knock are told to the session as
// events.
std::unique_ptr<session::PassiveListener> make_passive_listener(session::Session& session,
                                                                DataPorts& ports,
                                                                const net::Executor& executor,
                                                                UniqueFd listening,
                                                                const net::IpAddress& peer);

}  // namespace decnet::engine
