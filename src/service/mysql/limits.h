// What one peer and one statement may use. Whoever reaches a limit gets the genuine server's words
// for it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/clock.h"

namespace decnet::service::mysql {

inline constexpr std::size_t kHandshakeBytesMax = 64 * 1024;      // Of a packet before the login.
inline constexpr std::size_t kPacketBytesMax = 16 * 1024 * 1024;  // max_allowed_packet
inline constexpr std::size_t kStatementBytesMax = 1024 * 1024;    // Longer ones are not parsed.
inline constexpr std::size_t kCommandEventBytesMax = 4'096;       // Of a statement, in its event.
inline constexpr std::size_t kParseDepthMax = 60;
inline constexpr std::size_t kExpressionHeightMax = 256;  // 1+1+1+… is as high as it is long.
inline constexpr std::size_t kTokensMax = 100'000;
inline constexpr std::size_t kResultRowsMax = 20'000;
inline constexpr std::size_t kResultBytesMax = 8 * 1024 * 1024;
inline constexpr std::size_t kTextBytesMax = 1024 * 1024;  // Of one value that is computed.
inline constexpr std::uint64_t kStepsMax = 2'000'000;      // Evaluations of one statement.
inline constexpr std::size_t kPreparedMax = 256;           // Of one connection.
inline constexpr std::size_t kLongDataBytesMax = 1024 * 1024;
inline constexpr std::size_t kUserVariablesMax = 256;
inline constexpr std::size_t kConnectionsMax = 151;    // max_connections
inline constexpr std::size_t kConnectErrorsMax = 100;  // max_connect_errors
inline constexpr std::size_t kConnectErrorSourcesMax = 4'096;
inline constexpr std::size_t kAttackersMax = 256;           // Whose changes are kept.
inline constexpr std::size_t kChangeBytesMax = 256 * 1024;  // What one attacker may have changed.
inline constexpr std::size_t kColumnsMax = 256;             // Of a table that an attacker creates.
inline constexpr std::size_t kTablesMax = 256;              // That an attacker creates.
inline constexpr std::size_t kLureBytesMax = 1024 * 1024;   // Of a file that a client sends.
inline constexpr Duration kConnectTimeout = std::chrono::seconds{10};
inline constexpr Duration kSleepMax = std::chrono::seconds{60};  // Of one SLEEP().

}  // namespace decnet::service::mysql
