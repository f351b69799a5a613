// What a decky's web server is: which program, which version, which site, and the facts that its
// answers show.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "net/tls.h"
#include "session/service.h"

namespace decnet::site {

enum class Program : std::uint8_t { nginx, apache };
enum class Kind : std::uint8_t { standard, wordpress, phpmyadmin };
enum class Transport : std::uint8_t { plain, tls };

struct Config {
  Program program = Program::nginx;
  Kind kind = Kind::standard;
  Transport transport = Transport::plain;
  std::uint16_t port = 80;
  std::string version;       // "1.22.1"
  std::string php_version;   // "8.2.29"; empty without a site in PHP
  std::string site_version;  // of WordPress or phpMyAdmin
  std::string server_name;   // What Apache calls itself where a request names no host.
  std::string site_host;     // The host that WordPress believes to be.
  std::string company;
  std::vector<std::string> users;  // Who may exist on the site.
  std::string mariadb_version;
  std::string package;     // "2.4.62-1~deb12u2"; empty if that is not known
  TimePoint page_at{};     // When the default page was put there.
  TimePoint package_at{};  // When the package was built: the time of the files that it brings.
  TimePoint booted_at{};
  std::uint64_t seed = 0;

  bool is_default_port() const noexcept { return port == (transport == Transport::tls ? 443 : 80); }
  std::string_view scheme() const noexcept {
    return transport == Transport::tls ? "https" : "http";
  }
};

// The options `server` and `site` decide; where they say "auto" the persona does: the server that
// its host has, and the site whose program is among its versions.
Config make_config(const session::Place& place, Transport transport);

// How that server shakes hands on a TLS port, as Debian configures it (testdata/*.hellos).
net::TlsManner tls_manner(const Config& config);

// 2.4.57 before 2.4.66: compares the numbers of a version.
bool older_than(std::string_view version, std::string_view other) noexcept;

}  // namespace decnet::site
