// The REST interface: what scanners ask of it.
#include <array>

#include <fmt/format.h>

#include "base/hash.h"
#include "site/php.h"
#include "site/visit.h"
#include "site/wordpress.h"

namespace decnet::site {

namespace http = codec::http;

namespace {

constexpr std::array<std::string_view, 14> kRoutes = {"/",
                                                      "/batch/v1",
                                                      "/oembed/1.0",
                                                      "/oembed/1.0/embed",
                                                      "/wp/v2",
                                                      "/wp/v2/posts",
                                                      "/wp/v2/pages",
                                                      "/wp/v2/media",
                                                      "/wp/v2/types",
                                                      "/wp/v2/users",
                                                      "/wp/v2/users/me",
                                                      "/wp/v2/comments",
                                                      "/wp/v2/settings",
                                                      "/wp/v2/plugins"};

std::string error(std::string_view code, std::string_view message, int status) {
  return fmt::format("{{\"code\":\"{}\",\"message\":{},\"data\":{{\"status\":{}}}}}", code,
                     php::json_string(message), status);
}

std::string links(const std::string& base, std::string_view path) {
  const std::string collection(path.substr(0, path.rfind('/')));
  return fmt::format("\"_links\":{{\"self\":[{{\"href\":{}}}],\"collection\":[{{\"href\":{}}}]}}",
                     php::json_string(base + "/wp-json" + std::string(path)),
                     php::json_string(base + "/wp-json" + collection));
}

}  // namespace

std::string WordPress::rest_user(const ApplicationCall& call) const {
  const std::string base = home(call);
  const std::string picture = "https://secure.gravatar.com/avatar/" +
                              sha256_hex(author_ + "@" + config_.site_host) + "?s={}&d=mm&r=g";
  const auto avatar = [&](int size) {
    return php::json_string(fmt::format(fmt::runtime(picture), size));
  };
  return fmt::format(
      "{{\"id\":1,\"name\":{0},\"url\":{1},\"description\":\"\",\"link\":{2},\"slug\":{0},"
      "\"avatar_urls\":{{\"24\":{3},\"48\":{4},\"96\":{5}}},\"meta\":[],{6}}}",
      php::json_string(author_), php::json_string(base),
      php::json_string(base + "/author/" + author_ + "/"), avatar(24), avatar(48), avatar(96),
      links(base, "/wp/v2/users/1"));
}

std::string WordPress::rest_post(const ApplicationCall& call) const {
  const std::string date = format_time(created_at_, TimeDigits::seconds).substr(0, 19);
  return fmt::format(
      "{{\"id\":1,\"date\":\"{0}\",\"date_gmt\":\"{0}\",\"guid\":{{\"rendered\":{1}}},\"modified\":"
      "\"{0}\",\"modified_gmt\":\"{0}\","
      "\"slug\":\"hello-world\",\"status\":\"publish\",\"type\":\"post\",\"link\":{2},\"title\":{{"
      "\"rendered\":\"Hello world!\"}},"
      "\"author\":1,\"featured_media\":0,\"comment_status\":\"open\",\"ping_status\":\"open\","
      "\"sticky\":false,"
      "\"template\":\"\",\"format\":\"standard\",\"meta\":{{\"footnotes\":\"\"}},\"categories\":[1]"
      ",\"tags\":[],{3}}}",
      date, php::json_string(home(call) + "/?p=1"), php::json_string(post_url(call)),
      links(home(call), "/wp/v2/posts/1"));
}

std::string WordPress::rest_index(const ApplicationCall& call) const {
  const std::string base = php::json_string(home(call));
  std::string index = fmt::format(
      "{{\"name\":{},\"description\":\"\",\"url\":{},\"home\":{},\"gmt_offset\":\"0\",\"timezone_"
      "string\":\"\","
      "\"namespaces\":[\"oembed\\/1.0\",\"wp\\/v2\",\"wp-site-health\\/v1\",\"wp-block-editor\\/"
      "v1\"],"
      "\"authentication\":[],\"routes\":{{",
      php::json_string(config_.company), base, base);
  for (std::size_t at = 0; at < kRoutes.size(); ++at) {
    index += fmt::format(
        "{}{}:{{\"namespace\":\"wp\\/"
        "v2\",\"methods\":[\"GET\"],\"_links\":{{\"self\":[{{\"href\":{}}}]}}}}",
        at == 0 ? "" : ",", php::json_string(kRoutes[at]),
        php::json_string(home(call) + "/wp-json" + std::string(kRoutes[at])));
  }
  return index + "},\"site_logo\":0,\"site_icon\":0,\"site_icon_url\":\"\"}";
}

ApplicationReply WordPress::rest(const ApplicationCall& call, std::string_view route) const {
  if (route.size() > 1 && route.ends_with('/')) route.remove_suffix(1);
  ApplicationReply reply;
  reply.add("Content-Type", "application/json; charset=UTF-8");
  reply.add("X-Robots-Tag", "noindex");
  reply.add("Link", fmt::format("<{}/wp-json/>; rel=\"https://api.w.org/\"", home(call)));
  reply.add("X-Content-Type-Options", "nosniff");
  reply.add("Access-Control-Expose-Headers", "X-WP-Total, X-WP-TotalPages, Link");
  reply.add("Access-Control-Allow-Headers",
            "Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type");
  const bool read = call.request.is("GET") || call.request.is("HEAD") || call.request.is("OPTIONS");
  const bool list = route == "/wp/v2/users" || route == "/wp/v2/posts";
  bool found = true;
  if (list && read) {
    reply.add("X-WP-Total", "1");
    reply.add("X-WP-TotalPages", "1");
    reply.body = "[" + (route == "/wp/v2/users" ? rest_user(call) : rest_post(call)) + "]";
  } else if (list || route == "/wp/v2/settings" || route == "/wp/v2/plugins") {
    reply.status = "401 Unauthorized";
    reply.body = error(list ? "rest_cannot_create" : "rest_forbidden",
                       "Sorry, you are not allowed to do that.", 401);
  } else if (route == "/wp/v2/users/1") {
    reply.body = rest_user(call);
  } else if (route == "/wp/v2/posts/1") {
    reply.body = rest_post(call);
  } else if (route == "/wp/v2/users/me") {
    reply.status = "401 Unauthorized";
    reply.body = error("rest_not_logged_in", "You are not currently logged in.", 401);
  } else if (route.starts_with("/wp/v2/users/")) {
    reply.status = "404 Not Found";
    reply.body = error("rest_user_invalid_id", "Invalid user ID.", 404);
  } else if (route == "/") {
    reply.body = rest_index(call);
  } else {
    found = false;
    reply.status = "404 Not Found";
    reply.body =
        error("rest_no_route", "No route was found matching the URL and request method.", 404);
  }
  if (found) reply.add("Allow", "GET");
  reply.add("Vary", "Origin");
  return reply;
}

}  // namespace decnet::site
