// What the programs of the network tell alike.
#pragma once

#include <string>
#include <vector>

#include "shell/cmd/system.h"

namespace decnet::shell::cmd {

std::string network_of(const Io& io);  // "192.0.2.0"
// The address that a kernel makes of a MAC address (RFC 4291, appendix A).
std::string link_local(const std::string& mac);
const InterfaceView* card(const std::vector<InterfaceView>& all);  // The first but lo; or null.
std::string gateway_mac(const Io& io);
void put_interface_table(Io& io, std::string_view head);  // Of `netstat -i` and `ifconfig -s`.
int put_routes(Io& io, bool numeric, bool by_netstat);

}  // namespace decnet::shell::cmd
