// Lists: from the query to a page request of the store, and from a page to the answer.
//
//   auto list = list_request(call);
//   if (!list) return std::move(list).error();
//   const auto page = DECNET_TRY(store.attackers().list(filter, list->page));
//   return list_answer(call, *list, page, std::nullopt, append_attacker);
#pragma once

#include <optional>
#include <string>

#include "api/call.h"
#include "base/json.h"
#include "store/page.h"

namespace decnet::api {

inline constexpr std::size_t kListRowsDefault = 50;
inline constexpr std::size_t kListRowsMax = 200;

enum class Count : std::uint8_t { none, estimate, exact };

struct ListRequest {
  store::PageRequest page;
  Count count = Count::none;
  std::string binding;  // Of cursors: operation, filters, sort.
};

// From limit (1 … kListRowsMax), cursor, count and sort, whose first choice in the route's table is
// what goes without one. A 400 for a cursor of another list and a limit out of range.
tl::expected<ListRequest, Problem> list_request(const Call& call);

// next_cursor, prev_cursor and the Link header for a page whose rows have these keys.
class ListLinks {
 public:
  ListLinks(const Call& call, const ListRequest& list) : call_(call), list_(list) {}
  void next(const store::Key& key) { next_ = cursor(key, false); }
  void previous(const store::Key& key) { previous_ = cursor(key, true); }

  // The end of {"data":[…]: cursors, total, the bracket.
  void finish(JsonWriter& json, std::optional<std::uint64_t> total) const;
  void add_header(Response& response) const;

 private:
  std::string cursor(const store::Key& key, bool is_backwards) const;

  const Call& call_;
  const ListRequest& list_;
  std::optional<std::string> next_, previous_;
};

// `append(json, row)` writes one row. `reached` is scan()'s, of a page that was made by one.
template <class Row, class Append>
Response list_answer(const Call& call, const ListRequest& list, const store::Page<Row>& page,
                     std::optional<std::uint64_t> total, Append append,
                     const std::optional<store::Key>& reached = std::nullopt) {
  JsonWriter json;
  json.begin_object().key("data").begin_array();
  for (const Row& row : page.rows) append(json, row);
  json.end_array();
  ListLinks links(call, list);
  const bool backwards = list.page.before.has_value();
  if (page.more_after && reached && !backwards) {
    links.next(*reached);
  } else if (page.more_after && !page.keys.empty()) {
    links.next(page.keys.back());
  }
  if (page.more_before && reached && backwards) {
    links.previous(*reached);
  } else if (page.more_before && !page.keys.empty()) {
    links.previous(page.keys.front());
  }
  links.finish(json, total);
  Response response = json_response(std::move(json).take());
  links.add_header(response);
  return response;
}

// A page of rows that are all in memory, in their order. `name(row)` is what tells one from the
// others; rows are sorted by it, ascending.
template <class Row, class Name>
store::Page<Row> page_of(std::vector<Row> rows, const store::PageRequest& request, Name name) {
  std::size_t begin = 0, end = rows.size();
  if (request.after) {
    while (begin < end && name(rows[begin]) <= request.after->text) ++begin;
  } else if (request.before) {
    while (end > 0 && name(rows[end - 1]) >= request.before->text) --end;
  }
  const bool backwards = request.before.has_value();
  if (end - begin > request.limit) {
    if (backwards)
      begin = end - request.limit;
    else
      end = begin + request.limit;
  }
  store::Page<Row> page;
  page.more_before = begin > 0;
  page.more_after = end < rows.size();
  for (std::size_t n = begin; n < end; ++n) {
    page.keys.push_back({.text = std::string(name(rows[n]))});
    page.rows.push_back(std::move(rows[n]));
  }
  return page;
}

}  // namespace decnet::api
