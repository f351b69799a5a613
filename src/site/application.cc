#include "site/application.h"

#include "codec/http/gzip.h"
#include "site/phpmyadmin.h"
#include "site/wordpress.h"

namespace decnet::site {

void pack(ApplicationReply& reply, const codec::http::Request& request) {
  const std::string accepts = request.headers.joined("Accept-Encoding").value_or("");
  if (accepts.find("gzip") != std::string::npos && !reply.body.empty()) {
    reply.body = codec::http::php_gzip(reply.body);
    reply.add("Content-Encoding", "gzip");
  }
  reply.add("Vary", "Accept-Encoding");
}

std::unique_ptr<Application> make_application(const Config& config) {
  switch (config.kind) {
    case Kind::wordpress:
      return std::make_unique<WordPress>(config);
    case Kind::phpmyadmin:
      return std::make_unique<PhpMyAdmin>(config);
    default:
      return nullptr;
  }
}

}  // namespace decnet::site
