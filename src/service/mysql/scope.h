// What the names in an expression stand for.
#pragma once

#include <string_view>
#include <vector>

#include "service/mysql/ast.h"
#include "service/mysql/wire.h"

namespace decnet::service::mysql {

struct Scope {
  const std::vector<Field>* fields = nullptr;
  const Row* row = nullptr;
  const Scope* outer = nullptr;
  const std::vector<Row>* group = nullptr;           // Aggregates go over these.
  const std::vector<SelectItem>* aliases = nullptr;  // ORDER BY, GROUP BY and HAVING see them.
  std::string_view clause = "SELECT";
};

}  // namespace decnet::service::mysql
