// What a genuine WordPress does, as its heads, statuses and redirections show it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "site/talk_test.h"

namespace decnet::site {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string answer(std::string request, std::string server = "apache") {
  return talk({.says = {std::move(request)}, .server = std::move(server), .site = "wordpress"})
      ->written();
}

constexpr std::string_view kTestCookie = "Cookie: wordpress_test_cookie=WP%20Cookie%20check\r\n";

TEST(WordPress, LoginHasTheHeadOfTheGenuineOneBehindApache) {
  EXPECT_EQ(
      head_of(answer(get("/wp-login.php"))),
      "HTTP/1.1 200 OK\nServer: Apache/2.4.62 (Debian)\nExpires: Wed, 11 Jan 1984 05:00:00 GMT\n"
      "Cache-Control: no-cache, must-revalidate, max-age=0, no-store, private\n"
      "Set-Cookie: wordpress_test_cookie=WP%20Cookie%20check; path=/\nX-Frame-Options: SAMEORIGIN\n"
      "Vary: Accept-Encoding\nContent-Type: text/html; charset=UTF-8\n");
}

TEST(WordPress, LoginHasTheHeadOfTheGenuineOneBehindNginx) {
  EXPECT_EQ(head_of(answer(get("/wp-login.php"), "nginx")),
            "HTTP/1.1 200 OK\nServer: nginx/1.22.1\nContent-Type: text/html; "
            "charset=UTF-8\nTransfer-Encoding: chunked\n"
            "Connection: keep-alive\nExpires: Wed, 11 Jan 1984 05:00:00 GMT\n"
            "Cache-Control: no-cache, must-revalidate, max-age=0, no-store, private\n"
            "Set-Cookie: wordpress_test_cookie=WP%20Cookie%20check; path=/\nX-Frame-Options: "
            "SAMEORIGIN\n");
}

TEST(WordPress, TellsWhatIsWrongWithALogin) {
  const auto error = [](std::string_view form, std::string_view cookie = kTestCookie) {
    return between(answer(post("/wp-login.php", form, cookie)),
                   "<div id=\"login_error\" class=\"notice notice-error\"><p>", "</p></div>");
  };
  EXPECT_THAT(error("log=admin&pwd=x&testcookie=1"),
              HasSubstr("for the username <strong>admin</strong> is incorrect"));
  EXPECT_THAT(error("log=nobody&pwd=x&testcookie=1"),
              HasSubstr("<strong>nobody</strong> is not registered"));
  EXPECT_THAT(error("log=%3Cb%3E&pwd=x"), HasSubstr("&lt;b&gt;"));
  EXPECT_THAT(
      error("log=&pwd=&testcookie=1"),
      HasSubstr("username field is empty.<br />\n<strong>Error:</strong> The password field"));
  EXPECT_THAT(error("log=admin&pwd=x&testcookie=1", ""), HasSubstr("Cookies are blocked"));
  EXPECT_THAT(error("log=admin&pwd=x", ""), HasSubstr("is incorrect"));
}

TEST(WordPress, RecordsALogin) {
  const auto session =
      talk({.says = {post("/wp-login.php", "log=admin&pwd=hunter2&wp-submit=Log+In", kTestCookie)},
            .site = "wordpress"});
  EXPECT_THAT(session->event_lines(), StartsWith("login.attempt principal=admin "));
  EXPECT_THAT(session->event_lines(), HasSubstr("secret_printable=hunter2"));
  EXPECT_THAT(session->event_lines(), HasSubstr("method=form"));
  EXPECT_THAT(session->event_lines(), HasSubstr("outcome=refused"));
}

TEST(WordPress, LetsInWhomThePolicyLetsIn) {
  const std::string form = "log=backup&pwd=backup123&testcookie=1";
  const std::string welcome = answer(post("/wp-login.php", form, kTestCookie));
  EXPECT_THAT(welcome, StartsWith("HTTP/1.1 302 Found\r\n"));
  EXPECT_THAT(
      welcome,
      HasSubstr("\r\nX-Redirect-By: WordPress\r\nLocation: http://blog.test/wp-admin/\r\n"));
  const std::string name = "wordpress_logged_in_" + between(welcome, "wordpress_logged_in_", "=");
  const std::string cookie = name + "=" + between(welcome, name + "=", ";");
  const std::string desk = answer(get("/wp-admin/", "Cookie: " + cookie + "\r\n"));
  EXPECT_THAT(desk, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(desk, HasSubstr("Howdy, backup"));
  // A cookie that was made up, or changed, opens nothing.
  const std::string forged =
      answer(get("/wp-admin/", "Cookie: " + name + "=admin%7C9999999999%7Cx%7Cdeadbeef\r\n"));
  EXPECT_THAT(forged, StartsWith("HTTP/1.1 302 Found\r\n"));
}

TEST(WordPress, RedirectsToItselfOnly) {
  const auto location = [](std::string_view to) {
    return between(
        answer(post("/wp-login.php",
                    "log=backup&pwd=backup123&testcookie=1&redirect_to=" + std::string(to),
                    kTestCookie)),
        "Location: ", "\r\n");
  };
  EXPECT_EQ(location("http%3A%2F%2Fblog.test%2Fx"), "http://blog.test/x");
  EXPECT_EQ(location("http%3A%2F%2Fevil.test%2F"), "http://blog.test/wp-admin/");
  EXPECT_EQ(location("%2F%2Fevil.test%2F"), "http://blog.test/wp-admin/");
  EXPECT_EQ(location("%2Fa%0d%0aX-Evil:%201"), "http://blog.test/wp-admin/");
}

TEST(WordPress, SendsStrangersToTheLogin) {
  EXPECT_THAT(
      answer(get("/wp-admin/")),
      HasSubstr("\r\nX-Redirect-By: WordPress\r\nLocation: "
                "http://blog.test/"
                "wp-login.php?redirect_to=http%3A%2F%2Fblog.test%2Fwp-admin%2F&reauth=1\r\n"));
  EXPECT_THAT(answer(get("/wp-admin")), HasSubstr("Location: http://blog.test/wp-admin/\r\n"));
  EXPECT_THAT(answer(get("/wp-admin"), "nginx"),
              HasSubstr("Location: http://blog.test/wp-admin/\r\nConnection: keep-alive\r\n"));
}

TEST(WordPress, NamesItsAuthor) {
  EXPECT_THAT(answer(get("/?author=1")), HasSubstr("Location: http://blog.test/author/admin/\r\n"));
  const std::string users = answer(get("/wp-json/wp/v2/users"));
  EXPECT_EQ(head_of(users),
            "HTTP/1.1 200 OK\nServer: Apache/2.4.62 (Debian)\nX-Robots-Tag: noindex\n"
            "Link: <http://blog.test/wp-json/>; "
            "rel=\"https://api.w.org/\"\nX-Content-Type-Options: nosniff\n"
            "Access-Control-Expose-Headers: X-WP-Total, X-WP-TotalPages, Link\n"
            "Access-Control-Allow-Headers: Authorization, X-WP-Nonce, Content-Disposition, "
            "Content-MD5, Content-Type\n"
            "X-WP-Total: 1\nX-WP-TotalPages: 1\nAllow: GET\nVary: Origin\nContent-Type: "
            "application/json; charset=UTF-8\n");
  EXPECT_THAT(users, HasSubstr("\"slug\":\"admin\""));
  EXPECT_EQ(answer(get("/?rest_route=/wp/v2/users")).substr(0, 15), "HTTP/1.1 200 OK");
  EXPECT_THAT(answer(get("/wp-json/nope")), StartsWith("HTTP/1.1 404 Not Found\r\n"));
}

std::string xml_call(std::string_view method, std::string_view params) {
  return "<?xml version=\"1.0\"?><methodCall><methodName>" + std::string(method) +
         "</methodName><params>" + std::string(params) + "</params></methodCall>";
}

TEST(WordPress, AnswersXmlRpc) {
  EXPECT_THAT(answer(get("/xmlrpc.php")), HasSubstr("XML-RPC server accepts POST requests only."));
  EXPECT_THAT(answer(post("/xmlrpc.php", "xx")), HasSubstr("<int>-32700</int>"));
  EXPECT_THAT(answer(post("/xmlrpc.php", xml_call("nope", ""))),
              HasSubstr("requested method nope does not exist."));
  EXPECT_THAT(answer(post("/xmlrpc.php", xml_call("demo.sayHello", ""))),
              HasSubstr("<string>Hello!</string>"));
  EXPECT_THAT(answer(post("/xmlrpc.php", xml_call("system.listMethods", ""))),
              HasSubstr("<string>wp.getUsersBlogs</string>"));
  const std::string reply = answer(post("/xmlrpc.php", "x"), "nginx");
  EXPECT_THAT(reply, HasSubstr("Connection: keep-alive\r\nDate: "));
  EXPECT_THAT(between(reply, "Date: ", "\r\n"), HasSubstr(" +0000"));
}

TEST(WordPress, RecordsEveryGuessOfAMulticall) {
  const auto guess = [](std::string_view password) {
    return "<value><struct><member><name>methodName</name><value><string>wp.getUsersBlogs</"
           "string></value></member><member><name>params</name>"
           "<value><array><data><value><array><data><value><string>admin</string></"
           "value><value><string>" +
           std::string(password) +
           "</string></value></data></array></value></data></array></value></member></struct></"
           "value>";
  };
  const std::string call =
      xml_call("system.multicall", "<param><value><array><data>" + guess("one") +
                                       guess("t&amp;wo") + "</data></array></value></param>");
  const auto session = talk({.says = {post("/xmlrpc.php", call)}, .site = "wordpress"});
  EXPECT_THAT(session->event_lines(), HasSubstr("secret_printable=one"));
  EXPECT_THAT(session->event_lines(), HasSubstr("secret_printable=t&wo"));
  EXPECT_THAT(session->event_lines(), HasSubstr("method=xmlrpc"));
  EXPECT_THAT(session->written(), HasSubstr("Incorrect username or password."));
}

TEST(WordPress, ServersDifferInWhatTheyLeaveToIt) {
  EXPECT_THAT(answer(get("/nothing")), HasSubstr("Page not found"));
  EXPECT_THAT(answer(get("/nothing"), "nginx"), HasSubstr("Page not found"));
  EXPECT_THAT(answer(get("/nothing.php")), HasSubstr("Page not found"));
  EXPECT_THAT(answer(get("/nothing.php"), "nginx"), HasSubstr("<center>nginx/1.22.1</center>"));
  EXPECT_THAT(answer(get("/wp-settings.php")),
              StartsWith("HTTP/1.0 500 Internal Server Error\r\n"));
  EXPECT_THAT(answer(get("/wp-settings.php"), "nginx"),
              StartsWith("HTTP/1.1 500 Internal Server Error\r\n"));
  EXPECT_THAT(answer("OPTIONS / HTTP/1.1\r\nHost: h\r\n\r\n"), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer("OPTIONS / HTTP/1.1\r\nHost: h\r\n\r\n", "nginx"),
              StartsWith("HTTP/1.1 405 Not Allowed\r\n"));
}

TEST(WordPress, ANonceLastsHalfADayAndIsTheDeckysOwn) {
  const auto nonce = [](std::string_view host) {
    return between(answer("GET /wp-login.php HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n"),
                   "\"nonce\":\"", "\"");
  };
  EXPECT_EQ(nonce("a.test").size(), 10u);
  EXPECT_EQ(nonce("a.test"), nonce("a.test"));
  EXPECT_NE(nonce("a.test"), nonce("b.test"));
}

TEST(WordPress, TakesItsTime) {
  const auto session = talk({.says = {get("/wp-login.php")}, .site = "wordpress"});
  EXPECT_GT(session->waited(), std::chrono::milliseconds{40});
  EXPECT_EQ(talk({.says = {get("/robots")}})->waited(), Duration{0});
}

TEST(WordPress, AHostileHostIsTextOnly) {
  const std::string page =
      answer("GET /wp-login.php HTTP/1.1\r\nHost: a\"><script>\r\n\r\n", "nginx");
  EXPECT_THAT(page, Not(HasSubstr("<script>\r")));
  EXPECT_THAT(page, Not(HasSubstr("\"><script>/")));
}

}  // namespace
}  // namespace decnet::site
