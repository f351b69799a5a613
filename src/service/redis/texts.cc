#include "service/redis/texts.h"

#include <algorithm>
#include <charconv>

namespace decnet::service::redis {

namespace {

constexpr std::size_t kNone = std::string_view::npos;

struct TextRow {
  std::string_view request, reply;
};
constexpr TextRow kReplies[] = {
#include "service/redis/texts_table.inc"
};

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// The text of a bulk or simple string at `at`.
std::string_view text_at(std::string_view all, std::size_t at) {
  const std::size_t end = all.find("\r\n", at);
  if (end == kNone) return {};
  if (all[at] == '+') return all.substr(at + 1, end - at - 1);
  const auto size = number_of(all.substr(at + 1, end - at - 1));
  if (all[at] != '$' || !size || *size < 0) return {};
  return all.substr(end + 2, static_cast<std::size_t>(*size));
}

// Visits a map's names and values.
template <class Visit>
void each_entry(std::string_view map, const Visit& visit) {
  if (map.empty() || map[0] != '%') return;
  for (std::size_t at = map.find("\r\n") + 2; at < map.size();) {
    const std::size_t value = resp_end(map, at);
    const std::size_t end = value == kNone ? kNone : resp_end(map, value);
    if (end == kNone) return;
    visit(text_at(map, at), map.substr(value, end - value));
    at = end;
  }
}

}  // namespace

bool is_aggregate(char kind) {
  return kind == '*' || kind == '%' || kind == '~';
}

std::size_t resp_end(std::string_view text, std::size_t at) {
  // Values that are still due; an array adds its elements.
  for (std::int64_t due = 1; due > 0; --due) {
    if (at >= text.size()) return kNone;
    const std::size_t end = text.find("\r\n", at);
    if (end == kNone) return kNone;
    const char kind = text[at];
    const std::string_view rest = text.substr(at + 1, end - at - 1);
    at = end + 2;
    if (kind != '$' && kind != '=' && !is_aggregate(kind)) continue;
    const auto count = number_of(rest);
    if (!count || *count > static_cast<std::int64_t>(text.size())) return kNone;
    if (*count < 0) continue;
    if (is_aggregate(kind)) {
      due += kind == '%' ? *count * 2 : *count;
    } else {
      at += static_cast<std::size_t>(*count) + 2;
      if (at > text.size()) return kNone;
    }
  }
  return at;
}

std::string as_resp2(std::string_view resp3) {
  std::string out;
  while (!resp3.empty()) {
    const std::size_t end = resp3.find("\r\n");
    if (end == kNone) break;
    const char kind = resp3[0];
    const auto count = number_of(resp3.substr(1, end - 1));
    std::size_t size = end + 2;
    if (is_aggregate(kind) && count) {
      out += "*" + std::to_string(kind == '%' ? *count * 2 : *count) + "\r\n";
    } else if (kind == '=' && count && *count >= 4) {
      size += static_cast<std::size_t>(*count) + 2;
      if (size > resp3.size()) break;
      out += "$" + std::to_string(*count - 4) + "\r\n";
      out += resp3.substr(end + 6, static_cast<std::size_t>(*count) - 2);
    } else {
      if (kind == '$' && count && *count >= 0) size += static_cast<std::size_t>(*count) + 2;
      if (size > resp3.size()) break;
      out += resp3.substr(0, size);
    }
    resp3.remove_prefix(size);
  }
  return out;
}

void say_text(Reply& out, std::string_view resp3) {
  if (out.is_resp3()) return out.raw(resp3);
  out.raw(as_resp2(resp3));
}

const Texts& Texts::genuine() {
  static const Texts kTexts;
  return kTexts;
}

Texts::Texts() {
  for (const auto& [request, reply] : kReplies) replies_.emplace(request, reply);
  each_entry(find("command docs").value_or(""),
             [this](std::string_view name, std::string_view docs) {
               docs_.emplace(name, docs);
               each_entry(docs, [this](std::string_view field, std::string_view value) {
                 if (field != "subcommands") return;
                 each_entry(value, [this](std::string_view inner_name, std::string_view inner) {
                   docs_.emplace(inner_name, inner);
                 });
               });
             });
}

std::optional<std::string_view> Texts::find(std::string_view request) const {
  const auto at = replies_.find(request);
  if (at == replies_.end()) return std::nullopt;
  return at->second;
}

std::optional<std::string_view> Texts::docs(std::string_view command) const {
  const auto at = docs_.find(command);
  if (at == docs_.end()) return std::nullopt;
  return at->second;
}

}  // namespace decnet::service::redis
