// Witness: told of every change of a regular file's content, before what is lost goes. For whoever
// keeps evidence; without one nothing is told.
#pragma once

#include <cstdint>
#include <string_view>

namespace decnet::shell {

class Witness {
 public:
  virtual ~Witness() = default;
  // The file with this inode number was written to; `path` is how it was reached.
  virtual void written(std::uint64_t number, std::string_view path) = 0;
  virtual void moved(std::uint64_t number, std::string_view path) = 0;
  // Its last name has gone, or it is about to be emptied.
  virtual void lost(std::uint64_t number, std::string_view content) = 0;
};

}  // namespace decnet::shell
