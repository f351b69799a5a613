// Principal: on whose behalf a request is made, and what they may do.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/uuid.h"

namespace decnet::api {

// Each may do all that those before it may.
enum class Role : std::uint8_t { viewer, analyst, operates, admin };

std::string_view to_string(Role role) noexcept;  // "viewer", "analyst", "operator", "admin"
std::optional<Role> parse_role(std::string_view text) noexcept;

struct Principal {
  enum class Kind : std::uint8_t { session, token, local_socket };

  Kind kind = Kind::session;
  Role role = Role::viewer;
  Uuid user_uuid;         // Of a token: who made it. Nil on the local socket.
  Uuid token_uuid;        // Of a token.
  std::string name;       // As in the audit log: "ana", "token:backup", "local:0"
  std::string id_sha256;  // Of a session.
  std::string csrf_token;
  TimePoint created_at{};  // Of the session.
  TimePoint expires_at = TimePoint::max();
  bool must_change_password = false;

  bool may(Role needed) const noexcept { return role >= needed; }
};

using PrincipalPtr = std::shared_ptr<const Principal>;

}  // namespace decnet::api
