#include "service/mysql/mysql.h"

#include <array>

#include "persona/releases_debian.h"
#include "service/mysql/connection.h"

namespace decnet::service::mysql {

namespace {

// Release notes of MySQL 8.0 (https://dev.mysql.com/doc/relnotes/mysql/8.0/en/): 8.0.36 of
// 2024-01-16 and later; the packages of repo.mysql.com show the bare number.
constexpr std::array<unsigned, 9> kMysqlReleases = {36, 37, 38, 39, 40, 41, 42, 43, 44};

std::string debian_version(std::string_view version) {
  for (const persona::Release& one : persona::debian12_programs()) {
    if (one.program != "mariadb" || one.version != version) continue;
    const std::size_t dash = one.package.rfind('-');
    return std::string(version) + "-MariaDB" +
           std::string(dash == std::string_view::npos ? "" : one.package.substr(dash));
  }
  return std::string(version) + "-MariaDB-0+deb12u1";
}

unsigned number_of(std::string_view version) {
  unsigned parts[3] = {};
  std::size_t n = 0;
  for (const char c : version) {
    if (c == '.' && n < 2) {
      ++n;
    } else if (c >= '0' && c <= '9') {
      parts[n] = parts[n] * 10 + static_cast<unsigned>(c - '0');
    } else {
      break;
    }
  }
  return parts[0] * 10'000 + parts[1] * 100 + parts[2];
}

ServerFacts facts_of(const session::Place& place) {
  const persona::Persona& persona = *place.persona;
  ServerFacts facts;
  const std::string_view wanted = place.option("server");
  const std::string_view mariadb = persona.version("mariadb");
  auto stream = persona.stream("mysql.server");
  facts.mariadb =
      wanted == "mariadb" || (wanted != "mysql" && (!mariadb.empty() || stream.chance(0.7)));
  if (facts.mariadb) {
    facts.version = debian_version(mariadb.empty() ? "10.11.14" : mariadb);
    facts.comment = "Debian 12";
  } else {
    facts.version = "8.0." + std::to_string(stream.pick(kMysqlReleases));
    facts.comment = "MySQL Community Server - GPL";
  }
  facts.version_number = number_of(facts.version);
  // Debian's MariaDB has TLS where somebody configured it; MySQL makes its own certificate.
  const std::string_view tls = place.option("tls");
  facts.tls =
      !place.identity.private_key_pem.empty() && (tls == "yes" || (tls != "no" && !facts.mariadb));
  facts.local_infile = facts.mariadb;
  facts.lure_file = place.option("lure_file");
  return facts;
}

class MysqlService final : public session::Service {
 public:
  explicit MysqlService(const session::Place& place)
      : persona_(place.persona),
        server_(*persona_, *place.clock, facts_of(place), place.option("bait") != "none") {}

  net::Task<void> serve(session::Session& session) override {
    Connection connection(session, server_);
    co_await connection.run();
  }

  std::string save_state() const override { return server_.save(); }
  void load_state(std::string_view state) override {
    if (!state.empty()) server_.load(state);
  }

 private:
  std::shared_ptr<const persona::Persona> persona_;
  Server server_;
};

std::unique_ptr<session::Service> create(const session::Place& place) {
  return std::make_unique<MysqlService>(place);
}

}  // namespace

const session::Descriptor& descriptor() {
  static const session::Descriptor kDescriptor{"mysql", &create};
  return kDescriptor;
}

}  // namespace decnet::service::mysql
