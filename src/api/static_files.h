// The dashboard: files from memory, compressed ahead, with ETags.
#pragma once

#include <optional>
#include <span>

#include "api/http.h"
#include "api/web_files.h"

namespace decnet::api {

class StaticFiles {
 public:
  explicit StaticFiles(std::span<const WebFile> files) : files_(files) {}

  // The file at the request's path; the dashboard itself ("/index.html") for a path whose last part
  // has no dot, because its pages have addresses of their own. Nothing where there is no such file.
  std::optional<Response> find(const Request& request) const;

 private:
  const WebFile* file_at(std::string_view path) const;

  std::span<const WebFile> files_;
};

// True where an If-None-Match header names `etag` (or is "*"). Weak comparison (RFC 9110 section
// 13.1.2).
bool matches_etag(std::string_view header, std::string_view etag) noexcept;

}  // namespace decnet::api
