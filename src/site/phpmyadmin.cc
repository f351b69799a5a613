#include "site/phpmyadmin.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/counters.h"
#include "base/random.h"
#include "codec/http/date.h"
#include "site/php.h"
#include "site/visit.h"

namespace decnet::site {

namespace http = codec::http;

namespace {

constexpr std::string_view kRoot = "/phpmyadmin/";
constexpr Duration kPageTime = std::chrono::milliseconds{34};
constexpr Duration kConnectTime = std::chrono::milliseconds{2};
constexpr std::string_view kType = "text/html; charset=utf-8";
constexpr Duration kCookieTime = std::chrono::hours{24 * 30};

std::string cookie_date(TimePoint time) {
  return http::format_date(time);
}

// What MariaDB says to a wrong password. Debian's root logs in by its socket only.
std::string denied(std::string_view user) {
  if (user == "root")
    return "mysqli::real_connect(): (HY000/1698): Access denied for user 'root'@'localhost'";
  return fmt::format(
      "mysqli::real_connect(): (HY000/1045): Access denied for user '{}'@'localhost' (using "
      "password: YES)",
      user);
}

}  // namespace

PhpMyAdmin::Route PhpMyAdmin::route(std::string_view path) const {
  if (path == kRoot || path == "/phpmyadmin/index.php" || path == "/phpmyadmin/url.php" ||
      path == "/phpmyadmin/show_config_errors.php" || path == "/phpmyadmin/js/messages.php") {
    return Route::program;
  }
  return Route::file;
}

ApplicationReply PhpMyAdmin::answer(const ApplicationCall& call) {
  const std::string_view path = call.request.path;
  ApplicationReply reply;
  if (path == "/phpmyadmin/url.php") {
    reply = head(call, meet(call, false), false);
    reply.status = "302 Found";
    reply.add("Location", kRoot);
  } else if (path.ends_with("messages.php")) {
    reply.add("Content-Type", "text/javascript; charset=UTF-8");
    reply.body = "var Messages = [];\n";
  } else if (path.ends_with("show_config_errors.php")) {
    const std::string now = php::rfc2822(call.session.clock().now());
    reply.add("Content-Type", kType);
    reply.add("Expires", now);
    reply.add("Cache-Control",
              "no-store, no-cache, must-revalidate,  pre-check=0, post-check=0, max-age=0");
    reply.add("Pragma", "no-cache");
    reply.add("Last-Modified", now);
  } else {
    reply = index(call);
  }
  reply.packs_itself = true;
  reply.took += php::page_time(kPageTime);
  return reply;
}

std::string PhpMyAdmin::open_session(std::string token, std::string user) {
  static Counter& dropped = counter("site_phpmyadmin_sessions_dropped_total",
                                    "Sessions of a phpMyAdmin that made room for newer ones");
  if (ages_.size() == kPhpMyAdminSessionsMax) {
    logins_.erase(ages_.front());
    ages_.pop_front();
    dropped.add();
  }
  std::string id = php::session_id();
  logins_[id] = {std::move(token), std::move(user)};
  ages_.push_back(id);
  return id;
}

// Who comes: by the cookie, and for a form by the token. `renew`: the session gets a new id, as
// before every login page.
PhpMyAdmin::Visitor PhpMyAdmin::meet(const ApplicationCall& call, bool renew) {
  Visitor visitor;
  visitor.old_id = php::cookie(call.request, "phpMyAdmin");
  const auto login = logins_.find(visitor.old_id);
  visitor.known = login != logins_.end();
  if (visitor.known) {
    visitor.user = login->second.user;
    visitor.trusted =
        equal_secret(http::form_value(call.body.form(), "token"), login->second.token);
    visitor.token = login->second.token;
    visitor.id = visitor.old_id;
  } else {
    visitor.old_id = php::session_id();
    visitor.token = php::printable_token();
  }
  if (renew || !visitor.known) {
    if (renew) visitor.token = php::printable_token();
    visitor.id = open_session(visitor.token, visitor.user);
  }
  return visitor;
}

std::string PhpMyAdmin::cookie_tail(const ApplicationCall&) const {
  return fmt::format("; path={}; {}HttpOnly; SameSite=Strict", kRoot,
                     config_.transport == Transport::tls ? "secure; " : "");
}

// The header fields of every page, in PHP's order.
ApplicationReply PhpMyAdmin::head(const ApplicationCall& call, const Visitor& visitor,
                                  bool failed_login) const {
  const TimePoint now = call.session.clock().now();
  const std::string stamp = php::rfc2822(now);
  const std::string tail = cookie_tail(call);
  ApplicationReply reply;
  reply.add("Content-Type", kType);
  reply.add("Set-Cookie", "phpMyAdmin=" + visitor.old_id + tail);
  reply.add("Expires", stamp);
  reply.add("Cache-Control",
            "no-store, no-cache, must-revalidate, pre-check=0, post-check=0, max-age=0");
  reply.add("Last-Modified", stamp);
  if (!failed_login) reply.add("Set-Cookie", "phpMyAdmin=" + visitor.old_id + tail);
  if (!failed_login && php::cookie(call.request, "pma_lang").empty()) {
    reply.add(
        "Set-Cookie",
        fmt::format("pma_lang=en; expires={}; Max-Age={}{}", cookie_date(now + kCookieTime),
                    std::chrono::duration_cast<std::chrono::seconds>(kCookieTime).count(), tail));
  }
  if (visitor.id != visitor.old_id) reply.add("Set-Cookie", "phpMyAdmin=" + visitor.id + tail);
  if (failed_login) {
    reply.add(
        "Set-Cookie",
        fmt::format("pmaAuth-1=deleted; expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; path={}",
                    kRoot));
  }
  reply.add("X-ob_mode", "1");
  if (failed_login) reply.add("Pragma", "no-cache");
  reply.add("X-Frame-Options", "DENY");
  reply.add("Referrer-Policy", "no-referrer");
  constexpr std::string_view kImages =
      "img-src 'self' data:  *.tile.openstreetmap.org;object-src 'none';";
  reply.add("Content-Security-Policy",
            fmt::format("default-src 'self' ;script-src 'self' 'unsafe-inline' 'unsafe-eval' ;"
                        "style-src 'self' 'unsafe-inline' ;{}",
                        kImages));
  reply.add(
      "X-Content-Security-Policy",
      fmt::format("default-src 'self' ;options inline-script eval-script;referrer no-referrer;{}",
                  kImages));
  reply.add("X-WebKit-CSP", fmt::format("default-src 'self' ;script-src 'self'  'unsafe-inline' "
                                        "'unsafe-eval';referrer no-referrer;"
                                        "style-src 'self' 'unsafe-inline' ;{}",
                                        kImages));
  reply.add("X-XSS-Protection", "1; mode=block");
  reply.add("X-Content-Type-Options", "nosniff");
  reply.add("X-Permitted-Cross-Domain-Policies", "none");
  reply.add("X-Robots-Tag", "noindex, nofollow");
  if (!failed_login) reply.add("Pragma", "no-cache");
  return reply;
}

ApplicationReply PhpMyAdmin::index(const ApplicationCall& call) {
  const http::Form query = php::query(call.request);
  if (call.request.is("POST") && !http::form_value(call.body.form(), "pma_username").empty())
    return log_in(call);
  const auto login = logins_.find(php::cookie(call.request, "phpMyAdmin"));
  const bool inside = login != logins_.end() && !login->second.user.empty();
  if (inside && http::form_value(query, "route") != "/logout") return desk(call, meet(call, false));
  if (inside) login->second.user.clear();
  const Visitor visitor = meet(call, true);
  ApplicationReply reply = head(call, visitor, false);
  reply.body = login_page(visitor, "", "", "");
  return reply;
}

ApplicationReply PhpMyAdmin::log_in(const ApplicationCall& call) {
  const http::Form& form = call.body.form();
  const std::string_view user = http::form_value(form, "pma_username");
  const std::string_view password = http::form_value(form, "pma_password");
  Visitor visitor = meet(call, true);
  if (password.empty()) {
    ApplicationReply reply = head(call, visitor, visitor.trusted);
    reply.body = login_page(
        visitor, visitor.trusted ? user : "",
        visitor.trusted
            ? "Login without a password is forbidden by configuration (see AllowNoPassword)"
            : "",
        "");
    return reply;
  }
  const bool accepted = visitor.trusted && call.session.accepts(user, password);
  session::LoginAttempt attempt{.principal = user, .secret = password};
  attempt.method = "form";
  attempt.accepted = accepted;
  call.session.login(attempt);
  // Without a session and its token the form counts as not sent.
  if (!visitor.trusted) {
    ApplicationReply reply = head(call, visitor, false);
    reply.body = login_page(visitor, "", "", "");
    return reply;
  }
  if (!accepted) {
    ApplicationReply reply = head(call, visitor, true);
    reply.took = php::page_time(kConnectTime);
    reply.body = login_page(visitor, user, "Cannot log in to the MySQL server", denied(user));
    return reply;
  }
  logins_[visitor.id].user = std::string(user);
  ApplicationReply reply = head(call, visitor, false);
  reply.status = "302 Found";
  const std::string tail = cookie_tail(call);
  const auto sealed = [&](std::size_t bytes) {
    return php::rawurlencode(to_base64(random_bytes(bytes)));
  };
  reply.add(
      "Set-Cookie",
      fmt::format("pmaUser-1={}; expires={}; Max-Age={}{}", sealed(24 + 16 + user.size()),
                  cookie_date(call.session.clock().now() + kCookieTime),
                  std::chrono::duration_cast<std::chrono::seconds>(kCookieTime).count(), tail));
  reply.add("Set-Cookie",
            fmt::format("pmaAuth-1={}{}", sealed(24 + 16 + 15 + password.size()), tail));
  reply.add("Location", fmt::format("{}://{}/phpmyadmin/index.php?route=/", config_.scheme(),
                                    php::escape(call.request.headers.get("Host"))));
  return reply;
}

// Behind the login: one page with a field for SQL, which is what they come for.
ApplicationReply PhpMyAdmin::desk(const ApplicationCall& call, const Visitor& visitor) const {
  ApplicationReply reply = head(call, visitor, false);
  const std::string_view sql = http::form_value(call.body.form(), "sql_query");
  std::string result;
  if (!sql.empty()) {
    result = fmt::format(
        "<div class=\"alert alert-success\" role=\"alert\">MySQL returned an empty result set "
        "(i.e. zero rows). "
        "(Query took 0.000{} seconds.)</div>\n<code class=\"sql\"><pre>{}</pre></code>\n",
        1 + random_below(8), php::escape(sql));
    call.session.command(sql, result.size());
  }
  reply.body = fmt::format(
      "<!doctype html>\n<html lang=\"en\" dir=\"ltr\">\n<head>\n  <meta charset=\"utf-8\">\n"
      "  <title>localhost | phpMyAdmin {0}</title>\n"
      "  <link rel=\"stylesheet\" type=\"text/css\" "
      "href=\"./themes/pmahomme/css/theme.css?v={1}\">\n</head>\n<body>\n"
      "<div id=\"page_content\">\n{2}<form method=\"post\" action=\"index.php?route=/sql\" "
      "id=\"sqlqueryform\">\n"
      "  <input type=\"hidden\" name=\"token\" value=\"{3}\">\n  <textarea name=\"sql_query\" "
      "id=\"sqlquery\" cols=\"60\" rows=\"15\"></textarea>\n"
      "  <input class=\"btn btn-primary\" type=\"submit\" name=\"SQL\" value=\"Go\">\n</form>\n"
      "<ul class=\"list-group\">\n  <li>Server: Localhost via UNIX socket</li>\n  <li>Server type: "
      "MariaDB</li>\n"
      "  <li>Server version: {4}-MariaDB-0+deb12u1 - Debian 12</li>\n  <li>User: "
      "{5}@localhost</li>\n  <li>PHP version: {6}</li>\n"
      "  <li>Version information: {0}</li>\n</ul>\n<a href=\"index.php?route=/logout\">Log "
      "out</a>\n</div>\n</body>\n</html>\n",
      config_.site_version, php::rawurlencode(config_.site_version), result, visitor.token,
      config_.mariadb_version, php::escape(visitor.user), config_.php_version);
  return reply;
}

std::string PhpMyAdmin::login_page(const Visitor& visitor, std::string_view user,
                                   std::string_view error, std::string_view detail) const {
  const std::string version = php::rawurlencode(config_.site_version);
  const auto alert = [](std::string_view text) {
    return text.empty() ? std::string()
                        : fmt::format(
                              "<div class=\"alert alert-danger\" role=\"alert\">\n  <img "
                              "src=\"themes/dot.gif\" title=\"\" alt=\"\" "
                              "class=\"icon ic_s_error\"> {}\n</div>\n",
                              php::escape(text));
  };
  const std::string lang =
      visitor.known ? "" : "<input type=\"hidden\" name=\"lang\" value=\"en\">";
  const std::string hidden = fmt::format(
      "<input type=\"hidden\" name=\"route\" value=\"/\">{}<input type=\"hidden\" name=\"token\" "
      "value=\"{}\">",
      lang, visitor.token);
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\" dir=\"ltr\">\n<head>\n  <meta charset=\"utf-8\">\n"
      "  <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n  <meta "
      "name=\"referrer\" content=\"no-referrer\">\n"
      "  <meta name=\"robots\" content=\"noindex,nofollow,notranslate\">\n"
      "  <link rel=\"icon\" href=\"favicon.ico\" type=\"image/x-icon\">\n"
      "  <link rel=\"stylesheet\" type=\"text/css\" "
      "href=\"./themes/pmahomme/css/theme.css?v={0}\">\n  <title>phpMyAdmin</title>\n"
      "  <script data-cfasync=\"false\" type=\"text/javascript\" "
      "src=\"js/vendor/jquery/jquery.min.js?v={0}\"></script>\n"
      "  <script data-cfasync=\"false\" type=\"text/javascript\" "
      "src=\"js/messages.php?l=en&v={0}\"></script>\n</head>\n"
      "<body id=loginform>\n  <div id=\"page_content\">\n<div class=\"container\">\n"
      "<a href=\"./url.php?url=https%3A%2F%2Fwww.phpmyadmin.net%2F\" target=\"_blank\" "
      "rel=\"noopener noreferrer\" class=\"logo\">\n"
      "<img src=\"./themes/pmahomme/img/logo_right.png\" id=\"imLogo\" name=\"imLogo\" "
      "alt=\"phpMyAdmin\" border=\"0\">\n</a>\n"
      "<h1>Welcome to <bdo dir=\"ltr\" lang=\"en\">phpMyAdmin</bdo></h1>\n{1}"
      "<form method=\"post\" id=\"login_form\" action=\"index.php?route=/\" name=\"login_form\" "
      "class=\"disableAjax\">\n    {2}\n"
      "  <input type=\"hidden\" name=\"set_session\" value=\"{3}\">\n  <div class=\"card mb-4\">\n "
      "   <div class=\"card-header\">Log in</div>\n"
      "    <div class=\"card-body\">\n        <label for=\"input_username\" "
      "class=\"col-form-label\">Username:</label>\n"
      "        <input type=\"text\" name=\"pma_username\" id=\"input_username\" value=\"{4}\" "
      "class=\"form-control\" autocomplete=\"username\" "
      "spellcheck=\"false\">\n        <label for=\"input_password\" "
      "class=\"col-form-label\">Password:</label>\n"
      "        <input type=\"password\" name=\"pma_password\" id=\"input_password\" value=\"\" "
      "class=\"form-control\" "
      "autocomplete=\"current-password\" spellcheck=\"false\">\n        <input type=\"hidden\" "
      "name=\"server\" value=\"1\">\n    </div>\n"
      "    <div class=\"card-footer\"><input class=\"btn btn-primary\" value=\"Log in\" "
      "type=\"submit\" id=\"input_go\"></div>\n  </div>\n"
      "</form>\n{5}</div>\n  </div>\n</body>\n</html>\n",
      version, alert(error), hidden, visitor.id, php::escape(user),
      detail.empty() ? "" : "<div id=\"pma_errors\">\n" + alert(detail) + "</div>\n");
}

}  // namespace decnet::site
