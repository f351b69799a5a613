// What core and an engine say to each other: what stands on a decky, and what must outlive the
// engine.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <boost/describe/class.hpp>

namespace decnet::control {

struct PutService {
  std::string name;
  std::uint16_t port = 0;
  std::map<std::string, std::string, std::less<>> options;
  std::string state;  // What the service saved last.
};
BOOST_DESCRIBE_STRUCT(PutService, (), (name, port, options, state))
struct PutDecky {
  std::string name;
  std::string ip;
  std::string archetype;
  std::uint64_t seed = 0;
  std::int64_t deployed_at = 0;  // Microseconds
  std::string certificate_pem;
  std::string private_key_pem;
  std::vector<std::string> host_keys_pem;  // Of SSH.
  std::vector<PutService> services;
};
BOOST_DESCRIBE_STRUCT(PutDecky, (),
                      (name, ip, archetype, seed, deployed_at, certificate_pem, private_key_pem,
                       host_keys_pem, services))
struct RemoveDecky {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(RemoveDecky, (), (name))
struct FleetDone {
  std::uint64_t version = 0;  // Every decky of this version has been put.
};
BOOST_DESCRIBE_STRUCT(FleetDone, (), (version))

struct StatePut {
  std::string decky;
  std::string service;
  std::uint16_t port = 0;
  std::string state;
};
BOOST_DESCRIBE_STRUCT(StatePut, (), (decky, service, port, state))
// What a decky remembers of one peer, under a topic. Put and get keep their order on the line.
struct MemoryPut {
  std::string decky;
  std::string topic;
  std::string peer;  // Its address.
  std::string memory;
};
BOOST_DESCRIBE_STRUCT(MemoryPut, (), (decky, topic, peer, memory))
struct MemoryGet {
  std::uint64_t id = 0;
  std::string decky;
  std::string topic;
  std::string peer;
};
BOOST_DESCRIBE_STRUCT(MemoryGet, (), (id, decky, topic, peer))
struct MemoryIs {
  std::uint64_t id = 0;
  bool known = false;
  std::string memory;
};
BOOST_DESCRIBE_STRUCT(MemoryIs, (), (id, known, memory))

struct EngineReport {
  std::uint64_t sessions_open = 0;
  std::uint64_t sessions_total = 0;
  std::uint64_t events_total = 0;
  std::uint64_t events_dropped = 0;
  std::uint64_t limits_hit = 0;
};
BOOST_DESCRIBE_STRUCT(EngineReport, (),
                      (sessions_open, sessions_total, events_total, events_dropped, limits_hit))

}  // namespace decnet::control
