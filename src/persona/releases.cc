#include "persona/releases.h"

#include <array>
#include <chrono>
#include <span>

#include "persona/releases_debian.h"

namespace decnet::persona {
namespace {

constexpr Release kWindows10[] = {{"windows", "10.0.19044", "21H2", 20211116},
                                  {"windows", "10.0.19045", "22H2", 20221018}};
constexpr Release kWindowsServer2019[] = {{"windows", "10.0.17763", "1809", 20181113}};
constexpr Release kWindowsServer2022[] = {{"windows", "10.0.20348", "21H2", 20210818}};
constexpr Release kIos15[] = {{"ios", "15.5(3)M10", "", 20190829},
                              {"ios", "15.7(3)M8", "", 20210301},
                              {"ios", "15.9(3)M7", "", 20230301}};
constexpr Release kVxworks[] = {{"vxworks", "5.5.1", "", 20080101},
                                {"vxworks", "6.9", "", 20140101}};

struct Distribution {
  std::string_view name;
  int released;
  std::span<const Release> own;   // The system itself, kernels first looked up here.
  std::span<const Release> more;  // Programs.
};

const std::array<Distribution, 8>& distributions() {
  static const std::array<Distribution, 8> kDistributions = {{
      {"debian12", 20230610, debian12_kernels(), debian12_programs()},
      {"raspios12", 20231011, raspios12_kernels(), debian12_programs()},
      {"windows10", 20211116, kWindows10, {}},
      {"windows_server2019", 20181113, kWindowsServer2019, {}},
      {"windows_server2022", 20210818, kWindowsServer2022, {}},
      {"ios15", 20190829, kIos15, {}},
      {"jetdirect", 20180601, {}, {}},
      {"vxworks", 20140101, kVxworks, {}},
  }};
  return kDistributions;
}

const Distribution* find(std::string_view name) noexcept {
  for (const Distribution& one : distributions()) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

TimePoint day_of(int yyyymmdd) noexcept {
  using std::chrono::sys_days;
  using std::chrono::year;
  return sys_days{year{yyyymmdd / 10000} / (yyyymmdd / 100 % 100) / (yyyymmdd % 100)};
}

int number_of(TimePoint time) noexcept {
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(time)};
  return static_cast<int>(date.year()) * 10'000 +
         static_cast<int>(static_cast<unsigned>(date.month())) * 100 +
         static_cast<int>(static_cast<unsigned>(date.day()));
}

const Release* newest(std::span<const Release> among, std::string_view program, int day) noexcept {
  const Release* best = nullptr;
  for (const Release& release : among) {
    if (release.program != program) continue;
    if (best == nullptr || release.available <= day) best = &release;
  }
  return best;
}

}  // namespace

const Release* release_of(std::string_view distribution, std::string_view program,
                          TimePoint day) noexcept {
  const Distribution* in = find(distribution);
  if (in == nullptr) return nullptr;
  const int number = number_of(day);
  const Release* own = newest(in->own, program, number);
  return own != nullptr ? own : newest(in->more, program, number);
}

TimePoint released_at(std::string_view distribution) noexcept {
  const Distribution* in = find(distribution);
  return in != nullptr ? day_of(in->released) : TimePoint{};
}

}  // namespace decnet::persona
