// The rows of a statement that runs, and its arguments.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/uuid.h"

struct sqlite3_stmt;

namespace decnet::store::sqlite {

struct Blob {
  std::string_view bytes;
};
struct Null {};

// An argument of a statement whose text is built at run time.
using Value = std::variant<std::int64_t, std::string, Uuid>;
using Values = std::vector<Value>;

class Connection;

// A statement that runs. Texts and blobs live until the next next(), arguments given as views must
// live as long as the rows.
class Rows {
 public:
  enum class Afterwards : std::uint8_t { to_cache, reset };
  Rows(Connection& owner, sqlite3_stmt* statement, Afterwards afterwards) noexcept
      : owner_(&owner), statement_(statement), afterwards_(afterwards) {}
  Rows(Rows&& other) noexcept;
  Rows& operator=(Rows&&) = delete;
  ~Rows();

  Result<bool> next();    // False behind the last row. Errors: those of Connection.
  Result<void> finish();  // Runs to the end.

  std::int64_t number(int column) const noexcept;
  std::uint64_t count(int column) const noexcept {
    return static_cast<std::uint64_t>(number(column));
  }
  std::uint16_t port(int column) const noexcept {
    return static_cast<std::uint16_t>(number(column));
  }
  TimePoint time(int column) const noexcept { return from_micros(number(column)); }
  bool is_null(int column) const noexcept;
  std::optional<TimePoint> maybe_time(int column) const noexcept;
  std::string_view text(int column) const noexcept;  // Of text and blobs alike.
  std::string string(int column) const { return std::string(text(column)); }
  Uuid uuid(int column) const { return Uuid::from_bytes(text(column)); }

  void bind(int index, std::int64_t value) noexcept;
  void bind(int index, std::integral auto value) noexcept {
    bind(index, static_cast<std::int64_t>(value));
  }
  void bind(int index, std::string_view value) noexcept;
  void bind(int index, const std::string& value) noexcept { bind(index, std::string_view(value)); }
  void bind(int index, const char* value) noexcept { bind(index, std::string_view(value)); }
  void bind(int index, Blob value) noexcept;
  void bind(int index, const Uuid& value) noexcept { bind(index, Blob{value.bytes()}); }
  void bind(int index, TimePoint value) noexcept { bind(index, to_micros(value)); }
  void bind(int index, Null) noexcept;
  void bind(int index, const Value& value) noexcept;
  template <class T>
  void bind(int index, const std::optional<T>& value) noexcept {
    value ? bind(index, *value) : bind(index, Null{});
  }
  template <class... Args>
  void bind_all(const Args&... args) noexcept {
    int index = 0;
    (bind(++index, args), ...);
  }

 private:
  Connection* owner_;
  sqlite3_stmt* statement_;
  Afterwards afterwards_;
};

}  // namespace decnet::store::sqlite
