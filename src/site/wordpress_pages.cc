// What visitors see, and the scripts that have little to say.
#include <fmt/format.h>

#include "codec/http/date.h"
#include "site/php.h"
#include "site/visit.h"
#include "site/wordpress.h"

namespace decnet::site {

namespace http = codec::http;

namespace {

constexpr std::string_view kMessageStart =
    "<!DOCTYPE html>\n<html lang=\"en-US\">\n<head>\n<title>WordPress</title>\n</head>\n";

std::string day_path(TimePoint time) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(time));
  return fmt::format("/{:04}/{:02}/{:02}/", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

}  // namespace

std::string WordPress::post_url(const ApplicationCall& call) const {
  return home(call) + day_path(created_at_) + "hello-world/";
}

std::string WordPress::theme(const ApplicationCall& call, std::string_view title,
                             std::string_view content) const {
  const std::string company = php::escape(config_.company);
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en-US\">\n<head>\n<meta charset=\"UTF-8\" />\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n"
      "<meta name='robots' content='max-image-preview:large' />\n<title>{0}</title>\n"
      "<link rel=\"alternate\" type=\"application/rss+xml\" title=\"{1} &raquo; Feed\" "
      "href=\"{2}/feed/\" />\n"
      "<link rel=\"alternate\" type=\"application/rss+xml\" title=\"{1} &raquo; Comments Feed\" "
      "href=\"{2}/comments/feed/\" />\n"
      "<link rel='stylesheet' id='wp-block-library-css' "
      "href='{2}/wp-includes/css/dist/block-library/style.min.css?ver={3}' media='all' />\n"
      "<link rel=\"https://api.w.org/\" href=\"{2}/wp-json/\" />"
      "<link rel=\"EditURI\" type=\"application/rsd+xml\" title=\"RSD\" "
      "href=\"{2}/xmlrpc.php?rsd\" />\n"
      "<meta name=\"generator\" content=\"WordPress {3}\" />\n"
      "<link rel=\"icon\" href=\"{2}/wp-includes/images/w-logo-blue-white-bg.png\" />\n</head>\n"
      "<body class=\"home blog wp-embed-responsive\">\n<div class=\"wp-site-blocks\">\n"
      "<header class=\"wp-block-template-part\"><p class=\"wp-block-site-title\"><a href=\"{2}\" "
      "target=\"_self\" rel=\"home\">{1}</a></p>\n"
      "<nav class=\"wp-block-navigation\" aria-label=\"Navigation\"><a "
      "href=\"{2}/sample-page/\">Sample Page</a></nav></header>\n"
      "<main class=\"wp-block-group\" id=\"wp--skip-link--target\">\n{4}</main>\n"
      "<footer class=\"wp-block-template-part\"><p>Proudly powered by <a "
      "href=\"https://wordpress.org\" rel=\"nofollow\">WordPress</a></p>"
      "</footer>\n</div>\n</body>\n</html>\n",
      title, company, home(call), config_.site_version, content);
}

ApplicationReply WordPress::home_page(const ApplicationCall& call) const {
  ApplicationReply reply = page("200 OK");
  reply.add("Link", fmt::format("<{}/wp-json/>; rel=\"https://api.w.org/\"", home(call)));
  const std::string content = fmt::format(
      "<ul class=\"wp-block-post-template\">\n<li class=\"wp-block-post post-1 post type-post "
      "status-publish format-standard hentry\">\n"
      "<h2 class=\"wp-block-post-title\"><a href=\"{0}\">Hello world!</a></h2>\n"
      "<div class=\"entry-content wp-block-post-content\"><p>Welcome to WordPress. This is your "
      "first post.</p></div>\n"
      "<div class=\"wp-block-post-date\"><time datetime=\"{1}\">{2}</time></div>\n"
      "<a href=\"{3}/author/{4}/\" class=\"wp-block-post-author-name\">{4}</a>\n</li>\n</ul>\n",
      post_url(call), format_time(created_at_, TimeDigits::seconds),
      http::format_date(created_at_).substr(5, 11), home(call), author_);
  reply.body = theme(call, php::escape(config_.company), content);
  return reply;
}

