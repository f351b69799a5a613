// What the files say.
#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <optional>

#include <fmt/format.h>

#include "base/bytes.h"
#include "service/ftp/bait.h"

namespace decnet::service::ftp {

namespace {

using Words = std::span<const std::string_view>;

constexpr std::size_t kNoiseBytesMax = 4ULL << 20;

constexpr std::array<std::string_view, 40> kFirstNames{
    "Anna",  "Marco",  "Julia",  "Peter",  "Sofia", "Thomas", "Elena", "Daniel", "Laura", "Michael",
    "Sarah", "Jan",    "Katrin", "David",  "Nina",  "Stefan", "Maria", "Oliver", "Emma",  "Lucas",
    "Carla", "Tobias", "Ines",   "Robert", "Paula", "Simon",  "Vera",  "Felix",  "Alice", "Martin",
    "Diana", "George", "Helen",  "Victor", "Irene", "Hugo",   "Clara", "Adam",   "Lena",  "Paul"};
constexpr std::array<std::string_view, 32> kLastNames{
    "Novak",  "Keller",   "Rossi",   "Meyer",   "Larsen", "Silva",  "Weber",  "Moreau",
    "Hansen", "Kowalski", "Bauer",   "Fischer", "Dubois", "Berg",   "Costa",  "Jansen",
    "Marek",  "Lindner",  "Ferrari", "Walsh",   "Brandt", "Horvat", "Santos", "Nyman",
    "Clarke", "Petrov",   "Schulz",  "Olsen",   "Baker",  "Ruiz",   "Vogel",  "Hughes"};
constexpr std::array<std::string_view, 10> kDepartments{
    "Sales",      "Finance", "IT",         "Logistics", "HR",
    "Purchasing", "Support", "Production", "Marketing", "Management"};
constexpr std::array<std::string_view, 16> kItems{
    "bracket", "gasket", "bearing", "valve", "housing",    "sensor",  "relay", "cable set",
    "filter",  "pump",   "panel",   "hinge", "controller", "adapter", "clamp", "seal kit"};
constexpr std::array<std::string_view, 14> kTasks{
    "renew the certificate of the shop before it runs out",
    "move the nightly dump to the new storage",
    "ask for a quote for two more disks",
    "tell the agency to stop using the shared account",
    "check why the mail queue was stuck on Monday",
    "update the firewall rule for the branch office",
    "hand over the phone list to reception",
    "clean up old uploads in incoming",
    "print the new price list",
    "test the restore, last time it took four hours",
    "replace the UPS battery in rack 2",
    "write down where the router password is kept",
    "new laptop for accounting, ready by Friday",
    "remove accounts of people who left"};
constexpr std::array<std::string_view, 8> kPasswordWords{"Summer", "Winter",   "Backup",  "Office",
                                                         "Server", "Sunshine", "Welcome", "Harbor"};

std::string lower_first(std::string_view name) {
  std::string out(name.substr(0, name.find(' ')));
  for (char& c : out) c = static_cast<char>(c | 0x20);
  return out;
}

std::string people_csv(const persona::Persona& persona, SeededRandom& random) {
  std::string out = "name;department;extension;email\n";
  for (int n = static_cast<int>(random.between(18, 42)); n > 0; --n) {
    const std::string name = person_name(random);
    out += fmt::format("{};{};{};{}@{}\n", name, random.pick(kDepartments),
                       random.between(100, 399), lower_first(name), persona.domain);
  }
  return out;
}

std::string assets_csv(const persona::Persona& persona, SeededRandom& random) {
  static constexpr std::array<std::string_view, 6> kKinds{"srv", "pc", "nb", "prn", "sw", "ap"};
  std::string out = "host;address;system;owner;bought\n";
  const auto third = random.between(1, 60);
  for (int n = 0; n < 24; ++n) {
    const std::string_view kind = random.pick(kKinds);
    out += fmt::format("{}-{:02}.{};10.{}.{}.{};{};{};{}\n", kind, n + 1, persona.domain, third,
                       random.between(0, 3), random.between(2, 250),
                       kind == "srv"                  ? "Debian 12"
                       : kind == "prn"                ? "-"
                       : kind == "sw" || kind == "ap" ? "firmware"
                                                      : "Windows 10",
                       random.pick(kDepartments), 2018 + random.between(0, 6));
  }
  return out;
}

std::string prices_csv(SeededRandom& random) {
  std::string out = "article,description,unit,price\n";
  for (int n = static_cast<int>(random.between(60, 180)); n > 0; --n) {
    out += fmt::format("{}-{},{} {} mm,pc,{}.{:02}\n", random.between(10, 99),
                       random.between(1000, 9999), random.pick(kItems), random.between(2, 90) * 5,
                       random.between(1, 480), random.between(0, 99));
  }
  return out;
}

std::string notes(SeededRandom& random) {
  std::vector<std::string_view> left(kTasks.begin(), kTasks.end());
  std::string out;
  for (int n = static_cast<int>(random.between(4, 8)); n > 0; --n) {
    const auto at = static_cast<std::ptrdiff_t>(random.below(left.size()));
    out += fmt::format("{} {}\n", random.chance(0.3) ? "[x]" : "[ ]",
                       left[static_cast<std::size_t>(at)]);
    left.erase(left.begin() + at);
  }
  return out;
}

std::string sql_dump(const persona::Persona& persona, std::string_view day, SeededRandom& random) {
  std::string out =
      fmt::format("-- dump of database `orders` on {}, {}\n\n", persona.hostname, day);
  out +=
      "CREATE TABLE customers (id INT PRIMARY KEY, name VARCHAR(80), email VARCHAR(120), phone "
      "VARCHAR(30));\n";
  for (int n = 1; n <= 120; ++n) {
    const std::string name = person_name(random);
    out += fmt::format(
        "INSERT INTO customers VALUES ({},'{}','{}.{}@mail.example','+49 30 {:07}');\n", n, name,
        lower_first(name), random.between(1, 99), random.between(1'000'000, 9'999'999));
  }
  out +=
      "CREATE TABLE orders (id INT PRIMARY KEY, customer INT, article VARCHAR(20), amount "
      "DECIMAL(9,2));\n";
  for (int n = 1; n <= 260; ++n) {
    out += fmt::format("INSERT INTO orders VALUES ({},{},'{}-{}',{}.{:02});\n", 4000 + n,
                       random.between(1, 120), random.between(10, 99), random.between(1000, 9999),
                       random.between(9, 2400), random.between(0, 99));
  }
  return out;
}

std::string access_log(std::string_view day, SeededRandom& random) {
  static constexpr std::array<std::string_view, 8> kPages{
      "/",           "/index.html", "/products", "/contact", "/css/site.css", "/img/logo.png",
      "/robots.txt", "/favicon.ico"};
  std::string out;
  int second = 0;
  for (int n = 0; n < 220; ++n) {
    second += static_cast<int>(random.between(1, 600));
    out += fmt::format("10.{}.{}.{} - - [{} {:02}:{:02}:{:02} +0000] \"GET {} HTTP/1.1\" {} {}\n",
                       random.between(0, 40), random.between(0, 3), random.between(2, 250), day,
                       second / 3600 % 24, second / 60 % 60, second % 60, random.pick(kPages),
                       random.chance(0.05) ? 404 : 200, random.between(180, 24'000));
  }
  return out;
}

std::string backup_script(const persona::Persona& persona, SeededRandom& random) {
  return fmt::format(
      "#!/bin/sh\n# nightly, from cron\nset "
      "-e\nDB_USER=backup\nDB_PASS='{}'\nTARGET=/var/backups/db\nDAY=$(date +%F)\n"
      "mysqldump -u \"$DB_USER\" -p\"$DB_PASS\" orders | gzip > \"$TARGET/orders-$DAY.sql.gz\"\n"
      "find \"$TARGET\" -name '*.sql.gz' -mtime +7 -delete\nrsync -a \"$TARGET/\" "
      "backup@nas-{:02}.{}:/volume1/{}/\n",
      invented_password(random), random.between(1, 4), persona.domain, persona.hostname);
}

std::string web_config(const persona::Persona& persona, SeededRandom& random) {
  return fmt::format(
      "<?php\n// {0}\n$db_host = 'localhost';\n$db_name = 'site';\n$db_user = 'site';\n$db_pass = "
      "'{1}';\n"
      "$mail_from = 'web@{2}';\n$secret = '{3}';\n",
      persona.fqdn(), invented_password(random), persona.domain, to_hex(random.bytes(16)));
}

std::string public_key(const persona::Persona& persona, SeededRandom& random) {
  std::string blob;
  ByteWriter(blob).u32(11).bytes("ssh-ed25519").u32(32).bytes(random.bytes(32));
  return fmt::format("ssh-ed25519 {} {}@{}\n", to_base64(blob), lower_first(person_name(random)),
                     persona.domain);
}

// How long a file is that is but noise: a program ("elf 18432 awk"), or what nobody may read
// ("opaque 900").
std::optional<std::size_t> noise_size(std::string_view recipe) {
  const std::size_t word = recipe.starts_with("elf ")      ? 4U
                           : recipe.starts_with("opaque ") ? 7U
                                                           : 0U;
  if (word == 0) return std::nullopt;
  std::size_t size = 0;
  std::from_chars(recipe.data() + word, recipe.data() + recipe.size(), size);
  return std::min(size, kNoiseBytesMax);
}

}  // namespace

std::string person_name(SeededRandom& random) {
  const std::string_view first = random.pick(kFirstNames);
  return fmt::format("{} {}", first, random.pick(kLastNames));
}

std::string invented_password(SeededRandom& random) {
  const std::string_view word = random.pick(kPasswordWords);
  return fmt::format("{}{}{}", word, random.between(10, 99), random.chance(0.5) ? "!" : "#");
}

std::string Bait::office_file(std::string_view kind, std::string_view detail,
                              SeededRandom random) const {
  const persona::Persona& persona = *persona_;
  if (kind == "people") return people_csv(persona, random);
  if (kind == "assets") return assets_csv(persona, random);
  if (kind == "prices") return prices_csv(random);
  if (kind == "notes") return notes(random);
  if (kind == "sql") return sql_dump(persona, detail, random);
  if (kind == "log") return access_log(detail, random);
  if (kind == "script") return backup_script(persona, random);
  if (kind == "webconfig") return web_config(persona, random);
  if (kind == "key") return public_key(persona, random);
  if (kind == "html") {
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta "
        "charset=\"utf-8\"><title>{0}</title>\n<link rel=\"stylesheet\" "
        "href=\"css/site.css\"></head>\n<body>\n<h1>{0}</h1>\n<p>We are working on our new pages. "
        "Please call us: +49 30 "
        "{1}</p>\n</body>\n</html>\n",
        persona.company, random.between(1'000'000, 9'999'999));
  }
  if (kind == "css")
    return fmt::format(
        "body {{ font: {}px/1.5 sans-serif; margin: 2em auto; max-width: {}px; }}\nh1 {{ color: "
        "#{}; }}\n",
        random.between(14, 17), random.between(60, 110) * 10, to_hex(random.bytes(3)));
  if (kind == "pdf") {
    std::string text;
    for (int n = static_cast<int>(random.between(12, 40)); n > 0; --n) {
      text += fmt::format("{}-{}   {} {} mm\n", random.between(10, 99), random.between(1000, 9999),
                          random.pick(kItems), random.between(2, 90) * 5);
    }
    return pdf_page(fmt::format("{} - {}", persona.company, detail), text);
  }
  if (kind == "welcome")
    return fmt::format(
        "Welcome to the file server of {}.\n\nFiles in incoming are removed every night.\nContact: "
        "it@{}\n",
        persona.company, persona.domain);
  if (kind == "readme")
    return fmt::format(
        "Public files of {}.\n\nprices   current price lists\nmanuals  data sheets\n\nWe take no "
        "responsibility "
        "for older versions.\n",
        persona.company);
  return {};
}

std::string Bait::render(std::string_view recipe) const {
  const auto cut = [&recipe] {
    const auto space = recipe.find(' ');
    const std::string_view word = recipe.substr(0, space);
    recipe = space == std::string_view::npos ? std::string_view{} : recipe.substr(space + 1);
    return word;
  };
  const std::string_view whole = recipe;
  const std::string_view kind = cut();
  if (kind == "text") return system_file(recipe);
  if (kind == "gz") return gzip_stored(render(recipe), 0);
  if (const auto size = noise_size(whole)) {
    std::string out;
    if (kind == "elf") {
      out.assign(
          "\x7f"
          "ELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0\x01\0\0\0",
          std::min<std::size_t>(*size, 24));
    }
    return out + persona_->stream(whole).bytes(*size - out.size());
  }
  if (kind == "tgz") {
    const std::string_view owner = "root";
    const std::int64_t when = to_micros(persona_->installed_at) / 1'000'000;
    return gzip_stored(
        tar_file("etc/hosts", system_file("hosts"), when, owner) +
            tar_file("etc/fstab", system_file("fstab"), when, owner) +
            tar_file("usr/local/sbin/backup.sh", render("script backup"), when, owner) + tar_end(),
        when);
  }
  return office_file(kind, recipe, persona_->stream(fmt::format("ftp.file.{}", whole)));
}

std::size_t Bait::size_of(std::string_view recipe) const {
  const auto size = noise_size(recipe);
  return size ? *size : render(recipe).size();
}

std::string Bait::content(const Node& file) const {
  return render(file.text);
}

}  // namespace decnet::service::ftp
