#include "service/ftp/world.h"

#include "net/tls.h"
#include "service/ftp/bait.h"

namespace decnet::service::ftp {

namespace {

using namespace std::chrono_literals;

constexpr double kVsftpdShare = 0.7;  // Of the deckies whose persona names neither.

Profile::Server server_of(const session::Place& place) {
  const std::string_view wanted = place.option("server");
  if (wanted == "vsftpd") return Profile::Server::vsftpd;
  if (wanted == "proftpd") return Profile::Server::proftpd;
  if (!place.persona->version("proftpd").empty()) return Profile::Server::proftpd;
  if (!place.persona->version("vsftpd").empty()) return Profile::Server::vsftpd;
  return place.persona->stream("ftp.server").chance(kVsftpdShare) ? Profile::Server::vsftpd
                                                                  : Profile::Server::proftpd;
}

bool switched(const session::Place& place, std::string_view option, double chance) {
  const std::string_view wanted = place.option(option);
  if (wanted == "yes") return true;
  if (wanted == "no") return false;
  return place.persona->stream("ftp." + std::string(option)).chance(chance);
}

// TLS over a data connection, which it owns.
class SecureData final : public net::Stream {
 public:
  SecureData(net::StreamPtr below, std::unique_ptr<net::TlsStream> tls)
      : below_(std::move(below)), tls_(std::move(tls)) {}
  net::Task<Result<std::size_t>> read_some(std::span<char> buffer) override {
    return tls_->read_some(buffer);
  }
  net::Task<Result<void>> write(std::string_view bytes) override { return tls_->write(bytes); }
  void set_deadline(TimePoint when) override { tls_->set_deadline(when); }
  net::Task<void> shutdown_send() override { return tls_->shutdown_send(); }
  void close() override { tls_->close(); }
  void reset() override { tls_->reset(); }
  net::Endpoint local() const override { return below_->local(); }
  net::Endpoint peer() const override { return below_->peer(); }

 private:
  net::StreamPtr below_;
  std::unique_ptr<net::TlsStream> tls_;
};

net::Task<Result<net::StreamPtr>> secure(net::StreamPtr data,
                                         std::shared_ptr<const net::TlsContext> context) {
  net::TlsHello hello;
  auto accepted = co_await net::tls_accept(*data, std::move(context), std::string(), hello);
  if (!accepted) co_return tl::unexpected(std::move(accepted).error());
  co_return std::make_unique<SecureData>(std::move(data), std::move(*accepted));
}

}  // namespace

Timeouts default_timeouts(Profile::Server server) {
  if (server == Profile::Server::vsftpd) {
    return {.login = 300s,
            .idle = 300s,
            .no_transfer = 300s,
            .data = 300s,
            .accept = 60s,
            .connect = 60s};
  }
  return {.login = 300s,
          .idle = 1200s,
          .no_transfer = 600s,
          .data = 600s,
          .accept = 600s,
          .connect = 600s};
}

net::TlsManner tls_manner(Profile::Server server) {
  if (server == Profile::Server::vsftpd)
    return {.minimum = "any", .ciphers = "ECDHE-RSA-AES256-GCM-SHA384"};
  return {.minimum = "any",
          .ciphers = "DEFAULT:!ADH:!EXPORT:!DES",
          .prefers_own_ciphers = true,
          .ephemeral_dh = true,
          .acknowledged_name = "*"};
}

World make_world(const session::Place& place) {
  World world;
  Profile& profile = world.profile;
  profile.server = server_of(place);
  const bool vsftpd = profile.server == Profile::Server::vsftpd;
  const std::string_view version = place.persona->version(vsftpd ? "vsftpd" : "proftpd");
  profile.version = !version.empty() ? std::string(version) : vsftpd ? "3.0.3" : "1.3.8";
  profile.anonymous = switched(place, "anonymous", 0.4);
  profile.writable = switched(place, "writable", 0.75);
  // TlsContext::create would fail without a certificate: then the server has TLS switched off, as
  // most have.
  const net::TlsSettings settings{.certificate_pem = place.identity.certificate_pem,
                                  .private_key_pem = place.identity.private_key_pem,
                                  .manner = tls_manner(profile.server)};
  std::shared_ptr<const net::TlsContext> context;
  if (!settings.certificate_pem.empty() && switched(place, "tls", 0.4)) {
    if (auto made = net::TlsContext::create(settings)) context = *made;
  }
  profile.tls = context != nullptr;
  profile.timeouts = default_timeouts(profile.server);
  world.hostname = place.persona->fqdn();
  world.users = users_of(*place.persona, profile.server);
  const auto bait = std::make_shared<Bait>(place.persona, profile, world.users);
  world.plant = [bait, clock = place.clock] { return bait->plant(clock->now()); };
  world.library = bait;
  world.secure_data = [context](net::StreamPtr data) { return secure(std::move(data), context); };
  return world;
}

}  // namespace decnet::service::ftp
