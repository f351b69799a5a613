// mysql: MariaDB 10.11 as Debian 12 builds it, or MySQL 8.0 as Oracle does, with a bait database
// that each attacker may change for itself.
#pragma once

#include "session/service.h"

namespace decnet::service::mysql {

const session::Descriptor& descriptor();

}  // namespace decnet::service::mysql
