// The loopback driver: one address of 127.0.0.0/8 a decky, on lo. For the demo, development and
// tests; deckies have no stack of their own here, and nothing has to be created or removed.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "netd/driver.h"

namespace decnet::netd {

inline constexpr std::uint16_t kPortFallback = 10'000;  // Added to a port that cannot be had.

class LoopbackDriver final : public NetworkDriver {
 public:
  // `network`: where deckies may be. `privileged_ports`: false takes the fallback for every port
  // below 1024.
  LoopbackDriver(net::Prefix network, bool privileged_ports)
      : network_(network), privileged_ports_(privileged_ports) {}

  std::string_view name() const override { return "loopback"; }
  Result<void> create(const std::string& decky, const net::IpAddress& ip) override;
  void remove(const std::string& decky) override { deckies_.erase(decky); }
  Result<OpenedSocket> listen(const std::string& decky, std::uint16_t port) override;
  Result<UniqueFd> listen_any(const std::string& decky) override;
  Result<UniqueFd> bound(const std::string& decky, std::uint16_t source_port) override;
  std::optional<UniqueFd> watch() override;

 private:
  Result<net::IpAddress> address_of(const std::string& decky) const;

  net::Prefix network_;
  bool privileged_ports_;
  std::map<std::string, net::IpAddress> deckies_;
};

}  // namespace decnet::netd
