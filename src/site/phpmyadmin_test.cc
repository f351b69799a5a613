// What a genuine phpMyAdmin does, as its heads, cookies and tokens show it.
#include "site/phpmyadmin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "site/talk_test.h"

namespace decnet::site {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view kIndex = "/phpmyadmin/index.php";

// One service for several visits: its sessions live in it.
class PhpMyAdminTest : public testing::Test {
 protected:
  std::unique_ptr<session::ScriptedSession> visit(std::string request) {
    session::Script script;
    script.service = "http";
    script.port = 80;
    script.options = {{"server", "apache"}, {"site", "phpmyadmin"}};
    script.script = {std::move(request)};
    auto session = std::make_unique<session::ScriptedSession>(std::move(script));
    if (!service_) {
      first_ = std::make_unique<session::ScriptedSession>(
          session::Script{.service = "http",
                          .script = {},
                          .port = 80,
                          .options = {{"server", "apache"}, {"site", "phpmyadmin"}}});
      service_ = make_service(first_->place(), Transport::plain);
    }
    session->run(*service_);
    return session;
  }

  // Opens the page and gives back what the form needs.
  void open() {
    const std::string page = visit(get(kIndex))->written();
    id_ = between(page, "name=\"set_session\" value=\"", "\"");
    token_ = between(page, "name=\"token\" value=\"", "\"");
  }
  std::string form(std::string_view user, std::string_view password) const {
    return "set_session=" + id_ + "&pma_username=" + std::string(user) +
           "&pma_password=" + std::string(password) + "&server=1&route=%2F&token=" + token_;
  }
  std::string cookie() const { return "Cookie: phpMyAdmin=" + id_ + "; pma_lang=en\r\n"; }

