#include "site/site.h"

#include <algorithm>
#include <array>

#include "site/apache.h"
#include "site/application.h"
#include "site/nginx.h"
#include "site/visit.h"

namespace decnet::site {

namespace {

constexpr Duration kFirstBytesTimeout = std::chrono::seconds{51};
// What OpenSSL takes for plain HTTP; Apache answers it.
constexpr std::array<std::string_view, 4> kPlainBeginnings = {"GET ", "POST ", "HEAD ", "PUT "};
constexpr std::size_t kRecordHeaderBytes = 5;

class WebService final : public session::Service {
 public:
  WebService(const session::Place& place, Transport transport)
      : site_(make_config(place, transport), *place.assets) {}

  net::Task<void> serve(session::Session& session) override {
    co_await site::serve(site_, session);
  }

 private:
  Site site_;
};

// Whether the peer speaks TLS: nothing if that cannot be told yet.
std::optional<bool> speaks_tls(std::string_view bytes, Program program) noexcept {
  const auto first = static_cast<unsigned char>(bytes.front());
  if (program == Program::nginx) return first == 0x16 || (first & 0x80) != 0;
  const auto fits = [&](std::string_view word) {
    const std::size_t count = std::min(word.size(), bytes.size());
    return bytes.substr(0, count) == word.substr(0, count);
  };
  if (std::none_of(kPlainBeginnings.begin(), kPlainBeginnings.end(), fits)) return true;
  if (bytes.size() < kRecordHeaderBytes) return std::nullopt;
  return false;
}

// The channel, once the peer has shown what it speaks; nothing if it did not, or if its TLS came to
// nothing.
net::Task<std::optional<Channel>> open_channel(Visit& visit) {
  const Config& config = visit.site().config;
  session::Session& session = visit.session();
  if (config.transport == Transport::plain) co_return Channel::plain;
  if (session.is_tls()) co_return Channel::tls;
  const TimePoint deadline = visit.now() + kFirstBytesTimeout;
  std::optional<bool> tls;
  while (!tls) {
    const auto more = co_await visit.fill_until(deadline);
    if (!more) co_return std::nullopt;
    tls = speaks_tls(visit.reader().buffered(), config.program);
  }
  if (!*tls) co_return Channel::plain_on_tls_port;
  const session::Session::TlsOptions options = tls_manner(config);
  std::string buffered(visit.reader().buffered());
  visit.reader().consume(buffered.size());
  const auto begun = co_await session.start_tls(options, std::move(buffered));
  if (!begun) {
    session.set_end_reason("tls_failed");
    co_return std::nullopt;
  }
  visit.reader().switch_to(session.stream());
  co_return Channel::tls;
}

}  // namespace

Site::Site(Config configured, const session::Assets& assets)
    : config(std::move(configured)),
      documents(config, assets),
      application(make_application(config)) {}

Site::~Site() = default;

std::unique_ptr<session::Service> make_service(const session::Place& place, Transport transport) {
  return std::make_unique<WebService>(place, transport);
}

net::Task<void> serve(Site& site, session::Session& session) {
  Visit visit(site, session);
  const auto channel = co_await open_channel(visit);
  if (!channel) co_return;
  if (site.config.program == Program::nginx) {
    NginxVisit server(visit, *channel);
    co_await server.run();
  } else {
    ApacheVisit server(visit, *channel);
    co_await server.run();
  }
}

}  // namespace decnet::site