ApplicationReply WordPress::missing_page(const ApplicationCall& call) const {
  ApplicationReply reply = page("404 Not Found");
  no_cache(reply);
  reply.add("Link", fmt::format("<{}/wp-json/>; rel=\"https://api.w.org/\"", home(call)));
  reply.body = theme(call, "Page not found &#8211; " + php::escape(config_.company),
                     "<h1 class=\"wp-block-heading\">Page not found</h1>\n<p>Nothing is here. "
                     "Maybe a search finds it.</p>\n"
                     "<form role=\"search\" method=\"get\" class=\"wp-block-search\"><input "
                     "type=\"search\" name=\"s\" value=\"\" />"
                     "<button type=\"submit\">Search</button></form>\n");
  return reply;
}

ApplicationReply WordPress::feed(const ApplicationCall& call) const {
  const std::string when = http::format_date(created_at_);
  const std::string stamp = php::rfc2822(created_at_);
  const std::string company = php::escape(config_.company);
  ApplicationReply reply;
  reply.add("Content-Type", "application/rss+xml; charset=UTF-8");
  reply.add("Last-Modified", when);
  reply.add("ETag", "\"" + cookie_suffix(call) + "\"");
  reply.add("Link", fmt::format("<{}/wp-json/>; rel=\"https://api.w.org/\"", home(call)));
  reply.body = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss "
      "version=\"2.0\"\n\txmlns:content=\"http://purl.org/rss/1.0/modules/content/\"\n"
      "\txmlns:dc=\"http://purl.org/dc/elements/1.1/\"\n\txmlns:atom=\"http://www.w3.org/2005/"
      "Atom\"\n\t>\n\n<channel>\n"
      "\t<title>{0}</title>\n\t<atom:link href=\"{1}/feed/\" rel=\"self\" "
      "type=\"application/rss+xml\" />\n\t<link>{1}</link>\n"
      "\t<description></description>\n\t<lastBuildDate>{2}</lastBuildDate>\n\t<language>en-US</"
      "language>\n"
      "\t<generator>https://wordpress.org/?v={3}</generator>\n\t<item>\n\t\t<title>Hello "
      "world!</title>\n\t\t<link>{4}</link>\n"
      "\t\t<dc:creator><![CDATA[{5}]]></dc:creator>\n\t\t<pubDate>{2}</pubDate>\n"
      "\t\t<category><![CDATA[Uncategorized]]></category>\n\t\t<guid "
      "isPermaLink=\"false\">{1}/?p=1</guid>\n\t</item>\n</channel>\n</rss>\n",
      company, home(call), stamp, config_.site_version, post_url(call), author_);
  return reply;
}

ApplicationReply WordPress::robots(const ApplicationCall& call) const {
  ApplicationReply reply;
  reply.add("Content-Type", "text/plain; charset=utf-8");
  reply.add("Link", fmt::format("<{}/wp-json/>; rel=\"https://api.w.org/\"", home(call)));
  reply.body = fmt::format(
      "User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\n\nSitemap: "
      "{}/wp-sitemap.xml\n",
      home(call));
  return reply;
}

ApplicationReply WordPress::sitemap(const ApplicationCall& call) const {
  ApplicationReply reply;
  reply.add("Content-Type", "application/xml; charset=UTF-8");
  reply.body = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<?xml-stylesheet type=\"text/xsl\" "
      "href=\"{}/wp-sitemap-index.xsl\" ?>\n"
      "<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">",
      home(call));
  for (const std::string_view part : {"posts-post", "posts-page", "taxonomies-category", "users"}) {
    reply.body +=
        fmt::format("<sitemap><loc>{}/wp-sitemap-{}-1.xml</loc></sitemap>", home(call), part);
  }
  reply.body += "</sitemapindex>\n";
  return reply;
}

