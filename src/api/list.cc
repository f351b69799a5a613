#include "api/list.h"

#include <algorithm>
#include <vector>

#include "api/cursor.h"

namespace decnet::api {
namespace {

bool is_paging(std::string_view name) {
  return name == "cursor" || name == "limit" || name == "count";
}

// The first of the choices of the parameter `sort`; empty where the list has none.
std::string_view default_sort(const Route& route) {
  for (const Param& param : route.params) {
    if (param.name == "sort" && !param.choices.empty()) return param.choices.front();
  }
  return {};
}

std::string binding_of(const Call& call, std::string_view sort) {
  std::vector<Parameter> filters;
  for (const Parameter& parameter : call.query.parameters()) {
    if (!is_paging(parameter.name) && parameter.name != "sort") filters.push_back(parameter);
  }
  std::sort(filters.begin(), filters.end());
  std::string text(call.request.path);
  text.append("\n").append(sort);
  for (const Parameter& filter : filters) {
    text.append("\n").append(filter.name).append("=").append(percent_encode(filter.value));
  }
  return text;
}

}  // namespace

tl::expected<ListRequest, Problem> list_request(const Call& call) {
  ListRequest list;
  const std::string given = call.text("sort");
  std::string_view sort = given.empty() ? default_sort(call.route) : std::string_view(given);
  list.binding = binding_of(call, sort);
  list.page.order = sort.starts_with('-') ? store::Order::descending : store::Order::ascending;
  if (sort.starts_with('-')) sort.remove_prefix(1);
  list.page.sort = sort;
  const auto limit = call.integer("limit").value_or(kListRowsDefault);
  if (limit < 1 || limit > static_cast<std::int64_t>(kListRowsMax)) {
    return tl::unexpected(Problem(400, "invalid_parameter", "limit must be between 1 and 200")
                              .at("/query/limit", "is out of range"));
  }
  list.page.limit = static_cast<std::size_t>(limit);
  const std::string count = call.text("count");
  if (!count.empty()) list.count = count == "exact" ? Count::exact : Count::estimate;
  if (const std::string* text = call.query.find("cursor")) {
    auto cursor = read_cursor(*text, list.binding);
    if (!cursor) {
      return tl::unexpected(Problem(400, "invalid_cursor", cursor.error().detail)
                                .at("/query/cursor", cursor.error().detail));
    }
    (cursor->is_backwards ? list.page.before : list.page.after) = std::move(cursor->key);
  }
  return list;
}

std::string ListLinks::cursor(const store::Key& key, bool is_backwards) const {
  return write_cursor({.key = key, .is_backwards = is_backwards}, list_.binding, list_.page.order);
}

void ListLinks::finish(JsonWriter& json, std::optional<std::uint64_t> total) const {
  const auto append = [&json](std::string_view name, const std::optional<std::string>& cursor) {
    json.key(name);
    if (cursor)
      json.value(*cursor);
    else
      json.null();
  };
  append("next_cursor", next_);
  append("prev_cursor", previous_);
  if (total) json.field("total", *total);
  json.end_object();
}

void ListLinks::add_header(Response& response) const {
  std::string value;
  const auto append = [&](const std::optional<std::string>& cursor, std::string_view relation) {
    if (!cursor) return;
    Query query = call_.query;
    query.set("cursor", *cursor);
    if (!value.empty()) value += ", ";
    value.append("<").append(call_.request.path).append("?").append(query.text());
    value.append(">; rel=\"").append(relation).append("\"");
  };
  append(next_, "next");
  append(previous_, "prev");
  if (!value.empty()) response.with("Link", value);
}

}  // namespace decnet::api
