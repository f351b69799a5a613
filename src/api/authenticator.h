// Authenticator: who makes a request, by the cookie of a session, an API token or the local socket.
//
// Sessions and tokens are kept as SHA-256 only. What the store says of one is believed for
// kPrincipalCacheTime, so that five thousand requests a second do not ask it five thousand times;
// forget() ends that at once in this process.
#pragma once

#include <atomic>
#include <string>
#include <string_view>
#include <unordered_map>

#include "api/http.h"
#include "api/options.h"
#include "api/principal.h"
#include "net/blocking.h"
#include "store/accounts.h"

namespace decnet::store {
class Store;
}

namespace decnet::api {

inline constexpr std::chrono::nanoseconds kPrincipalCacheTime = std::chrono::seconds{1};
inline constexpr std::size_t kCachedPrincipalsMax = 4'096;
inline constexpr Duration kTouchEvery = std::chrono::minutes{1};  // How exact last_used_at is.
inline constexpr std::string_view kTokenPrefix = "dnt_";
inline constexpr std::size_t kTokenShownBytes = 10;  // Of a token, kept for people.

std::string draw_token();           // "dnt_" and 240 bits
std::string draw_session_cookie();  // 256 bits
std::string_view cookie_name(bool is_tls) noexcept;
// A Set-Cookie value; an empty `value` takes the cookie back.
std::string set_cookie(bool is_tls, std::string_view value, Duration age);

class Authenticator {
 public:
  Authenticator(store::Store& store, net::BlockingPool& pool, const Options& options,
                const Clock& clock)
      : store_(store), pool_(pool), options_(options), clock_(clock) {}

  // Null where the request does not say who makes it. Errors: denied (what it says is not valid),
  // and those of the store. On the loop's thread.
  net::Task<Result<PrincipalPtr>> identify(const Request& request);

  // Whether a principal that was identified earlier would still be. For streams.
  net::Task<bool> still_valid(PrincipalPtr principal);

  // Something about users, sessions or tokens has changed. Any thread.
  void forget() noexcept { generation_.fetch_add(1, std::memory_order_relaxed); }
  std::uint64_t generation() const noexcept { return generation_.load(std::memory_order_relaxed); }

 private:
  struct Entry {
    PrincipalPtr principal;  // Null: not valid.
    std::chrono::nanoseconds checked{0};
    TimePoint touched{};
    std::uint64_t generation = 0;
    bool is_refreshing = false;
  };
  enum class Secret : std::uint8_t { cookie, token };

  net::Task<Result<PrincipalPtr>> find(Secret kind, std::string hash);
  Result<PrincipalPtr> look_up_session(const std::string& hash) const;
  Result<PrincipalPtr> look_up_token(const std::string& hash) const;
  void touch(Secret kind, const std::string& hash, Entry& entry);

  store::Store& store_;
  net::BlockingPool& pool_;
  const Options& options_;
  const Clock& clock_;
  std::atomic<std::uint64_t> generation_{1};
  std::unordered_map<std::string, Entry> cache_;
};

}  // namespace decnet::api
