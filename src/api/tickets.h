// Tickets: a way into the stream for who cannot send a header or a cookie. Each opens one stream,
// within kTicketTime. Any thread.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "api/principal.h"
#include "base/result.h"

namespace decnet::api {

inline constexpr Duration kTicketTime = std::chrono::seconds{60};
inline constexpr std::size_t kTicketsMax = 10'000;

struct Ticket {
  PrincipalPtr principal;
  std::string topics;
  TimePoint expires_at{};
};

class Tickets {
 public:
  explicit Tickets(const Clock& clock) : clock_(clock) {}

  // Returns the text that the caller gets, once. Errors: limit.
  Result<std::string> issue(PrincipalPtr principal, std::string topics);
  // Nothing for one that is unknown, used or too old.
  std::optional<Ticket> redeem(std::string_view text);

 private:
  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Ticket> by_hash_;
};

}  // namespace decnet::api
