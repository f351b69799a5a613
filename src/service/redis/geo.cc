#include "service/redis/geo.h"

#include <algorithm>
#include <cmath>

namespace decnet::service::redis {

namespace {

constexpr unsigned kStep = 26;
constexpr double kEarthRadius = 6372797.560856;

double radians(double degrees) noexcept {
  return degrees * (3.14159265358979323846 / 180.0);
}

std::uint64_t spread(std::uint64_t value) noexcept {
  std::uint64_t out = 0;
  for (unsigned n = 0; n < 32; ++n) out |= (value >> n & 1) << (2 * n);
  return out;
}

std::uint64_t gather(std::uint64_t value) noexcept {
  std::uint64_t out = 0;
  for (unsigned n = 0; n < 32; ++n) out |= (value >> (2 * n) & 1) << n;
  return out;
}

std::uint64_t encode(Place place, double latitude_max) noexcept {
  const double cells = static_cast<double>(1ULL << kStep);
  const double latitude = (place.latitude + latitude_max) / (2 * latitude_max) * cells;
  const double longitude = (place.longitude + kLongitudeMax) / (2 * kLongitudeMax) * cells;
  return spread(static_cast<std::uint32_t>(latitude)) |
         spread(static_cast<std::uint32_t>(longitude)) << 1;
}

}  // namespace

bool is_on_map(Place place) noexcept {
  return place.longitude >= -kLongitudeMax && place.longitude <= kLongitudeMax &&
         place.latitude >= -kLatitudeMax && place.latitude <= kLatitudeMax;
}

std::uint64_t geo_encode(Place place) noexcept {
  return encode(place, kLatitudeMax);
}

Place geo_decode(std::uint64_t bits) noexcept {
  const auto cells = static_cast<double>(1ULL << kStep);
  const auto latitude = static_cast<double>(gather(bits));
  const auto longitude = static_cast<double>(gather(bits >> 1));
  const auto middle = [&](double cell, double max) {
    const double low = -max + (cell / cells) * (2 * max);
    const double high = -max + ((cell + 1) / cells) * (2 * max);
    return std::clamp((low + high) / 2, -max, max);
  };
  return {middle(longitude, kLongitudeMax), middle(latitude, kLatitudeMax)};
}

double latitude_distance(double a, double b) noexcept {
  return kEarthRadius * std::fabs(radians(b) - radians(a));
}

double geo_distance(Place a, Place b) noexcept {
  const double v = std::sin((radians(b.longitude) - radians(a.longitude)) / 2);
  if (v == 0) return latitude_distance(a.latitude, b.latitude);
  const double u = std::sin((radians(b.latitude) - radians(a.latitude)) / 2);
  const double h = u * u + std::cos(radians(a.latitude)) * std::cos(radians(b.latitude)) * v * v;
  return 2 * kEarthRadius * std::asin(std::sqrt(h));
}

std::string geo_hash(Place place) {
  constexpr char kAlphabet[] = "0123456789bcdefghjkmnpqrstuvwxyz";
  constexpr unsigned kLetters = 11;
  const std::uint64_t bits = encode(place, 90);
  std::string out;
  for (unsigned n = 1; n <= kLetters; ++n) {
    // Fifty-two bits do not fill eleven letters: the last is always the first of the alphabet.
    const std::uint64_t index = n == kLetters ? 0 : bits >> (2 * kStep - n * 5) & 0x1f;
    out += kAlphabet[index];
  }
  return out;
}

}  // namespace decnet::service::redis
