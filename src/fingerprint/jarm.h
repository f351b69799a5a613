// JARM: the fingerprint of a TLS server, from how it answers ten ClientHellos. Here is the last
// step: from the ten answers to the 62 characters. Sending the hellos is the prober's.
//
// Source: https://github.com/salesforce/jarm (the definition).
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/result.h"

namespace decnet::fingerprint {

inline constexpr std::size_t kJarmProbes = 10;
inline constexpr std::size_t kJarmRawBytesMax = 16 * 1024;

// One answer; all empty where there was no ServerHello.
struct JarmAnswer {
  std::string cipher;      // "c02f"
  std::string version;     // "0303"
  std::string alpn;        // "h2"
  std::string extensions;  // "ff01-0000-0001"
};

// 62 zeros where nothing was answered.
std::string jarm(const std::array<JarmAnswer, kJarmProbes>& answers);

// "c02f|0303|h2|ff01-000b,|||,…": ten answers, separated by commas.
// Errors: invalid_argument (not ten answers of four parts, or too long).
Result<std::array<JarmAnswer, kJarmProbes>> parse_jarm_raw(std::string_view raw);

}  // namespace decnet::fingerprint
