// What the keys bus.bridge* say.
#include <cerrno>
#include <fstream>

#include <fmt/format.h>

#include "base/try.h"
#include "bus/bridge/bridge.h"

namespace decnet::bus::bridge {
namespace {

constexpr std::size_t kPasswordBytesMax = 1024;

// The error of a key says which one it is.
template <class T>
Result<T> of_key(std::string_view key, Result<T> result) {
  if (result) return result;
  return fail(result.error().code, fmt::format("{}: {}", key, result.error().detail));
}

// The first line of a file.
Result<std::string> read_password(const std::string& path) {
  std::ifstream file(path);
  std::string out;
  if (!file) return fail_errno(errno, path);
  std::getline(file, out);
  if (out.ends_with('\r')) out.pop_back();
  if (out.empty() || out.size() > kPasswordBytesMax)
    return fail(Errc::invalid_argument,
                fmt::format("{} has no password of at most {} bytes in its first line", path,
                            kPasswordBytesMax));
  return out;
}

Result<void> check_readable(const std::string& path) {
  if (path.empty() || std::ifstream(path)) return {};
  return fail_errno(errno, path);
}

}  // namespace

Result<BridgeOptions> bridge_options(const Config& config) {
  const auto& from = config.bus;
  auto servers = DECNET_TRY(of_key("bus.bridge", parse_servers(from.bridge)));
  const std::string host = from.bridge_host.empty() ? name_of_this_host() : from.bridge_host;
  DECNET_TRY(of_key("bus.bridge_host", check_host(host)));
  auto exports = DECNET_TRY(of_key("bus.bridge_export", parse_patterns(from.bridge_export)));
  auto imports = DECNET_TRY(of_key("bus.bridge_import", parse_patterns(from.bridge_import)));
  auto names = DECNET_TRY(of_key("bus.bridge_export, bus.bridge_import",
                                 Names::create(host, std::move(exports), std::move(imports))));
  if (from.bridge_tls_certificate.empty() != from.bridge_tls_key.empty())
    return fail(Errc::invalid_argument,
                "bus.bridge_tls_certificate and bus.bridge_tls_key belong together");
  if (from.bridge_user.empty() != from.bridge_password_file.empty())
    return fail(Errc::invalid_argument,
                "bus.bridge_user and bus.bridge_password_file belong together");
  DECNET_TRY(of_key("bus.bridge_tls_ca", check_readable(from.bridge_tls_ca)));
  DECNET_TRY(of_key("bus.bridge_tls_certificate", check_readable(from.bridge_tls_certificate)));
  DECNET_TRY(of_key("bus.bridge_tls_key", check_readable(from.bridge_tls_key)));
  DECNET_TRY(of_key("bus.bridge_credentials", check_readable(from.bridge_credentials)));
  std::string password;
  if (!from.bridge_user.empty())
    password =
        DECNET_TRY(of_key("bus.bridge_password_file", read_password(from.bridge_password_file)));
  LinkOptions link{.name = "decnet " + host,
                   .tls_ca = from.bridge_tls_ca,
                   .tls_certificate = from.bridge_tls_certificate,
                   .tls_key = from.bridge_tls_key,
                   .tls_name = from.bridge_tls_name,
                   .credentials_file = from.bridge_credentials,
                   .user = from.bridge_user,
                   .password = std::move(password)};
  const Queue::Limits queue{.bytes = from.bridge_queue_bytes, .events = from.bridge_queue_events};
  return BridgeOptions{std::move(servers), std::move(link), std::move(names), queue};
}

}  // namespace decnet::bus::bridge
