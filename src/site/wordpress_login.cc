// wp-login.php and what is behind it.
#include <fmt/format.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "site/php.h"
#include "site/visit.h"
#include "site/wordpress.h"

namespace decnet::site {

namespace http = codec::http;

namespace {

constexpr std::string_view kTestCookie = "wordpress_test_cookie";
constexpr std::string_view kTestValue = "WP Cookie check";
constexpr Duration kHashTime = std::chrono::milliseconds{41};  // What the check of a password adds.
constexpr Duration kSessionTime = std::chrono::hours{48};
constexpr Duration kRememberedTime = std::chrono::hours{24 * 14};

std::string error_line(std::string_view text) {
  return fmt::format("<strong>Error:</strong> {}", text);
}

}  // namespace

ApplicationReply WordPress::login(const ApplicationCall& call) const {
  const http::Form query = php::query(call.request);
  const http::Form& form = call.body.form();
  const bool post = call.request.is("POST");
  const std::string_view action =
      http::form_value(post && !http::form_value(form, "action").empty() ? form : query, "action");
  if (action == "lostpassword" || action == "retrievepassword") return lost_password(call);
  if (action == "logout") return log_out(call);
  if (action == "register") {
    ApplicationReply reply =
        redirect("302 Found", home(call) + "/wp-login.php?registration=disabled", false);
    return reply;
  }
  if (!post) {
    std::string_view note;
    if (http::form_value(query, "registration") == "disabled")
      return login_form(call, "", error_line("User registration is currently not allowed."), "");
    if (http::form_value(query, "loggedout") == "true") note = "You are now logged out.";
    return login_form(call, "", "", note);
  }
  const std::string_view user = http::form_value(form, "log");
  const std::string_view password = http::form_value(form, "pwd");
  const bool given = !user.empty() && !password.empty();
  const bool accepted = given && log_in(call, user, password, "form");
  const bool cookies = php::cookie(call.request, kTestCookie) == kTestValue;
  if (accepted && (cookies || http::form_value(form, "testcookie").empty()))
    return welcome(call, user);
  std::string error;
  if (!http::form_value(form, "testcookie").empty() && !cookies) {
    error = error_line(
        "Cookies are blocked or not supported by your browser. You must "
        "<a "
        "href=\"https://developer.wordpress.org/advanced-administration/wordpress/cookies/"
        "#enable-cookies-in-your-browser\">"
        "enable cookies</a> to use WordPress.");
    return login_form(call, "", error, "");
  }
  if (user.empty()) error = error_line("The username field is empty.");
  if (password.empty())
    error += (error.empty() ? "" : "<br />\n") + error_line("The password field is empty.");
  if (given && !knows(user)) {
    error =
        error_line(fmt::format("The username <strong>{}</strong> is not registered on this site. "
                               "If you are unsure of your "
                               "username, try your email address instead.",
                               php::escape(user)));
  } else if (given) {
    error = error_line(
        fmt::format("The password you entered for the username <strong>{}</strong> is incorrect. "
                    "<a href=\"{}/wp-login.php?action=lostpassword\">Lost your password?</a>",
                    php::escape(user), home(call)));
  }
  ApplicationReply reply = login_form(call, knows(user) ? user : "", error, "");
  if (given && knows(user)) reply.took += php::page_time(kHashTime);
  return reply;
}

ApplicationReply WordPress::login_form(const ApplicationCall& call, std::string_view user,
                                       std::string_view error, std::string_view note) const {
  const std::string home_url = home(call);
  const std::string company = php::escape(config_.company);
  ApplicationReply reply = page("200 OK");
  no_cache(reply);
  reply.add("Set-Cookie", fmt::format("{}=WP%20Cookie%20check; path=/{}", kTestCookie,
                                      config_.transport == Transport::tls ? "; secure" : ""));
  reply.add("X-Frame-Options", "SAMEORIGIN");
  std::string styles;
  for (const std::string_view style :
       {"wp-includes/css/dashicons", "wp-includes/css/buttons", "wp-admin/css/forms",
        "wp-admin/css/l10n", "wp-admin/css/login"}) {
    const auto name = style.substr(style.rfind('/') + 1);
    styles += fmt::format(
        "<link rel='stylesheet' id='{}-css' href='{}/{}.min.css?ver={}' media='all' />\n", name,
        home_url, style, config_.site_version);
  }
  std::string notices;
  if (!error.empty())
    notices = fmt::format(
        "\t<div id=\"login_error\" class=\"notice notice-error\"><p>{}</p></div>\n", error);
  if (!note.empty())
    notices += fmt::format(
        "\t<div id=\"login-message\" class=\"notice notice-info message\"><p>{}</p></div>\n", note);
  const std::string target = home_url + "/wp-admin/";
  reply.body = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en-US\">\n<head>\n<meta http-equiv=\"Content-Type\" "
      "content=\"text/html; charset=UTF-8\" />\n"
      "<title>Log In &lsaquo; {0} &#8212; WordPress</title>\n"
      "<meta name='robots' content='max-image-preview:large, noindex, noarchive' />\n{1}"
      "<meta name='referrer' content='strict-origin-when-cross-origin' />\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1.0\" />\n</head>\n"
      "<body class=\"login no-js login-action-login wp-core-ui locale-en-us\">\n<div "
      "id=\"login\">\n"
      "<h1 class=\"wp-login-logo\"><a href=\"https://wordpress.org/\">Powered by "
      "WordPress</a></h1>\n{2}"
      "<form name=\"loginform\" id=\"loginform\" action=\"{3}/wp-login.php\" method=\"post\">\n"
      "<p><label for=\"user_login\">Username or Email Address</label>\n"
      "<input type=\"text\" name=\"log\" id=\"user_login\"{4} class=\"input\" value=\"{5}\" "
      "size=\"20\" autocapitalize=\"off\" "
      "autocomplete=\"username\" required=\"required\" /></p>\n"
      "<div class=\"user-pass-wrap\"><label for=\"user_pass\">Password</label>\n<div "
      "class=\"wp-pwd\">"
      "<input type=\"password\" name=\"pwd\" id=\"user_pass\"{4} class=\"input password-input\" "
      "value=\"\" size=\"20\" "
      "autocomplete=\"current-password\" spellcheck=\"false\" required=\"required\" "
      "/></div></div>\n"
      "<p class=\"forgetmenot\"><input name=\"rememberme\" type=\"checkbox\" id=\"rememberme\" "
      "value=\"forever\" /> "
      "<label for=\"rememberme\">Remember Me</label></p>\n"
      "<p class=\"submit\"><input type=\"submit\" name=\"wp-submit\" id=\"wp-submit\" "
      "class=\"button button-primary button-large\" "
      "value=\"Log In\" />\n<input type=\"hidden\" name=\"redirect_to\" value=\"{6}\" />\n"
      "<input type=\"hidden\" name=\"testcookie\" value=\"1\" /></p>\n</form>\n"
      "<p id=\"nav\"><a class=\"wp-login-lost-password\" "
      "href=\"{3}/wp-login.php?action=lostpassword\">Lost your password?</a></p>\n"
      "<p id=\"backtoblog\"><a href=\"{3}/\">&larr; Go to {0}</a></p>\n</div>\n"
      "<script id='user-profile-js-extra'>\nvar userProfileL10n = "
      "{{\"user_id\":\"0\",\"nonce\":\"{7}\"}};\n</script>\n"
      "<script src='{3}/wp-includes/js/jquery/jquery.min.js?ver=3.7.1' "
      "id='jquery-core-js'></script>\n"
      "<div class=\"clear\"></div>\n</body>\n</html>\n",
      company, styles, notices, home_url, error.empty() ? "" : " aria-describedby=\"login_error\"",
      php::escape(user), target, nonce(call, "reset-password-for-0"));
  return reply;
}

