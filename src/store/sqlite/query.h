// A statement that is prepared once and kept, for the paths that run it for every row of a batch.
//
//   Query insert_{connection, "INSERT INTO words VALUES (?, ?)"};
//   DECNET_TRY(insert_.run(id, text));
#pragma once

#include <string_view>

#include "store/sqlite/connection.h"

namespace decnet::store::sqlite {

class Query {
 public:
  // `sql` must be a literal. Prepared at the first use.
  Query(Connection& connection, const char* sql) noexcept : connection_(connection), sql_(sql) {}
  Query(const Query&) = delete;
  ~Query();

  template <class... Args>
  Result<void> run(const Args&... args) {
    return DECNET_TRY(select(args...)).finish();
  }
  // One run at a time: the rows must be gone before the next one.
  template <class... Args>
  Result<Rows> select(const Args&... args) {
    if (statement_ == nullptr) DECNET_TRY(prepare());
    Rows rows(connection_, statement_, Rows::Afterwards::reset);
    rows.bind_all(args...);
    return rows;
  }

 private:
  Result<void> prepare();

  Connection& connection_;
  const char* sql_;
  sqlite3_stmt* statement_ = nullptr;
};

}  // namespace decnet::store::sqlite
