// What a program that wants to go out leaves behind: egress is denied by policy, and looks like a
// host behind a firewall that drops.
#pragma once

#include <string>
#include <string_view>

#include "shell/cmd/io.h"

namespace decnet::shell::cmd {

inline constexpr std::size_t kUrlsMax = 64;  // Of one command line; further ones make no event.

struct Target {
  std::string url;     // As given.
  std::string scheme;  // "http"
  std::string host;
  std::uint16_t port = 80;
  std::string path = "/";
};

Target target_of(std::string_view url);
bool is_address(std::string_view host) noexcept;  // Dotted or with colons.
bool local(std::string_view host) noexcept;       // This host itself.
inline constexpr Duration kConnectPatience =
    std::chrono::milliseconds(130'900);  // Six SYNs, as Linux sends them.
inline constexpr Duration kNamePatience =
    std::chrono::seconds(20);  // Two servers, two attempts, five seconds each.
// Waits as a connection or a look-up that nobody answers does. What it took.
Task<Duration> wait_for_nobody(Io& io, const Target& target, Duration most);
// `request` with tool, url, host, path, method, output and outcome=denied.
void report(Io& io, std::string_view tool, const Target& target, std::string_view method,
            std::string_view output);

}  // namespace decnet::shell::cmd
