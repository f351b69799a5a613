// The SSH service with a host of one's own, for tests.
#pragma once

#include <memory>

#include "service/ssh/userland.h"
#include "service/ssh/world.h"
#include "session/service.h"

namespace decnet::service::ssh {

// MaxStartups 10:30:100: whether one more is turned away while so many have not logged in yet. From
// the tenth on some are, from the hundredth on all.
bool is_turned_away(std::uint32_t startups);

std::unique_ptr<session::Service> make_service(World world, std::unique_ptr<Host> host);
const session::Descriptor& descriptor();

}  // namespace decnet::service::ssh
