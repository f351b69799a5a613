// Persona: everything that a decky *is*. A pure function of a seed, the same on every layer and
// after every restart.
//
//   const Persona persona = make_persona({.name = "", .seed = 42, .archetype = "web-server"});
//
// The upper half of a seed names the site, which is the organisation that owns a group of deckies
// (site.h): those of one site share company, domain and habits of naming. The lower half names the
// host; hosts share nothing that two machines would not.
//
// What a service shows of itself (versions, names, start times, data) comes from here or from
// `stream(purpose)`; key material does not: keys are random, made once, and handed in
// (session/service.h).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"

namespace decnet::persona {

// A login that works on a decky. Few and guessable ones are chosen by the seed: a random password
// never works.
struct Account {
  std::string user;
  std::string password;
  bool operator==(const Account&) const = default;
};

struct Persona {
  std::uint64_t seed = 0;
  std::string archetype;     // "web-server"
  std::string personality;   // "linux5": the TCP/IP stack, see spec network
  std::string hostname;      // "web-03"
  std::string domain;        // "corp.example.net"
  std::string distribution;  // "debian12"
  std::string kernel;        // "6.1.0-28-amd64"
  std::string mac;           // "00:50:56:8a:01:02"
  std::string company;       // What sites and certificates call the owner.
  std::vector<Account>
      accounts;  // People and services that exist on the host; password empty = cannot log in.
  TimePoint installed_at{};  // Months or years ago: file times, certificate dates.
  TimePoint booted_at{};     // After that, days or months ago; uptime on every layer.
  int clock_skew_ppm = 0;
  std::map<std::string, std::string, std::less<>>
      versions;  // "nginx" → "1.22.1"; members fit the distribution.

  std::string fqdn() const { return hostname + "." + domain; }
  std::string_view version(
      std::string_view program) const noexcept;  // Empty if this host does not have it.

  // Numbers for one purpose ("redis.run_id"); the same each time it is asked for.
  SeededRandom stream(std::string_view purpose) const noexcept { return {seed, purpose}; }
};

struct PersonaRequest {
  std::string name;  // The decky's name, if the operator chose one; else a host name of the
                     // archetype's style is made.
  std::uint64_t seed = 0;
  std::string archetype;
  TimePoint deployed_at{};  // Uptime and age are counted from here, so that they are stable over
                            // restarts.
};

// An archetype that is not known gives a plain Debian server.
Persona make_persona(const PersonaRequest& request);

}  // namespace decnet::persona
