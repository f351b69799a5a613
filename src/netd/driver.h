// NetworkDriver: how deckies are put on a network. Every driver hands out plain kernel sockets, so
// that a service never knows on which one it is.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/fd.h"
#include "net/endpoint.h"

namespace decnet::netd {

struct OpenedSocket {
  UniqueFd fd;
  std::uint16_t actual_port =
      0;               // Differs from what was asked where the host itself holds that port.
  std::string reason;  // Why it differs.
};

class NetworkDriver {
 public:
  virtual ~NetworkDriver() = default;
  virtual std::string_view name() const = 0;

  // Puts a decky with this address on the network. Idempotent. Errors: denied, invalid_argument (an
  // address that is not the driver's), io.
  virtual Result<void> create(const std::string& decky, const net::IpAddress& ip) = 0;
  virtual void remove(const std::string& decky) = 0;

  // A listening TCP socket on the decky. Errors: not_found (no such decky), conflict, denied, io.
  virtual Result<OpenedSocket> listen(const std::string& decky, std::uint16_t port) = 0;
  // One with a port that the kernel picks, for a data connection.
  virtual Result<UniqueFd> listen_any(const std::string& decky) = 0;
  // A socket bound to the decky's address (and source port, where that is not 0), ready to connect.
  virtual Result<UniqueFd> bound(const std::string& decky, std::uint16_t source_port) = 0;
  // A packet socket that sees what deckies receive, narrowed to the starts of touches. Nothing
  // where the rights are missing.
  virtual std::optional<UniqueFd> watch() = 0;
};

}  // namespace decnet::netd
