// The service `ftp`: vsftpd 3.0.3 and ProFTPD 1.3.8 as Debian 12 ships them. See README.md.
#pragma once

#include "session/service.h"

namespace decnet::service::ftp {

const session::Descriptor& descriptor();

}  // namespace decnet::service::ftp
