// Names of this program's own functions by their place in its file, from the file's symbol table.
// Where that was stripped nothing is known.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace decnet {

class Symbols {
 public:
  Symbols();  // Reads /proc/self/exe.
  ~Symbols();

  // The function that a return address at this offset is in, as people write it; empty: not known.
  std::string name_at(std::uint64_t offset) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace decnet
