// How full the disk is, and the reserve that is given up for the store when it is full.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace decnet::worker::collector {

enum class DiskLevel : std::uint8_t { ok, low, critical };

struct DiskLimits {
  std::uint64_t low_bytes =
      1ULL << 30;  // or 5 % of the disk if that is more, up to four times this
  std::uint64_t critical_bytes = 256ULL << 20;
  std::uint64_t reserve_bytes = 64ULL << 20;
};

struct DiskSpace {
  std::uint64_t free = 0, total = 0;
};
Result<DiskSpace> disk_space(const std::string& folder);
DiskLevel disk_level(const DiskSpace& space, const DiskLimits& limits) noexcept;

// A file of `bytes` that holds the room. hold() makes it where there is room enough, let_go()
// removes it.
class Reserve {
 public:
  Reserve(std::string path, std::uint64_t bytes) : path_(std::move(path)), bytes_(bytes) {}
  void hold();
  void let_go();
  bool held() const noexcept { return held_; }

 private:
  std::string path_;
  std::uint64_t bytes_;
  bool held_ = false;
};

}  // namespace decnet::worker::collector
