// Patterns: * ? [abc] [^a] [a-z] and \ before anything.
#pragma once

#include <string_view>

namespace decnet::service::redis {

enum class Case : bool { sensitive, insensitive };

// As the genuine server matches, malformed patterns included. Takes steps in proportion to the
// product of both lengths at most: a '*' that cannot match any further ends the search.
bool glob_match(std::string_view pattern, std::string_view text,
                Case how = Case::sensitive) noexcept;

}  // namespace decnet::service::redis
