// The UUIDs that the store gives: version 7, and the last 48 bits are the row's id, so that a
// look-up by UUID is a look-up by id and needs no index.
#pragma once

#include "base/uuid.h"

namespace decnet::store::sqlite {

Uuid make_row_uuid(TimePoint at, std::int64_t id);
std::int64_t row_of(
    const Uuid& uuid) noexcept;  // The caller compares the row's UUID: another's may end alike.

}  // namespace decnet::store::sqlite
