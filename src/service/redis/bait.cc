#include "service/redis/bait.h"

#include <array>

#include "base/bytes.h"
#include "service/redis/server.h"

namespace decnet::service::redis {

namespace {

constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::array<std::string_view, 12> kGivenNames = {"anna", "ben",   "carla", "daniel",
                                                          "eva",  "felix", "greta", "henrik",
                                                          "ines", "jonas", "karin", "luis"};
constexpr std::array<std::string_view, 10> kFamilyNames = {
    "berg", "costa", "dahl", "ferrari", "hansen", "keller", "moreau", "novak", "silva", "weber"};

// Writes keys of one decky.
class Planter {
 public:
  Planter(Server& server, const persona::Persona& persona)
      : server_(server), persona_(persona), random_(persona.stream("redis.bait")) {
    constexpr std::array<std::string_view, 5> kApplications = {"shop", "portal", "intranet", "crm",
                                                               "tracker"};
    application_ = random_.pick(kApplications);
  }

  void plant() {
    plant_settings();
    plant_people();
    plant_sessions();
    plant_jobs();
    plant_counters();
  }

 private:
  void put(const std::string& key, Object object) { server_.put(0, key, std::move(object)); }
  void put(const std::string& key, std::string text) {
    put(key, Object::of_string(std::move(text)));
  }
  std::string hex(std::size_t bytes) { return to_hex(random_.bytes(bytes)); }
  std::string inner_host(std::string_view role) {
    return std::string(role) + "-" + std::to_string(random_.between(1, 3)) + "." + persona_.domain;
  }

  using Fields = std::vector<std::pair<std::string_view, std::string>>;
  void put_hash(const std::string& key, const Fields& fields) {
    auto hash = std::make_unique<Hash>(server_.keyspace.seed());
    for (const auto& [name, value] : fields) hash->set(name, value, server_.config.encodings);
    put(key, Object::of(Type::hash, std::move(hash)));
  }

  // The database's login is one that works elsewhere on this host, if it has any.
  void plant_settings() {
    persona::Account account{"app", hex(6)};
    for (const persona::Account& one : persona_.accounts) {
      if (!one.password.empty()) account = one;
    }
    put_hash(application_ + ":config", {{"db.host", inner_host("db")},
                                        {"db.name", application_},
                                        {"db.user", account.user},
                                        {"db.password", account.password},
                                        {"smtp.host", inner_host("mail")},
                                        {"smtp.user", "noreply@" + persona_.domain},
                                        {"secret_key", hex(25)},
                                        {"debug", "false"}});
  }

  void plant_people() {
    auto names = std::make_unique<Set>(server_.keyspace.seed());
    const std::int64_t count = random_.between(6, 14);
    for (std::int64_t n = 1; n <= count; ++n) {
      const std::string given(random_.pick(kGivenNames)), family(random_.pick(kFamilyNames));
      std::string login = given.substr(0, 1);
      login.append(".").append(family);
      people_.push_back(login);
      names->add(login, server_.config.encodings);
      std::string address = given;
      address.append(".").append(family).append("@").append(persona_.domain);
      put_hash(
          application_ + ":user:" + std::to_string(1000 + n * random_.between(1, 9)),
          {{"login", login},
           {"email", address},
           {"password", "$2y$10$" + hex(27).substr(0, 53)},
           {"role", n == 1 ? "admin" : "user"},
           {"last_login", std::to_string(server_.now_ms() / 1000 - random_.between(60, 900'000))}});
    }
    put(application_ + ":users", Object::of(Type::set, std::move(names)));
  }

  void plant_sessions() {
    const std::int64_t count = random_.between(4, 12);
    for (std::int64_t n = 0; n < count; ++n) {
      const std::string key = application_ + ":session:" + hex(16);
      put(key, "{\"user\":\"" + random_.pick(people_) + "\",\"ip\":\"10." +
                   std::to_string(random_.between(0, 40)) + "." +
                   std::to_string(random_.between(0, 9)) + "." +
                   std::to_string(random_.between(10, 250)) + "\",\"csrf\":\"" + hex(16) + "\"}");
      // Weeks: some are left whenever somebody looks.
      server_.keyspace.set_expiry(0, key,
                                  server_.now_ms() + random_.between(12, 24 * 60) * kHourMs);
    }
  }

  void plant_jobs() {
    constexpr std::array<std::string_view, 5> kJobs = {"SendInvoice", "SyncStock", "ResizeImage",
                                                       "SendNewsletter", "ExportReport"};
    auto jobs = std::make_unique<List>();
    const std::int64_t count = random_.between(2, 7);
    for (std::int64_t n = 0; n < count; ++n) {
      jobs->push_back("{\"id\":\"" + hex(12) + "\",\"job\":\"" + std::string(random_.pick(kJobs)) +
                      "\",\"args\":[" + std::to_string(random_.between(100, 99'999)) +
                      "],\"attempts\":" + std::to_string(random_.below(3)) + "}");
    }
    put("queues:default", Object::of(Type::list, std::move(jobs)));
  }

  void plant_counters() {
    put(application_ + ":orders:next_id", std::to_string(random_.between(2'000, 90'000)));
    put(application_ + ":version",
        "2." + std::to_string(random_.below(20)) + "." + std::to_string(random_.below(9)));
    auto pages = std::make_unique<SortedSet>(server_.keyspace.seed());
    for (const std::string_view page :
         {"/", "/login", "/cart", "/search", "/account", "/api/v1/items"})
      pages->set(page, static_cast<double>(random_.between(40, 90'000)), server_.config.encodings);
    put(application_ + ":hits", Object::of(Type::zset, std::move(pages)));
  }

  Server& server_;
  const persona::Persona& persona_;
  SeededRandom random_;
  std::string application_;
  std::vector<std::string> people_;
};

}  // namespace

void plant_bait(Server& server, const persona::Persona& persona) {
  Planter(server, persona).plant();
  for (int db = 0; db < kDatabases; ++db)
    server.persistence.keys_loaded += server.keyspace.size(db);
}

}  // namespace decnet::service::redis
