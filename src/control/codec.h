// The wire form of control messages: the message's number, then its members in order; integers big
// endian, texts and lists with a length in front. Both ends are of one build, so there is no
// version.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "control/messages.h"

namespace decnet::control {

inline constexpr std::size_t kTextBytesMax = 64 * 1024;
inline constexpr std::size_t kListItemsMax = 1024;

std::string encode(const Message& message);

// Errors: invalid_argument (cut short, too long, unknown number), limit.
Result<Message> decode(std::string_view bytes);

}  // namespace decnet::control
