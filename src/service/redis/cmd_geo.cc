// GEOADD and what looks for places near others.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

#include "service/redis/geo.h"
#include "service/redis/zset_ops.h"

namespace decnet::service::redis {

namespace {

std::optional<Place> parse_place(Call& call, std::size_t index) {
  const auto longitude = call.real(index);
  if (!longitude) return std::nullopt;
  const auto latitude = call.real(index + 1);
  if (!latitude) return std::nullopt;
  const Place place{*longitude, *latitude};
  if (is_on_map(place)) return place;
  char text[128];
  std::snprintf(text, sizeof text, "ERR invalid longitude,latitude pair %f,%f", *longitude,
                *latitude);
  call.out.error(text);
  return std::nullopt;
}

std::optional<double> parse_unit(Call& call, std::size_t index) {
  if (call.is(index, "m")) return 1;
  if (call.is(index, "km")) return 1000;
  if (call.is(index, "ft")) return 0.3048;
  if (call.is(index, "mi")) return 1609.34;
  call.out.error("ERR unsupported unit provided. please use M, KM, FT, MI");
  return std::nullopt;
}

void say_distance(Call& call, double distance) {
  char text[128];
  std::snprintf(text, sizeof text, "%.4f", distance);
  call.out.bulk(text);
}

Place place_of(double score) {
  return geo_decode(static_cast<std::uint64_t>(score));
}

void geoadd(Call& call) {
  bool if_absent = false, if_present = false, counts_changes = false;
  std::size_t first = 2;
  for (; first < call.size(); ++first) {
    if (call.is(first, "NX")) {
      if_absent = true;
    } else if (call.is(first, "XX")) {
      if_present = true;
    } else if (call.is(first, "CH")) {
      counts_changes = true;
    } else {
      break;
    }
  }
  if ((call.size() - first) % 3 != 0 || call.size() == first || (if_absent && if_present))
    return call.syntax_error();
  std::vector<std::pair<double, std::size_t>> places;
  for (std::size_t n = first; n < call.size(); n += 3) {
    const auto place = parse_place(call, n);
    if (!place) return;
    places.emplace_back(static_cast<double>(geo_encode(*place)), n + 2);
  }
  const std::string& key = call.arg(1);
  auto found = call.modify(key, Type::zset);
  if (found.refused) return;
  if (found.object == nullptr && if_present) return call.out.integer(0);
  if (found.object == nullptr) found = call.modify_or_create(key, Type::zset);
  std::int64_t made = 0;
  std::int64_t moved = 0;
  SortedSet& zset = found.object->zset();
  for (const auto& [score, member] : places) {
    const auto old = zset.score(call.arg(member));
    if ((old && if_absent) || (!old && if_present) || (old && *old == score)) continue;
    zset.set(call.arg(member), score, call.server.config.encodings);
    old ? ++moved : ++made;
  }
  if (made + moved > 0) call.changed(key, 'z', "zadd");
  call.out.integer(counts_changes ? made + moved : made);
}

void geodist(Call& call) {
  double unit = 1;
  if (call.size() == 5) {
    const auto given = parse_unit(call, 4);
    if (!given) return;
    unit = *given;
  } else if (call.size() > 5) {
    return call.syntax_error();
  }
  const auto found = call.read(call.arg(1), Type::zset);
  if (found.refused) return;
  if (found.object == nullptr) return call.out.null();
  const auto a = found.object->zset().score(call.arg(2));
  const auto b = found.object->zset().score(call.arg(3));
  if (!a || !b) return call.out.null();
  say_distance(call, geo_distance(place_of(*a), place_of(*b)) / unit);
}

void geopos(Call& call) {
  const bool hashes = call.command.name() == "geohash";
  const auto found = call.read(call.arg(1), Type::zset);
  if (found.refused) return;
  call.out.array(call.size() - 2);
  for (std::size_t n = 2; n < call.size() && !call.stopped(); ++n) {
    const auto score =
        found.object != nullptr ? found.object->zset().score(call.arg(n)) : std::nullopt;
    if (!score) {
      hashes ? call.out.null() : call.out.null_array();
    } else if (hashes) {
      call.out.bulk(geo_hash(place_of(*score)));
    } else {
      call.out.array(2);
      call.out.human_real(place_of(*score).longitude);
      call.out.human_real(place_of(*score).latitude);
    }
  }
}

// --- Searching ---

struct Search {
  Place center;
  double radius = 0, width = 0, height = 0, unit = 1;
  bool is_box = false, has_center = false, has_shape = false;
  bool with_distance = false, with_hash = false, with_place = false, any = false,
       stores_distance = false;
  int order = 0;  // 1: near first, -1: far first
  std::int64_t count = 0;
  std::optional<std::size_t> store, member;
};

struct Hit {
  std::string member;
  double score = 0, distance = 0;
};

struct Form {
  bool is_search, is_by_member, is_read_only, stores;
};

Form form_of(std::string_view name) {
  return {name.starts_with("geosearch"), name.starts_with("georadiusbymember"),
          name.ends_with("_ro"), name == "geosearchstore"};
}

std::optional<double> parse_length(Call& call, std::size_t index, std::string_view what) {
  const auto length = parse_double(call.arg(index));
  if (!length) {
    call.out.error("ERR need numeric " + std::string(what));
    return std::nullopt;
  }
  if (*length < 0) {
    call.out.error("ERR " + std::string(what == "radius" ? "radius" : "height or width") +
                   " cannot be negative");
    return std::nullopt;
  }
  return length;
}

// GEOSEARCH's way to say where. False after an error was said; `handled`: it was such a word.
bool parse_shape(Call& call, std::size_t& n, Search& search, bool& handled) {
  const std::size_t left = call.size() - n - 1;
  handled = true;
  if (call.is(n, "FROMMEMBER") && left >= 1 && !search.has_center) {
    search.member = ++n;
    search.has_center = true;
  } else if (call.is(n, "FROMLONLAT") && left >= 2 && !search.has_center) {
    const auto place = parse_place(call, n + 1);
    if (!place) return false;
    search.center = *place;
    search.has_center = true;
    n += 2;
  } else if (call.is(n, "BYRADIUS") && left >= 2 && !search.has_shape) {
    const auto radius = parse_length(call, n + 1, "radius");
    if (!radius) return false;
    const auto unit = parse_unit(call, n + 2);
    if (!unit) return false;
    search.radius = *radius * *unit;
    search.unit = *unit;
    search.has_shape = true;
    n += 2;
  } else if (call.is(n, "BYBOX") && left >= 3 && !search.has_shape) {
    const auto width = parse_length(call, n + 1, "width");
    if (!width) return false;
    const auto height = parse_length(call, n + 2, "height");
    if (!height) return false;
    const auto unit = parse_unit(call, n + 3);
    if (!unit) return false;
    search.width = *width * *unit;
    search.height = *height * *unit;
    search.unit = *unit;
    search.is_box = search.has_shape = true;
    n += 3;
  } else {
    handled = false;
  }
  return true;
}

bool parse_options(Call& call, std::size_t n, const Form& form, Search& search) {
  for (; n < call.size(); ++n) {
    const std::size_t left = call.size() - n - 1;
    if (call.is(n, "WITHDIST")) {
      search.with_distance = true;
    } else if (call.is(n, "WITHHASH")) {
      search.with_hash = true;
    } else if (call.is(n, "WITHCOORD")) {
      search.with_place = true;
    } else if (call.is(n, "ANY")) {
      search.any = true;
    } else if (call.is(n, "ASC")) {
      search.order = 1;
    } else if (call.is(n, "DESC")) {
      search.order = -1;
    } else if (call.is(n, "COUNT") && left >= 1) {
      const auto count = call.integer(++n);
      if (!count) return false;
      if (*count <= 0) {
        call.out.error("ERR COUNT must be > 0");
        return false;
      }
      search.count = *count;
    } else if (!form.is_search && !form.is_read_only &&
               (call.is(n, "STORE") || call.is(n, "STOREDIST")) && left >= 1) {
      search.stores_distance = call.is(n, "STOREDIST");
      search.store = ++n;
    } else if (form.stores && call.is(n, "STOREDIST")) {
      search.stores_distance = true;
    } else {
      bool handled = false;
      if (form.is_search && !parse_shape(call, n, search, handled)) return false;
      if (handled) continue;
      call.syntax_error();
      return false;
    }
  }
  return true;
}

// What does not go together; empty: it does.
std::string conflict(const Call& call, const Form& form, const Search& search) {
  if (search.store && (search.with_distance || search.with_hash || search.with_place)) {
    return "ERR " + std::string(form.stores ? "GEOSEARCHSTORE" : "STORE option in GEORADIUS") +
           " is not compatible with WITHDIST, WITHHASH and WITHCOORD options";
  }
  const std::string& name = call.arg(0);
  if (form.is_search && !search.has_center) {
    return "ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for " + name;
  }
  if (form.is_search && !search.has_shape)
    return "ERR exactly one of BYRADIUS and BYBOX can be specified for " + name;
  if (search.any && search.count == 0) return "ERR the ANY argument requires COUNT argument";
  return {};
}

std::optional<double> distance_within(const Search& search, Place place) {
  const double distance = geo_distance(search.center, place);
  if (!search.is_box) return distance <= search.radius ? std::optional(distance) : std::nullopt;
  const double across = geo_distance({search.center.longitude, place.latitude}, place);
  const double along = latitude_distance(search.center.latitude, place.latitude);
  if (across > search.width / 2 || along > search.height / 2) return std::nullopt;
  return distance;
}

std::vector<Hit> find_hits(Call& call, const SortedSet& zset, const Search& search) {
  std::vector<Hit> hits;
  for (const auto& entry : zset.range(0, zset.size())) {
    if (!call.spend(4)) return {};
    const auto distance = distance_within(search, place_of(entry.score));
    if (!distance) continue;
    hits.push_back({entry.member, entry.score, *distance});
    if (search.any && static_cast<std::int64_t>(hits.size()) == search.count) break;
  }
  const int order = search.order != 0 ? search.order : search.count != 0 && !search.any ? 1 : 0;
  if (order != 0) {
    std::stable_sort(hits.begin(), hits.end(), [order](const Hit& a, const Hit& b) {
      return order > 0 ? a.distance < b.distance : a.distance > b.distance;
    });
  }
  if (search.count != 0 && static_cast<std::int64_t>(hits.size()) > search.count) {
    hits.resize(static_cast<std::size_t>(search.count));
  }
  return hits;
}

void say_hits(Call& call, const std::vector<Hit>& hits, const Search& search) {
  const std::size_t extra = static_cast<std::size_t>(search.with_distance) +
                            static_cast<std::size_t>(search.with_hash) +
                            static_cast<std::size_t>(search.with_place);
  call.out.array(hits.size());
  for (const Hit& hit : hits) {
    if (call.stopped()) return;
    if (extra > 0) call.out.array(extra + 1);
    call.out.bulk(hit.member);
    if (search.with_distance) say_distance(call, hit.distance / search.unit);
    if (search.with_hash) call.out.integer(static_cast<std::int64_t>(hit.score));
    if (search.with_place) {
      call.out.array(2);
      call.out.human_real(place_of(hit.score).longitude);
      call.out.human_real(place_of(hit.score).latitude);
    }
  }
}

// The old form: key [longitude latitude | member] radius unit …
bool parse_old(Call& call, const Form& form, Search& search) {
  std::size_t n = 2;
  if (form.is_by_member) {
    search.member = n++;
  } else {
    const auto place = parse_place(call, n);
    if (!place) return false;
    search.center = *place;
    n += 2;
  }
  const auto radius = parse_length(call, n, "radius");
  if (!radius) return false;
  const auto unit = parse_unit(call, n + 1);
  if (!unit) return false;
  search.radius = *radius * *unit;
  search.unit = *unit;
  return parse_options(call, n + 2, form, search);
}

void search(Call& call) {
  const Form form = form_of(call.command.name());
  const std::string& key = call.arg(form.stores ? 2 : 1);
  const auto found = call.read(key, Type::zset);
  if (found.refused) return;
  Search wanted;
  if (form.stores) wanted.store = 1;
  if (!(form.is_search ? parse_options(call, form.stores ? 3 : 2, form, wanted)
                       : parse_old(call, form, wanted)))
    return;
  const std::string why = conflict(call, form, wanted);
  if (!why.empty()) return call.out.error(why);
  SortedSet result(call.server.keyspace.seed());
  if (found.object == nullptr) {
    return wanted.store
               ? store_zset(call, call.arg(*wanted.store), std::move(result), "georadiusstore")
               : call.out.array(0);
  }
  if (wanted.member) {
    const auto score = found.object->zset().score(call.arg(*wanted.member));
    if (!score) return call.out.error("ERR could not decode requested zset member");
    wanted.center = place_of(*score);
  }
  const std::vector<Hit> hits = find_hits(call, found.object->zset(), wanted);
  if (call.stopped()) return;
  if (!wanted.store) return say_hits(call, hits, wanted);
  for (const Hit& hit : hits) {
    result.set(hit.member, wanted.stores_distance ? hit.distance / wanted.unit : hit.score,
               call.server.config.encodings);
  }
  store_zset(call, call.arg(*wanted.store), std::move(result),
             form.stores ? "geosearchstore" : "georadiusstore");
}

constexpr auto kCommands = std::to_array<Binding>({
    {"geoadd", geoadd},
    {"geodist", geodist},
    {"geohash", geopos},
    {"geopos", geopos},
    {"georadius", search},
    {"georadius_ro", search},
    {"georadiusbymember", search},
    {"georadiusbymember_ro", search},
    {"geosearch", search},
    {"geosearchstore", search},
});

}  // namespace

std::span<const Binding> geo_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
