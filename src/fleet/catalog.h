// The catalogue: every service of this build with its ports, options and event fields, generated
// from the service.toml files (tools/gen_catalog.py). What API, command line, validation and
// documentation know of services comes from here.
//
//   const ServiceInfo* http = find_service("http");
//   auto options = complete_options(*http, {{"server", "nginx"}});   // checked, defaults filled in
//
// A build without services has an empty catalogue. All views are constants; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "fleet/decky.h"
#include "persona/archetype.h"

namespace decnet::fleet {

using Options = std::map<std::string, std::string, std::less<>>;

inline constexpr std::size_t kOptionValueBytesMax = 4096;

enum class Transport : std::uint8_t { tcp, udp };
enum class OptionType : std::uint8_t { text, integer, boolean, choice };

struct PortInfo {
  std::uint16_t port;
  Transport transport;
};

struct OptionInfo {
  std::string_view name;
  OptionType type;
  std::span<const std::string_view> values;  // Of a choice; else empty.
  std::int64_t least, most;                  // Of an integer.
  std::string_view standard;                 // The value where none is given.
  std::string_view doc;
};

struct FieldInfo {
  std::string_view name;  // Of the service's `request` events.
  std::string_view doc;
};

struct ServiceInfo {
  std::string_view name, summary;
  std::span<const PortInfo> ports;  // The usual one first; at least one.
  std::span<const OptionInfo> options;
  std::span<const FieldInfo> fields;
};

std::string_view to_string(Transport transport) noexcept;
std::string_view to_string(OptionType type) noexcept;

std::span<const ServiceInfo> catalogue() noexcept;                // Sorted by name.
const ServiceInfo* find_service(std::string_view name) noexcept;  // Null if there is none.

// `given` with the defaults of all options that it does not name. Errors: invalid_argument, whose
// detail begins with the bad key ("services.http.options.colour: …").
Result<Options> complete_options(const ServiceInfo& service, const Options& given);

// The services that a decky of this archetype has where nothing else is said: those of its list
// that are in the catalogue, each on its usual port, sorted by port.
std::vector<ServiceSpec> default_services(const persona::Archetype& archetype);

// Whether this decky can be built: its name, archetype, address, services, ports and options.
// Errors: invalid_argument, whose detail begins with the bad key ("name: …").
Result<void> validate(const DeckySpec& decky);

// The same for a whole fleet. Also refuses two deckies with one uuid, name or address: conflict.
Result<void> validate(std::span<const DeckySpec> deckies);

}  // namespace decnet::fleet
