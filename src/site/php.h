// What sites in PHP have in common: cookies, escapes, identifiers, and how long a page takes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "codec/http/form.h"
#include "codec/http/message.h"

namespace decnet::site::php {

// The value of a cookie, decoded; empty if there is none.
std::string cookie(const codec::http::Request& request, std::string_view name);
// The parameters of the query.
codec::http::Form query(const codec::http::Request& request);

std::string rawurlencode(std::string_view text);  // "a b/c" → "a%20b%2Fc"
std::string escape(std::string_view text);        // htmlspecialchars with ENT_QUOTES
std::string json_string(
    std::string_view text);  // json_encode: quoted, slashes and other than ASCII escaped

// session_create_id() with Debian's settings: 26 characters of 0-9 and a-v.
std::string session_id();
// bin2hex of 16 random printable characters, as phpMyAdmin's tokens are.
std::string printable_token();

// A cookie's time: "Wed, 23 Dec 2026 15:44:12 GMT"; and the one of date(DATE_RFC2822): "… +0000".
std::string rfc2822(TimePoint time);

// How long a page takes: never under `least`, mostly not far over it, now and then much.
Duration page_time(Duration least);

}  // namespace decnet::site::php
