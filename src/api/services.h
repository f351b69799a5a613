// What handlers work with. Each lives as long as the API.
#pragma once

#include <string>

namespace decnet {
class Clock;
}
namespace decnet::net {
class BlockingPool;
}
namespace decnet::store {
class Store;
}

namespace decnet::api {

struct Options;
class Authenticator;
class PasswordQueue;
class LoginLimits;
class Geo;

struct Services {
  const Options& options;
  const Clock& clock;
  store::Store& store;
  net::BlockingPool& database;
  Authenticator& authenticator;
  PasswordQueue& passwords;
  LoginLimits& login_limits;
  const Geo& geo;
  const std::string& openapi;
};

}  // namespace decnet::api
