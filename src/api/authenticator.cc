#include "api/authenticator.h"

#include <algorithm>

#include "api/url.h"
#include "base/bytes.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/random.h"
#include "store/store.h"

namespace decnet::api {
namespace {

constexpr std::size_t kSecretBytesMax = 128;
constexpr std::string_view kBearer = "Bearer ";

bool is_bearer(std::string_view authorization) {
  return authorization.size() > kBearer.size() &&
         std::equal(kBearer.begin(), kBearer.end(), authorization.begin(),
                    [](char a, char b) { return (a | 0x20) == (b | 0x20); });
}

PrincipalPtr local_principal(unsigned uid) {
  Principal principal;
  principal.kind = Principal::Kind::local_socket;
  principal.role = Role::admin;
  principal.name = "local:" + std::to_string(uid);
  return std::make_shared<const Principal>(std::move(principal));
}

// not_found and a row that does not hold are both "not valid"; everything else is a failure.
Result<PrincipalPtr> absent(const Error& error) {
  if (error.code == Errc::not_found) return PrincipalPtr{};
  return tl::unexpected<Error>(error);
}

}  // namespace

std::string draw_token() {
  return std::string(kTokenPrefix) + to_base64url(random_bytes(30));
}

std::string draw_session_cookie() {
  return to_base64url(random_bytes(32));
}

// The prefix __Host- asks the browser for Secure, which plain HTTP cannot give.
std::string_view cookie_name(bool is_tls) noexcept {
  return is_tls ? "__Host-decnet_session" : "decnet_session";
}

std::string set_cookie(bool is_tls, std::string_view value, Duration age) {
  const auto seconds = value.empty() ? 0 : std::chrono::floor<std::chrono::seconds>(age).count();
  std::string text(cookie_name(is_tls));
  text.append("=").append(value).append("; Path=/; Max-Age=").append(std::to_string(seconds));
  text.append("; HttpOnly; SameSite=Strict");
  if (is_tls) text.append("; Secure");
  return text;
}

Result<PrincipalPtr> Authenticator::look_up_session(const std::string& hash) const {
  const auto session = store_.accounts().session(hash);
  if (!session) return absent(session.error());
  const auto user = store_.accounts().user(session->user_uuid);
  if (!user) return absent(user.error());
  const auto role = parse_role(user->role);
  if (user->disabled || !role || session->expires_at <= clock_.now()) return PrincipalPtr{};
  Principal principal;
  principal.kind = Principal::Kind::session;
  principal.role = *role;
  principal.user_uuid = user->uuid;
  principal.name = user->username;
  principal.id_sha256 = hash;
  principal.csrf_token = session->csrf_token;
  principal.created_at = session->created_at;
  principal.expires_at = session->expires_at;
  principal.must_change_password = user->must_change_password;
  return std::make_shared<const Principal>(std::move(principal));
}

Result<PrincipalPtr> Authenticator::look_up_token(const std::string& hash) const {
  const auto token = store_.accounts().token_by_hash(hash);
  if (!token) return absent(token.error());
  auto role = parse_role(token->role);
  const TimePoint expires = token->expires_at.value_or(TimePoint::max());
  if (!role || expires <= clock_.now()) return PrincipalPtr{};
  if (!token->created_by.is_nil()) {
    // A token can do no more than whoever made it can do today.
    const auto maker = store_.accounts().user(token->created_by);
    if (!maker) return absent(maker.error());
    const auto makers_role = parse_role(maker->role);
    if (maker->disabled || !makers_role) return PrincipalPtr{};
    role = std::min(*role, *makers_role);
  }
  Principal principal;
  principal.kind = Principal::Kind::token;
  principal.role = *role;
  principal.user_uuid = token->created_by;
  principal.token_uuid = token->uuid;
  principal.name = "token:" + token->name;
  principal.id_sha256 = hash;
  principal.expires_at = expires;
  return std::make_shared<const Principal>(std::move(principal));
}

// Writes down that it was used, at most once a minute and without anybody waiting for it.
void Authenticator::touch(Secret kind, const std::string& hash, Entry& entry) {
  const TimePoint now = clock_.now();
  if (now < entry.touched + kTouchEvery) return;
  entry.touched = now;
  const PrincipalPtr principal = entry.principal;
  const TimePoint expires =
      std::min(now + options_.session_idle, principal->created_at + options_.session_age);
  pool_.post([&store = store_, kind, hash, principal, now, expires] {
    const auto touched = kind == Secret::token
                             ? store.accounts().touch_token(principal->token_uuid, now)
                             : store.accounts().touch_session(hash, now, expires);
    if (!touched) log::debug("last use not stored: {}", touched.error().detail);
  });
}

net::Task<Result<PrincipalPtr>> Authenticator::find(Secret kind, std::string hash) {
  const auto now = clock_.monotonic();
  const std::uint64_t generation = this->generation();
  if (auto at = cache_.find(hash); at != cache_.end() && at->second.generation == generation) {
    Entry& entry = at->second;
    const auto age = now - entry.checked;
    // In its last quarter one request asks the store, the others need not wait for it.
    const bool fresh =
        age < kPrincipalCacheTime * 3 / 4 || (age < kPrincipalCacheTime && entry.is_refreshing);
    if (fresh && (!entry.principal || entry.principal->expires_at > clock_.now())) {
      if (entry.principal) touch(kind, hash, entry);
      co_return entry.principal;
    }
    entry.is_refreshing = true;
  }
  const auto ask = [this, kind, &hash] {
    return kind == Secret::token ? look_up_token(hash) : look_up_session(hash);
  };
  auto found = co_await net::run_blocking(pool_, ask);
  if (!found) {
    cache_.erase(hash);
    co_return found;
  }
  if (cache_.size() >= kCachedPrincipalsMax) cache_.clear();
  Entry& entry = cache_[hash];
  entry.principal = *found;
  entry.checked = clock_.monotonic();
  entry.generation = generation;
  entry.is_refreshing = false;
  if (entry.principal) touch(kind, hash, entry);
  co_return entry.principal;
}

net::Task<Result<PrincipalPtr>> Authenticator::identify(const Request& request) {
  const std::string_view authorization = request.header("authorization");
  std::string_view secret;
  Secret kind = Secret::token;
  if (!authorization.empty()) {
    if (!is_bearer(authorization)) co_return fail(Errc::denied, "only Bearer tokens are taken");
    secret = authorization.substr(kBearer.size());
  } else if (request.peer.uid) {
    co_return local_principal(*request.peer.uid);
  } else {
    kind = Secret::cookie;
    secret = find_cookie(request.header("cookie"), cookie_name(request.peer.is_tls));
    if (secret.empty()) co_return PrincipalPtr{};
  }
  PrincipalPtr principal;
  if (secret.size() <= kSecretBytesMax) {
    DECNET_CO_TRY(principal, co_await find(kind, sha256_hex(secret)));
  }
  if (principal) co_return principal;
  if (kind == Secret::cookie) co_return fail(Errc::denied, "the session is over");
  co_return fail(Errc::denied, "the token is not valid");
}

net::Task<bool> Authenticator::still_valid(PrincipalPtr principal) {
  if (principal->kind == Principal::Kind::local_socket) co_return true;
  const Secret kind = principal->kind == Principal::Kind::token ? Secret::token : Secret::cookie;
  const auto now = co_await find(kind, principal->id_sha256);
  if (!now) co_return true;  // The store does not answer: not the stream's fault.
  co_return *now != nullptr && (*now)->role == principal->role;
}

}  // namespace decnet::api