ApplicationReply WordPress::lost_password(const ApplicationCall& call) const {
  const std::string_view user = http::form_value(call.body.form(), "user_login");
  if (call.request.is("POST") && knows(user)) {
    return redirect("302 Found", home(call) + "/wp-login.php?checkemail=confirm", false);
  }
  std::string_view error;
  if (call.request.is("POST")) {
    error = "<strong>Error:</strong> There is no account with that username or email address.";
  }
  ApplicationReply reply = page("200 OK");
  no_cache(reply);
  reply.add("Set-Cookie", std::string(kTestCookie) + "=WP%20Cookie%20check; path=/");
  reply.add("X-Frame-Options", "SAMEORIGIN");
  reply.body = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en-US\">\n<head>\n<meta http-equiv=\"Content-Type\" "
      "content=\"text/html; charset=UTF-8\" />\n"
      "<title>Lost Password &lsaquo; {0} &#8212; WordPress</title>\n"
      "<link rel='stylesheet' id='login-css' href='{1}/wp-admin/css/login.min.css?ver={2}' "
      "media='all' />\n</head>\n"
      "<body class=\"login login-action-lostpassword wp-core-ui locale-en-us\">\n<div "
      "id=\"login\">\n{3}"
      "<form name=\"lostpasswordform\" id=\"lostpasswordform\" "
      "action=\"{1}/wp-login.php?action=lostpassword\" method=\"post\">\n"
      "<p><label for=\"user_login\">Username or Email Address</label>\n"
      "<input type=\"text\" name=\"user_login\" id=\"user_login\" class=\"input\" value=\"\" "
      "size=\"20\" /></p>\n"
      "<input type=\"hidden\" name=\"redirect_to\" value=\"\" />\n"
      "<p class=\"submit\"><input type=\"submit\" name=\"wp-submit\" id=\"wp-submit\" "
      "class=\"button button-primary button-large\" "
      "value=\"Get New Password\" /></p>\n</form>\n<p id=\"nav\"><a href=\"{1}/wp-login.php\">Log "
      "in</a></p>\n</div>\n</body>\n</html>\n",
      php::escape(config_.company), home(call), config_.site_version,
      error.empty()
          ? ""
          : fmt::format("<div id=\"login_error\" class=\"notice notice-error\"><p>{}</p></div>\n",
                        error));
  return reply;
}

