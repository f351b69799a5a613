// Site: the organisation that owns a group of deckies. Its name, its place, its domain, its people
// and its habits are a pure function of the upper half of a seed (persona.h).
//
//   const Site site = make_site(persona.seed);
//
// Names are made up and domains end in what cannot be registered (.local, .lan, .internal, .intra),
// so that nobody's real name is used.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace decnet::persona {

// How a site writes the name of host 3 of the web servers in Frankfurt.
enum class HostNaming : std::uint8_t {
  dashed,        // web-03
  plain,         // web03
  short_number,  // web3
  placed,        // fra-web-03
  placed_plain,  // fraweb03
  staged,        // prd-web-03
};

enum class UserNaming : std::uint8_t { dotted, initial_last, first_initial, first };

struct Person {
  std::string first, last;
  std::string user;  // By the site's habit: "anna.keller", "akeller"
};

struct Site {
  std::string company;                           // "Nordwall Logistik GmbH"
  std::string stem;                              // "nordwall"
  std::string domain;                            // "corp.nordwall.internal"
  std::string country, state, city, place_code;  // "DE", "Hessen", "Frankfurt am Main", "fra"
  HostNaming host_naming = HostNaming::dashed;
  bool has_authority = false;  // Whether it signs certificates with an authority of its own.
  std::vector<Person> people;
};

Site make_site(std::uint64_t seed);  // The lower half is ignored.

// The seed of a host of a site.
constexpr std::uint64_t seed_of(std::uint32_t site, std::uint32_t host) noexcept {
  return std::uint64_t{site} << 32 | host;
}

}  // namespace decnet::persona
