// The whole content of a SQLite store as text, for tests that ask whether two stores are the same.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "store/sqlite/connection.h"

namespace decnet::store {

enum class DumpOf : std::uint8_t {
  everything,          // But the count of transactions.
  what_is_not_random,  // Nor the UUIDs that the store draws.
};

inline std::string dump_store(const std::string& path, DumpOf what) {
  using sqlite::Connection;
  auto opened = Connection::open(path, {.read_only = true, .cache_bytes = 1U << 20});
  EXPECT_TRUE(opened) << opened.error().detail;
  Connection& connection = **opened;
  const auto texts = [&](const std::string& sql) {
    std::vector<std::string> out;
    auto rows = connection.select(sql);
    EXPECT_TRUE(rows) << sql << ": " << rows.error().detail;
    while (rows->next().value()) out.push_back(rows->string(0));
    return out;
  };
  std::string out;
  for (const std::string& table : texts("SELECT name FROM sqlite_schema WHERE type = 'table' AND "
                                        "name NOT LIKE 'sqlite_%' ORDER BY name")) {
    std::string row;
    for (const std::string& column :
         texts("SELECT name FROM pragma_table_info('" + table + "') ORDER BY cid")) {
      if (column == "generation") continue;
      const bool random =
          (column == "uuid" && table != "sessions") || (table == "changes" && column == "payload");
      if (what == DumpOf::what_is_not_random && random) continue;
      row += (row.empty() ? "quote(" : "||'|'||quote(") + column + ")";
    }
    for (const std::string& line : texts("SELECT " + row + " FROM " + table + " ORDER BY 1"))
      out += table + ": " + line + "\n";
  }
  return out;
}

}  // namespace decnet::store
