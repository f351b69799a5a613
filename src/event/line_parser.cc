#include <algorithm>
#include <charconv>

#include "base/bytes.h"
#include "event/codec.h"
#include "event/wrapping.h"

namespace decnet::event {
namespace {

// Where the first character is that `stops` is true for, else the text's size. (find_first_of calls
// memchr once a character, which is a third of a line's time.)
template <class Stops>
std::size_t find_stop(std::string_view text, Stops stops) noexcept {
  std::size_t at = 0;
  while (at < text.size() && !stops(text[at])) ++at;
  return at;
}

class LineParser {
 public:
  LineParser(std::string_view line, TimePoint received_at, Event& out)
      : rest_(line), received_at_(received_at), out_(out) {}

  Result<void> run() {
    reset();
    while (!rest_.empty() && (rest_.back() == '\n' || rest_.back() == '\r' || rest_.back() == '\0'))
      rest_.remove_suffix(1);
    if (!take_priority()) return fail(Errc::invalid_argument, "the line has no priority");
    if (rest_.starts_with("1 ")) {
      rest_.remove_prefix(2);
      return rfc5424();
    }
    rfc3164();
    return {};
  }

 private:
  void reset() {
    out_.origin = out_.seq = 0;
    out_.time = received_at_;
    out_.decky.clear();
    out_.service.clear();
    out_.session.clear();
    out_.type.clear();
    out_.message.clear();
  }

  bool take_priority() {
    if (!rest_.starts_with('<')) return false;
    const auto end = rest_.find('>');
    int priority = 0;
    if (end == rest_.npos || end < 2 || end > 4) return false;
    const auto [at, error] = std::from_chars(rest_.data() + 1, rest_.data() + end, priority);
    if (error != std::errc{} || at != rest_.data() + end || priority > 191) return false;
    out_.severity = static_cast<Severity>(std::clamp(priority % 8, 3, 6));
    rest_.remove_prefix(end + 1);
    return true;
  }

  std::string_view word() {
    const auto end = rest_.find(' ');
    const auto out = rest_.substr(0, end);
    rest_.remove_prefix(end == rest_.npos ? rest_.size() : end + 1);
    return out;
  }

  static void assign_part(std::string& to, std::string_view part) {
    if (part != "-") to.assign(part);
  }

  Result<void> rfc5424() {
    const auto time = word();
    if (const auto parsed = parse_time(time))
      out_.time = *parsed;
    else if (time != "-")
      return fail(Errc::invalid_argument, "the line's timestamp is malformed");
    assign_part(out_.decky, word());
    assign_part(out_.service, word());
    assign_part(out_.session, word());
    if (rest_.empty()) return fail(Errc::invalid_argument, "the line's header is cut short");
    assign_part(out_.type, word());
    if (rest_.starts_with('-')) {
      rest_.remove_prefix(1);
    } else {
      while (rest_.starts_with('[')) element();
    }
    finish_fields();
    if (rest_.starts_with(' ')) rest_.remove_prefix(1);
    if (rest_.starts_with(kByteOrderMark)) rest_.remove_prefix(kByteOrderMark.size());
    if (!rest_.empty()) out_.message.assign(rest_);
    return {};
  }

  // One structured-data element. Ours gives plain names, a foreign one's parameters bear its id in
  // front.
  void element() {
    rest_.remove_prefix(1);
    const auto id_end = find_stop(rest_, [](char c) { return c == ' ' || c == ']'; });
    const std::string_view id = rest_.substr(0, id_end);
    const bool ours = id.starts_with("decnet@");
    rest_.remove_prefix(id_end);
    while (!rest_.empty()) {
      if (rest_.front() == ']') {
        rest_.remove_prefix(1);
        return;
      }
      if (rest_.front() == ' ') {
        rest_.remove_prefix(1);
        continue;
      }
      if (!parameter(ours ? std::string_view{} : id)) return;
    }
  }

  // name="value". False if nothing more of this element can be read.
  bool parameter(std::string_view foreign_id) {
    const auto equals = find_stop(rest_, [](char c) { return c == '=' || c == ' ' || c == ']'; });
    if (equals == rest_.size()) {
      rest_ = {};
      return false;
    }
    const std::string_view name = rest_.substr(0, equals);
    rest_.remove_prefix(equals);
    if (!rest_.starts_with("=\"")) {  // Malformed: go on behind it.
      if (rest_.front() == '=') rest_.remove_prefix(1);
      return true;
    }
    rest_.remove_prefix(2);
    std::string& value = slot(name, foreign_id);
    const bool complete = quoted(value);
    accept(value);
    return complete;
  }

