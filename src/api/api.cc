#include "api/api.h"

#include <cerrno>
#include <fstream>
#include <iterator>

#include <sodium.h>

#include "api/authenticator.h"
#include "api/dispatcher.h"
#include "api/geo.h"
#include "api/http_server.h"
#include "api/login_limits.h"
#include "api/openapi.h"
#include "api/password.h"
#include "api/routes/nouns.h"
#include "api/services.h"
#include "base/log.h"
#include "net/blocking.h"

namespace decnet::api {
namespace {

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(Errc::not_found, "cannot read " + path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// Null where no certificate is configured.
Result<std::shared_ptr<const net::TlsContext>> make_tls(const Options& options) {
  if (options.certificate_file.empty()) return std::shared_ptr<const net::TlsContext>{};
  net::TlsSettings settings;
  settings.certificate_pem = DECNET_TRY(read_file(options.certificate_file));
  settings.private_key_pem = DECNET_TRY(read_file(options.key_file));
  settings.alpn = "http/1.1";
  return net::TlsContext::create(settings);
}

const std::string& document() {
  static const std::string text = make_openapi(all_nouns());
  return text;
}

Router make_router() {
  Router router;
  for (const Noun& noun : all_nouns()) router.add(noun.routes);
  return router;
}

}  // namespace

struct Api::State {
  State(const Options& with, const net::Executor& on, store::Store& store, bus::Bus&,
        const Clock& clock)
      : options(with),
        database("api-db", options.database_threads),
        login_limits(clock),
        authenticator(store, database, options, clock),
        geo(options.country_database, options.network_database),
        services{options,   clock,        store, database,  authenticator,
                 passwords, login_limits, geo,   document()},
        router(make_router()),
        files(web_files()),
        dispatcher(router, files, services),
        server(
            on, [this](Request& request) { return dispatcher.answer(request); }, clock) {}

  Options options;
  net::BlockingPool database;
  PasswordQueue passwords;
  LoginLimits login_limits;
  Authenticator authenticator;
  Geo geo;
  Services services;
  Router router;
  StaticFiles files;
  Dispatcher dispatcher;
  HttpServer server;
  std::vector<net::Endpoint> endpoints;
};

Api::Api(std::unique_ptr<State> state) : state_(std::move(state)) {}
Api::~Api() = default;

Result<std::unique_ptr<Api>> Api::create(const Options& options, const net::Executor& executor,
                                         store::Store& store, bus::Bus& bus, const Clock& clock) {
  if (::sodium_init() < 0) return fail(Errc::unsupported, "libsodium does not start");
  const auto tls = DECNET_TRY(make_tls(options));
  auto state = std::make_unique<State>(options, executor, store, bus, clock);
  for (const net::Endpoint& endpoint : options.listen) {
    if (tls == nullptr && !endpoint.ip.is_loopback()) {
      return fail(Errc::invalid_argument,
                  endpoint.text() + " is not loopback: it needs a certificate and a key");
    }
    // Plain HTTP on loopback also where there is a certificate: nobody can listen in there, and the
    // certificate would not name it.
    const auto with = endpoint.ip.is_loopback() ? nullptr : tls;
    state->endpoints.push_back(DECNET_TRY(state->server.listen(endpoint, with)));
  }
  if (!options.run_folder.empty()) {
    DECNET_TRY(
        state->server.listen_local(local_socket_path(options.run_folder), options.local_group));
  }
  return std::unique_ptr<Api>(new Api(std::move(state)));
}

net::Task<Result<void>> Api::run() {
  for (const net::Endpoint& endpoint : state_->endpoints) {
    log::info("the API listens on {}", endpoint.text());
  }
  co_await state_->server.run();
  co_return Result<void>{};
}

Result<void> Api::reload() {
  if (auto tls = DECNET_TRY(make_tls(state_->options))) state_->server.replace_tls(std::move(tls));
  return {};
}

const std::vector<net::Endpoint>& Api::endpoints() const noexcept {
  return state_->endpoints;
}

std::string local_socket_path(std::string_view run_folder) {
  return std::string(run_folder) + "/api.sock";
}

std::string openapi_document() {
  return document();
}

}  // namespace decnet::api
