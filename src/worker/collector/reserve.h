// The room that is given up for the store when the disk is full.
#pragma once

#include <cstdint>
#include <string>

namespace decnet::worker::collector {

// A file of `bytes` that holds the room. hold() makes it where there is room enough, let_go()
// removes it, also one that an earlier life of the process has left.
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
