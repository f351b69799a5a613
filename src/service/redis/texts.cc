#include "service/redis/texts.h"

#include <algorithm>
#include <charconv>

#include "service/redis/limits.h"

namespace decnet::service::redis {

namespace {

constexpr std::size_t kNone = std::string_view::npos;
constexpr std::int64_t kVerbatimHeadBytes = 4;  // "txt:"

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_aggregate(char kind) {
  return kind == '*' || kind == '%' || kind == '~' || kind == '>';
}
bool is_string(char kind) {
  return kind == '$' || kind == '=';
}

// The first line of a value, or an element's.
struct Head {
  char kind = 0;
  std::int64_t count = 0;  // Elements, or bytes.
  std::size_t end = 0;     // The index behind it.
};

std::optional<Head> head_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return std::nullopt;
  const std::size_t end = text.find("\r\n", at);
  if (end == kNone || end == at) return std::nullopt;
  Head head{text[at], 0, end + 2};
  if (!is_aggregate(head.kind) && !is_string(head.kind)) return head;
  const auto count = number_of(text.substr(at + 1, end - at - 1));
  const bool may_be_null = head.kind == '*' || head.kind == '$';
  const std::int64_t least = may_be_null ? -1 : head.kind == '=' ? kVerbatimHeadBytes : 0;
  if (!count || *count < least || *count > static_cast<std::int64_t>(text.size()))
    return std::nullopt;
  head.count = head.kind == '%' ? *count * 2 : *count;
  return head;
}

}  // namespace

std::size_t resp_end(std::string_view text, std::size_t at) {
  // Values that are still due; an array adds its elements.
  for (std::int64_t due = 1; due > 0; --due) {
    const auto head = head_at(text, at);
    if (!head) return kNone;
    at = head->end;
    if (head->count < 0) continue;
    if (is_aggregate(head->kind)) {
      due += head->count;
    } else if (is_string(head->kind)) {
      at += static_cast<std::size_t>(head->count) + 2;
      if (at > text.size() || text.substr(at - 2, 2) != "\r\n") return kNone;
    }
  }
  return at;
}

std::string as_resp2(std::string_view resp3) {
  std::string out;
  for (std::size_t at = 0; at < resp3.size();) {
    const auto head = head_at(resp3, at);
    if (!head) break;
    std::size_t end = head->end;
    if (is_string(head->kind) && head->count >= 0) end += static_cast<std::size_t>(head->count) + 2;
    if (end > resp3.size()) break;
    if (is_aggregate(head->kind)) {
      out += "*" + std::to_string(head->count) + "\r\n";
    } else if (head->kind == '=') {
      out += "$" + std::to_string(head->count - kVerbatimHeadBytes) + "\r\n";
      const std::size_t begin = head->end + kVerbatimHeadBytes;
      out += resp3.substr(begin, end - begin);
    } else {
      out += resp3.substr(at, end - at);
    }
    at = end;
  }
  return out;
}

void Texts::read() {
  const std::string_view all = std::exchange(bytes_, {});
  const auto map = all.size() <= kTextsBytesMax ? head_at(all, 0) : std::nullopt;
  if (!map || map->kind != '%' || resp_end(all, 0) != all.size()) return;
  for (std::size_t at = map->end; at < all.size();) {
    const auto name = head_at(all, at);
    const std::size_t value = resp_end(all, at);
    at = resp_end(all, value);
    if (name->kind != '$' || name->count < 0) continue;
    texts_.emplace_back(all.substr(name->end, static_cast<std::size_t>(name->count)),
                        all.substr(value, at - value));
  }
  std::stable_sort(texts_.begin(), texts_.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
}

std::optional<std::string_view> Texts::find(std::string_view name) {
  if (!bytes_.empty()) read();
  const auto at = std::lower_bound(texts_.begin(), texts_.end(), name,
                                   [](const auto& text, auto to) { return text.first < to; });
  if (at == texts_.end() || at->first != name) return std::nullopt;
  return at->second;
}

}  // namespace decnet::service::redis
