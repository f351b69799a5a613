// CLIENT TRACKING: telling clients which keys they have read were changed.
#include <algorithm>
#include <array>

#include "service/redis/call.h"

namespace decnet::service::redis {

namespace {

constexpr std::size_t kPrefixesMax = 64;

struct TrackingRequest {
  Tracking wanted;
  std::vector<std::string> prefixes;
};

std::optional<TrackingRequest> parse_tracking(Call& call) {
  TrackingRequest out;
  for (std::size_t n = 3; n < call.size(); ++n) {
    const bool has_next = n + 1 < call.size();
    if (call.is(n, "REDIRECT") && has_next) {
      if (out.wanted.redirect != 0) {
        call.out.error("ERR A client can only redirect to a single other client");
        return std::nullopt;
      }
      const auto number = call.integer(++n);
      if (!number) return std::nullopt;
      if (call.server.find_client(static_cast<std::uint64_t>(*number)) == nullptr) {
        call.out.error("ERR The client ID you want redirect to does not exist");
        return std::nullopt;
      }
      out.wanted.redirect = static_cast<std::uint64_t>(*number);
    } else if (call.is(n, "BCAST")) {
      out.wanted.broadcast = true;
    } else if (call.is(n, "OPTIN")) {
      out.wanted.opt_in = true;
    } else if (call.is(n, "OPTOUT")) {
      out.wanted.opt_out = true;
    } else if (call.is(n, "NOLOOP")) {
      out.wanted.no_loop = true;
    } else if (call.is(n, "PREFIX") && has_next && out.prefixes.size() < kPrefixesMax) {
      out.prefixes.push_back(call.arg(++n));
    } else {
      call.syntax_error();
      return std::nullopt;
    }
  }
  return out;
}

std::string overlap(const std::string& prefix, const std::string& other) {
  return "ERR Prefix '" + prefix + "' overlaps with an existing prefix '" + other +
         "'. Prefixes for a single client must not overlap.";
}

// Why the two cannot be had together; empty: they can.
std::string conflict(const Client& client, const TrackingRequest& request) {
  const Tracking& now = client.tracking;
  const Tracking& wanted = request.wanted;
  if (!wanted.broadcast && !request.prefixes.empty())
    return "ERR PREFIX option requires BCAST mode to be enabled";
  if (now.on && now.broadcast != wanted.broadcast) {
    return "ERR You can't switch BCAST mode on/off before disabling tracking for this client, and "
           "then re-enabling it "
           "with a different mode.";
  }
  if (wanted.broadcast && (wanted.opt_in || wanted.opt_out))
    return "ERR OPTIN and OPTOUT are not compatible with BCAST";
  if (wanted.opt_in && wanted.opt_out)
    return "ERR You can't specify both OPTIN mode and OPTOUT mode";
  if ((wanted.opt_in && now.opt_out) || (wanted.opt_out && now.opt_in)) {
    return "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and "
           "then re-enabling it "
           "with a different mode.";
  }
  std::vector<std::string> all(now.prefixes.begin(), now.prefixes.end());
  for (const std::string& prefix : request.prefixes) {
    for (const std::string& other : all) {
      if (prefix.starts_with(other) || other.starts_with(prefix)) return overlap(prefix, other);
    }
    all.push_back(prefix);
  }
  return {};
}

void tracking(Call& call) {
  const auto request = parse_tracking(call);
  if (!request) return;
  if (call.is(2, "OFF")) {
    call.server.forget_tracking(call.client);
    return call.out.ok();
  }
  if (!call.is(2, "ON")) return call.syntax_error();
  const std::string why = conflict(call.client, *request);
  if (!why.empty()) return call.out.error(why);
  Tracking& own = call.client.tracking;
  std::set<std::string> prefixes = own.prefixes;
  own = request->wanted;
  own.on = true;
  prefixes.insert(request->prefixes.begin(), request->prefixes.end());
  own.prefixes = std::move(prefixes);
  call.out.ok();
}

void caching(Call& call) {
  Tracking& own = call.client.tracking;
  const bool yes = call.is(2, "YES");
  if (!own.on) {
    return call.out.error(
        "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or "
        "OPTOUT "
        "mode enabled");
  }
  if (!yes && !call.is(2, "NO")) return call.syntax_error();
  if (yes && !own.opt_in)
    return call.out.error(
        "ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.");
  if (!yes && !own.opt_out)
    return call.out.error(
        "ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.");
  own.caching = own.caching_fresh = true;
  call.out.ok();
}

std::int64_t redirect_of(const Client& client) {
  return client.tracking.on ? static_cast<std::int64_t>(client.tracking.redirect) : -1;
}

void getredir(Call& call) {
  call.out.integer(redirect_of(call.client));
}

void trackinginfo(Call& call) {
  const Tracking& own = call.client.tracking;
  std::vector<std::string_view> flags{own.on ? "on" : "off"};
  if (own.broadcast) flags.emplace_back("bcast");
  if (own.opt_in) flags.emplace_back("optin");
  if (own.opt_in && own.caching) flags.emplace_back("caching-yes");
  if (own.opt_out) flags.emplace_back("optout");
  if (own.opt_out && own.caching) flags.emplace_back("caching-no");
  if (own.no_loop) flags.emplace_back("noloop");
  if (own.redirect_broken) flags.emplace_back("broken_redirect");
  call.out.map(3);
  call.out.bulk("flags");
  call.out.set(flags.size());
  for (const std::string_view flag : flags) call.out.bulk(flag);
  call.out.bulk("redirect");
  call.out.integer(redirect_of(call.client));
  call.out.bulk("prefixes");
  call.out.array(own.prefixes.size());
  for (const std::string& prefix : own.prefixes) call.out.bulk(prefix);
}

constexpr auto kCommands = std::to_array<Binding>({{"client|caching", caching},
                                                   {"client|getredir", getredir},
                                                   {"client|tracking", tracking},
                                                   {"client|trackinginfo", trackinginfo}});

}  // namespace

std::span<const Binding> tracking_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
