// What nginx 1.22 sends: a reply before it is spelled out, the static pages and the error pages.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "codec/http/message.h"
#include "site/documents.h"
#include "site/site.h"

namespace decnet::site {

struct NginxReply {
  int status = 200;
  std::string status_line;  // "302 Found" from a program behind it; empty: nginx's own words
  std::string content_type;
  std::optional<std::uint64_t> content_length;
  std::optional<TimePoint> last_modified;
  std::string location;
  std::string etag;
  std::vector<codec::http::Header> more;  // behind the ETag, in this order
  std::string body;
  bool is_file = false;          // Ranges and conditions apply.
  bool own_date = false;         // A Date field is among `more`.
  bool ends_connection = false;  // Whatever its Connection field says.
};

// The page of a status, which may be one of nginx's own numbers (494, 497).
NginxReply nginx_error(const Config& config, int status, const codec::http::Request& request);
NginxReply nginx_to_folder(const Config& config,
                           const codec::http::Request& request);  // 301, with a slash
NginxReply nginx_file(const Node& node);
// What happens to a reply on its way out: conditions, packing, ranges. `request` is its request.
NginxReply nginx_filter(Site& site, NginxReply reply, const codec::http::Request& request);
// Spells it out. `keep_alive` says what its Connection field is to say; for HTTP/0.9 there is no
// head.
std::string nginx_spell(const Config& config, const NginxReply& reply,
                        const codec::http::Request& request, bool keep_alive, TimePoint now);
// Whether an answer of that status ends the connection.
bool nginx_error_closes(int status) noexcept;

}  // namespace decnet::site
