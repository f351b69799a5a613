// Geo: which country and which network an address belongs to, from MaxMind-format databases that an
// operator may install (country.mmdb, asn.mmdb). Without them nothing is known of any address.
// Any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace decnet::api {

struct Place {
  std::string country;  // ISO 3166-1 alpha-2, upper case; empty: not known.
  std::string country_name;
  std::optional<std::uint32_t> asn;
  std::string as_name;
};

class Geo {
 public:
  // Either path may be empty or name no file: then that part is never known. A file that is no such
  // database is logged and left out.
  Geo(const std::string& country_database, const std::string& network_database);
  ~Geo();

  bool knows_countries() const noexcept;

  // A text that is no address, and a private one, give an empty Place.
  Place find(const std::string& ip) const;

 private:
  struct Database;
  std::unique_ptr<Database> countries_, networks_;
};

// The English name of an ISO 3166-1 alpha-2 code; the code itself where it is not known.
std::string_view country_name(std::string_view code) noexcept;

}  // namespace decnet::api
