// The variables of one shell. A copy for a subshell shares them until one of both changes
// something.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shell/process.h"

namespace decnet::shell::sh {

struct Variable {
  std::string value;
  bool set = true;  // `export x` and `local x` name one that has no value.
  bool exported = false;
  bool read_only = false;
  bool integer = false;
  char letters = 0;  // 'u', 'l' or 'c': what assignments do to letters.
  bool is_array = false;
  bool is_map = false;
  bool reference = false;  // declare -n
  bool traced = false;     // declare -t
  bool seals = false;      // Read-only once its elements were assigned.
  std::map<std::int64_t, std::string> elements;
  std::map<std::string, std::string> keys;
};

bool is_name(std::string_view text) noexcept;

class Variables {
 public:
  using Map = std::map<std::string, Variable, std::less<>>;

  const Variable* find(std::string_view name) const;
  Variable& make(std::string_view name);  // Follows references; made where it is missing.
  void erase(std::string_view name);
  // `unset` in a function that made the variable local: what it hid stays hidden.
  void unset(std::string_view name);
  std::string target_name(std::string_view name) const { return target(name); }
  void erase_reference(std::string_view name);  // Not what it refers to.
  const Map& all() const { return *map_; }
  std::size_t bytes() const { return bytes_; }
  void add_bytes(std::int64_t more) {
    bytes_ = static_cast<std::size_t>(static_cast<std::int64_t>(bytes_) + more);
  }

  // local: what was hidden comes back when the function ends.
  void push_scope() { scopes_.emplace_back(); }
  void pop_scope();
  bool in_function() const { return !scopes_.empty(); }
  void make_local(std::string_view name);

  Environment environment() const;

 private:
  std::string target(std::string_view name) const;
  Map& own();
  std::shared_ptr<Map> map_ = std::make_shared<Map>();
  std::vector<std::map<std::string, std::optional<Variable>, std::less<>>> scopes_;
  std::size_t bytes_ = 0;
};

}  // namespace decnet::shell::sh
