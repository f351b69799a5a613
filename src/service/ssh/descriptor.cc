#include "service/ssh/ssh.h"

namespace decnet::service::ssh {

namespace {

std::unique_ptr<session::Service> create(const session::Place& place) {
  return make_service(make_world(place), make_machine_host(place));
}

}  // namespace

const session::Descriptor& descriptor() {
  static const session::Descriptor kDescriptor{"ssh", &create};
  return kDescriptor;
}

}  // namespace decnet::service::ssh
