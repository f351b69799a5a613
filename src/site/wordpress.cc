#include "site/wordpress.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "site/php.h"
#include "site/visit.h"

namespace decnet::site {

namespace http = codec::http;

namespace {

constexpr Duration kPageTime = std::chrono::milliseconds{48};
constexpr std::string_view kExpired = "Wed, 11 Jan 1984 05:00:00 GMT";
constexpr Duration kNonceTick = std::chrono::hours{12};

}  // namespace

WordPress::WordPress(const Config& config)
    : config_(config), created_at_(config.page_at + std::chrono::hours{3}) {
  constexpr std::array<std::string_view, 3> kOwners = {"admin", "webmaster", "wordpress"};
  author_ = "admin";
  for (const std::string_view owner : kOwners) {
    if (std::find(config.users.begin(), config.users.end(), owner) == config.users.end()) continue;
    author_ = owner;
    break;
  }
  scripts_ = {{"/wp-login.php", &WordPress::login},
              {"/xmlrpc.php", &WordPress::xmlrpc},
              {"/wp-admin/admin-ajax.php", &WordPress::admin_ajax},
              {"/wp-admin/install.php", &WordPress::installer},
              {"/wp-admin/upgrade.php", &WordPress::installer},
              {"/wp-links-opml.php", &WordPress::opml},
              {"/wp-comments-post.php", &WordPress::post_only},
              {"/wp-signup.php", &WordPress::to_register},
              {"/wp-activate.php", &WordPress::to_register},
              {"/wp-mail.php", &WordPress::disabled},
              {"/wp-trackback.php", &WordPress::trackback},
              {"/wp-settings.php", &WordPress::broken},
              {"/wp-config.php", &WordPress::blank},
              {"/wp-load.php", &WordPress::blank},
              {"/wp-cron.php", &WordPress::blank},
              {"/wp-content/", &WordPress::blank},
              {"/wp-content/index.php", &WordPress::blank},
              {"/wp-content/plugins/", &WordPress::blank},
              {"/wp-content/plugins/index.php", &WordPress::blank},
              {"/wp-content/themes/", &WordPress::blank},
              {"/wp-content/themes/index.php", &WordPress::blank}};
}

WordPress::Route WordPress::route(std::string_view path) const {
  if (path == "/" || path == "/index.php" || scripts_.contains(path)) return Route::program;
  if (path == "/wp-admin/" || (path.starts_with("/wp-admin/") && path.ends_with(".php")))
    return Route::program;
  // Whatever is no file goes to index.php; nginx looks for scripts first.
  if (config_.program == Program::nginx && path.ends_with(".php")) return Route::absent;
  return Route::file_or_program;
}

ApplicationReply WordPress::answer(const ApplicationCall& call) {
  const std::string_view path = call.request.path;
  const auto script = scripts_.find(path);
  ApplicationReply reply;
  if (script != scripts_.end()) {
    reply = (this->*script->second)(call);
  } else if (path.starts_with("/wp-admin/")) {
    reply = admin(call);
  } else {
    reply = front(call);
  }
  reply.took += php::page_time(kPageTime);
  return reply;
}

// index.php: the rules of permalinks.
ApplicationReply WordPress::front(const ApplicationCall& call) const {
  const std::string_view path = call.request.path;
  const http::Form query = php::query(call.request);
  const std::string_view route = http::form_value(query, "rest_route");
  if (!route.empty()) return rest(call, route);
  if (path == "/wp-json" || path.starts_with("/wp-json/"))
    return rest(call, path.size() > 8 ? path.substr(8) : "/");
  if (path == "/index.php") return redirect("301 Moved Permanently", home(call) + "/", true);
  if (path == "/robots.txt") return robots(call);
  if (path == "/feed/" || path == "/feed") return feed(call);
  if (path == "/wp-sitemap.xml") return sitemap(call);
  if (path == "/favicon.ico")
    return redirect("302 Found", home(call) + "/wp-includes/images/w-logo-blue-white-bg.png", true);
  if (path == "/login" || path == "/login/")
    return redirect("302 Found", home(call) + "/wp-login.php", false);
  if (path == "/admin" || path == "/admin/" || path == "/dashboard")
    return redirect("302 Found", home(call) + "/wp-admin/", false);
  if (path == "/") {
    const std::string_view author = http::form_value(query, "author");
    if (author == "1")
      return redirect("301 Moved Permanently", home(call) + "/author/" + author_ + "/", true);
    if (!author.empty()) return missing_page(call);
    if (http::form_value(query, "p") == "1")
      return redirect("301 Moved Permanently", post_url(call), true);
    return home_page(call);
  }
  const std::string here = home(call) + std::string(path);
  if (here == post_url(call) || path == "/author/" + author_ + "/") return home_page(call);
  if (path == "/hello-world/" || path == "/hello-world")
    return redirect("301 Moved Permanently", post_url(call), false);
  return missing_page(call);
}

ApplicationReply WordPress::page(std::string_view status) const {
  ApplicationReply reply;
  reply.status = std::string(status);
  reply.add("Content-Type", "text/html; charset=UTF-8");
  return reply;
}

void WordPress::no_cache(ApplicationReply& reply) const {
  // For everybody since 6.8, before for who is logged in.
  const bool strict = !older_than(config_.site_version, "6.8");
  reply.add("Expires", kExpired);
  reply.add("Cache-Control", strict ? "no-cache, must-revalidate, max-age=0, no-store, private"
                                    : "no-cache, must-revalidate, max-age=0");
}

ApplicationReply WordPress::redirect(std::string_view status, const std::string& location,
                                     bool cached) const {
  ApplicationReply reply = page(status);
  if (!cached) no_cache(reply);
  reply.add("X-Redirect-By", "WordPress");
  reply.add("Location", location);
  return reply;
}

std::string WordPress::home(const ApplicationCall& call) const {
  const std::string_view host = call.request.headers.get("Host");
  return std::string(config_.scheme()) + "://" +
         php::escape(host.empty() ? std::string_view(config_.site_host) : host);
}

std::string WordPress::cookie_suffix(const ApplicationCall& call) const {
  return md5_hex(home(call));
}

std::string WordPress::nonce(const ApplicationCall& call, std::string_view action) const {
  const auto tick = to_micros(call.session.clock().now()) / kNonceTick.count();
  const std::string key = SeededRandom(config_.seed, "wordpress.nonce").bytes(32);
  return to_hex(hmac_sha256(key, fmt::format("{}|{}|{}", tick, action, cookie_suffix(call))))
      .substr(20, 10);
}

bool WordPress::knows(std::string_view user) const {
  return user == author_ ||
         std::find(config_.users.begin(), config_.users.end(), user) != config_.users.end();
}

std::string WordPress::logged_in(const ApplicationCall& call) const {
  const std::string value = php::cookie(call.request, "wordpress_logged_in_" + cookie_suffix(call));
  const auto bar = value.find('|');
  const auto last = value.rfind('|');
  if (bar == std::string::npos || last == bar) return {};
  const std::string key = SeededRandom(config_.seed, "wordpress.logged_in").bytes(32);
  const std::string wanted = to_hex(hmac_sha256(key, std::string_view(value).substr(0, last)));
  return equal_secret(wanted, std::string_view(value).substr(last + 1)) ? value.substr(0, bar)
                                                                        : std::string();
}

bool WordPress::log_in(const ApplicationCall& call, std::string_view user,
                       std::string_view password, std::string_view method) const {
  const bool accepted = knows(user) && call.session.accepts(user, password);
  session::LoginAttempt attempt{.principal = user, .secret = password};
  attempt.method = method;
  attempt.accepted = accepted;
  call.session.login(attempt);
  return accepted;
}

}  // namespace decnet::site
