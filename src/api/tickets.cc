#include "api/tickets.h"

#include "base/bytes.h"
#include "base/hash.h"
#include "base/random.h"

namespace decnet::api {

Result<std::string> Tickets::issue(PrincipalPtr principal, std::string topics) {
  const TimePoint now = clock_.now();
  const std::string text = to_base64url(random_bytes(32));
  const std::lock_guard lock(mutex_);
  if (by_hash_.size() >= kTicketsMax) {
    std::erase_if(by_hash_, [now](const auto& one) { return one.second.expires_at <= now; });
  }
  if (by_hash_.size() >= kTicketsMax) return fail(Errc::limit, "too many tickets are out");
  by_hash_[sha256(text)] = {std::move(principal), std::move(topics), now + kTicketTime};
  return text;
}

std::optional<Ticket> Tickets::redeem(std::string_view text) {
  const std::lock_guard lock(mutex_);
  auto taken = by_hash_.extract(sha256(text));
  if (taken.empty() || taken.mapped().expires_at <= clock_.now()) return std::nullopt;
  return std::move(taken.mapped());
}

}  // namespace decnet::api
