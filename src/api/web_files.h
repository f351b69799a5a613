// The dashboard's files, as they are built into the program (tools/embed_web.py makes the table
// from web/dist at build time; without it there is one page that says how to build it).
#pragma once

#include <span>
#include <string_view>

namespace decnet::api {

struct WebFile {
  std::string_view path;  // "/assets/index-4f2a.js"
  std::string_view content_type;
  std::string_view etag;      // With its quotes.
  std::string_view plain;     // The bytes.
  std::string_view gzip;      // The same, compressed; empty where that saves nothing.
  bool is_immutable = false;  // Its name changes with its content.
};

std::span<const WebFile> web_files();  // Sorted by path.

}  // namespace decnet::api
