// Where data connections go.
#include <array>
#include <cstdlib>
#include <optional>

#include <fmt/format.h>

#include "service/ftp/proftpd.h"

namespace decnet::service::ftp {

namespace {

constexpr unsigned kFirstFreePort =
    1024;  // Lower ones are refused, so that nobody is attacked through us.
constexpr std::string_view kProtocols = "Network protocol not supported, use (1,2)";

// sscanf(3) with "%u,%u,%u,%u,%u,%u": numbers may have blanks before and anything behind the last.
// A sign wraps around.
std::optional<std::array<unsigned, 6>> six_numbers(const std::string& text) {
  std::array<unsigned, 6> out{};
  const char* at = text.c_str();
  for (std::size_t n = 0; n < out.size(); ++n) {
    if (n > 0 && *at++ != ',') return std::nullopt;
    char* end = nullptr;
    out[n] = static_cast<unsigned>(std::strtoul(at, &end, 10));
    if (end == at) return std::nullopt;
    at = end;
  }
  return out;
}

// RFC 1918 only, as ProFTPD's own test has it.
bool is_rfc1918(net::IpAddress address) {
  if (!address.is_v4()) return false;
  const std::uint32_t value = address.to_v4();
  return value >> 24 == 10 || value >> 20 == (172U << 4 | 1) || value >> 16 == (192U << 8 | 168);
}

}  // namespace

Done Proftpd::pasv() {
  if (epsv_all_) co_return co_await respond(500, "Illegal PASV command, EPSV ALL in effect");
  if (words() != 1) co_return co_await respond(501, "Invalid number of parameters");
  const auto port = co_await connection_.data.listen();
  if (!port) co_return co_await respond(425, "Unable to build data connection: Internal error");
  const net::IpAddress local = connection_.session.stream().local().ip;
  std::string address = local.text();
  if (const auto colon = address.rfind(':'); colon != std::string::npos)
    address.erase(0, colon + 1);
  std::replace(address.begin(), address.end(), '.', ',');
  const std::string text =
      fmt::format("Entering Passive Mode ({},{},{}).", address, *port >> 8, *port & 255);
  co_return co_await respond(227, text);
}

Done Proftpd::epsv() {
  if (words() == 2) {
    const std::string& given = command_.words[1];
    if (upper(given) == "ALL") {
      epsv_all_ = true;
      co_return co_await respond(200, "EPSV ALL command successful");
    }
    char* end = nullptr;
    const long family = std::strtol(given.c_str(), &end, 10);
    if (*end != '\0') co_return co_await respond(501, "EPSV: unknown network protocol");
    if (family != 1 && family != 2) co_return co_await respond(522, kProtocols);
  }
  const auto port = co_await connection_.data.listen();
  if (!port) co_return co_await respond(425, "Unable to build data connection: Internal error");
  const std::string text = fmt::format("Entering Extended Passive Mode (|||{}|)", *port);
  co_return co_await respond(229, text);
}

Done Proftpd::port() {
  if (epsv_all_) co_return co_await respond(500, "Illegal PORT command, EPSV ALL in effect");
  if (words() != 2) co_return co_await respond(501, "Invalid number of parameters");
  const auto given = six_numbers(command_.words[1]);
  if (!given) co_return co_await respond(501, "Illegal PORT command");
  const auto& [h1, h2, h3, h4, p1, p2] = *given;
  const bool in_range = h1 <= 255 && h2 <= 255 && h3 <= 255 && h4 <= 255 && p1 <= 255 && p2 <= 255;
  if (!in_range || (h1 | h2 | h3 | h4) == 0 || (p1 | p2) == 0)
    co_return co_await respond(501, "Illegal PORT command");
  net::IpAddress address = net::IpAddress::v4(h1 << 24 | h2 << 16 | h3 << 8 | h4);
  const net::IpAddress peer = connection_.session.stream().peer().ip;
  const net::IpAddress local = connection_.session.stream().local().ip;
  if (address != peer) connection_.record_attack(command_.verb, argument(), "ftp_bounce");
  // Somebody behind a NAT gives an address that cannot be reached: the one it comes from is meant.
  if (!is_rfc1918(local) && !is_rfc1918(peer) && is_rfc1918(address)) address = peer;
  const unsigned port = p1 << 8 | p2;
  if (address != peer || port < kFirstFreePort)
    co_return co_await respond(500, "Illegal PORT command");
  connection_.data.aim(static_cast<std::uint16_t>(port));
  co_return co_await respond(200, "PORT command successful");
}

Done Proftpd::eprt() {
  if (epsv_all_) co_return co_await respond(500, "Illegal EPRT command, EPSV ALL in effect");
  if (words() != 2) co_return co_await respond(501, "Invalid number of parameters");
  std::string_view rest = command_.words[1];
  const char separator = rest.front();
  rest.remove_prefix(1);
  const int family = std::atoi(std::string(rest).c_str());
  if (family != 1 && family != 2) co_return co_await respond(522, kProtocols);
  while (!rest.empty() && rest.front() >= '0' && rest.front() <= '9') rest.remove_prefix(1);
  if (rest.empty() || rest.front() != separator)
    co_return co_await respond(501, "Illegal EPRT command");
  rest.remove_prefix(1);
  const auto end = rest.find(separator);
  if (end == std::string_view::npos) co_return co_await respond(501, "Illegal EPRT command");
  const std::string_view address_text = rest.substr(0, end);
  auto address = net::IpAddress::parse(address_text);
  const bool colons = address_text.find(':') != std::string_view::npos;
  if (!address || colons != (family == 2)) co_return co_await respond(501, "Illegal EPRT command");
  rest.remove_prefix(end + 1);
  const auto port = static_cast<std::uint16_t>(std::atoi(std::string(rest).c_str()));
  while (!rest.empty() && rest.front() >= '0' && rest.front() <= '9') rest.remove_prefix(1);
  if (rest.empty() || rest.front() != separator)
    co_return co_await respond(501, "Illegal EPRT command");
  const net::IpAddress peer = connection_.session.stream().peer().ip;
  const net::IpAddress local = connection_.session.stream().local().ip;
  if (*address != peer) connection_.record_attack(command_.verb, argument(), "ftp_bounce");
  if (!is_rfc1918(local) && !is_rfc1918(peer) && is_rfc1918(*address)) address = peer;
  if (*address != peer || port < kFirstFreePort)
    co_return co_await respond(500, "Illegal EPRT command");
  connection_.data.aim(port);
  co_return co_await respond(200, "EPRT command successful");
}

}  // namespace decnet::service::ftp
