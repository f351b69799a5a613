// The tables of Debian 12 and of what is made from it; read through releases.h.
#pragma once

#include <span>

#include "persona/releases.h"

namespace decnet::persona {

std::span<const Release> debian12_programs() noexcept;
std::span<const Release> debian12_kernels() noexcept;
std::span<const Release> raspios12_kernels() noexcept;

}  // namespace decnet::persona
