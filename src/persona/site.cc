#include "persona/site.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <string_view>

#include "base/random.h"

namespace decnet::persona {
namespace {

using Words = std::string_view[];

constexpr Words kFirstHalves = {
    "Nord",  "Stein",  "Alder", "Brook", "Hart",   "Lind", "Mar",  "Oster", "Pell",   "Quint",
    "Raven", "Silver", "Tann",  "Ulm",   "Vester", "Wald", "Ash",  "Birk",  "Cald",   "Dorn",
    "Elm",   "Fern",   "Gran",  "Holm",  "Iver",   "Kest", "Lang", "Mill",  "Nether", "Rosen"};
constexpr Words kSecondHalves = {"wall",  "berg",  "ton",  "feld", "man",    "vik",
                                 "hurst", "dale",  "mark", "gate", "wick",   "haven",
                                 "mont",  "croft", "ley",  "born", "sted",   "wood",
                                 "field", "land",  "bach", "son",  "bridge", "rup"};

struct Place {
  std::string_view country, state, city, code;
};
constexpr Place kGermany[] = {{"DE", "Hessen", "Frankfurt am Main", "fra"},
                              {"DE", "Bayern", "Nuremberg", "nue"},
                              {"DE", "Nordrhein-Westfalen", "Dortmund", "dtm"}};
constexpr Place kBritain[] = {{"GB", "West Yorkshire", "Leeds", "lba"},
                              {"GB", "Avon", "Bristol", "brs"},
                              {"GB", "Greater Manchester", "Manchester", "man"}};
constexpr Place kAmerica[] = {{"US", "Ohio", "Columbus", "cmh"},
                              {"US", "Oregon", "Portland", "pdx"},
                              {"US", "North Carolina", "Charlotte", "clt"}};
constexpr Place kNetherlands[] = {{"NL", "Noord-Brabant", "Eindhoven", "ein"},
                                  {"NL", "Zuid-Holland", "Rotterdam", "rtm"}};
constexpr Place kDenmark[] = {{"DK", "Midtjylland", "Aarhus", "aar"},
                              {"DK", "Syddanmark", "Odense", "ode"}};

constexpr Words kTradesGerman = {"Logistik", "Maschinenbau", "Medizintechnik", "Elektrotechnik",
                                 "Verlag",   "Handel",       "Anlagenbau"};
constexpr Words kTradesEnglish = {"Logistics",  "Engineering", "Medical",     "Foods",
                                  "Publishing", "Insurance",   "Instruments", "Packaging"};
constexpr Words kFormsGerman = {"GmbH", "AG", "GmbH & Co. KG"};
constexpr Words kFormsBritish = {"Ltd", "Limited", "plc"};
constexpr Words kFormsAmerican = {"Inc.", "LLC", "Corp."};
constexpr Words kFormsDutch = {"B.V.", "N.V."};
constexpr Words kFormsDanish = {"A/S", "ApS"};

constexpr Words kFirstNamesGerman = {"Anna",   "Jonas",  "Katrin", "Lukas",   "Sabine", "Thomas",
                                     "Miriam", "Stefan", "Julia",  "Andreas", "Petra",  "Felix"};
constexpr Words kLastNamesGerman = {"Keller", "Vogt", "Brandt",   "Seidel", "Krueger", "Lorenz",
                                    "Winter", "Pohl", "Hartmann", "Busch",  "Sommer",  "Engel"};
constexpr Words kFirstNamesEnglish = {"Emma",  "James", "Olivia", "Daniel", "Sarah",  "Michael",
                                      "Grace", "Peter", "Laura",  "Kevin",  "Hannah", "Robert"};
constexpr Words kLastNamesEnglish = {"Carter",  "Hughes", "Bennett", "Walsh", "Foster", "Marsh",
                                     "Coleman", "Reid",   "Barnes",  "Dixon", "Palmer", "Hayes"};
constexpr Words kFirstNamesNorthern = {"Lars",  "Sanne",  "Mette",  "Jeroen", "Ida",    "Bram",
                                       "Freja", "Pieter", "Anders", "Lotte",  "Henrik", "Femke"};
constexpr Words kLastNamesNorthern = {"Holm",  "Visser", "Dahl", "Bakker", "Lund",    "Smits",
                                      "Kjaer", "Dekker", "Berg", "Mulder", "Winther", "Kok"};

struct Culture {
  std::span<const Place> places;
  std::span<const std::string_view> trades, forms, first_names, last_names;
};
constexpr std::array<Culture, 5> kCultures = {{
    {kGermany, kTradesGerman, kFormsGerman, kFirstNamesGerman, kLastNamesGerman},
    {kBritain, kTradesEnglish, kFormsBritish, kFirstNamesEnglish, kLastNamesEnglish},
    {kAmerica, kTradesEnglish, kFormsAmerican, kFirstNamesEnglish, kLastNamesEnglish},
    {kNetherlands, kTradesEnglish, kFormsDutch, kFirstNamesNorthern, kLastNamesNorthern},
    {kDenmark, kTradesEnglish, kFormsDanish, kFirstNamesNorthern, kLastNamesNorthern},
}};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

std::string join(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (const std::string_view part : parts) out.append(part);
  return out;
}

std::string make_domain(SeededRandom& random, const std::string& stem) {
  switch (random.below(8)) {
    case 0:
      return stem + ".local";
    case 1:
      return stem + ".lan";
    case 2:
      return stem + ".internal";
    case 3:
      return "corp." + stem + ".internal";
    case 4:
      return "int." + stem + ".lan";
    case 5:
      return stem + ".intra";
    case 6:
      return "ad." + stem + ".local";
    default:
      return "office." + stem + ".internal";
  }
}

std::string make_user(UserNaming habit, const std::string& first, const std::string& last) {
  switch (habit) {
    case UserNaming::dotted:
      return lower(first + "." + last);
    case UserNaming::initial_last:
      return lower(first.substr(0, 1) + last);
    case UserNaming::first_initial:
      return lower(first + last.substr(0, 1));
    case UserNaming::first:
      break;
  }
  return lower(first);
}

std::vector<Person> make_people(SeededRandom random, const Culture& culture) {
  const auto habit = static_cast<UserNaming>(random.below(4));
  const auto count = static_cast<std::size_t>(random.between(8, 20));
  std::vector<Person> people;
  // Who would get a user name that is taken is not hired.
  for (std::size_t tries = 0; tries < 64 && people.size() < count; ++tries) {
    Person person{.first = std::string(random.pick(culture.first_names)),
                  .last = std::string(random.pick(culture.last_names)),
                  .user = {}};
    person.user = make_user(habit, person.first, person.last);
    const auto taken = [&](const Person& other) { return other.user == person.user; };
    if (std::none_of(people.begin(), people.end(), taken)) people.push_back(std::move(person));
  }
  return people;
}

}  // namespace

Site make_site(std::uint64_t seed) {
  const std::uint64_t site_seed = seed >> 32;
  SeededRandom random(site_seed, "site");
  const Culture& culture = random.pick(kCultures);
  const Place& place = random.pick(culture.places);
  Site site;
  const std::string name =
      join({random.pick(std::span(kFirstHalves)), random.pick(std::span(kSecondHalves))});
  site.company = join({name, " ", random.pick(culture.trades), " ", random.pick(culture.forms)});
  site.stem = lower(name);
  site.domain = make_domain(random, site.stem);
  site.country = place.country;
  site.state = place.state;
  site.city = place.city;
  site.place_code = place.code;
  site.host_naming = static_cast<HostNaming>(random.below(6));
  site.has_authority = random.chance(0.4);
  site.people = make_people(SeededRandom(site_seed, "site.people"), culture);
  return site;
}

}  // namespace decnet::persona
