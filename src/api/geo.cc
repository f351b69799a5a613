#include "api/geo.h"

#include <initializer_list>

#include <maxminddb.h>
#include <sys/stat.h>

#include "base/log.h"
#include "net/endpoint.h"

namespace decnet::api {
namespace {

// The text at a path of keys; empty where there is none.
std::string text_at(MMDB_entry_s entry, std::initializer_list<const char*> keys) {
  std::vector<const char*> path(keys);
  path.push_back(nullptr);
  MMDB_entry_data_s data{};
  if (MMDB_aget_value(&entry, &data, path.data()) != MMDB_SUCCESS || !data.has_data ||
      data.type != MMDB_DATA_TYPE_UTF8_STRING) {
    return {};
  }
  return {data.utf8_string, data.data_size};
}

std::optional<std::uint32_t> number_at(MMDB_entry_s entry, const char* key) {
  const char* path[] = {key, nullptr};
  MMDB_entry_data_s data{};
  if (MMDB_aget_value(&entry, &data, path) != MMDB_SUCCESS || !data.has_data) return std::nullopt;
  if (data.type == MMDB_DATA_TYPE_UINT32) return data.uint32;
  if (data.type == MMDB_DATA_TYPE_UINT16) return data.uint16;
  return std::nullopt;
}

}  // namespace

struct Geo::Database {
  MMDB_s mmdb{};
  ~Database() { MMDB_close(&mmdb); }

  static std::unique_ptr<Database> open(const std::string& path) {
    struct stat found {};
    if (path.empty() || ::stat(path.c_str(), &found) != 0) return nullptr;
    MMDB_s mmdb{};
    if (const int error = MMDB_open(path.c_str(), MMDB_MODE_MMAP, &mmdb); error != MMDB_SUCCESS) {
      log::warn("{} is left out: {}", path, MMDB_strerror(error));
      return nullptr;
    }
    auto database = std::make_unique<Database>();
    database->mmdb = mmdb;
    return database;
  }

  std::optional<MMDB_entry_s> find(const std::string& ip) const {
    int address_error = 0, error = MMDB_SUCCESS;
    const auto found = MMDB_lookup_string(&mmdb, ip.c_str(), &address_error, &error);
    if (address_error != 0 || error != MMDB_SUCCESS || !found.found_entry) return std::nullopt;
    return found.entry;
  }
};

Geo::Geo(const std::string& country_database, const std::string& network_database)
    : countries_(Database::open(country_database)), networks_(Database::open(network_database)) {}
Geo::~Geo() = default;

bool Geo::knows_countries() const noexcept {
  return countries_ != nullptr;
}

Place Geo::find(const std::string& ip) const {
  Place place;
  if (!countries_ && !networks_) return place;
  const auto address = net::IpAddress::parse(ip);
  if (!address || address->is_private()) return place;
  if (countries_) {
    if (const auto entry = countries_->find(ip)) {
      // MaxMind's layout, and the flat one of the open databases.
      place.country = text_at(*entry, {"country", "iso_code"});
      if (place.country.empty()) place.country = text_at(*entry, {"country_code"});
      if (!place.country.empty()) place.country_name = country_name(place.country);
    }
  }
  if (networks_) {
    if (const auto entry = networks_->find(ip)) {
      place.asn = number_at(*entry, "autonomous_system_number");
      place.as_name = text_at(*entry, {"autonomous_system_organization"});
    }
  }
  return place;
}

}  // namespace decnet::api
