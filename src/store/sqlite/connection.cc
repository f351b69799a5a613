#include "store/sqlite/connection.h"

#include <array>
#include <cerrno>
#include <thread>
#include <unordered_map>

#include <sqlite3.h>

namespace decnet::store::sqlite {
namespace {

constexpr std::size_t kKeptStatementsMax = 128;
constexpr int kProgressSteps =
    10'000;  // Instructions of a statement between two looks at the clock.
constexpr int kPageBytes = 4096;

struct Text {
  std::size_t operator()(std::string_view text) const noexcept {
    return std::hash<std::string_view>{}(text);
  }
  using is_transparent = void;
};

Errc class_of(int code, int system_error) noexcept {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Errc::unavailable;
    case SQLITE_FULL:
    case SQLITE_TOOBIG:
      return Errc::limit;
    case SQLITE_IOERR:
      return system_error == ENOSPC || system_error == EDQUOT ? Errc::limit : Errc::io;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Errc::corrupt;
    case SQLITE_CONSTRAINT:
      return Errc::conflict;
    case SQLITE_INTERRUPT:
      return Errc::timeout;
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
      return Errc::denied;
    default:
      return Errc::io;
  }
}

}  // namespace

struct Connection::Kept {
  std::unordered_map<std::string, sqlite3_stmt*, Text, std::equal_to<>> idle;
};

Connection::Connection() : kept_(std::make_unique<Kept>()) {}

Connection::~Connection() {
  for (const auto& [sql, statement] : kept_->idle) sqlite3_finalize(statement);
  if (handle_ != nullptr) sqlite3_close_v2(handle_);
}

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path,
                                                     const Options& options) {
  std::unique_ptr<Connection> out(new Connection);
  out->busy_wait_ = options.busy_wait;
  const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  if (const int code = sqlite3_open_v2(path.c_str(), &out->handle_, flags, nullptr);
      code != SQLITE_OK)
    return out->failure(code, "open " + path);
  sqlite3_extended_result_codes(out->handle_, 1);
  sqlite3_busy_handler(out->handle_, &Connection::on_busy, out.get());
  sqlite3_progress_handler(out->handle_, kProgressSteps, &Connection::on_progress, out.get());
  sqlite3_wal_hook(out->handle_, &Connection::on_commit,
                   out.get());  // Turns automatic checkpoints off.
  const std::string cache = std::to_string(options.cache_bytes / 1024);
  // auto_vacuum counts in a new file only. secure_delete is on in Debian's build and doubles what a
  // deletion writes. An automatic index would be built over all events to find those of one block.
  DECNET_TRY(out->run_script(
      "PRAGMA page_size = " + std::to_string(kPageBytes) +
      "; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
      "PRAGMA secure_delete = OFF; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF; PRAGMA "
      "automatic_index = OFF;"
      "PRAGMA cache_size = -" +
      cache + "; PRAGMA cache_spill = " + cache + ";"));
  if (options.read_only) DECNET_TRY(out->run_script("PRAGMA query_only = ON"));
  return out;
}

int Connection::on_progress(void* self) noexcept {
  const auto& deadline = static_cast<Connection*>(self)->deadline_;
  return deadline && std::chrono::steady_clock::now() >= *deadline ? 1 : 0;
}

int Connection::on_busy(void* self, int attempts) noexcept {
  auto& connection = *static_cast<Connection*>(self);
  const auto now = std::chrono::steady_clock::now();
  if (attempts == 0) connection.busy_since_ = now;
  if (now - connection.busy_since_ >= connection.busy_wait_) return 0;
  std::this_thread::sleep_for(std::chrono::milliseconds(attempts < 50 ? 1 : 5));
  return 1;
}

int Connection::on_commit(void* self, sqlite3*, const char*, int pages) noexcept {
  static_cast<Connection*>(self)->wal_pages_ = static_cast<std::size_t>(pages);
  return SQLITE_OK;
}

tl::unexpected<Error> Connection::failure(int code, std::string_view what) const {
  const char* text = handle_ != nullptr ? sqlite3_errmsg(handle_) : sqlite3_errstr(code);
  const int system_error = handle_ != nullptr ? sqlite3_system_errno(handle_) : 0;
  if ((code & 0xff) == SQLITE_INTERRUPT) text = "the read took too long";
  return fail(class_of(code, system_error), "store: " + std::string(what) + ": " + text);
}

Result<Rows> Connection::prepare(std::string_view sql) {
  if (const auto found = kept_->idle.find(sql); found != kept_->idle.end()) {
    sqlite3_stmt* statement = found->second;
    kept_->idle.erase(found);
    return Rows(*this, statement, Rows::Afterwards::to_cache);
  }
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return failure(code, "prepare");
  return Rows(*this, statement, Rows::Afterwards::to_cache);
}

void Connection::release(sqlite3_stmt* statement) noexcept {
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  if (kept_->idle.size() >= kKeptStatementsMax) {
    sqlite3_finalize(kept_->idle.begin()->second);
    kept_->idle.erase(kept_->idle.begin());
  }
  const auto [place, added] = kept_->idle.try_emplace(sqlite3_sql(statement), statement);
  if (!added) sqlite3_finalize(statement);
}

Result<Rows> Connection::select(std::string_view sql, const Values& values) {
  Rows rows = DECNET_TRY(prepare(sql));
  int index = 0;
  for (const Value& value : values) rows.bind(++index, value);
  return rows;
}

Result<void> Connection::run_script(const std::string& sql) {
  if (const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
      code != SQLITE_OK)
    return failure(code, "run");
  return {};
}

Result<void> Connection::checkpoint(Fold fold, std::chrono::microseconds wait) {
  constexpr std::array<int, 4> kModes = {SQLITE_CHECKPOINT_PASSIVE, SQLITE_CHECKPOINT_FULL,
                                         SQLITE_CHECKPOINT_RESTART, SQLITE_CHECKPOINT_TRUNCATE};
  const auto usual =
      std::exchange(busy_wait_, std::chrono::duration_cast<std::chrono::milliseconds>(wait));
  const int code = sqlite3_wal_checkpoint_v2(
      handle_, nullptr, kModes.at(static_cast<std::size_t>(fold)), nullptr, nullptr);
  busy_wait_ = usual;
  if (code != SQLITE_OK) return failure(code, "checkpoint");
  return {};
}

bool Connection::in_transaction() const noexcept {
  return sqlite3_get_autocommit(handle_) == 0;
}

std::int64_t Connection::changed_rows() const noexcept {
  return sqlite3_changes64(handle_);
}

}  // namespace decnet::store::sqlite
