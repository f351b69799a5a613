// What things would weigh in the genuine server: its structures, in jemalloc's size classes.
#pragma once

#include <cstdint>
#include <string_view>

#include "service/redis/keyspace.h"

namespace decnet::service::redis {

std::uint64_t allocated(std::uint64_t bytes) noexcept;  // The size class that holds so many bytes.
std::uint64_t string_allocated(std::size_t length) noexcept;          // An sds string's.
std::uint64_t key_bytes(std::string_view key, const Object& object);  // MEMORY USAGE

}  // namespace decnet::service::redis
