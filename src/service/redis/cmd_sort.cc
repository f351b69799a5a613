// SORT: elements of a list, set or sorted set by weights that other keys hold.
#include <algorithm>
#include <array>

#include "service/redis/call.h"

namespace decnet::service::redis {

namespace {

struct SortRequest {
  bool descending = false, by_text = false, sorts = true;
  std::int64_t offset = 0, count = -1;
  std::optional<std::string> by;
  std::vector<std::string> gets;
  std::optional<std::size_t> store;
};

struct Element {
  std::string value;
  double score = 0;
  std::optional<std::string> weight;
};

std::optional<SortRequest> parse_sort(Call& call) {
  SortRequest request;
  for (std::size_t n = 2; n < call.size(); ++n) {
    const std::size_t left = call.size() - n - 1;
    if (call.is(n, "ASC")) {
      request.descending = false;
    } else if (call.is(n, "DESC")) {
      request.descending = true;
    } else if (call.is(n, "ALPHA")) {
      request.by_text = true;
    } else if (call.is(n, "LIMIT") && left >= 2) {
      const auto offset = call.integer(n + 1);
      if (!offset) return std::nullopt;
      const auto count = call.integer(n + 2);
      if (!count) return std::nullopt;
      request.offset = *offset;
      request.count = *count;
      n += 2;
    } else if (call.is(n, "STORE") && left >= 1 && call.command.name() == "sort") {
      request.store = ++n;
    } else if (call.is(n, "BY") && left >= 1) {
      request.by = call.arg(++n);
      request.sorts = request.by->find('*') != std::string::npos;
    } else if (call.is(n, "GET") && left >= 1) {
      request.gets.push_back(call.arg(++n));
    } else {
      call.syntax_error();
      return std::nullopt;
    }
  }
  return request;
}

// "w_*" or "h_*->field" with the element in the star's place; "#" is the element itself.
std::optional<std::string> look_up(Call& call, const std::string& pattern,
                                   const std::string& element) {
  if (pattern == "#") return element;
  const std::size_t star = pattern.find('*');
  if (star == std::string::npos) return std::nullopt;
  const std::size_t arrow = pattern.find("->", star + 1);
  const bool has_field = arrow != std::string::npos && arrow + 2 < pattern.size();
  const std::string key = pattern.substr(0, star) + element +
                          pattern.substr(star + 1, (has_field ? arrow : pattern.size()) - star - 1);
  const Object* object = call.read_any(key);
  if (object == nullptr) return std::nullopt;
  if (!has_field)
    return object->type == Type::string ? std::optional(object->string) : std::nullopt;
  if (object->type != Type::hash) return std::nullopt;
  const std::string* value = object->hash().find(pattern.substr(arrow + 2));
  return value != nullptr ? std::optional(*value) : std::nullopt;
}

std::vector<Element> elements_of(const Object& object, bool descending) {
  std::vector<Element> out;
  if (object.type == Type::list) {
    for (std::size_t n = 0; n < object.list().size(); ++n)
      out.push_back({object.list().at(n), 0, {}});
  } else if (object.type == Type::set) {
    for (std::string& member : object.set().members()) out.push_back({std::move(member), 0, {}});
  } else {
    for (auto& entry : object.zset().range(0, object.zset().size()))
      out.push_back({std::move(entry.member), 0, {}});
    if (descending) std::reverse(out.begin(), out.end());
  }
  return out;
}

// Fills what each is sorted by. False: one is no number, which was said.
bool weigh(Call& call, const SortRequest& request, std::vector<Element>& elements) {
  for (Element& element : elements) {
    if (!call.spend(2)) return false;
    element.weight =
        request.by ? look_up(call, *request.by, element.value) : std::optional(element.value);
    if (request.by_text || !element.weight) continue;
    const auto score = parse_double(*element.weight);
    if (!score) {
      call.out.error("ERR One or more scores can't be converted into double");
      return false;
    }
    element.score = *score;
  }
  return true;
}

void order(const SortRequest& request, std::vector<Element>& elements) {
  std::stable_sort(elements.begin(), elements.end(), [&](const Element& a, const Element& b) {
    int compared = 0;
    if (!request.by_text) {
      compared = a.score < b.score ? -1 : a.score > b.score ? 1 : 0;
    } else if (request.by && (!a.weight || !b.weight)) {
      compared = a.weight.has_value() - b.weight.has_value();
    } else {
      compared = a.weight->compare(*b.weight);
    }
    // What has the same number is in the order of its bytes, so that it is the same each time.
    if (compared == 0 && !request.by_text) compared = a.value.compare(b.value);
    return request.descending ? compared > 0 : compared < 0;
  });
}

void finish(Call& call, const SortRequest& request, const std::vector<Element>& elements,
            std::size_t first, std::size_t last) {
  const std::size_t columns = std::max<std::size_t>(request.gets.size(), 1);
  if (!call.spend((last - first) * columns * 2)) return;
  List stored;
  if (!request.store) call.out.array((last - first) * columns);
  for (std::size_t n = first; n < last; ++n) {
    for (std::size_t column = 0; column < columns && !call.stopped(); ++column) {
      const auto value = request.gets.empty()
                             ? std::optional(elements[n].value)
                             : look_up(call, request.gets[column], elements[n].value);
      if (request.store) {
        if (stored.bytes() > kRequestBytesMax) return call.out.error(kOutOfMemory);
        stored.push_back(value.value_or(""));
      } else {
        value ? call.out.bulk(*value) : call.out.null();
      }
    }
  }
  if (!request.store) return;
  const std::string key = call.arg(*request.store);
  const auto size = static_cast<std::int64_t>(stored.size());
  if (size > 0) {
    call.put(key, Object::of(Type::list, std::make_unique<List>(std::move(stored))));
    call.changed(key, 'l', "sortstore");
  } else if (call.modify_any(key) != nullptr) {
    call.server.erase(call.client.db, key);
    call.changed(key, 'g', "del");
  }
  call.out.integer(size);
}

void sort(Call& call) {
  auto request = parse_sort(call);
  if (!request) return;
  const Object* object = call.read_any(call.arg(1));
  if (object != nullptr && object->type != Type::list && object->type != Type::set &&
      object->type != Type::zset) {
    return call.out.error(kWrongType);
  }
  std::vector<Element> elements;
  if (object != nullptr) {
    if (!call.spend(object->container->size())) return;
    elements = elements_of(*object, !request->sorts && request->descending);
    // A set has no order of its own: what is stored, or sent by a script, is sorted.
    if (!request->sorts && object->type == Type::set && (request->store || call.client.is_script)) {
      request->sorts = request->by_text = true;
      request->by.reset();
    }
  }
  if (request->sorts) {
    if (!weigh(call, *request, elements)) return;
    order(*request, elements);
  }
  const auto size = static_cast<std::int64_t>(elements.size());
  const std::int64_t first = std::clamp<std::int64_t>(request->offset, 0, size);
  const std::int64_t last =
      request->count < 0 ? size : first + std::min(request->count, size - first);
  finish(call, *request, elements, static_cast<std::size_t>(first), static_cast<std::size_t>(last));
}

constexpr auto kCommands = std::to_array<Binding>({{"sort", sort}, {"sort_ro", sort}});

}  // namespace

std::span<const Binding> sort_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
