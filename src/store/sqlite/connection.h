// A connection to a SQLite database, its statements and their rows. With query.h the only users of
// sqlite3.h are the .cc files of this folder.
//
//   auto rows = DECNET_TRY(connection.select("SELECT name FROM users WHERE id = ?", 7));
//   while (DECNET_TRY(rows.next())) use(rows.text(0));
//
// Not thread-safe: one user at a time, which is what a Database's leases see to (database.h).
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/try.h"
#include "store/sqlite/rows.h"

struct sqlite3;

namespace decnet::store::sqlite {

// Errors of every call: unavailable (another process writes for too long), limit (disk full), io,
// corrupt, conflict (a unique column), timeout (the read took longer than its deadline).
class Connection {
 public:
  struct Options {
    bool read_only = false;
    std::size_t cache_bytes = 0;
    std::chrono::milliseconds busy_wait{0};
  };
  static Result<std::unique_ptr<Connection>> open(const std::string& path, const Options& options);
  Connection(const Connection&) = delete;
  ~Connection();

  // A run of a statement; its plan is kept for the next time. A plan that is in use is made a
  // second time.
  template <class... Args>
  Result<Rows> select(std::string_view sql, const Args&... args) {
    Rows rows = DECNET_TRY(prepare(sql));
    rows.bind_all(args...);
    return rows;
  }
  Result<Rows> select(std::string_view sql, const Values& values);
  template <class... Args>
  Result<void> run(std::string_view sql, const Args&... args) {
    Rows rows = DECNET_TRY(prepare(sql));
    rows.bind_all(args...);
    return rows.finish();
  }
  Result<void> run_script(const std::string& sql);  // Any number of statements, none kept.
  // The first column of the first row; nothing if there is no row or it is null.
  template <class... Args>
  Result<std::optional<std::int64_t>> number(std::string_view sql, const Args&... args) {
    Rows rows = DECNET_TRY(select(sql, args...));
    if (!DECNET_TRY(rows.next()) || rows.is_null(0)) return std::optional<std::int64_t>{};
    return std::optional<std::int64_t>{rows.number(0)};
  }

  // Folds the write-ahead log into the file: what no reader needs; everything; and begin the log
  // anew; and cut its file.
  enum class Fold : std::uint8_t { what_is_free, all, and_restart, and_cut };
  Result<void> checkpoint(Fold fold, std::chrono::microseconds wait);

  bool in_transaction() const noexcept;
  std::int64_t changed_rows() const noexcept;  // By the last statement.
  // Reads that run at `deadline` are interrupted (timeout); nothing: they may run as long as they
  // like.
  void set_deadline(std::optional<std::chrono::steady_clock::time_point> deadline) noexcept {
    deadline_ = deadline;
  }
  std::size_t wal_pages() const noexcept {
    return wal_pages_;
  }  // After the last commit of this connection.

  Result<Rows> prepare(std::string_view sql);
  tl::unexpected<Error> failure(int code, std::string_view what) const;
  sqlite3* handle() noexcept { return handle_; }

 private:
  friend class Rows;
  struct Kept;
  Connection();
  void release(sqlite3_stmt* statement) noexcept;
  static int on_progress(void* self) noexcept;
  static int on_busy(void* self, int attempts) noexcept;
  static int on_commit(void* self, sqlite3* handle, const char* schema, int pages) noexcept;

  sqlite3* handle_ = nullptr;
  std::unique_ptr<Kept> kept_;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
  std::chrono::milliseconds busy_wait_{0};
  std::chrono::steady_clock::time_point busy_since_{};
  std::size_t wal_pages_ = 0;
};

}  // namespace decnet::store::sqlite
