// Link: one connection to one NATS server. The only home of libnats
// (https://github.com/nats-io/nats.c).
//
// A link never mends itself: when it is lost, is_open() turns false and another one is made.
// libnats runs threads of its own; they call the Listener.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace decnet::bus::bridge {

inline constexpr Duration kServerWaitMax = std::chrono::seconds{2};  // For a connection.
inline constexpr Duration kServerWriteMax = std::chrono::seconds{5};
inline constexpr Duration kServerPingEvery = std::chrono::seconds{10};
inline constexpr int kServerPingsUnanswered = 2;
// What may wait for this host, over all subscriptions; then the newest go (counted).
inline constexpr std::size_t kImportedBytesMax = 8 * 1024 * 1024;
inline constexpr std::size_t kImportedEventsMax = 65'536;
inline constexpr std::size_t kServersMax = 16;

struct Server {
  std::string url;   // nats://host:port, without anything secret.
  std::string host;  // What its certificate must say.
  bool tls = false;
};

// "nats://a, tls://b:4443" → servers of one cluster, tried in turn. Errors: invalid_argument (a
// scheme that is neither nats nor tls, no host, a port out of range, a user or a password in it:
// the command line of a process can be read by everybody), limit (kServersMax).
Result<std::vector<Server>> parse_servers(std::string_view list);

struct LinkOptions {
  std::string name;             // What the server shows of this client.
  std::string tls_ca;           // PEM files. Empty: the system's authorities, no certificate.
  std::string tls_certificate;  // With its key.
  std::string tls_key;
  std::string tls_name;          // What the server's certificate must say; empty: the URL's host.
  std::string credentials_file;  // As `nsc` writes it: a JWT and a seed.
  std::string user;
  std::string password;
};

class Listener {
 public:
  virtual ~Listener() = default;

  // Any of libnats's threads, several at a time. `by` is the number of the Ear.
  virtual void on_message(std::size_t by, std::string_view subject, std::string_view body) = 0;
  virtual void on_trouble(
      std::string_view reason) = 0;  // The server refuses a subject, or the like.
  virtual void on_closed() = 0;
};

// A subscription's closure. It and its listener outlive all links, and what wind_up() waits for.
struct Ear {
  Listener* listener = nullptr;
  std::size_t by = 0;
  std::string subject;
};

class Link {
 public:
  // Blocks for kServerWaitMax and a name lookup at most. Errors: denied (the password, the
  // credentials, a certificate), unavailable, invalid_argument (a file that cannot be read).
  static Result<std::unique_ptr<Link>> connect(const Server& server, const LinkOptions& options,
                                               Listener& listener);
  ~Link();

  // Of `among` subscriptions that share the limits of what may wait. Errors: unavailable.
  Result<void> subscribe(Ear& ear, std::size_t among);

  // Returns when the server has processed everything so far. Errors: unavailable.
  Result<void> flush();

  // Blocks while the server takes nothing, for kServerWriteMax at most. Errors: limit (the server
  // takes no body of that size), unavailable.
  Result<void> publish(const std::string& subject, std::string_view body);

  bool is_open() const;
  std::uint64_t dropped() const;  // Events for this host that had no room.

  // After the last link of the process: waits for libnats's threads. False: some still run.
  static bool wind_up();

 private:
  struct State;
  explicit Link(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace decnet::bus::bridge
