#include "api/principal.h"

#include <array>

namespace decnet::api {
namespace {

constexpr std::array<std::string_view, 4> kRoleNames{"viewer", "analyst", "operator", "admin"};

}  // namespace

std::string_view to_string(Role role) noexcept {
  return kRoleNames[static_cast<std::size_t>(role)];
}

std::optional<Role> parse_role(std::string_view text) noexcept {
  for (std::size_t n = 0; n < kRoleNames.size(); ++n) {
    if (kRoleNames[n] == text) return static_cast<Role>(n);
  }
  return std::nullopt;
}

}  // namespace decnet::api
