// Running the handler of a call that changes something: once for an Idempotency-Key, and never
// without a row in the audit log.
#pragma once

#include "api/call.h"

namespace decnet::api {

inline constexpr std::size_t kIdempotencyKeyBytesMax = 64;

// Blocks. Runs the call's handler, or answers with what the same request was answered before (24
// hours, by caller, operation and key; what is kept is sealed with the key). 400 for a malformed
// key, 409 while the first is under way, 422 where the same key came with another request.
Answer run_unsafe(Call& call);

// The audit row of a call that has been answered. Blocks.
void audit_outcome(const Call& call, const Answer& answer);

}  // namespace decnet::api
