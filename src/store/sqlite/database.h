// The database file of a store: one connection that writes, a few that read, given out one user at
// a time.
//
//   const auto reader = DECNET_TRY(database.read());     // its reads end after kReadTimeMax
//   auto rows = DECNET_TRY(reader->select("SELECT …"));
//
//   auto writer = DECNET_TRY(database.write());          // BEGIN IMMEDIATE
//   DECNET_TRY(writer->run("UPDATE …"));
//   DECNET_TRY(writer.commit());                         // without it everything is rolled back
//
// Any thread.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "store/sqlite/connection.h"
#include "store/sqlite/words.h"

namespace decnet::store::sqlite {

inline constexpr std::size_t kReadersMax = 4;
inline constexpr std::size_t kWriterCacheBytes = 8U << 20;
inline constexpr std::size_t kReaderCacheBytes = 2U << 20;
// The write-ahead log is folded in beyond the first; beyond the second readers have to let go for a
// moment.
inline constexpr std::size_t kWalPagesAim = 8'192;
inline constexpr std::size_t kWalPagesMax = 4 * kWalPagesAim;

class Database;

class Reader {
 public:
  Reader(Database& owner, std::unique_ptr<Connection> connection) noexcept;
  Reader(Reader&&) noexcept = default;
  ~Reader();
  Connection* operator->() const noexcept { return connection_.get(); }
  Connection& operator*() const noexcept { return *connection_; }

 private:
  Database* owner_;
  std::unique_ptr<Connection> connection_;
};

// A write transaction.
class Writer {
 public:
  explicit Writer(Database& owner, std::unique_lock<std::timed_mutex> lock) noexcept;
  Writer(Writer&&) noexcept;
  ~Writer();
  Connection* operator->() const noexcept;
  Connection& operator*() const noexcept;
  Result<void> commit();

 private:
  Database* owner_;  // Null: committed, or moved away.
  std::unique_lock<std::timed_mutex> lock_;
};

class Database {
 public:
  enum class Missing : std::uint8_t { make, refuse };
  // Errors: not_found (there is no file and none is to be made), denied, io, corrupt.
  static Result<std::unique_ptr<Database>> open(std::string path, Missing missing);

  // Waits for a free connection. Errors: unavailable, io.
  enum class View : std::uint8_t {
    each_statement,
    one_snapshot
  };  // one_snapshot: all reads see one moment.
  Result<Reader> read(View view = View::each_statement);
  Result<Writer> write();  // Errors: unavailable (kWriteWaitMax), limit, io.
  Result<void> checkpoint();

  Words& words() noexcept { return words_; }
  const std::string& path() const noexcept { return path_; }
  Connection& writing_connection() noexcept {
    return *writing_;
  }  // For statements that outlive a Writer.

 private:
  friend class Reader;
  friend class Writer;
  explicit Database(std::string path) : path_(std::move(path)) {}
  void give_back(std::unique_ptr<Connection> connection);
  void bound_wal();

  std::string path_;
  Words words_;
  std::timed_mutex write_mutex_;
  std::unique_ptr<Connection> writing_;
  std::mutex pool_mutex_;
  std::condition_variable pool_freed_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::size_t readers_ = 0;
};

}  // namespace decnet::store::sqlite
