#include "api/checks.h"

#include <algorithm>

#include "base/bytes.h"

namespace decnet::api {
namespace {

constexpr std::string_view kMergePatch = "application/merge-patch+json";

std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool equal_fold(std::string_view a, std::string_view b) noexcept {
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

// "text/html; charset=utf-8" → "text/html"
std::string_view without_parameters(std::string_view media) noexcept {
  return trim(media.substr(0, media.find(';')));
}

bool is_refused(std::string_view range) noexcept {  // ";q=0"
  const auto q = range.find("q=0");
  return q != range.npos && range.find_first_not_of("0.", q + 2) == range.npos;
}

Role needed_role(Access access) noexcept {
  if (access == Access::admin) return Role::admin;
  if (access == Access::operates) return Role::operates;
  if (access == Access::analyst) return Role::analyst;
  return Role::viewer;
}

bool is_nearby(const Peer& peer) noexcept {
  return peer.uid.has_value() || (!peer.is_local_socket && peer.address.ip.is_loopback());
}

}  // namespace

bool accepts(std::string_view accept, std::string_view media) noexcept {
  if (trim(accept).empty()) return true;
  const auto type = media.substr(0, media.find('/'));
  while (!accept.empty()) {
    const auto end = std::min(accept.find(','), accept.size());
    const std::string_view range = trim(accept.substr(0, end));
    accept.remove_prefix(std::min(end + 1, accept.size()));
    if (is_refused(range)) continue;
    const auto name = without_parameters(range);
    if (name == "*/*" || equal_fold(name, media)) return true;
    if (name.ends_with("/*") && equal_fold(name.substr(0, name.size() - 2), type)) return true;
  }
  return false;
}

std::optional<Problem> check_media(const Call& call) {
  const Route& route = call.route;
  if (!route.media.empty() && !accepts(call.request.header("accept"), route.media) &&
      !accepts(call.request.header("accept"), kProblemJson)) {
    return Problem(406, "not_acceptable", "this answers with " + std::string(route.media));
  }
  if (call.request.body.empty()) return std::nullopt;
  if (route.request.empty()) {
    return Problem(413, "body_not_expected", "this takes no body");
  }
  const auto given = without_parameters(call.request.header("content-type"));
  const bool fits =
      equal_fold(given, kJson) || (route.method == Method::patch && equal_fold(given, kMergePatch));
  if (!fits) {
    return Problem(415, "unsupported_media_type",
                   route.method == Method::patch ? kMergePatch : kJson);
  }
  return std::nullopt;
}

std::optional<Problem> check_origin(const Call& call) {
  if (is_safe(call.route.method)) return std::nullopt;
  const std::string_view site = call.request.header("sec-fetch-site");
  if (site == "cross-site" || site == "same-site") {
    return Problem(403, "cross_site", "a page of another site may not do this");
  }
  if (!call.principal || call.principal->kind != Principal::Kind::session) return std::nullopt;
  if (!equal_secret(call.request.header("x-csrf-token"), call.principal->csrf_token)) {
    return Problem(403, "csrf", "the header X-CSRF-Token is missing or is not the session's");
  }
  return std::nullopt;
}

std::optional<Problem> check_access(const Call& call) {
  const Access access = call.route.access;
  if (access == Access::open || access == Access::ticket) return std::nullopt;
  if (access == Access::monitor && is_nearby(call.request.peer)) return std::nullopt;
  return check_role(call.principal, access);
}

std::optional<Problem> check_role(const PrincipalPtr& principal, Access access) {
  if (!principal) {
    return Problem(401, "unauthenticated", "log in, or send a token")
        .with("WWW-Authenticate", "Bearer realm=\"api\"");
  }
  if (access == Access::known) return std::nullopt;
  if (principal->must_change_password) {
    return Problem(403, "password_change_required", "the password must be changed first");
  }
  const Role needed = needed_role(access);
  if (principal->may(needed)) return std::nullopt;
  Problem problem(403, "role_required", "this needs the role " + std::string(to_string(needed)));
  problem.required_role = to_string(needed);
  return problem;
}

std::optional<Problem> check_precondition(const Call& call) {
  if (!call.route.needs_if_match || !call.request.header("if-match").empty()) return std::nullopt;
  return Problem(
      428, "precondition_required",
      "send If-Match with the ETag of what you have seen, so that nobody's change is lost");
}

}  // namespace decnet::api
