#include "fleet/catalog.h"

#include <algorithm>
#include <charconv>
#include <set>

#include <fmt/format.h>

#include "base/try.h"
#include "fleet/address.h"

namespace decnet::fleet {
namespace {

constexpr std::size_t kNameBytesMax = 63;
constexpr std::size_t kServicesMax = 32;

tl::unexpected<Error> refuse(std::string_view key, std::string_view why) {
  return fail(Errc::invalid_argument, fmt::format("{}: {}", key, why));
}

Result<void> check_integer(const OptionInfo& option, std::string_view key, std::string_view value) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc{} || end != value.data() + value.size()) {
    return refuse(key, "is not a whole number");
  }
  if (number < option.least || number > option.most) {
    return refuse(key, fmt::format("must be from {} to {}", option.least, option.most));
  }
  return {};
}

Result<void> check_value(const OptionInfo& option, std::string_view key, std::string_view value) {
  if (value.size() > kOptionValueBytesMax) {
    return refuse(key, fmt::format("is longer than {} bytes", kOptionValueBytesMax));
  }
  switch (option.type) {
    case OptionType::text:
      return {};
    case OptionType::integer:
      return check_integer(option, key, value);
    case OptionType::boolean:
      if (value == "true" || value == "false") return {};
      return refuse(key, "must be true or false");
    case OptionType::choice:
      break;
  }
  if (std::find(option.values.begin(), option.values.end(), value) != option.values.end())
    return {};
  return refuse(key, fmt::format("must be one of {}", fmt::join(option.values, ", ")));
}

bool is_name(std::string_view name) noexcept {
  if (name.empty() || name.size() > kNameBytesMax) return false;
  if (name.front() == '-' || name.back() == '-') return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

Result<void> check_service(const ServiceSpec& spec) {
  const ServiceInfo* service = find_service(spec.name);
  if (service == nullptr) return refuse("services." + spec.name, "is not a service of this build");
  if (spec.port == 0) return refuse("services." + spec.name + ".port", "must be from 1 to 65535");
  DECNET_TRY(complete_options(*service, spec.options));
  return {};
}

}  // namespace

std::string_view to_string(Transport transport) noexcept {
  return transport == Transport::tcp ? "tcp" : "udp";
}

std::string_view to_string(OptionType type) noexcept {
  switch (type) {
    case OptionType::text:
      return "text";
    case OptionType::integer:
      return "integer";
    case OptionType::boolean:
      return "boolean";
    case OptionType::choice:
      break;
  }
  return "choice";
}

const ServiceInfo* find_service(std::string_view name) noexcept {
  for (const ServiceInfo& service : catalogue()) {
    if (service.name == name) return &service;
  }
  return nullptr;
}

Result<Options> complete_options(const ServiceInfo& service, const Options& given) {
  Options all;
  for (const OptionInfo& option : service.options) all.emplace(option.name, option.standard);
  for (const auto& [name, value] : given) {
    const std::string key = fmt::format("services.{}.options.{}", service.name, name);
    const auto same = [&wanted = name](const OptionInfo& option) { return option.name == wanted; };
    const auto option = std::find_if(service.options.begin(), service.options.end(), same);
    if (option == service.options.end()) return refuse(key, "is not an option of this service");
    DECNET_TRY(check_value(*option, key, value));
    all.find(name)->second = value;
  }
  return all;
}

std::vector<ServiceSpec> default_services(const persona::Archetype& archetype) {
  std::vector<ServiceSpec> services;
  for (const std::string_view name : archetype.services) {
    if (const ServiceInfo* service = find_service(name)) {
      services.push_back(
          {.name = std::string(name), .port = service->ports.front().port, .options = {}});
    }
  }
  std::sort(services.begin(), services.end(),
            [](const ServiceSpec& a, const ServiceSpec& b) { return a.port < b.port; });
  return services;
}

Result<void> validate(const DeckySpec& decky) {
  if (decky.uuid.is_nil()) return refuse("uuid", "is missing");
  if (!is_name(decky.name)) {
    return refuse("name",
                  fmt::format("must be 1 to {} of a-z, 0-9 and '-', not at an end", kNameBytesMax));
  }
  if (persona::find_archetype(decky.archetype) == nullptr) {
    return refuse("archetype", "is not an archetype of this build");
  }
  if (!is_address(decky.ip)) return refuse("ip", "is not an address in its usual form");
  if (decky.services.size() > kServicesMax) {
    return refuse("services", fmt::format("are more than {}", kServicesMax));
  }
  std::set<std::uint16_t> ports;
  for (const ServiceSpec& service : decky.services) {
    DECNET_TRY(check_service(service));
    if (!ports.insert(service.port).second) {
      return refuse("services." + service.name + ".port", "is taken by another service");
    }
  }
  return {};
}

Result<void> validate(std::span<const DeckySpec> deckies) {
  std::set<Uuid> uuids;
  std::set<std::string_view> names, addresses;
  for (const DeckySpec& decky : deckies) {
    DECNET_TRY(validate(decky));
    const auto twice = [&](std::string_view key, std::string_view value) {
      return fail(Errc::conflict, fmt::format("{}: two deckies have {}", key, value));
    };
    if (!uuids.insert(decky.uuid).second) return twice("uuid", decky.uuid.text());
    if (!names.insert(decky.name).second) return twice("name", decky.name);
    if (!addresses.insert(decky.ip).second) return twice("ip", decky.ip);
  }
  return {};
}

}  // namespace decnet::fleet
