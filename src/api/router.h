// Router: from method and path to the Route.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/route.h"

namespace decnet::api {

struct PathValue {
  std::string_view name;  // Of the pattern: lives as long as the route.
  std::string value;      // Decoded.
};

struct Match {
  const Route* route = nullptr;  // Null: none has that path, or none of them that method.
  std::vector<PathValue> values;
  std::string allow;  // Where the path is known but not the method: "GET, HEAD, POST".
};

class Router {
 public:
  // The routes live as long as the router. Two with one method and pattern are our own bug.
  void add(std::span<const Route> routes);

  // HEAD finds GET's route. A path with a trailing slash, or one whose value is empty or malformed,
  // is not found. Literal segments win over `{…}`.
  Match find(Method method, std::string_view path) const;

 private:
  struct Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> literal;
    std::unique_ptr<Node> variable;
    std::vector<const Route*> routes;
  };

  static const Node* descend(const Node& node, std::string_view rest,
                             std::vector<std::string_view>& values);

  Node root_;
};

}  // namespace decnet::api
