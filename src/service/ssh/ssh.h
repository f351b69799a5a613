// The SSH service with a host of one's own, for tests.
#pragma once

#include <memory>

#include "service/ssh/userland.h"
#include "service/ssh/world.h"
#include "session/service.h"

namespace decnet::service::ssh {

std::unique_ptr<session::Service> make_service(World world, std::unique_ptr<Host> host);
const session::Descriptor& descriptor();

}  // namespace decnet::service::ssh
