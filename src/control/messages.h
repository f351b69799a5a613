// What supervisor, core, netd and engine say to each other, over PacketChannels that the supervisor
// hands out.
//
//   supervisor → child   Link (with a socket): from now on this is your line to that peer
//   netd ⇄ supervisor    Keep, Drop, Kept, KeptAll: what must outlive netd
//   core → netd          DesiredFleet: everything that shall listen; netd answers with
//   ListenerStates netd → engine        Listener (with a socket), CloseListener, PacketSocket (with
//   a socket) engine → netd        OpenPassive, ConnectBack; answered by Opened (with a socket
//   where it worked) core → engine        PutDecky, RemoveDecky, FleetDone engine → core StatePut,
//   EngineReport
//
// Desired state is always sent whole, so that a message lost with a killed process is made good by
// the next one. Every list and text has a limit (codec.cc); a message that breaks one is refused as
// a whole.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include <boost/describe/class.hpp>

namespace decnet::control {

// The kinds of lines that a Link opens.
inline constexpr std::string_view kLinkControl = "control";  // PacketChannel between two processes
inline constexpr std::string_view kLinkSender =
    "sender";  // Byte stream: the sender protocol of ingest/

struct Link {
  std::string kind;
  std::string peer;  // "core", "netd", "engine.0"
};
BOOST_DESCRIBE_STRUCT(Link, (), (kind, peer))

struct Keep {
  std::string key;  // With one socket. A key that is kept already is replaced.
};
BOOST_DESCRIBE_STRUCT(Keep, (), (key))
struct Drop {
  std::string key;
};
BOOST_DESCRIBE_STRUCT(Drop, (), (key))
struct Kept {
  std::string key;  // With one socket; sent to a netd that starts.
};
BOOST_DESCRIBE_STRUCT(Kept, (), (key))
struct KeptAll {
  std::uint32_t count = 0;  // The last of the kept ones has been sent.
};
BOOST_DESCRIBE_STRUCT(KeptAll, (), (count))

struct DesiredListener {
  std::string service;
  std::uint16_t port = 0;
};
BOOST_DESCRIBE_STRUCT(DesiredListener, (), (service, port))
struct DesiredDecky {
  std::string name;
  std::string ip;
  std::uint32_t shard = 0;
  std::vector<DesiredListener> listeners;
};
BOOST_DESCRIBE_STRUCT(DesiredDecky, (), (name, ip, shard, listeners))
struct DesiredFleet {
  std::uint64_t version = 0;
  bool more = false;  // Further parts of the same version follow (a message holds 500 deckies).
  std::vector<DesiredDecky> deckies;
};
BOOST_DESCRIBE_STRUCT(DesiredFleet, (), (version, more, deckies))

struct ListenerState {
  std::string service;
  std::uint16_t port = 0;
  std::uint16_t actual_port = 0;  // 0: not open
  std::string reason;             // Why not, or why another port.
};
BOOST_DESCRIBE_STRUCT(ListenerState, (), (service, port, actual_port, reason))
struct ListenerStates {
  std::uint64_t version = 0;
  std::string decky;
  std::vector<ListenerState> listeners;
};
BOOST_DESCRIBE_STRUCT(ListenerStates, (), (version, decky, listeners))

struct Listener {
  std::string decky;
  std::string service;
  std::uint16_t port = 0;         // As the decky is meant to have it …
  std::uint16_t actual_port = 0;  // … and as it is.
};
BOOST_DESCRIBE_STRUCT(Listener, (), (decky, service, port, actual_port))
struct CloseListener {
  std::string decky;
  std::string service;
  std::uint16_t port = 0;
};
BOOST_DESCRIBE_STRUCT(CloseListener, (), (decky, service, port))
struct PacketSocket {
  std::string interface;  // With a packet socket that sees what deckies receive.
};
BOOST_DESCRIBE_STRUCT(PacketSocket, (), (interface))

struct OpenPassive {
  std::uint64_t id = 0;
  std::string decky;
};
BOOST_DESCRIBE_STRUCT(OpenPassive, (), (id, decky))
struct ConnectBack {
  std::uint64_t id = 0;
  std::string decky;
  std::string peer_ip;  // Must be the peer of a session that the engine holds on that decky.
  std::uint16_t port = 0;
  std::uint16_t source_port = 0;  // 0: any
};
BOOST_DESCRIBE_STRUCT(ConnectBack, (), (id, decky, peer_ip, port, source_port))
struct Opened {
  std::uint64_t id = 0;
  std::string error;  // Empty: a socket comes with this message. Else the name of an Errc.
};
BOOST_DESCRIBE_STRUCT(Opened, (), (id, error))

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
  std::vector<PutService> services;
};
BOOST_DESCRIBE_STRUCT(PutDecky, (),
                      (name, ip, archetype, seed, deployed_at, certificate_pem, private_key_pem,
                       services))
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
struct EngineReport {
  std::uint64_t sessions_open = 0;
  std::uint64_t sessions_total = 0;
  std::uint64_t events_total = 0;
  std::uint64_t events_dropped = 0;
  std::uint64_t limits_hit = 0;
};
BOOST_DESCRIBE_STRUCT(EngineReport, (),
                      (sessions_open, sessions_total, events_total, events_dropped, limits_hit))

// The order is the wire's: a new message goes to the end.
using Message = std::variant<Link, Keep, Drop, Kept, KeptAll, DesiredFleet, ListenerStates,
                             Listener, CloseListener, PacketSocket, OpenPassive, ConnectBack,
                             Opened, PutDecky, RemoveDecky, FleetDone, StatePut, EngineReport>;

}  // namespace decnet::control
