// Archetypes: named recipes for a decky. Each says what kind of machine it is, what may run on it,
// and how such machines are called.
//
//   for (const Archetype& archetype : archetypes()) …
//   const Archetype* web = find_archetype("web-server");
//
// `services` lists what such a host offers, most typical first, under the names of the service
// catalogue. It may name services that this build does not have; fleet/catalog.h filters them.
// Pure constants; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace decnet::persona {

// What the machine is made of; decides the vendor of its network card.
enum class Hardware : std::uint8_t {
  server,       // Rack servers and virtual machines.
  workstation,  // Office computers.
  raspberry_pi,
  printer,     // HP.
  controller,  // Programmable logic controllers.
  router,      // Cisco.
};

// How a host of this kind gets its name.
enum class Naming : std::uint8_t {
  role,         // By the site's habit: "web-03", "fra-web03" …
  workstation,  // "desktop-4f7k2lq", "fra-ws0142"
  printer,      // "npi" and the last three bytes of the MAC, as HP's cards call themselves
};

struct Archetype {
  std::string_view name;     // "web-server"
  std::string_view summary;  // One clause for people.
  std::string_view personality;
  std::string_view distribution;
  Hardware hardware;
  Naming naming;
  std::span<const std::string_view> roles;     // Stems of host names: "web", "www"
  std::span<const std::string_view> services;  // Most typical first.
  // Each a blank-separated list of programs that are installed together; a host has one of them.
  std::span<const std::string_view> stacks;
  std::span<const std::string_view> logins;  // Names of service accounts that such a host has.
};

std::span<const Archetype> archetypes();  // Sorted as documented: general first.
const Archetype* find_archetype(std::string_view name) noexcept;  // Null if there is none.

}  // namespace decnet::persona
