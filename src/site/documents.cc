#include "site/documents.h"

#include <algorithm>
#include <array>

#include "base/hash.h"

namespace decnet::site {

namespace {

// Shown where the packages' own pages are not there.
constexpr std::string_view kPlainPage = "<html><body><h1>It works!</h1></body></html>\n";

constexpr Duration kSiteSetUp = std::chrono::hours{3};  // after the server itself

struct Type {
  std::string_view extension;
  std::string_view nginx;   // Debian's /etc/nginx/mime.types
  std::string_view apache;  // Debian's /etc/mime.types
};
constexpr std::array kTypes = {
    Type{"html", "text/html", "text/html"},
    Type{"htm", "text/html", "text/html"},
    Type{"css", "text/css", "text/css"},
    Type{"js", "application/javascript", "text/javascript"},
    Type{"txt", "text/plain", "text/plain"},
    Type{"json", "application/json", "application/json"},
    Type{"xml", "text/xml", "application/xml"},
    Type{"gif", "image/gif", "image/gif"},
    Type{"png", "image/png", "image/png"},
    Type{"jpg", "image/jpeg", "image/jpeg"},
    Type{"svg", "image/svg+xml", "image/svg+xml"},
    Type{"ico", "image/x-icon", "image/vnd.microsoft.icon"},
    Type{"woff", "font/woff", "font/woff"},
    Type{"woff2", "font/woff2", "font/woff2"},
    Type{"md", "", "text/markdown"},
};
constexpr std::string_view kNginxOtherType = "application/octet-stream";

constexpr std::string_view kIcons = "/icons/";
constexpr std::string_view kPhpMyAdmin = "/phpmyadmin/";
// Folders below the document root, without their last slash. "/icons" itself is no name that Apache
// knows: its alias begins with the slash behind it.
constexpr std::array<std::string_view, 13> kWordPressFolders = {"/wp-admin",
                                                                "/wp-admin/css",
                                                                "/wp-admin/images",
                                                                "/wp-admin/js",
                                                                "/wp-content",
                                                                "/wp-content/plugins",
                                                                "/wp-content/themes",
                                                                "/wp-content/uploads",
                                                                "/wp-includes",
                                                                "/wp-includes/css",
                                                                "/wp-includes/images",
                                                                "/wp-includes/js",
                                                                "/wp-includes/js/jquery"};
constexpr std::array<std::string_view, 9> kPhpMyAdminFolders = {"/phpmyadmin",
                                                                "/phpmyadmin/js",
                                                                "/phpmyadmin/libraries",
                                                                "/phpmyadmin/locale",
                                                                "/phpmyadmin/sql",
                                                                "/phpmyadmin/templates",
                                                                "/phpmyadmin/themes",
                                                                "/phpmyadmin/themes/pmahomme",
                                                                "/phpmyadmin/themes/pmahomme/css"};

bool has(const auto& folders, std::string_view path) {
  return std::find(folders.begin(), folders.end(), path) != folders.end();
}

}  // namespace

std::string_view type_of(std::string_view path, Program program) noexcept {
  const auto dot = path.substr(path.rfind('/') + 1).rfind('.');
  const std::string_view extension =
      dot == std::string_view::npos ? std::string_view{} : path.substr(path.rfind('.') + 1);
  const auto found = std::find_if(kTypes.begin(), kTypes.end(),
                                  [&](const Type& type) { return type.extension == extension; });
  const std::string_view other = program == Program::nginx ? kNginxOtherType : std::string_view{};
  if (found == kTypes.end()) return other;
  const std::string_view type = program == Program::nginx ? found->nginx : found->apache;
  return type.empty() ? other : type;
}

Documents::Documents(const Config& config, const session::Assets& assets)
    : program_(config.program),
      kind_(config.kind),
      assets_(assets),
      page_at_(config.page_at),
      package_at_(config.package_at),
      own_package_(config.package.empty() || config.package == assets.find("apache/version")) {
  if (kind_ != Kind::wordpress) {
    index_name_ = program_ == Program::nginx ? "index.nginx-debian.html" : "index.html";
  }
}

Node Documents::asset(std::string_view path, std::string_view name, TimePoint modified) const {
  const std::string_view content = assets_.find(name);
  if (content.empty()) return {};
  return {.kind = Node::Kind::file,
          .content = content,
          .type = type_of(path, program_),
          .modified = modified,
          .beyond = {}};
}

Node Documents::file_at(std::string_view path) const {
  if (!index_name_.empty() && path.substr(1) == index_name_) {
    const std::string_view name =
        program_ == Program::nginx ? "nginx/index.html" : "apache/index.html";
    Node page = asset(path, name, page_at_);
    if (page.kind == Node::Kind::absent) {
      page = {.kind = Node::Kind::file,
              .content = kPlainPage,
              .type = "text/html",
              .modified = page_at_,
              .beyond = {}};
    }
    return page;
  }
  if (program_ == Program::apache && path.starts_with(kIcons)) {
    const std::string name = "apache/icons/" + std::string(path.substr(kIcons.size()));
    return asset(path, name, own_package_ ? assets_.modified(name) : package_at_);
  }
  if (kind_ == Kind::phpmyadmin && path.starts_with(kPhpMyAdmin)) {
    const std::string_view name = path.substr(1);
    return asset(path, name, assets_.modified(name));
  }
  if (kind_ == Kind::wordpress) {
    // Unpacked one after the other when the site was set up.
    const auto order = Duration(static_cast<std::int64_t>(stable_hash(path) % 3'000'000));
    return asset(path, "wordpress" + std::string(path), page_at_ + kSiteSetUp + order);
  }
  return {};
}

bool Documents::is_folder(std::string_view path) const {
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  if (path == "/") return true;
  if (kind_ == Kind::wordpress && has(kWordPressFolders, path)) return true;
  if (kind_ == Kind::phpmyadmin && has(kPhpMyAdminFolders, path)) return true;
  return program_ == Program::apache && path == "/icons/small";
}

Node Documents::at(std::string_view path) const {
  if (is_folder(path) || (program_ == Program::apache && path == kIcons)) {
    return {.kind = Node::Kind::folder, .content = {}, .type = {}, .modified = {}, .beyond = {}};
  }
  Node node = file_at(path);
  // Apache finds a file in the middle of a path, too.
  for (auto end = path.rfind('/'); program_ == Program::apache && node.kind == Node::Kind::absent &&
                                   end > 0 && end != std::string_view::npos;
       end = path.substr(0, end).rfind('/')) {
    node = file_at(path.substr(0, end));
    if (node.kind == Node::Kind::file) node.beyond = path.substr(end);
  }
  return node;
}

}  // namespace decnet::site
