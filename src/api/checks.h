// What is checked of a request before its handler runs, by what its route says. Each returns what
// is wrong, or nothing. Pure but for reading the principal.
#pragma once

#include <optional>

#include "api/call.h"

namespace decnet::api {

// 406, 415, 413 of the route: only JSON goes in and out, where the route says nothing else.
std::optional<Problem> check_media(const Call& call);

// 403: a browser's page of another site, or an unsafe call of a session without its CSRF token.
std::optional<Problem> check_origin(const Call& call);

// 401, 403: who may call. `principal` is in the call already.
std::optional<Problem> check_access(const Call& call);

// The same for a principal that the handler has found; null: nobody.
std::optional<Problem> check_role(const PrincipalPtr& principal, Access access);

// 428.
std::optional<Problem> check_precondition(const Call& call);

// True where one of the media ranges of an Accept header takes `media` (RFC 9110 section 12.5.1).
bool accepts(std::string_view accept, std::string_view media) noexcept;

}  // namespace decnet::api
