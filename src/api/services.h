// What handlers work with. Each lives as long as the API.
#pragma once

#include <mutex>
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
class BusLine;
class Geo;
class Health;
class Latency;
class LoginLimits;
class PasswordQueue;
class StreamHub;
class Tickets;
class Workers;

struct Services {
  const Options& options;
  const Clock& clock;
  store::Store& store;
  BusLine& bus;
  net::BlockingPool& database;
  Authenticator& authenticator;
  PasswordQueue& passwords;  // On the loop only, as LoginLimits and StreamHub.
  LoginLimits& login_limits;
  StreamHub& streams;
  Tickets& tickets;
  const Geo& geo;
  Workers& workers;
  Health& health;
  Latency& latency;
  const std::string& openapi;
  std::mutex account_changes = {};  // Held where a rule spans several users.
};

}  // namespace decnet::api
