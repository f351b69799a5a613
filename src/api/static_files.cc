#include "api/static_files.h"

#include <algorithm>

namespace decnet::api {
namespace {

bool takes_gzip(std::string_view accept_encoding) {
  const auto at = accept_encoding.find("gzip");
  if (at == accept_encoding.npos) return false;
  const auto rest = accept_encoding.substr(at + 4, accept_encoding.find(',', at) - at - 4);
  const auto q = rest.find("q=0");
  return q == rest.npos || rest.find_first_not_of("0.", q + 2) != rest.npos;
}

}  // namespace

bool matches_etag(std::string_view header, std::string_view etag) noexcept {
  while (!header.empty()) {
    const auto end = std::min(header.find(','), header.size());
    std::string_view one = header.substr(0, end);
    header.remove_prefix(std::min(end + 1, header.size()));
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (one == "*") return true;
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == etag) return true;
  }
  return false;
}

const WebFile* StaticFiles::file_at(std::string_view path) const {
  const auto at = std::lower_bound(
      files_.begin(), files_.end(), path,
      [](const WebFile& file, std::string_view wanted) { return file.path < wanted; });
  return at != files_.end() && at->path == path ? &*at : nullptr;
}

std::optional<Response> StaticFiles::find(const Request& request) const {
  const std::string_view path = request.path;
  const WebFile* file = file_at(path);
  const auto last = path.substr(std::min(path.rfind('/'), path.size()));
  if (file == nullptr && last.find('.') == last.npos) file = file_at("/index.html");
  if (file == nullptr) return std::nullopt;
  Response response;
  response.content_type = file->content_type;
  response.with("ETag", file->etag);
  response.with("Vary", "Accept-Encoding");
  response.with("Cache-Control",
                file->is_immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (matches_etag(request.header("if-none-match"), file->etag)) {
    response.status = 304;
    return response;
  }
  response.fixed_body = file->plain;
  if (!file->gzip.empty() && takes_gzip(request.header("accept-encoding"))) {
    response.fixed_body = file->gzip;
    response.with("Content-Encoding", "gzip");
  }
  return response;
}

}  // namespace decnet::api
