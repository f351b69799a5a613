// redis: redis-server 7.0.15 as Debian 12 has it, with a key space that all attackers of a decky
// share.
#pragma once

#include "session/service.h"

namespace decnet::service::redis {

const session::Descriptor& descriptor();

}  // namespace decnet::service::redis
