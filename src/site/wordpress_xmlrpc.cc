// XML-RPC: the way in for those who guess passwords many at a time.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/counters.h"
#include "site/php.h"
#include "site/visit.h"
#include "site/wordpress.h"

namespace decnet::site {

namespace http = codec::http;

namespace {

constexpr std::size_t kCallsMax = 2000;    // Of one system.multicall.
constexpr std::size_t kArgumentsMax = 16;  // Of one call, as far as they are looked at.
constexpr Duration kHashTime = std::chrono::milliseconds{37};

constexpr std::array<std::string_view, 16> kMethods = {
    "system.multicall",      "system.listMethods", "system.getCapabilities",
    "demo.addTwoNumbers",    "demo.sayHello",      "pingback.extensions.getPingbacks",
    "pingback.ping",         "metaWeblog.newPost", "metaWeblog.getRecentPosts",
    "blogger.getUsersBlogs", "wp.getUsersBlogs",   "wp.getUsers",
    "wp.getPosts",           "wp.uploadFile",      "wp.getOptions",
    "wp.getAuthors"};

// The text between <name> and </name>, from `at` on, which moves behind it. False if there is none.
bool take_element(std::string_view text, std::string_view name, std::size_t& at,
                  std::string_view& inside) {
  const std::string open = fmt::format("<{}>", name);
  const std::string close = fmt::format("</{}>", name);
  const auto begin = text.find(open, at);
  if (begin == std::string_view::npos) return false;
  const auto end = text.find(close, begin);
  if (end == std::string_view::npos) return false;
  inside = text.substr(begin + open.size(), end - begin - open.size());
  at = end + close.size();
  return true;
}

std::string unescape_xml(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, char>, 5> kEntities = {
      {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}}};
  if (text.starts_with("<![CDATA[") && text.ends_with("]]>"))
    return std::string(text.substr(9, text.size() - 12));
  std::string out;
  while (!text.empty()) {
    const auto entity = std::find_if(kEntities.begin(), kEntities.end(), [&](const auto& known) {
      return text.starts_with(known.first);
    });
    out += entity != kEntities.end() ? entity->second : text.front();
    text.remove_prefix(entity != kEntities.end() ? entity->first.size() : 1);
  }
  return out;
}

// A scalar value: with or without <string> around it.
std::string scalar(std::string_view value) {
  std::size_t at = 0;
  std::string_view inside;
  for (const std::string_view type : {"string", "int", "i4", "boolean"}) {
    at = 0;
    if (take_element(value, type, at, inside)) return unescape_xml(inside);
  }
  return unescape_xml(http::trim(value));
}

struct Call {
  std::string method;
  std::vector<std::string> arguments;
};

std::vector<std::string> arguments_of(std::string_view text) {
  std::vector<std::string> found;
  std::size_t at = 0;
  for (std::string_view inside;
       found.size() < kArgumentsMax && take_element(text, "value", at, inside);) {
    // The value of an array or a struct begins with another one.
    const auto nested = inside.rfind("<value>");
    found.push_back(scalar(nested == std::string_view::npos ? inside : inside.substr(nested + 7)));
  }
  return found;
}

// The calls of system.multicall: structs with methodName and params.
std::vector<Call> calls_of(std::string_view params) {
  static Counter& dropped =
      counter("site_xmlrpc_calls_dropped_total", "Calls of one system.multicall beyond the limit");
  std::vector<Call> calls;
  std::size_t at = 0;
  for (std::string_view inside; take_element(params, "struct", at, inside);) {
    if (calls.size() == kCallsMax) {
      dropped.add();
      break;
    }
    Call call;
    std::size_t in = 0;
    for (std::string_view member; take_element(inside, "member", in, member);) {
      std::size_t behind = 0;
      std::string_view name;
      if (!take_element(member, "name", behind, name)) continue;
      if (name == "methodName") {
        const auto values = arguments_of(member.substr(behind));
        if (!values.empty()) call.method = values.front();
      } else if (name == "params") {
        call.arguments = arguments_of(member.substr(behind));
      }
    }
    calls.push_back(std::move(call));
  }
  return calls;
}

using Fault = WordPress::XmlRpcFault;

std::string spell_fault(const Fault& fault) {
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<methodResponse>\n  <fault>\n    <value>\n      "
      "<struct>\n        <member>\n"
      "          <name>faultCode</name>\n          <value><int>{}</int></value>\n        "
      "</member>\n        <member>\n"
      "          <name>faultString</name>\n          <value><string>{}</string></value>\n        "
      "</member>\n      </struct>\n"
      "    </value>\n  </fault>\n</methodResponse>\n",
      fault.code, http::escape_html(fault.text));
}

std::string spell_result(std::string_view value) {
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<methodResponse>\n  <params>\n    <param>\n     "
      " <value>\n      {}\n"
      "      </value>\n    </param>\n  </params>\n</methodResponse>\n",
      value);
}

Fault no_such_method(std::string_view method) {
  return {-32601, fmt::format("server error. requested method {} does not exist.", method)};
}

bool wants_login(std::string_view method) {
  constexpr std::array<std::string_view, 4> kGroups = {"wp.", "metaWeblog.", "blogger.", "mt."};
  return std::any_of(kGroups.begin(), kGroups.end(),
                     [&](std::string_view group) { return method.starts_with(group); });
}

