#include "store/sqlite/rows.h"

#include <utility>

#include <sqlite3.h>

#include "store/sqlite/query.h"

namespace decnet::store::sqlite {

Rows::Rows(Rows&& other) noexcept
    : owner_(other.owner_),
      statement_(std::exchange(other.statement_, nullptr)),
      afterwards_(other.afterwards_) {}

Rows::~Rows() {
  if (statement_ == nullptr) return;
  if (afterwards_ == Afterwards::to_cache)
    owner_->release(statement_);
  else
    sqlite3_reset(statement_);
}

Result<bool> Rows::next() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return owner_->failure(code, "read or write");
}

Result<void> Rows::finish() {
  int code = SQLITE_ROW;
  while (code == SQLITE_ROW) code = sqlite3_step(statement_);
  if (code == SQLITE_DONE) return {};
  return owner_->failure(code, "write");
}

std::int64_t Rows::number(int column) const noexcept {
  return sqlite3_column_int64(statement_, column);
}

bool Rows::is_null(int column) const noexcept {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::optional<TimePoint> Rows::maybe_time(int column) const noexcept {
  if (is_null(column)) return std::nullopt;
  return time(column);
}

std::string_view Rows::text(int column) const noexcept {
  const void* bytes = sqlite3_column_blob(statement_, column);  // No conversion for texts either.
  return {static_cast<const char*>(bytes),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

void Rows::bind(int index, std::int64_t value) noexcept {
  sqlite3_bind_int64(statement_, index, value);
}
void Rows::bind(int index, std::string_view value) noexcept {
  sqlite3_bind_text64(statement_, index, value.data() != nullptr ? value.data() : "", value.size(),
                      SQLITE_STATIC, SQLITE_UTF8);
}
void Rows::bind(int index, Blob value) noexcept {
  sqlite3_bind_blob64(statement_, index, value.bytes.data() != nullptr ? value.bytes.data() : "",
                      value.bytes.size(), SQLITE_STATIC);
}
void Rows::bind(int index, Null) noexcept {
  sqlite3_bind_null(statement_, index);
}
void Rows::bind(int index, const Value& value) noexcept {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    bind(index, *number);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    sqlite3_bind_text64(statement_, index, text->data(), text->size(), SQLITE_TRANSIENT,
                        SQLITE_UTF8);
  } else {
    const auto bytes = std::get<Uuid>(value).bytes();
    sqlite3_bind_blob64(statement_, index, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
  }
}

Query::~Query() {
  sqlite3_finalize(statement_);
}

Result<void> Query::prepare() {
  if (const int code = sqlite3_prepare_v3(connection_.handle(), sql_, -1, SQLITE_PREPARE_PERSISTENT,
                                          &statement_, nullptr);
      code != SQLITE_OK)
    return connection_.failure(code, "prepare");
  return {};
}

}  // namespace decnet::store::sqlite
