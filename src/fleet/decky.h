// A decky as it shall be: what deploy writes, the store keeps, and the reconciler makes true.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"

namespace decnet::fleet {

struct ServiceSpec {
  std::string name;  // A service of the catalogue.
  std::uint16_t port = 0;
  std::map<std::string, std::string, std::less<>>
      options;  // Only what differs from the catalogue's defaults.
  bool operator==(const ServiceSpec&) const = default;
};

struct DeckySpec {
  Uuid uuid;
  std::string name;  // Unique; one bus token: [a-z0-9-]{1,63}
  std::string archetype;
  std::uint64_t seed = 0;             // The persona's.
  std::string ip;                     // Text of an IPv4 or IPv6 address.
  std::vector<ServiceSpec> services;  // Sorted by port.
  TimePoint deployed_at{};
  bool operator==(const DeckySpec&) const = default;
};

}  // namespace decnet::fleet
