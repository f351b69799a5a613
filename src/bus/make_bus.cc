#include "bus/make_bus.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>

#include <unistd.h>

#include "base/log.h"
#include "bus/client.h"
#include "bus/null_bus.h"

namespace decnet::bus {
namespace {

constexpr std::string_view kFile = "/bus.sock";

std::string value_of(const Environment& environment, const char* name) {
  return environment(name).value_or("");
}

bool says_no(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  constexpr std::array<std::string_view, 4> kNo = {"false", "0", "no", "off"};
  return std::find(kNo.begin(), kNo.end(), text) != kNo.end();
}

}  // namespace

Environment process_environment() {
  return [](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

Result<std::string> socket_path(std::string_view flag, const Environment& environment,
                                const std::string& system_folder) {
  if (!flag.empty()) return std::string(flag);
  if (auto named = value_of(environment, "DECNET_BUS_SOCKET"); !named.empty()) return named;
  if (::access(system_folder.c_str(), W_OK | X_OK) == 0) return system_folder + std::string(kFile);
  if (const auto runtime = value_of(environment, "XDG_RUNTIME_DIR"); !runtime.empty())
    return runtime + "/decnet" + std::string(kFile);
  if (const auto home = value_of(environment, "HOME"); !home.empty())
    return home + "/.decnet" + std::string(kFile);
  return fail(Errc::not_found,
              "no place for the bus's socket: set DECNET_BUS_SOCKET, XDG_RUNTIME_DIR or HOME");
}

Result<BusOptions> bus_options(std::string_view client_name, std::string_view socket_flag,
                               const Environment& environment) {
  BusOptions out;
  out.client_name = client_name;
  out.enabled = !says_no(value_of(environment, "DECNET_BUS_ENABLED"));
  if (out.enabled) out.socket = DECNET_TRY(socket_path(socket_flag, environment));
  return out;
}

std::unique_ptr<Bus> make_bus(const net::Executor& executor, const BusOptions& options) {
  if (!options.enabled) return std::make_unique<NullBus>();
  ClientOptions client;
  client.socket = options.socket;
  client.name = options.client_name;
  client.clock = options.clock;
  return std::make_unique<UnixBus>(executor, std::move(client));
}

}  // namespace decnet::bus
