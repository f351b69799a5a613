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
// `request` with tool, url, host, path, method, output and outcome=denied.
void report(Io& io, std::string_view tool, const Target& target, std::string_view method,
            std::string_view output);

}  // namespace decnet::shell::cmd