ApplicationReply WordPress::installer(const ApplicationCall& call) const {
  const bool install = call.request.path.ends_with("install.php");
  ApplicationReply reply = page("200 OK");
  no_cache(reply);
  const std::string text =
      install
          ? fmt::format(
                "<h1>Already Installed</h1><p>You appear to have already installed WordPress.</p>"
                "<p class=\"step\"><a href=\"{}/wp-login.php\" class=\"button button-large\">Log "
                "In</a></p>",
                home(call))
          : fmt::format(
                "<h1>No Update Required</h1>\n<p>Your WordPress database is already up to "
                "date!</p>\n"
                "<p class=\"step\"><a class=\"button button-large\" "
                "href=\"{}/\">Continue</a></p>\n",
                home(call));
  reply.body = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en-US\">\n<head>\n<meta name=\"viewport\" "
      "content=\"width=device-width\" />\n"
      "<meta name=\"robots\" content=\"noindex,nofollow\" />\n<title>WordPress &rsaquo; "
      "{0}</title>\n"
      "<link rel='stylesheet' id='install-css' href='{1}/wp-admin/css/install.min.css?ver={2}' "
      "media='all' />\n</head>\n"
      "<body class=\"wp-core-ui\">\n<p id=\"logo\">WordPress</p>\n{3}</body></html>\n",
      install ? "Installation" : "Update", home(call), config_.site_version, text);
  return reply;
}

ApplicationReply WordPress::opml(const ApplicationCall& call) const {
  ApplicationReply reply;
  reply.add("Content-Type", "text/xml; charset=UTF-8");
  reply.body = fmt::format(
      "<?xml version=\"1.0\"?>\n<opml version=\"1.0\">\n\t<head>\n\t\t<title>\n\t\tLinks for "
      "{}\t\t</title>\n"
      "\t\t<dateCreated>{}</dateCreated>\n\t\t<!-- generator=\"WordPress/{}\" "
      "-->\n\t</head>\n\t<body>\n</body>\n</opml>\n",
      php::escape(config_.company), http::format_date(call.session.clock().now()),
      config_.site_version);
  return reply;
}

ApplicationReply WordPress::blank(const ApplicationCall& call) const {
  ApplicationReply reply = page("200 OK");
  if (call.request.path == "/wp-cron.php") no_cache(reply);
  return reply;
}

ApplicationReply WordPress::post_only(const ApplicationCall& call) const {
  if (call.request.is("POST")) return redirect("302 Found", post_url(call), false);
  ApplicationReply reply;
  reply.status = "405 Method Not Allowed";
  reply.add("Content-Type", "text/plain;charset=UTF-8");
  reply.add("Allow", "POST");
  return reply;
}

ApplicationReply WordPress::to_register(const ApplicationCall& call) const {
  return redirect("302 Found", home(call) + "/wp-login.php?action=register", false);
}

ApplicationReply WordPress::disabled(const ApplicationCall&) const {
  ApplicationReply reply = page("403 Forbidden");
  no_cache(reply);
  reply.body = std::string(kMessageStart) +
               "<body id=\"error-page\">\n<div class=\"wp-die-message\">This action has been "
               "disabled by the administrator.</div></body>\n</html>\n";
  return reply;
}

ApplicationReply WordPress::trackback(const ApplicationCall&) const {
  ApplicationReply reply;
  reply.status = "404 Not Found";
  reply.add("Content-Type", "text/xml; charset=UTF-8");
  no_cache(reply);
  reply.body =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<response>\n<error>1</error>\n"
      "<message>I really need an ID for this to work.</message>\n</response>";
  return reply;
}

// A part of the program that fails when it is asked for alone.
ApplicationReply WordPress::broken(const ApplicationCall&) const {
  return page("500 Internal Server Error");
}

}  // namespace decnet::site
