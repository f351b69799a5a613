#include "store/store.h"

#include "store/sqlite/store.h"

namespace decnet::store {

Result<std::unique_ptr<Store>> open_store(const StoreOptions& options) {
  const std::string_view url = options.url;
  constexpr std::string_view kSqlite = "sqlite:";
  if (url.starts_with(kSqlite) && url.size() > kSqlite.size())
    return sqlite::open(std::string(url.substr(kSqlite.size())), options);
  for (const std::string_view scheme : {"postgresql:", "postgres:"}) {
    if (url.starts_with(scheme))
      return fail(
          Errc::unsupported,
          "this program stores in SQLite only: use sqlite:PATH (PostgreSQL is not built in)");
  }
  return fail(Errc::invalid_argument, "a store's url is sqlite:PATH");
}

}  // namespace decnet::store
