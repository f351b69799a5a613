#include "bus/bridge/nats_link.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>
#include <nats/nats.h>

#include "base/log.h"
#include "base/try.h"

namespace decnet::bus::bridge {
namespace {

constexpr std::uint16_t kDefaultPort = 4222;
constexpr Duration kWindUpMax = std::chrono::seconds{5};

std::int64_t millis(Duration of) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(of).count();
}

// libnats says what failed by a status, and more about it to the thread that asked.
std::string text_of(natsStatus status) {
  const char* more = nats_GetLastError(nullptr);
  std::string out = natsStatus_GetText(status);
  if (more != nullptr && *more != '\0' && out != more) out += fmt::format(": {}", more);
  return log::safe(out);
}

Errc code_of(natsStatus status) {
  switch (status) {
    case NATS_CONNECTION_AUTH_FAILED:
    case NATS_NOT_PERMITTED:
    case NATS_SSL_ERROR:
    case NATS_SECURE_CONNECTION_WANTED:
    case NATS_SECURE_CONNECTION_REQUIRED:
      return Errc::denied;
    case NATS_MAX_PAYLOAD:
      return Errc::limit;
    case NATS_INVALID_ARG:
      return Errc::invalid_argument;
    default:
      return Errc::unavailable;
  }
}

Result<void> check(natsStatus status) {
  if (status == NATS_OK) return {};
  return fail(code_of(status), text_of(status));
}

void on_message(natsConnection*, natsSubscription*, natsMsg* message, void* closure) {
  const auto& ear = *static_cast<Ear*>(closure);
  ear.listener->on_message(
      ear.by, natsMsg_GetSubject(message),
      {natsMsg_GetData(message), static_cast<std::size_t>(natsMsg_GetDataLength(message))});
  natsMsg_Destroy(message);
}

void on_error(natsConnection* connection, natsSubscription*, natsStatus status, void* closure) {
  if (status == NATS_SLOW_CONSUMER) return;  // Counted: Link::dropped().
  const char* more = nullptr;
  if (connection != nullptr) natsConnection_GetLastError(connection, &more);
  static_cast<Listener*>(closure)->on_trouble(
      log::safe(more != nullptr && *more != '\0' ? more : natsStatus_GetText(status)));
}

void on_closed(natsConnection*, void* closure) {
  static_cast<Listener*>(closure)->on_closed();
}

using Options = std::unique_ptr<natsOptions, decltype(&natsOptions_Destroy)>;

Result<void> set_security(natsOptions* to, const Server& server, const LinkOptions& from) {
  const bool secure = server.tls || !from.tls_ca.empty() || !from.tls_certificate.empty();
  if (secure) {
    const auto& name = from.tls_name.empty() ? server.host : from.tls_name;
    DECNET_TRY(check(natsOptions_SetSecure(to, true)));
    DECNET_TRY(check(natsOptions_SetExpectedHostname(to, name.c_str())));
  }
  if (!from.tls_ca.empty())
    DECNET_TRY(check(natsOptions_LoadCATrustedCertificates(to, from.tls_ca.c_str())));
  if (!from.tls_certificate.empty())
    DECNET_TRY(check(
        natsOptions_LoadCertificatesChain(to, from.tls_certificate.c_str(), from.tls_key.c_str())));
  if (!from.credentials_file.empty())
    DECNET_TRY(
        check(natsOptions_SetUserCredentialsFromFiles(to, from.credentials_file.c_str(), nullptr)));
  if (!from.user.empty())
    DECNET_TRY(check(natsOptions_SetUserInfo(to, from.user.c_str(), from.password.c_str())));
  return {};
}

Result<Options> make_options(const Server& server, const LinkOptions& from, Listener& listener) {
  natsOptions* made = nullptr;
  DECNET_TRY(check(natsOptions_Create(&made)));
  Options out(made, &natsOptions_Destroy);
  for (const natsStatus set :
       {natsOptions_SetURL(made, server.url.c_str()), natsOptions_SetName(made, from.name.c_str()),
        natsOptions_SetTimeout(made, millis(kServerWaitMax)),
        natsOptions_SetWriteDeadline(made, millis(kServerWriteMax)),
        natsOptions_SetPingInterval(made, millis(kServerPingEvery)),
        natsOptions_SetMaxPingsOut(made, kServerPingsUnanswered),
        natsOptions_SetAllowReconnect(made, false), natsOptions_SetNoEcho(made, true),
        natsOptions_SetErrorHandler(made, on_error, &listener),
        natsOptions_SetClosedCB(made, on_closed, &listener)}) {
    DECNET_TRY(check(set));
  }
  DECNET_TRY(set_security(made, server, from));
  return out;
}

Result<Server> parse_server(std::string_view text) {
  const auto wrong = [&](std::string_view why) {
    return fail(
        Errc::invalid_argument,
        fmt::format("{}: a NATS server is said as nats://host:port or tls://host:port", why));
  };
  Server out;
  out.tls = text.starts_with("tls://");
  if (!out.tls && !text.starts_with("nats://")) return wrong("a scheme that is not known");
  text.remove_prefix(text.find("//") + 2);
  if (text.find('@') != text.npos)
    return fail(Errc::invalid_argument,
                "a user or a password does not belong into a URL, where others can read it: "
                "bus.bridge_user, bus.bridge_password_file");
  const auto bracket = text.starts_with('[') ? text.find(']') : std::string_view::size_type{0};
  if (bracket == text.npos) return wrong("an address without its closing bracket");
  const auto colon = text.find(':', bracket);
  out.host = text.substr(0, colon);
  std::uint32_t port = kDefaultPort;
  if (colon != text.npos) {
    const auto digits = text.substr(colon + 1);
    const char* end = digits.data() + digits.size();
    const auto [at, error] = std::from_chars(digits.data(), end, port);
    if (error != std::errc{} || at != end || port == 0 || port > 65535) return wrong("a bad port");
  }
  const auto fits = [](char c) { return c > 0x20 && c < 0x7f && c != '/' && c != '?' && c != '#'; };
  if (out.host.empty() || !std::all_of(out.host.begin(), out.host.end(), fits))
    return wrong("no host, or more than host and port");
  out.url = fmt::format("nats://{}:{}", out.host, port);
  if (bracket > 0) out.host = out.host.substr(1, bracket - 1);
  return out;
}

}  // namespace

