// The databases that a decky has from the start: what its kind of host would have.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "persona/site.h"
#include "service/mysql/functions.h"
#include "service/mysql/server.h"

namespace decnet::service::mysql {

namespace {

class Baiter {
 public:
  Baiter(const persona::Persona& persona, World& world)
      : persona_(persona),
        world_(world),
        site_(persona::make_site(persona.seed)),
        random_(persona.stream("mysql.bait")) {
    installed_ = to_micros(persona.installed_at) / 1'000'000;
    upgraded_ = std::max(installed_ + 86'400, to_micros(persona.booted_at) / 1'000'000);
  }

  std::int64_t some_time() { return random_.between(installed_, upgraded_); }

  Table table(std::string_view schema, std::string_view name, std::string_view columns) {
    Table out = make_table(schema, name, columns);
    out.created_s = installed_ + random_.between(600, 86'000);
    out.collation = world_.databases[std::string(schema)].collation;
    out.charset = world_.databases[std::string(schema)].charset;
    return out;
  }

  void add(Table& to, Row row) {
    to.rows.push_back(std::make_shared<const Row>(std::move(row)));
    to.next_id = to.rows.size() + 1;
  }

  void shop() {
    const std::string schema = std::string(
        random_.pick(std::array<std::string_view, 4>{"shop", "webshop", "store", "orders"}));
    world_.databases[schema];
    Table customers =
        table(schema, "customers",
              "id int NOT NULL AUTO_INCREMENT PRIMARY KEY, email varchar(190) NOT NULL UNIQUE KEY, "
              "first_name varchar(80) NOT NULL, last_name "
              "varchar(80) NOT NULL, phone varchar(32) DEFAULT NULL, city varchar(80) DEFAULT "
              "NULL, password_hash varchar(255) NOT NULL, created_at datetime NOT NULL");
    static constexpr std::array<std::string_view, 12> kFirst = {"Anna",  "Jonas", "Marie", "Lukas",
                                                                "Elena", "Tom",   "Clara", "Paul",
                                                                "Nina",  "David", "Laura", "Felix"};
    static constexpr std::array<std::string_view, 12> kLast = {
        "Berger",  "Hofmann", "Klein", "Moreau",  "Novak",  "Rossi",
        "Schmidt", "Weber",   "Lang",  "Fischer", "Keller", "Braun"};
    static constexpr std::array<std::string_view, 6> kMail = {
        "example.com",      "example.org",      "example.net",
        "mail.example.com", "post.example.org", "web.example.net"};
    const std::int64_t count = random_.between(60, 140);
    for (std::int64_t n = 1; n <= count; ++n) {
      const std::string_view first = random_.pick(kFirst);
      const std::string_view last = random_.pick(kLast);
      add(customers, {n, folded(fmt::format("{}.{}{}@{}", first, last, n, random_.pick(kMail))),
                      std::string(first), std::string(last),
                      fmt::format("+49 {} {}", random_.between(151, 179),
                                  random_.between(1'000'000, 9'999'999)),
                      site_.city, "$2y$10$" + to_base64url(random_.bytes(39)).substr(0, 53),
                      datetime_text(some_time())});
    }
    Table orders = table(schema, "orders",
                         "id int NOT NULL AUTO_INCREMENT PRIMARY KEY, customer_id int NOT NULL, "
                         "status enum('new','paid','shipped','cancelled') NOT NULL DEFAULT 'new', "
                         "total decimal(10,2) NOT NULL, "
                         "created_at datetime NOT NULL, KEY customer_id (customer_id)");
    static constexpr std::array<std::string_view, 4> kStatus = {"new", "paid", "shipped",
                                                                "cancelled"};
    const std::int64_t order_count = random_.between(80, 200);
    for (std::int64_t n = 1; n <= order_count; ++n)
      add(orders, {n, random_.between(1, count), std::string(random_.pick(kStatus)),
                   Decimal{random_.between(990, 48'990), 2}, datetime_text(some_time())});
    Table payments = table(schema, "payments",
                           "id int NOT NULL AUTO_INCREMENT PRIMARY KEY, order_id int NOT NULL, "
                           "method varchar(20) NOT NULL, reference varchar(64) NOT NULL, amount "
                           "decimal(10,2) NOT NULL, KEY order_id (order_id)");
    for (std::int64_t n = 1; n <= order_count / 2; ++n)
      add(payments, {n, n * 2, std::string(n % 3 == 0 ? "paypal" : "card"),
                     to_hex(random_.bytes(12)), Decimal{random_.between(990, 48'990), 2}});
    for (Table* one : {&customers, &orders, &payments}) world_.put(std::move(*one));
  }

  void wordpress() {
    world_.databases["wordpress"].collation = "utf8mb4_unicode_520_ci";
    Table users = table("wordpress", "wp_users",
                        "ID bigint(20) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, user_login "
                        "varchar(60) NOT NULL DEFAULT '', user_pass varchar(255) NOT NULL DEFAULT "
                        "'', user_nicename varchar(50) NOT NULL DEFAULT '', "
                        "user_email varchar(100) NOT NULL DEFAULT '', user_url varchar(100) NOT "
                        "NULL DEFAULT '', user_registered datetime NOT NULL DEFAULT '0000-00-00 "
                        "00:00:00', user_activation_key varchar(255) NOT NULL DEFAULT '', "
                        "user_status int(11) NOT NULL DEFAULT 0, display_name varchar(250) NOT "
                        "NULL DEFAULT '', KEY user_login_key (user_login), KEY user_nicename "
                        "(user_nicename), KEY user_email (user_email)");
    std::vector<std::string> names = {"admin"};
    for (std::size_t n = 0; n < site_.people.size() && n < 3; ++n)
      names.push_back(site_.people[n].user);
    for (const std::string& name : names)
      add(users, {std::uint64_t{users.rows.size() + 1}, name,
                  "$P$B" + to_base64url(random_.bytes(23)).substr(0, 30), name,
                  name + "@" + site_.domain, std::string(), datetime_text(installed_ + 90'000),
                  std::string(), std::int64_t{0}, name});
    Table options = table("wordpress", "wp_options",
                          "option_id bigint(20) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, "
                          "option_name varchar(191) NOT NULL DEFAULT '' UNIQUE KEY, option_value "
                          "longtext NOT NULL, autoload varchar(20) NOT NULL DEFAULT 'yes'");
    const std::string url = "http://" + persona_.fqdn();
    for (const auto& [name, value] :
         std::initializer_list<std::pair<std::string_view, std::string>>{
             {"siteurl", url},
             {"home", url},
             {"blogname", site_.company},
             {"blogdescription", ""},
             {"users_can_register", "0"},
             {"admin_email", "admin@" + site_.domain},
             {"default_role", "subscriber"},
             {"active_plugins", "a:0:{}"},
             {"template", "twentytwentyfour"},
             {"stylesheet", "twentytwentyfour"},
             {"db_version", "57155"}})
      add(options,
          {std::uint64_t{options.rows.size() + 1}, std::string(name), value, std::string("yes")});
    Table posts = table(
        "wordpress", "wp_posts",
        "ID bigint(20) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, post_author bigint(20) "
        "unsigned NOT NULL DEFAULT 0, post_date datetime NOT NULL DEFAULT '0000-00-00 00:00:00', "
        "post_content longtext NOT NULL, post_title text NOT NULL, "
        "post_status varchar(20) NOT NULL DEFAULT 'publish', post_name varchar(200) NOT NULL "
        "DEFAULT '', post_type varchar(20) NOT NULL DEFAULT 'post', KEY post_name (post_name)");
    static constexpr std::array<std::string_view, 5> kTitles = {
        "Hello world!", "Opening hours", "News from the team", "Maintenance on Sunday", "Contact"};
    for (const std::string_view title : kTitles)
      add(posts, {std::uint64_t{posts.rows.size() + 1}, std::uint64_t{1},
                  datetime_text(some_time()), fmt::format("<p>{}</p>", title), std::string(title),
                  std::string("publish"), folded(title.substr(0, 5)), std::string("post")});
    for (Table* one : {&users, &options, &posts}) world_.put(std::move(*one));
  }

  void intranet() {
    const std::string schema = std::string(
        random_.pick(std::array<std::string_view, 4>{"intranet", "inventory", "crm", "portal"}));
    world_.databases[schema];
    Table users = table(schema, "users",
                        "id int NOT NULL AUTO_INCREMENT PRIMARY KEY, username varchar(64) NOT NULL "
                        "UNIQUE KEY, password char(32) NOT NULL, email varchar(120) DEFAULT NULL, "
                        "is_admin tinyint(1) NOT NULL DEFAULT 0, last_login datetime DEFAULT NULL");
    for (const persona::Person& one : site_.people) {
      if (users.rows.size() >= 40) break;
      add(users, {std::int64_t(users.rows.size() + 1), one.user, to_hex(random_.bytes(16)),
                  one.user + "@" + site_.domain, std::int64_t{users.rows.empty()},
                  datetime_text(some_time())});
    }
    Table settings =
        table(schema, "settings", "name varchar(64) NOT NULL PRIMARY KEY, value text DEFAULT NULL");
    for (const auto& [name, value] :
         std::initializer_list<std::pair<std::string_view, std::string>>{
             {"smtp_host", "mail." + site_.domain},
             {"smtp_user", "noreply@" + site_.domain},
             {"backup_path", "/var/backups/" + schema},
             {"session_lifetime", "3600"}})
      add(settings, {std::string(name), value});
    for (Table* one : {&users, &settings}) world_.put(std::move(*one));
  }

  void phpmyadmin() {
    world_.databases["phpmyadmin"];
    for (const std::string_view name :
         {"pma__bookmark", "pma__history", "pma__recent", "pma__users", "pma__usergroups"}) {
      Table one = table("phpmyadmin", name,
                        "id int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, username "
                        "varchar(64) NOT NULL DEFAULT '', dbase varchar(64) NOT NULL DEFAULT ''");
      world_.put(std::move(one));
    }
  }

 private:
  const persona::Persona& persona_;
  World& world_;
  persona::Site site_;
  SeededRandom random_;
  std::int64_t installed_ = 0;
  std::int64_t upgraded_ = 0;
};

}  // namespace

World make_bait(const persona::Persona& persona, bool mariadb, bool bait) {
  World world;
  world.databases = system_databases();
  const std::int64_t installed = to_micros(persona.installed_at) / 1'000'000;
  for (auto& [name, database] : world.databases) {
    if (name == "information_schema") continue;
    for (auto& [table_name, table] : database.tables) {
      if (table->kind != Table::Kind::base) continue;
      Table dated = *table;
      dated.created_s = dated.updated_s = installed + 420;
      table = std::make_shared<const Table>(std::move(dated));
    }
  }
  if (!mariadb) {
    for (const std::string one : {"mysql", "performance_schema", "sys"})
      world.databases[one].collation = "utf8mb4_0900_ai_ci";
  }
  if (!bait) return world;
  Baiter baiter(persona, world);
  if (!persona.version("wordpress").empty()) baiter.wordpress();
  if (!persona.version("phpmyadmin").empty()) baiter.phpmyadmin();
  auto stream = persona.stream("mysql.databases");
  if (persona.version("wordpress").empty() || stream.chance(0.3)) baiter.shop();
  if (stream.chance(0.6)) baiter.intranet();
  return world;
}

}  // namespace decnet::service::mysql
