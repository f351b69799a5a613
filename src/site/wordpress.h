// A WordPress: its front page, its login, its REST and XML-RPC interfaces, as attackers ask for
// them. The markup is our own; names of fields, cookies, header fields, statuses and redirections
// are those of the genuine one.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "site/application.h"

namespace decnet::site {

class WordPress final : public Application {
 public:
  explicit WordPress(const Config& config);

  Route route(std::string_view path) const override;
  ApplicationReply answer(const ApplicationCall& call) override;

  struct XmlRpcFault {
    int code = 0;
    std::string text;
  };

 private:
  using Page = ApplicationReply (WordPress::*)(const ApplicationCall& call) const;

  // wordpress.cc
  ApplicationReply front(const ApplicationCall& call) const;
  ApplicationReply page(std::string_view status) const;
  void no_cache(ApplicationReply& reply) const;
  ApplicationReply redirect(std::string_view status, const std::string& location,
                            bool cached) const;
  std::string home(const ApplicationCall& call) const;  // "http://www.example.com"
  std::string cookie_suffix(const ApplicationCall& call) const;
  std::string nonce(const ApplicationCall& call, std::string_view action) const;
  bool knows(std::string_view user) const;
  // The user whose cookies came with the request, or empty.
  std::string logged_in(const ApplicationCall& call) const;
  bool log_in(const ApplicationCall& call, std::string_view user, std::string_view password,
              std::string_view method) const;

  // wordpress_login.cc
  ApplicationReply login(const ApplicationCall& call) const;
  ApplicationReply login_form(const ApplicationCall& call, std::string_view user,
                              std::string_view error, std::string_view note) const;
  ApplicationReply lost_password(const ApplicationCall& call) const;
  ApplicationReply welcome(const ApplicationCall& call, std::string_view user) const;
  ApplicationReply log_out(const ApplicationCall& call) const;
  ApplicationReply admin(const ApplicationCall& call) const;
  ApplicationReply admin_ajax(const ApplicationCall& call) const;

  // wordpress_pages.cc
  ApplicationReply home_page(const ApplicationCall& call) const;
  ApplicationReply missing_page(const ApplicationCall& call) const;
  ApplicationReply feed(const ApplicationCall& call) const;
  ApplicationReply robots(const ApplicationCall& call) const;
  ApplicationReply sitemap(const ApplicationCall& call) const;
  ApplicationReply installer(const ApplicationCall& call) const;
  ApplicationReply opml(const ApplicationCall& call) const;
  ApplicationReply blank(const ApplicationCall& call) const;
  ApplicationReply post_only(const ApplicationCall& call) const;
  ApplicationReply to_register(const ApplicationCall& call) const;
  ApplicationReply disabled(const ApplicationCall& call) const;
  ApplicationReply trackback(const ApplicationCall& call) const;
  ApplicationReply broken(const ApplicationCall& call) const;
  std::string theme(const ApplicationCall& call, std::string_view title,
                    std::string_view content) const;
  std::string post_url(const ApplicationCall& call) const;

  // wordpress_rest.cc, wordpress_xmlrpc.cc
  ApplicationReply rest(const ApplicationCall& call, std::string_view route) const;
  std::string rest_user(const ApplicationCall& call) const;
  std::string rest_post(const ApplicationCall& call) const;
  std::string rest_index(const ApplicationCall& call) const;
  ApplicationReply xmlrpc(const ApplicationCall& call) const;
  std::optional<XmlRpcFault> xmlrpc_login(const ApplicationCall& call, std::string_view method,
                                          const std::vector<std::string>& arguments) const;
  std::string xmlrpc_blogs(const ApplicationCall& call) const;
  std::string xmlrpc_many(const ApplicationCall& call, std::string_view params) const;

  const Config& config_;  // Outlives the application.
  std::string author_;    // The user with the number 1.
  TimePoint created_at_{};
  std::map<std::string, Page, std::less<>> scripts_;
};

}  // namespace decnet::site
