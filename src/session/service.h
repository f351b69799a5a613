// Service: one emulated protocol, and what it gets to know when it is put on a decky.
//
// A service lives in src/service/<name>/. CMake makes the registry from the folders: each defines
//   const session::Descriptor& decnet::service::<name>::descriptor();
// and has a service.toml that names its ports, options and event fields.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "net/task.h"
#include "persona/persona.h"

namespace decnet::session {

class Session;

// A private key with its certificate, as PEM. Random, made by core, kept for the decky's life.
// Empty for plain services.
struct Identity {
  std::string certificate_pem;  // The chain, leaf first.
  std::string private_key_pem;
  // SSH's host keys, each PKCS#8 in PEM, in sshd's order: RSA of 3072 bits, ECDSA on P-256,
  // Ed25519. Empty where nothing speaks SSH.
  std::vector<std::string> host_keys_pem = {};
  bool operator==(const Identity&) const = default;
};

// What the services of one decky share while somebody uses it (a shell that is entered by two
// doors): objects by a name, each alive as long as anybody holds it. On the engine's thread only.
class Commons {
 public:
  // The object of that name, or what `make` gives for it; the type belongs to the name.
  template <class T, class Make>
  std::shared_ptr<T> get(const std::string& name, Make make) {
    if (auto alive = std::static_pointer_cast<T>(objects_[name].lock())) return alive;
    std::erase_if(objects_, [](const auto& entry) { return entry.second.expired(); });
    std::shared_ptr<T> made = make();
    objects_[name] = made;
    return made;
  }
  std::size_t size() const noexcept { return objects_.size(); }

 private:
  std::map<std::string, std::weak_ptr<void>, std::less<>> objects_;
};

// Files that come from Debian's packages at set-up ("nginx/index.html"). Views live as long as the
// process.
class Assets {
 public:
  virtual ~Assets() = default;
  // The content, or an empty view if there is no such file: a service must have something sensible
  // to show without it.
  virtual std::string_view find(std::string_view path) const = 0;
  // When the file was last changed, as its package says; 1970 if that is not known.
  virtual TimePoint modified(std::string_view) const { return {}; }
};

// Where a service stands. One for each (decky, service, port); it outlives the Service made from
// it.
struct Place {
  std::string decky;       // The decky's name.
  std::string service;     // "http"
  std::uint16_t port = 0;  // As the attacker sees it.
  std::map<std::string, std::string, std::less<>>
      options;  // Checked against service.toml; defaults filled in.
  std::shared_ptr<const persona::Persona> persona;
  Identity identity;
  const Assets* assets = nullptr;  // Never null in a running engine.
  const Clock* clock = nullptr;    // Never null.
  std::shared_ptr<Commons> commons = std::make_shared<Commons>();  // The decky's own.
  std::string address = {};                                        // The decky's own.
  std::vector<std::uint16_t> open_ports = {};  // Of the decky, as its peers see them; sorted.

  std::string_view option(std::string_view name) const noexcept;  // Empty if absent.
};

class Service {
 public:
  virtual ~Service() = default;

  // Talks to one peer until the session is over. Called for many sessions at once, on one thread;
  // whatever they share (a key space, a page) lives in the Service. When it returns, the stream is
  // closed, and session.ended is sent.
  virtual net::Task<void> serve(Session& session) = 0;

  // What must survive a restart of the engine, and taking it back; at most kServiceStateBytesMax
  // bytes. Most have nothing.
  virtual std::string save_state() const { return {}; }
  virtual void load_state(std::string_view) {}
};

inline constexpr std::size_t kServiceStateBytesMax = 64 * 1024;
inline constexpr std::size_t kMemoryBytesMax = 60 * 1024;  // Of a memory of one peer.

struct Descriptor {
  std::string_view name;
  std::unique_ptr<Service> (*create)(const Place& place);
};

}  // namespace decnet::session