  // Reads up to the closing quote, undoing the escapes.
  bool quoted(std::string& value) {
    value.clear();
    for (;;) {
      const auto special = find_stop(rest_, [](char c) { return c == '"' || c == '\\'; });
      value.append(rest_.substr(0, special));
      if (special == rest_.size()) {
        rest_ = {};
        return false;
      }
      const bool end = rest_[special] == '"';
      rest_.remove_prefix(special + 1);
      if (end) return true;
      if (!rest_.empty() &&
          (rest_.front() == '"' || rest_.front() == '\\' || rest_.front() == ']')) {
        value.push_back(rest_.front());
        rest_.remove_prefix(1);
      } else {
        value.push_back('\\');  // RFC 5424: a backslash before any other character is a backslash.
      }
    }
  }

  std::string& slot(std::string_view name, std::string_view foreign_id) {
    if (used_ == out_.fields.size()) out_.fields.emplace_back();
    Field& field = out_.fields[used_];
    field.name.clear();
    if (!foreign_id.empty()) {
      append_as_name(field.name, foreign_id.substr(0, foreign_id.find('@')));
      field.name.push_back('_');
      append_as_name(field.name, name);
    } else if (is_name(name) || (name.size() <= kFieldNameBytesMax + kBase64Suffix.size() &&
                                 name.ends_with(kBase64Suffix))) {
      field.name.assign(name);
    } else {
      append_as_name(field.name, name);
    }
    return field.value;
  }

  static void append_as_name(std::string& to, std::string_view from) {
    for (const char c : from) {
      if (to.size() >= kFieldNameBytesMax) return;
      const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
      to.push_back(is_name_char(lower) ? lower : '_');
    }
  }

  void accept(std::string& value) {
    Field& field = out_.fields[used_];
    if (field.name == "origin" && out_.origin == 0) {
      if (const auto bytes = from_hex(value); bytes && bytes->size() == 8)
        out_.origin = ByteReader(*bytes).u64();
      return;
    }
    if (field.name == "seq" && out_.seq == 0) {
      std::from_chars(value.data(), value.data() + value.size(), out_.seq);
      return;
    }
    unwrap(field);
    if (field.name == kMessageField) {
      out_.message = field.value;
      return;
    }
    if (is_name(field.name) && used_ < kParsedFieldsMax) ++used_;
  }

  static void unwrap(Field& field) {
    if (!std::string_view(field.name).ends_with(kBase64Suffix) ||
        is_base64_by_declaration(field.name))
      return;
    auto bytes = from_base64(field.value);
    if (!bytes) return;
    const std::string_view inner =
        std::string_view(field.name).substr(0, field.name.size() - kBase64Suffix.size());
    if (inner.empty() || (is_plain(*bytes) && !looks_wrapped(inner, *bytes))) return;
    field.name.resize(inner.size());
    field.value = std::move(*bytes);
  }

  // "Oct 11 22:14:15 host tag: message", in the year of the receiver. Whatever does not fit is
  // message.
  void rfc3164() {
    out_.type.assign(kTypeRfc3164);
    const std::string_view all = rest_;
    const std::string_view stamp = rest_.substr(0, 15);
    if (rest_.size() > 16 && rest_[15] == ' ' && parse_short_time(stamp)) {
      rest_.remove_prefix(16);
      out_.decky.assign(word());
      const auto tag_end = rest_.find_first_of(":[ ");
      if (tag_end != rest_.npos && tag_end <= 32) out_.service.assign(rest_.substr(0, tag_end));
      const auto colon = rest_.find(": ");
      if (colon != rest_.npos && colon <= 64) rest_.remove_prefix(colon + 2);
    } else {
      rest_ = all;
    }
    finish_fields();
    out_.message.assign(rest_);
  }

  bool parse_short_time(std::string_view stamp) {
    constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const auto month = kMonths.find(stamp.substr(0, 3));
    if (month == kMonths.npos || month % 3 != 0 || stamp[3] != ' ') return false;
    const std::chrono::year_month_day today{std::chrono::floor<std::chrono::days>(received_at_)};
    std::string text = std::to_string(static_cast<int>(today.year())) + "-";
    text += (month / 3 + 1 < 10 ? "0" : "") + std::to_string(month / 3 + 1) + "-";
    text += (stamp[4] == ' ' ? '0' : stamp[4]);
    text += stamp[5];
    text += "T" + std::string(stamp.substr(7)) + "Z";
    const auto parsed = parse_time(text);
    if (!parsed) return false;
    out_.time =
        *parsed - received_at_ > std::chrono::days{2} ? *parsed - std::chrono::days{365} : *parsed;
    return true;
  }

  void finish_fields() { out_.fields.resize(used_); }

  std::string_view rest_;
  TimePoint received_at_;
  Event& out_;
  std::size_t used_ = 0;
};

}  // namespace

Result<void> parse_line(std::string_view line, TimePoint received_at, Event& out) {
  if (line.size() > kLineBytesMax) return fail(Errc::limit, "the line is too long");
  return LineParser(line, received_at, out).run();
}

}  // namespace decnet::event
