// An event's fields in two heaps: the common ones, which have columns of their own, and the rest,
// which become one JSON object. Nothing is lost: a common field that is not well-formed stays in
// the object.
#pragma once

#include <string>
#include <string_view>

#include "event/event.h"

namespace decnet::store::sqlite {

struct CommonFields {
  // Addresses in canonical form (an IPv4 address inside IPv6 as IPv4); empty: absent. Views into
  // the event or into `spelling`.
  std::string_view src_ip, dst_ip, proto;
  std::uint16_t src_port = 0, dst_port = 0;
  std::string src_spelling, dst_spelling;
};

inline constexpr std::size_t kProtoBytesMax = 16;
inline constexpr std::string_view kProcidKey = "procid";    // PROCID where it is no UUID
inline constexpr std::string_view kMessageKey = "message";  // MSG

// Clears and fills both. `procid`: the event's session where it is no UUID, else empty.
// In the object a value is a string as it is if it is UTF-8, else `<name>_b64` is its base64.
void split_fields(const event::Event& event, std::string_view procid, CommonFields& common,
                  std::string& json);

// The canonical form of an address; false if it is none.
bool canonical_address(std::string_view text, std::string& out);

}  // namespace decnet::store::sqlite
