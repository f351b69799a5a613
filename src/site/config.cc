#include "site/config.h"

#include <algorithm>
#include <charconv>

#include "base/hash.h"
#include "persona/releases.h"

namespace decnet::site {

namespace {

constexpr std::string_view kNginxVersion = "1.22.1";
constexpr std::string_view kApacheVersion = "2.4.62";
constexpr std::string_view kPhpVersion = "8.2.29";
constexpr std::string_view kWordPressVersion = "6.8.2";
constexpr std::string_view kMariaDbVersion = "10.11.11";
constexpr std::string_view kPhpMyAdminVersion = "5.2.1deb1+deb12u1";

std::string version_or(const persona::Persona& persona, std::string_view program,
                       std::string_view otherwise) {
  const std::string_view version = persona.version(program);
  return std::string(version.empty() ? otherwise : version);
}

Program choose_program(const session::Place& place) {
  const std::string_view option = place.option("server");
  if (option == "nginx") return Program::nginx;
  if (option == "apache") return Program::apache;
  const persona::Persona& persona = *place.persona;
  if (!persona.version("apache2").empty()) return Program::apache;
  if (!persona.version("nginx").empty()) return Program::nginx;
  return persona.stream("site.program").chance(0.5) ? Program::nginx : Program::apache;
}

Kind choose_kind(const session::Place& place) {
  const std::string_view option = place.option("site");
  if (option == "default") return Kind::standard;
  if (option == "wordpress") return Kind::wordpress;
  if (option == "phpmyadmin") return Kind::phpmyadmin;
  if (!place.persona->version("wordpress").empty()) return Kind::wordpress;
  if (!place.persona->version("phpmyadmin").empty()) return Kind::phpmyadmin;
  return Kind::standard;
}

// The files of a package are some days older than its release, the same on every host that has it.
TimePoint built_at(const persona::Persona& persona, std::string_view program,
                   std::string_view package) {
  constexpr int kDaysMax = 20 * 365;
  TimePoint day = persona::released_at(persona.distribution);
  for (int n = 0; n < kDaysMax; ++n, day += std::chrono::days{1}) {
    const persona::Release* release = persona::release_of(persona.distribution, program, day);
    if (release != nullptr && release->package == package) break;
  }
  SeededRandom random(stable_hash(package), "site.built_at");
  return std::chrono::floor<std::chrono::seconds>(
      day - Duration(random.between(86'400, 4 * 86'400) * 1'000'000));
}

// The next number of a version, and what is left of it.
unsigned take_number(std::string_view& version) noexcept {
  unsigned number = 0;
  std::from_chars(version.data(), version.data() + version.size(), number);
  const auto dot = version.find('.');
  version.remove_prefix(dot == std::string_view::npos ? version.size() : dot + 1);
  return number;
}

}  // namespace

net::TlsManner tls_manner(const Config& config) {
  if (config.program == Program::nginx) {
    return {.alpn = "http/1.1,http/1.0,http/0.9",
            .minimum = "any",
            .ciphers = "HIGH:!aNULL:!MD5",
            .prefers_own_ciphers = true,
            .acknowledged_name = "*"};
  }
  // Without its module http2 Apache tells every client that asks at all that it speaks http/1.1.
  return {.alpn = "http/1.1",
          .unknown_alpn = net::TlsManner::UnknownAlpn::told_first,
          .minimum = "any",
          .ciphers = "HIGH:!aNULL",
          .ephemeral_dh = true,
          .session_ids = true,
          .acknowledged_name = config.server_name};
}

bool older_than(std::string_view version, std::string_view other) noexcept {
  while (!version.empty() || !other.empty()) {
    const unsigned a = take_number(version);
    const unsigned b = take_number(other);
    if (a != b) return a < b;
  }
  return false;
}

Config make_config(const session::Place& place, Transport transport) {
  const persona::Persona& persona = *place.persona;
  Config config;
  config.program = choose_program(place);
  config.kind = choose_kind(place);
  config.transport = transport;
  config.port = place.port;
  config.version = config.program == Program::nginx
                       ? version_or(persona, "nginx", kNginxVersion)
                       : version_or(persona, "apache2", kApacheVersion);
  if (config.kind != Kind::standard) config.php_version = version_or(persona, "php", kPhpVersion);
  if (config.kind == Kind::wordpress)
    config.site_version = version_or(persona, "wordpress", kWordPressVersion);
  if (config.kind == Kind::phpmyadmin)
    config.site_version = version_or(persona, "phpmyadmin", kPhpMyAdminVersion);
  config.server_name = persona.fqdn();
  config.site_host = persona.fqdn();
  config.company = persona.company;
  for (const persona::Account& account : persona.accounts) config.users.push_back(account.user);
  config.mariadb_version = version_or(persona, "mariadb", kMariaDbVersion);
  if (config.program == Program::apache) {
    config.package = std::string(persona.version("apache2.package"));
    if (!config.package.empty()) config.package_at = built_at(persona, "apache2", config.package);
  }
  // Packages are configured some minutes after the system was installed; the page is a copy made at
  // that moment.
  SeededRandom random = persona.stream("site.page_at");
  config.page_at =
      persona.installed_at + std::chrono::microseconds(random.between(240'000'000, 5'400'000'000));
  config.booted_at = persona.booted_at;
  config.seed = persona.seed;
  return config;
}

}  // namespace decnet::site
