// The families of key exchanges; for kex.cc.
#pragma once

#include "codec/ssh/kex.h"

namespace decnet::codec::ssh {

enum class Curve : std::uint8_t { plain, sntrup };
std::unique_ptr<Exchange> make_curve_exchange(Curve kind);
std::unique_ptr<Exchange> make_nist_exchange(const char* curve, std::string_view digest);
std::unique_ptr<Exchange> make_dh_exchange(DhGroup group, std::string_view digest);
std::unique_ptr<Exchange> make_group_exchange(const std::vector<DhGroup>* groups);

}  // namespace decnet::codec::ssh