// Where in the arguments of a method user and password stand.
std::size_t user_at(std::string_view method) {
  if (method == "wp.getUsersBlogs") return 0;
  return 1;
}

}  // namespace

// Whether a call of that method is let in; nothing if it is.
std::optional<Fault> WordPress::xmlrpc_login(const ApplicationCall& call, std::string_view method,
                                             const std::vector<std::string>& arguments) const {
  const std::size_t user = user_at(method);
  if (arguments.size() < user + 2)
    return Fault{400, "Insufficient arguments passed to this XML-RPC method."};
  if (log_in(call, arguments[user], arguments[user + 1], "xmlrpc")) return std::nullopt;
  return Fault{403, "Incorrect username or password."};
}

std::string WordPress::xmlrpc_blogs(const ApplicationCall& call) const {
  return fmt::format(
      "<array><data>\n  <value><struct>\n  "
      "<member><name>isAdmin</name><value><boolean>1</boolean></value></member>\n"
      "  <member><name>url</name><value><string>{0}/</string></value></member>\n"
      "  <member><name>blogid</name><value><string>1</string></value></member>\n"
      "  <member><name>blogName</name><value><string>{1}</string></value></member>\n"
      "  "
      "<member><name>xmlrpc</name><value><string>{0}/xmlrpc.php</string></value></member>\n</"
      "struct></value>\n"
      "</data></array>",
      home(call), php::escape(config_.company));
}

// system.multicall. After the first failed login the genuine one lets nobody in; the guesses are
// recorded all the same.
std::string WordPress::xmlrpc_many(const ApplicationCall& call, std::string_view params) const {
  std::string list = "<array><data>\n";
  bool failed = false;
  for (const Call& one : calls_of(params)) {
    Fault fault = no_such_method(one.method);
    if (wants_login(one.method)) {
      auto refused = xmlrpc_login(call, one.method, one.arguments);
      if (!refused && !failed) {
        list += "  <value><array><data>\n  <value>" + xmlrpc_blogs(call) +
                "</value>\n</data></array></value>\n";
        continue;
      }
      failed = true;
      fault = refused ? std::move(*refused) : Fault{403, "Incorrect username or password."};
    }
    list += fmt::format(
        "  <value><struct>\n  <member><name>faultCode</name><value><int>{}</int></value></member>\n"
        "  "
        "<member><name>faultString</name><value><string>{}</string></value></member>\n</struct></"
        "value>\n",
        fault.code, http::escape_html(fault.text));
  }
  return spell_result(list + "</data></array>");
}

ApplicationReply WordPress::xmlrpc(const ApplicationCall& call) const {
  ApplicationReply reply;
  if (call.request.has_query && call.request.query == "rsd") {
    reply.add("Content-Type", "text/xml; charset=UTF-8");
    reply.body = fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rsd version=\"1.0\" "
        "xmlns=\"http://archipelago.phrasewise.com/rsd\">\n"
        "\t<service>\n\t\t<engineName>WordPress</engineName>\n\t\t<engineLink>https://"
        "wordpress.org/</engineLink>\n"
        "\t\t<homePageLink>{0}</homePageLink>\n\t\t<apis>\n"
        "\t\t\t<api name=\"WordPress\" blogID=\"1\" preferred=\"true\" apiLink=\"{0}/xmlrpc.php\" "
        "/>\n"
        "\t\t</apis>\n\t</service>\n</rsd>\n",
        home(call));
    return reply;
  }
  if (!call.request.is("POST")) {
    reply.status = "405 Method Not Allowed";
    reply.add("Content-Type", "text/plain;charset=UTF-8");
    reply.add("Allow", "POST");
    reply.body = "XML-RPC server accepts POST requests only.";
    return reply;
  }
  reply.add("Content-Type", "text/xml; charset=UTF-8");
  reply.add("Connection", "close");
  reply.add("Date", php::rfc2822(call.session.clock().now()));
  const std::string_view text = call.body.content();
  std::size_t at = 0;
  std::string_view name;
  if (!take_element(text, "methodName", at, name) ||
      text.find("</methodCall>") == std::string_view::npos) {
    reply.body = spell_fault({-32700, "parse error. not well formed"});
    return reply;
  }
  const std::string_view params = text.substr(at);
  const std::string method = unescape_xml(http::trim(name));
  if (method == "system.listMethods") {
    std::string list = "<array><data>\n";
    for (const std::string_view known : kMethods)
      list += fmt::format("  <value><string>{}</string></value>\n", known);
    reply.body = spell_result(list + "</data></array>");
  } else if (method == "demo.sayHello") {
    reply.body = spell_result("<string>Hello!</string>");
  } else if (method == "pingback.ping") {
    reply.body = spell_fault({0, ""});
  } else if (method == "system.multicall") {
    reply.body = xmlrpc_many(call, params);
    reply.took += php::page_time(kHashTime);
  } else if (wants_login(method)) {
    const auto fault = xmlrpc_login(call, method, arguments_of(params));
    reply.body = fault ? spell_fault(*fault) : spell_result(xmlrpc_blogs(call));
    reply.took += php::page_time(kHashTime);
  } else {
    reply.body = spell_fault(no_such_method(method));
  }
  return reply;
}

}  // namespace decnet::site
