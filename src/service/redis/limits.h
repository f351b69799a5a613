// What attackers may make a redis decky hold and do. The genuine server's own limits are far above
// what a sensor can give; where ours is reached the answer is one that the genuine server gives as
// well: -OOM, as if the host had no more memory, or the end of the connection, as when an output
// buffer overflows.
#pragma once

#include <cstddef>
#include <cstdint>

namespace decnet::service::redis {

// The genuine server's.
inline constexpr std::size_t kInlineBytesMax = 64 * 1024;  // PROTO_INLINE_MAX_SIZE
inline constexpr std::int64_t kUnauthenticatedArgsMax = 10;
inline constexpr std::int64_t kUnauthenticatedBulkBytesMax = 16384;
inline constexpr int kDatabases = 16;

// Ours: one request.
inline constexpr std::size_t kRequestBytesMax =
    8U << 20;  // All arguments together; the rest is read and dropped.
inline constexpr std::size_t kRequestArgsMax = 64 * 1024;
inline constexpr std::size_t kReplyBytesMax =
    16U << 20;  // Unsent bytes of one connection; then it is closed.
inline constexpr std::size_t kTurnReplyBytes =
    256 * 1024;  // A pipeline pauses here until they are sent …
inline constexpr std::uint64_t kTurnWorkMax =
    200'000;  // … and here, so that others get their turn.
inline constexpr std::uint64_t kCommandWorkMax =
    4'000'000;  // Steps of one command; then the connection is closed.
inline constexpr std::uint64_t kWorkPerSecond =
    4'000'000;  // Steps of one connection in the long run; beyond it, it waits.
inline constexpr std::size_t kQueryBytesMax =
    1U << 20;  // Unread by a server that makes the client wait; then it is closed.
inline constexpr std::size_t kQueuedBytesMax = 8U << 20;  // Commands between MULTI and EXEC.
inline constexpr std::size_t kQueuedCommandsMax = 16 * 1024;

inline constexpr std::size_t kTextsBytesMax = 4U << 20;  // texts.h

// Ours: one decky.
inline constexpr std::size_t kDatasetBytesMax = 32U << 20;
inline constexpr std::size_t kKeysMax = 200'000;
inline constexpr std::size_t kClientsMax = 1024;        // Beyond: "max number of clients reached".
inline constexpr std::size_t kSubscriptionsMax = 1024;  // Of one connection; then it is closed.
inline constexpr std::size_t kWatchedKeysMax = 1024;
inline constexpr std::size_t kTrackedKeysMax = 16 * 1024;
inline constexpr std::size_t kScriptsMax = 256;
inline constexpr std::size_t kScriptBytesMax = 64 * 1024;
inline constexpr std::size_t kFunctionLibrariesMax = 64;
inline constexpr std::size_t kUsersMax = 64;
inline constexpr std::size_t kUserRulesMax = 256;
inline constexpr std::size_t kSlowlogMax = 128;
inline constexpr std::size_t kAclLogMax = 128;
inline constexpr std::size_t kConfigValueBytesMax = 4096;

// Ours: all redis deckies of one process, key spaces and buffers together.
inline constexpr std::size_t kProcessBytesMax = 512U << 20;

// Ours: what is told of it.
inline constexpr std::size_t kCommandTextBytesMax = 4096;
inline constexpr std::size_t kStateBytesMax = 60 * 1024;  // Below session::kServiceStateBytesMax.

}  // namespace decnet::service::redis