Result<std::vector<Server>> parse_servers(std::string_view list) {
  std::vector<Server> out;
  while (true) {
    const auto comma = list.find(',');
    auto one = list.substr(0, comma);
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    out.push_back(DECNET_TRY(parse_server(one)));
    if (out.size() > kServersMax)
      return fail(Errc::limit, fmt::format("more than {} NATS servers", kServersMax));
    if (comma == list.npos) return out;
    list.remove_prefix(comma + 1);
  }
}

struct Link::State {
  natsConnection* connection = nullptr;
  std::vector<natsSubscription*> subscriptions;

  ~State() {
    for (auto* subscription : subscriptions) natsSubscription_Destroy(subscription);
    natsConnection_Destroy(connection);  // Closes it, too.
  }
};

Link::Link(std::unique_ptr<State> state) : state_(std::move(state)) {}

Link::~Link() = default;

Result<std::unique_ptr<Link>> Link::connect(const Server& server, const LinkOptions& options,
                                            Listener& listener) {
  const auto made = DECNET_TRY(make_options(server, options, listener));
  auto state = std::make_unique<State>();
  DECNET_TRY(check(natsConnection_Connect(&state->connection, made.get())));
  return std::unique_ptr<Link>(new Link(std::move(state)));
}

Result<void> Link::subscribe(Ear& ear, std::size_t among) {
  natsSubscription* made = nullptr;
  DECNET_TRY(check(
      natsConnection_Subscribe(&made, state_->connection, ear.subject.c_str(), on_message, &ear)));
  state_->subscriptions.push_back(made);
  return check(natsSubscription_SetPendingLimits(
      made, static_cast<int>(std::max<std::size_t>(kImportedEventsMax / among, 1)),
      static_cast<int>(kImportedBytesMax / among)));
}

Result<void> Link::flush() {
  return check(natsConnection_FlushTimeout(state_->connection, millis(kServerWaitMax)));
}

Result<void> Link::publish(const std::string& subject, std::string_view body) {
  return check(natsConnection_Publish(state_->connection, subject.c_str(), body.data(),
                                      static_cast<int>(body.size())));
}

bool Link::is_open() const {
  return !natsConnection_IsClosed(state_->connection);
}

std::uint64_t Link::dropped() const {
  std::uint64_t out = 0;
  for (auto* subscription : state_->subscriptions) {
    std::int64_t lost = 0;
    if (natsSubscription_GetDropped(subscription, &lost) == NATS_OK)
      out += static_cast<std::uint64_t>(lost);
  }
  return out;
}

bool Link::wind_up() {
  const natsStatus status = nats_CloseAndWait(millis(kWindUpMax));
  return status == NATS_OK || status == NATS_NOT_INITIALIZED;  // No link has been tried yet.
}

}  // namespace decnet::bus::bridge
