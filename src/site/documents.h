// The files of a web server: what stands where, with the time and the type that the server gives
// it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "session/service.h"
#include "site/config.h"

namespace decnet::site {

struct Node {
  enum class Kind : std::uint8_t { absent, file, folder } kind = Kind::absent;
  std::string_view content;  // Lives as long as the documents.
  std::string_view type;     // "text/html"; empty if the server knows none
  TimePoint modified{};
  std::string_view
      beyond;  // Apache: what of the path lies behind a file ("/x" of "/index.html/x").
};

class Documents {
 public:
  // `assets` outlives the documents.
  Documents(const Config& config, const session::Assets& assets);

  // A path as the server resolved it, beginning with a slash. A folder may be named with or without
  // its last slash.
  Node at(std::string_view path) const;
  // The index page of the document root, or nothing where the site's own program answers there.
  std::string_view index_name() const noexcept { return index_name_; }

 private:
  Node asset(std::string_view path, std::string_view name, TimePoint modified) const;
  Node file_at(std::string_view path) const;
  bool is_folder(std::string_view path) const;

  Program program_;
  Kind kind_;
  const session::Assets& assets_;
  TimePoint page_at_;
  TimePoint package_at_;
  bool own_package_;  // The assets are those of the very package that the decky has.
  std::string_view index_name_;
};

// The type by the file's extension, as Debian's nginx and apache2 know it; empty if they do not.
std::string_view type_of(std::string_view path, Program program) noexcept;

}  // namespace decnet::site
