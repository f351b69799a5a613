#include "service/redis/redis.h"

#include "service/redis/server.h"

namespace decnet::service::redis {

namespace {

std::unique_ptr<session::Service> create(const session::Place&) {
  return nullptr;
}

}  // namespace

const session::Descriptor& descriptor() {
  static const session::Descriptor kDescriptor{"redis", &create};
  return kDescriptor;
}

}  // namespace decnet::service::redis
