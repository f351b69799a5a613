// What an Authorization field gives away (RFC 7617, 7616, 6750).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace decnet::codec::http {

struct Authorization {
  enum class Scheme { basic, digest, bearer, other } scheme = Scheme::other;
  std::string scheme_name;  // As it came: "NTLM"
  std::string user;         // Basic, Digest
  std::string secret;       // The password, the response, or the token.
  std::string crack_line;   // Digest: for john, format kDigestCrackFormat; empty if a part is
                            // missing or it is not MD5.
};

inline constexpr std::string_view kDigestCrackFormat = "hdaa";

// `method` is the request's. Nothing if the field is empty.
std::optional<Authorization> parse_authorization(std::string_view field, std::string_view method);

}  // namespace decnet::codec::http
