// The OpenAPI 3.1 document, made from the route table: what the API says of itself is what it
// checks.
#pragma once

#include <span>
#include <string>

#include "api/route.h"

namespace decnet::api {

// Pretty-printed with two blanks, an LF at its end; the same for the same tables.
std::string make_openapi(std::span<const Noun> nouns);

}  // namespace decnet::api
