// What the genuine servers say when something is wrong: number, SQLSTATE, text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace decnet::service::mysql {

struct SqlError {
  std::uint16_t code = 0;
  std::string_view state;
  std::string text;
};

// The SQLSTATE of an error's number.
std::string_view state_of(std::uint16_t code);

inline SqlError sql_error(std::uint16_t code, std::string text) {
  return {code, state_of(code), std::move(text)};
}

}  // namespace decnet::service::mysql