  std::unique_ptr<session::ScriptedSession> first_;
  std::unique_ptr<session::Service> service_;
  std::string id_;
  std::string token_;
};

std::string masked(std::string text, const std::string& what, std::string_view with) {
  for (std::size_t at = 0; !what.empty() && (at = text.find(what)) != std::string::npos;)
    text.replace(at, what.size(), with);
  return text;
}

TEST_F(PhpMyAdminTest, HasTheHeadOfTheGenuineOne) {
  std::string head = head_of(visit(get(kIndex))->written());
  head = masked(head, between(head, "Expires: ", "\n"), "NOW");
  const std::string first = between(head, "phpMyAdmin=", ";");
  head = masked(head, first, "FIRST");
  const std::string second = between(head.substr(head.find("Max-Age")), "phpMyAdmin=", ";");
  head =
      masked(masked(head, second, "SECOND"), between(head, "pma_lang=en; expires=", ";"), "MONTH");
  EXPECT_EQ(
      head,
      "HTTP/1.1 200 OK\nServer: Apache/2.4.62 (Debian)\n"
      "Set-Cookie: phpMyAdmin=FIRST; path=/phpmyadmin/; HttpOnly; SameSite=Strict\nExpires: NOW\n"
      "Cache-Control: no-store, no-cache, must-revalidate, pre-check=0, post-check=0, "
      "max-age=0\nLast-Modified: NOW\n"
      "Set-Cookie: phpMyAdmin=FIRST; path=/phpmyadmin/; HttpOnly; SameSite=Strict\n"
      "Set-Cookie: pma_lang=en; expires=MONTH; Max-Age=2592000; path=/phpmyadmin/; HttpOnly; "
      "SameSite=Strict\n"
      "Set-Cookie: phpMyAdmin=SECOND; path=/phpmyadmin/; HttpOnly; SameSite=Strict\nX-ob_mode: "
      "1\nX-Frame-Options: DENY\n"
      "Referrer-Policy: no-referrer\nContent-Security-Policy: default-src 'self' ;script-src "
      "'self' 'unsafe-inline' 'unsafe-eval' ;"
      "style-src 'self' 'unsafe-inline' ;img-src 'self' data:  *.tile.openstreetmap.org;object-src "
      "'none';\n"
      "X-Content-Security-Policy: default-src 'self' ;options inline-script eval-script;referrer "
      "no-referrer;"
      "img-src 'self' data:  *.tile.openstreetmap.org;object-src 'none';\n"
      "X-WebKit-CSP: default-src 'self' ;script-src 'self'  'unsafe-inline' 'unsafe-eval';referrer "
      "no-referrer;"
      "style-src 'self' 'unsafe-inline' ;img-src 'self' data:  *.tile.openstreetmap.org;object-src "
      "'none';\n"
      "X-XSS-Protection: 1; mode=block\nX-Content-Type-Options: "
      "nosniff\nX-Permitted-Cross-Domain-Policies: none\n"
      "X-Robots-Tag: noindex, nofollow\nPragma: no-cache\nVary: Accept-Encoding\nContent-Type: "
      "text/html; charset=utf-8\n");
  EXPECT_EQ(first.size(), 26u);
  EXPECT_NE(first, second);
}

TEST_F(PhpMyAdminTest, TokensAndSessionsNeverRepeat) {
  open();
  const std::string id = id_;
  const std::string token = token_;
  EXPECT_EQ(token.size(), 32u);
  open();
  EXPECT_NE(id, id_);
  EXPECT_NE(token, token_);
}

TEST_F(PhpMyAdminTest, RefusesAWrongPasswordInTheWordsOfMariaDb) {
  open();
  const auto session = visit(post(kIndex, form("root", "wrong"), cookie()));
  EXPECT_THAT(session->written(), HasSubstr("Cannot log in to the MySQL server"));
  EXPECT_THAT(
      session->written(),
      HasSubstr("(HY000/1698): Access denied for user &#039;root&#039;@&#039;localhost&#039;"));
  EXPECT_THAT(session->written(), HasSubstr("Set-Cookie: pmaAuth-1=deleted;"));
  EXPECT_THAT(session->event_lines(), HasSubstr("principal=root"));
  open();
  EXPECT_THAT(visit(post(kIndex, form("bob", "x"), cookie()))->written(),
              HasSubstr("(HY000/1045): Access denied for user "
                        "&#039;bob&#039;@&#039;localhost&#039; (using password: YES)"));
}

TEST_F(PhpMyAdminTest, AFormWithoutItsTokenCountsAsNotSentButIsRecorded) {
  const auto session = visit(post(kIndex, "pma_username=root&pma_password=toor&server=1"));
  EXPECT_THAT(session->written(), Not(HasSubstr("Cannot log in")));
  EXPECT_THAT(session->event_lines(), HasSubstr("secret_printable=toor"));
}

TEST_F(PhpMyAdminTest, LetsInWhomThePolicyLetsInAndListens) {
  open();
  const std::string welcome = visit(post(kIndex, form("backup", "backup123"), cookie()))->written();
  EXPECT_THAT(welcome, StartsWith("HTTP/1.1 302 Found\r\n"));
  EXPECT_THAT(welcome, HasSubstr("Location: http://blog.test/phpmyadmin/index.php?route=/\r\n"));
  const auto last = welcome.rfind("phpMyAdmin=");
  id_ = between(welcome.substr(last), "phpMyAdmin=", ";");
  const auto session =
      visit(post("/phpmyadmin/index.php?route=/sql", "sql_query=SELECT+%40%40version", cookie()));
  EXPECT_THAT(session->written(), HasSubstr("User: backup@localhost"));
  EXPECT_THAT(session->event_lines(), HasSubstr("command command=SELECT @@version"));
}

TEST_F(PhpMyAdminTest, StandsBesideTheDefaultPage) {
  EXPECT_THAT(visit(get("/"))->written(), HasSubstr("It works!"));
  EXPECT_THAT(visit(get("/phpmyadmin"))->written(),
              HasSubstr("Location: http://blog.test/phpmyadmin/\r\n"));
  EXPECT_THAT(visit(get("/phpmyadmin/libraries/"))->written(),
              StartsWith("HTTP/1.1 403 Forbidden\r\n"));
  EXPECT_THAT(visit(get("/phpmyadmin/setup/"))->written(),
              StartsWith("HTTP/1.1 404 Not Found\r\n"));
}

TEST_F(PhpMyAdminTest, ItsSessionsAreBounded) {
  open();
  const std::string oldest = cookie();
  const std::string sent = form("root", "x");
  std::string many;
  for (std::size_t n = 0; n < 100; ++n)
    many += get(kIndex);  // Apache ends a connection after so many.
  for (std::size_t n = 0; n < kPhpMyAdminSessionsMax; n += 100) visit(many);
  EXPECT_THAT(visit(post(kIndex, sent, oldest))->written(), Not(HasSubstr("Cannot log in")));
}

}  // namespace
}  // namespace decnet::site