// The cookies of a login that worked: user, end, token, and what proves them.
ApplicationReply WordPress::welcome(const ApplicationCall& call, std::string_view user) const {
  const http::Form& form = call.body.form();
  const bool remembered = !http::form_value(form, "rememberme").empty();
  const TimePoint now = call.session.clock().now();
  const TimePoint end = now + (remembered ? kRememberedTime : kSessionTime);
  const std::string token = to_base64url(random_bytes(33)).substr(0, 43);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(end).time_since_epoch().count();
  const std::string signed_part = fmt::format("{}|{}|{}", user, seconds, token);
  const auto value = [&](std::string_view purpose) {
    const std::string key = SeededRandom(config_.seed, purpose).bytes(32);
    return php::rawurlencode(signed_part + "|" + to_hex(hmac_sha256(key, signed_part)));
  };
  const std::string suffix = cookie_suffix(call);
  const std::string tail =
      config_.transport == Transport::tls ? "; secure; HttpOnly" : "; HttpOnly";
  const std::string prefix = config_.transport == Transport::tls ? "wordpress_sec_" : "wordpress_";
  ApplicationReply reply = page("302 Found");
  no_cache(reply);
  reply.add("Set-Cookie", std::string(kTestCookie) + "=WP%20Cookie%20check; path=/");
  reply.add("X-Frame-Options", "SAMEORIGIN");
  const std::string auth = value("wordpress.auth");
  reply.add("Set-Cookie",
            fmt::format("{}{}={}; path=/wp-content/plugins{}", prefix, suffix, auth, tail));
  reply.add("Set-Cookie", fmt::format("{}{}={}; path=/wp-admin{}", prefix, suffix, auth, tail));
  reply.add("Set-Cookie", fmt::format("wordpress_logged_in_{}={}; path=/{}", suffix,
                                      value("wordpress.logged_in"), tail));
  reply.add("X-Redirect-By", "WordPress");
  const std::string_view wanted = http::form_value(form, "redirect_to");
  const bool own = wanted.starts_with(home(call) + "/") ||
                   (wanted.starts_with("/") && !wanted.starts_with("//"));
  const bool clean = wanted.find_first_of("\r\n") == std::string_view::npos;
  reply.add("Location", own && clean ? std::string(wanted) : home(call) + "/wp-admin/");
  reply.took += php::page_time(kHashTime);
  return reply;
}

ApplicationReply WordPress::log_out(const ApplicationCall& call) const {
  const http::Form query = php::query(call.request);
  if (http::form_value(query, "_wpnonce") == nonce(call, "log-out")) {
    ApplicationReply reply =
        redirect("302 Found", home(call) + "/wp-login.php?loggedout=true&wp_lang=en_US", false);
    const std::string suffix = cookie_suffix(call);
    reply.add("Set-Cookie", "wordpress_logged_in_" + suffix +
                                "=%20; expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; path=/");
    return reply;
  }
  ApplicationReply reply = page("403 Forbidden");
  no_cache(reply);
  reply.add("X-Frame-Options", "SAMEORIGIN");
  reply.body = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en-US\">\n<head>\n<title>Something went "
      "wrong.</title>\n</head>\n<body id=\"error-page\">\n"
      "<div class=\"wp-die-message\">You are attempting to log out of {}<p>Do you really want to "
      "<a href=\"{}/wp-login.php?action=logout&amp;_wpnonce={}\">log "
      "out</a>?</p></div>\n</body>\n</html>\n",
      php::escape(config_.company), home(call), nonce(call, "log-out"));
  return reply;
}

