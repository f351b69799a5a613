#include <cstddef>
#include <cstdint>
#include <string>

#include "shell/sh/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace decnet::shell::sh;
  for (const Flavour flavour : {Flavour::bash, Flavour::dash}) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    Parser parser(text, {.flavour = flavour});
    for (Parsed next = parser.next(); next.kind != Parsed::Kind::end; next = parser.next()) {
      if (next.kind == Parsed::Kind::error || next.kind == Parsed::Kind::incomplete) break;
    }
  }
  return 0;
}
