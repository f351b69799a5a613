#include "site/site.h"

namespace decnet::service::https {

// The same web server behind TLS, with the certificate of its place. What it says lives in site/,
// which http shares.
const session::Descriptor& descriptor() {
  static const session::Descriptor https{
      .name = "https",
      .create =
          [](const session::Place& place) {
            return site::make_service(place, site::Transport::tls);
          },
  };
  return https;
}

}  // namespace decnet::service::https
