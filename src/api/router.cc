#include "api/router.h"

#include <algorithm>
#include <cassert>

#include "api/url.h"

namespace decnet::api {
namespace {

// Takes "/segment" off the front.
std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);
  const auto end = std::min(path.find('/'), path.size());
  const auto segment = path.substr(0, end);
  path.remove_prefix(end);
  return segment;
}

std::string allowed(const std::vector<const Route*>& routes) {
  std::string text;
  for (const Route* route : routes) {
    if (!text.empty()) text += ", ";
    text += to_string(route->method);
    if (route->method == Method::get) text += ", HEAD";
  }
  return text;
}

// The values in the order of the pattern's variables, decoded; false where one is malformed.
bool take_values(const Route& route, const std::vector<std::string_view>& values, Match& match) {
  std::size_t n = 0;
  for (std::string_view pattern = route.path; !pattern.empty();) {
    std::string_view segment = take_segment(pattern);
    if (!segment.starts_with('{')) continue;
    segment = segment.substr(1, segment.size() - 2);
    auto decoded = percent_decode(values[n++]);
    if (!decoded || decoded->empty()) return false;
    match.values.push_back({segment, std::move(*decoded)});
  }
  return true;
}

}  // namespace

void Router::add(std::span<const Route> routes) {
  for (const Route& route : routes) {
    Node* node = &root_;
    for (std::string_view path = route.path; !path.empty();) {
      const std::string_view segment = take_segment(path);
      auto& next = segment.starts_with('{') ? node->variable : node->literal[std::string(segment)];
      if (next == nullptr) next = std::make_unique<Node>();
      node = next.get();
    }
    assert(std::none_of(node->routes.begin(), node->routes.end(),
                        [&](const Route* other) { return other->method == route.method; }));
    node->routes.push_back(&route);
  }
}

const Router::Node* Router::descend(const Node& node, std::string_view rest,
                                    std::vector<std::string_view>& values) {
  if (rest.empty()) return node.routes.empty() ? nullptr : &node;
  const std::string_view segment = take_segment(rest);
  if (const auto literal = node.literal.find(segment); literal != node.literal.end()) {
    if (const Node* found = descend(*literal->second, rest, values)) return found;
  }
  if (node.variable == nullptr || segment.empty()) return nullptr;
  values.push_back(segment);
  if (const Node* found = descend(*node.variable, rest, values)) return found;
  values.pop_back();
  return nullptr;
}

Match Router::find(Method method, std::string_view path) const {
  Match match;
  if (!path.starts_with('/')) return match;
  std::vector<std::string_view> values;
  const Node* node = descend(root_, path, values);
  if (node == nullptr) return match;
  const Method wanted = method == Method::head ? Method::get : method;
  for (const Route* route : node->routes) {
    if (route->method != wanted) continue;
    if (take_values(*route, values, match)) match.route = route;
    return match;
  }
  match.allow = allowed(node->routes);
  return match;
}

}  // namespace decnet::api
