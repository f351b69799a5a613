// The table of configuration keys. Inside base.
#pragma once

#include <string_view>
#include <variant>
#include <vector>

#include "base/config.h"

namespace decnet {

struct Size {
  std::uint64_t* bytes;
};
struct Number {
  std::uint64_t* value;
  std::uint64_t low, high;
};
using ConfigSlot = std::variant<std::string*, bool*, Size, Number, Duration*>;

struct ConfigEntry {
  std::string_view name;
  ConfigSlot slot;
  std::string_view help;
  bool reloads = false;
};

// Every key, with where in `config` its value lies.
std::vector<ConfigEntry> config_entries(Config& config);

}  // namespace decnet
