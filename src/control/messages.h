// What supervisor, workers, netd and engine say to each other, over PacketChannels that the
// supervisor hands out. (About the workers themselves: worker_messages.h.)
//
//   supervisor → child   Link (with a socket): from now on this is your line to that peer
//   netd ⇄ supervisor    Keep, Drop, Kept, KeptAll: what must outlive netd
//   reconciler → netd    DesiredFleet: everything that shall listen
//   netd → reconciler    ListenerStates: how it went
//   netd → engine        Listener (with a socket), CloseListener, PacketSocket (with a socket)
//   engine → netd        OpenPassive, ConnectBack; answered by Opened (with a socket if it worked)
//   reconciler → engine  PutDecky, RemoveDecky, FleetDone
//   engine → reconciler  StatePut, MemoryPut, EngineReport; MemoryGet, answered by MemoryIs
//
// Desired state is always sent whole, so that a message lost with a killed process is made good by
// the next one. Every list and text has a limit (codec.cc); a message that breaks one is refused as
// a whole.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include <boost/describe/class.hpp>

#include "control/decky_messages.h"
#include "control/worker_messages.h"

namespace decnet::control {

// The kinds of lines that a Link opens.
inline constexpr std::string_view kLinkControl = "control";  // PacketChannel between two processes
inline constexpr std::string_view kLinkSender =
    "sender";  // Byte stream: the sender protocol of ingest/

struct Link {
  std::string kind;
  std::string peer;  // "reconciler", "collector", "netd", "engine.0"
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
// With the session's own socket: netd connects to whom that is connected, and to nobody else,
// whatever an engine says.
struct ConnectBack {
  std::uint64_t id = 0;
  std::string decky;
  std::uint16_t port = 0;
  std::uint16_t source_port = 0;  // 0: any
};
BOOST_DESCRIBE_STRUCT(ConnectBack, (), (id, decky, port, source_port))
struct Opened {
  std::uint64_t id = 0;
  std::string error;  // Empty: a socket comes with this message. Else the name of an Errc.
};
BOOST_DESCRIBE_STRUCT(Opened, (), (id, error))

// The order is the wire's: a new message goes to the end.
using Message =
    std::variant<Link, Keep, Drop, Kept, KeptAll, DesiredFleet, ListenerStates, Listener,
                 CloseListener, PacketSocket, OpenPassive, ConnectBack, Opened, PutDecky,
                 RemoveDecky, FleetDone, StatePut, EngineReport, MemoryPut, MemoryGet, MemoryIs,
                 WantLines, StartWorker, StartOutcome, Attach>;

}  // namespace decnet::control
