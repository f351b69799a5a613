#include "service/ssh/banner.h"

#include <array>
#include <cmath>

namespace decnet::service::ssh {
namespace {

struct Quantile {
  std::uint64_t permille;
  double micros;
};

// Of a genuine sshd with nothing else to do, as test/differential/ssh/latency.py prints them;
// testdata/banner.sample is the sample that they are of.
constexpr std::array kQuantiles = {
    Quantile{0, 8'789},    Quantile{10, 9'023},   Quantile{50, 9'287},    Quantile{100, 9'388},
    Quantile{200, 9'607},  Quantile{300, 9'807},  Quantile{400, 9'946},   Quantile{500, 10'070},
    Quantile{600, 10'229}, Quantile{700, 10'387}, Quantile{800, 10'641},  Quantile{900, 10'875},
    Quantile{950, 11'106}, Quantile{990, 12'162}, Quantile{1'000, 14'919}};
constexpr double kMiddle = 10'070;

// The measured host is a fast one; rented machines are up to three times slower.
constexpr double kSpeedMin = 0.8, kSpeedMax = 2.8;
constexpr double kSpreadMin = 0.8, kSpreadMax = 2.2;
constexpr Duration kDelayMin{3'000};

double between(SeededRandom& random, double low, double high) {
  return low * std::pow(high / low, random.unit());
}

}  // namespace

Pace pace_of(std::uint64_t seed) {
  SeededRandom random(seed, "ssh pace");
  const double speed = between(random, kSpeedMin, kSpeedMax);
  return {speed, between(random, kSpreadMin, kSpreadMax)};
}

Duration banner_delay(const Pace& pace, std::uint64_t draw) {
  const double permille = static_cast<double>(draw % kBannerDraws) * 1'000 / kBannerDraws;
  std::size_t at = 0;
  while (at + 2 < kQuantiles.size() && permille >= static_cast<double>(kQuantiles[at + 1].permille))
    ++at;
  const Quantile &low = kQuantiles[at], &high = kQuantiles[at + 1];
  const double part = (permille - static_cast<double>(low.permille)) /
                      static_cast<double>(high.permille - low.permille);
  const double measured = low.micros + part * (high.micros - low.micros);
  const double micros = pace.speed * (kMiddle + pace.spread * (measured - kMiddle));
  return std::max(Duration{static_cast<std::int64_t>(micros)}, kDelayMin);
}

}  // namespace decnet::service::ssh
