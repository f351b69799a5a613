// Places on the earth as 52-bit numbers: bits of latitude and longitude in turn.
#pragma once

#include <cstdint>
#include <string>

namespace decnet::service::redis {

struct Place {
  double longitude = 0, latitude = 0;
};

inline constexpr double kLongitudeMax = 180;
inline constexpr double kLatitudeMax = 85.05112878;  // Where Web Mercator ends.

bool is_on_map(Place place) noexcept;
std::uint64_t geo_encode(Place place) noexcept;
Place geo_decode(std::uint64_t bits) noexcept;
double geo_distance(Place a, Place b) noexcept;  // In metres, on a sphere.
double latitude_distance(double a, double b) noexcept;
std::string geo_hash(Place place);  // The eleven letters that maps use.

}  // namespace decnet::service::redis
