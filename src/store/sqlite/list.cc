#include "store/sqlite/list.h"

namespace decnet::store::sqlite {

Result<std::string> pick_sort(std::string_view wanted,
                              std::initializer_list<std::string_view> allowed) {
  if (wanted.empty()) return std::string(*allowed.begin());
  if (std::find(allowed.begin(), allowed.end(), wanted) == allowed.end())
    return fail(Errc::invalid_argument, "the list cannot be sorted by that");
  return std::string(wanted);
}

std::size_t clamped_limit(const PageRequest& request) noexcept {
  return std::clamp<std::size_t>(request.limit, 1, kPageRowsMax);
}

Result<Rows> begin_page(Connection& connection, const ListQuery& query,
                        const PageRequest& request) {
  if (request.after && request.before)
    return fail(Errc::invalid_argument, "a page is behind a key or in front of one, not both");
  const auto& key = request.after ? request.after : request.before;
  const bool descending = (request.order == Order::descending) != request.before.has_value();
  std::string sql =
      "SELECT " + query.sort + ", " + query.id + ", " + query.columns + " FROM " + query.from;
  std::string where = query.where;
  Values values = query.values;
  if (key) {
    // The first half bounds the index, the second decides between equals.
    const std::string beyond = descending ? "<" : ">";
    if (!where.empty()) where += " AND ";
    where += query.sort + " " + beyond + "= ? AND (" + query.sort + " " + beyond + " ? OR " +
             query.id + " " + beyond + " ?)";
    const Value bound = query.sorts_text ? Value(key->text) : Value(key->number);
    values.insert(values.end(), {bound, bound, Value(key->id)});
  }
  if (!where.empty()) sql += " WHERE " + where;
  const std::string direction = descending ? " DESC" : " ASC";
  sql += " ORDER BY " + query.sort + direction + ", " + query.id + direction + " LIMIT ?";
  values.emplace_back(static_cast<std::int64_t>(clamped_limit(request) + 1));
  return connection.select(sql, values);
}

Key read_key(const Rows& rows, bool sorts_text) {
  Key key;
  if (sorts_text)
    key.text = rows.string(0);
  else
    key.number = rows.number(0);
  key.id = rows.number(1);
  return key;
}

std::string like_pattern(std::string_view text, Match match) {
  std::string out = match == Match::anywhere ? "%" : "";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  out.push_back('%');
  return out;
}

Result<std::uint64_t> count_rows(Connection& connection, const ListQuery& query) {
  Rows rows = DECNET_TRY(connection.select(
      "SELECT count(*) FROM " + query.from + (query.where.empty() ? "" : " WHERE " + query.where),
      query.values));
  DECNET_TRY(rows.next());
  return rows.count(0);
}

}  // namespace decnet::store::sqlite
