#include "site/site.h"

namespace decnet::service::http {

// One web server. What it says lives in site/, which https shares.
const session::Descriptor& descriptor() {
  static const session::Descriptor http{
      .name = "http",
      .create =
          [](const session::Place& place) {
            return site::make_service(place, site::Transport::plain);
          },
  };
  return http;
}

}  // namespace decnet::service::http
