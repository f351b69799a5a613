// The Range field (RFC 9110 section 14.2) of a GET, as each server reads it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace decnet::codec::http {

struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;  // included
  bool operator==(const ByteRange&) const = default;
};

struct RangeAnswer {
  enum class Kind : std::uint8_t {
    whole,          // The field is ignored.
    partial,        // `ranges` are sent, in this order.
    unsatisfiable,  // 416
  };
  Kind kind = Kind::whole;
  std::vector<ByteRange> ranges;
};

// `value` is the field's, with its unit; `size` the content's. Neither server sends more bytes in
// ranges than the whole has, so the vectors are bounded by the head.
RangeAnswer nginx_ranges(std::string_view value, std::uint64_t size);

// Apache joins what overlaps and lets "0-" stand for everything.
inline constexpr std::size_t kApacheRangesMax = 200;    // MaxRanges
inline constexpr std::size_t kApacheOverlapsMax = 20;   // MaxRangeOverlaps
inline constexpr std::size_t kApacheReversalsMax = 20;  // MaxRangeReversals
RangeAnswer apache_ranges(std::string_view value, std::uint64_t size);

}  // namespace decnet::codec::http