ApplicationReply WordPress::admin(const ApplicationCall& call) const {
  const std::string user = logged_in(call);
  if (user.empty()) {
    const std::string here =
        home(call) + call.request.path + (call.request.has_query ? "?" + call.request.query : "");
    return redirect(
        "302 Found",
        fmt::format("{}/wp-login.php?redirect_to={}&reauth=1", home(call), php::rawurlencode(here)),
        false);
  }
  ApplicationReply reply = page("200 OK");
  no_cache(reply);
  reply.add("Referrer-Policy", "strict-origin-when-cross-origin");
  reply.add("X-Frame-Options", "SAMEORIGIN");
  const http::Form query = php::query(call.request);
  const std::string_view action = http::form_value(query, "action");
  std::string content = "<h1>Dashboard</h1>\n<p>Welcome to WordPress!</p>\n";
  if (action == "upload-plugin" || action == "upload-theme") {
    // The file itself is captured on its way.
    content =
        "<h1>Installing from uploaded file</h1>\n<p>Unpacking the package&#8230;</p>\n"
        "<p>The package could not be installed. <strong>PCLZIP_ERR_BAD_FORMAT (-10) : Unable to "
        "find End of Central Dir "
        "Record signature</strong></p>\n";
  } else if (call.request.path.find("plugin-install") != std::string::npos) {
    content = fmt::format(
        "<h1>Add Plugins</h1>\n<form method=\"post\" enctype=\"multipart/form-data\" "
        "class=\"wp-upload-form\" "
        "action=\"{}/wp-admin/update.php?action=upload-plugin\">\n"
        "<input type=\"hidden\" id=\"_wpnonce\" name=\"_wpnonce\" value=\"{}\" />\n"
        "<input type=\"file\" id=\"pluginzip\" name=\"pluginzip\" accept=\".zip\" />\n"
        "<input type=\"submit\" name=\"install-plugin-submit\" value=\"Install Now\" />\n</form>\n",
        home(call), nonce(call, "plugin-upload"));
  }
  reply.body = fmt::format(
      "<!DOCTYPE html>\n<html class=\"wp-toolbar\" lang=\"en-US\">\n<head>\n"
      "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=UTF-8\" />\n"
      "<title>Dashboard &lsaquo; {0} &#8212; WordPress</title>\n</head>\n<body class=\"wp-admin "
      "wp-core-ui index-php\">\n"
      "<div id=\"wpwrap\">\n<ul id=\"adminmenu\">\n<li><a "
      "href=\"index.php\">Dashboard</a></li>\n<li><a href=\"edit.php\">Posts</a></li>\n"
      "<li><a href=\"upload.php\">Media</a></li>\n<li><a href=\"themes.php\">Appearance</a></li>\n"
      "<li><a href=\"plugin-install.php\">Plugins</a></li>\n<li><a "
      "href=\"users.php\">Users</a></li>\n"
      "<li><a href=\"options-general.php\">Settings</a></li>\n</ul>\n<div "
      "id=\"wpbody-content\">\n<div class=\"wrap\">\n{1}</div>\n</div>\n"
      "<div id=\"wpadminbar\"><a href=\"{2}/wp-login.php?action=logout&amp;_wpnonce={3}\">Log "
      "Out</a> Howdy, {4}</div>\n"
      "<div id=\"wpfooter\"><p id=\"footer-upgrade\">Version "
      "{5}</p></div>\n</div>\n</body>\n</html>\n",
      php::escape(config_.company), content, home(call), nonce(call, "log-out"), php::escape(user),
      config_.site_version);
  return reply;
}

ApplicationReply WordPress::admin_ajax(const ApplicationCall& call) const {
  const http::Form query = php::query(call.request);
  const bool acts = !http::form_value(query, "action").empty() ||
                    !http::form_value(call.body.form(), "action").empty();
  ApplicationReply reply = page("400 Bad Request");
  reply.add("X-Robots-Tag", "noindex");
  if (acts) reply.add("X-Content-Type-Options", "nosniff");
  no_cache(reply);
  if (acts) {
    reply.add("Referrer-Policy", "strict-origin-when-cross-origin");
    reply.add("X-Frame-Options", "SAMEORIGIN");
  }
  reply.body = "0";
  return reply;
}

}  // namespace decnet::site
