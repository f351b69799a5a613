// string.*
#include <algorithm>
#include <cctype>

#include "service/redis/lua_format.h"
#include "service/redis/lua_pattern.h"

namespace decnet::service::redis::lua {

namespace {

constexpr std::uint64_t kPatternStepsMax = 400'000;

bool string_len(Interpreter& machine, void*, Values& args, Values& results) {
  std::string text;
  if (!take_text(machine, args, 1, text)) return false;
  results.emplace_back(static_cast<double>(text.size()));
  return true;
}

// Positions count from 1, from the end where negative.
std::int64_t from_end(std::int64_t position, std::size_t size) {
  return position >= 0 ? position
                       : std::max<std::int64_t>(position + static_cast<std::int64_t>(size) + 1, 0);
}

bool string_sub(Interpreter& machine, void*, Values& args, Values& results) {
  std::string text;
  std::int64_t first = 0, last = 0;
  if (!take_text(machine, args, 1, text) || !take_integer(machine, args, 2, first)) return false;
  if (!take_integer_or(machine, args, 3, -1, last)) return false;
  first = std::max<std::int64_t>(from_end(first, text.size()), 1);
  last =
      std::min<std::int64_t>(from_end(last, text.size()), static_cast<std::int64_t>(text.size()));
  if (first > last) return push_text(machine, results, "");
  return push_text(
      machine, results,
      text.substr(static_cast<std::size_t>(first) - 1, static_cast<std::size_t>(last - first) + 1));
}

bool string_rep(Interpreter& machine, void*, Values& args, Values& results) {
  std::string text;
  std::int64_t count = 0;
  if (!take_text(machine, args, 1, text) || !take_integer(machine, args, 2, count)) return false;
  if (count <= 0 || text.empty()) return push_text(machine, results, "");
  if (static_cast<std::uint64_t>(count) > kHeapBytesMax / text.size()) {
    machine.heap.grow(kHeapBytesMax);
    return machine.check_memory();
  }
  if (!machine.heap.grow(text.size() * static_cast<std::size_t>(count)))
    return machine.check_memory();
  std::string out;
  out.reserve(text.size() * static_cast<std::size_t>(count));
  for (std::int64_t n = 0; n < count; ++n) out += text;
  return push_text(machine, results, std::move(out));
}

template <int (*kMap)(int)>
bool mapped(Interpreter& machine, void*, Values& args, Values& results) {
  std::string text;
  if (!take_text(machine, args, 1, text)) return false;
  for (char& c : text) c = static_cast<char>(kMap(static_cast<unsigned char>(c)));
  return push_text(machine, results, std::move(text));
}

bool string_reverse(Interpreter& machine, void*, Values& args, Values& results) {
  std::string text;
  if (!take_text(machine, args, 1, text)) return false;
  std::reverse(text.begin(), text.end());
  return push_text(machine, results, std::move(text));
}

bool string_byte(Interpreter& machine, void*, Values& args, Values& results) {
  constexpr std::int64_t kResultsMax = 7999;
  std::string text;
  std::int64_t first = 1, last = 1;
  if (!take_text(machine, args, 1, text) || !take_integer_or(machine, args, 2, 1, first))
    return false;
  first = from_end(first, text.size());
  if (!take_integer_or(machine, args, 3, first, last)) return false;
  last =
      std::min<std::int64_t>(from_end(last, text.size()), static_cast<std::int64_t>(text.size()));
  first = std::max<std::int64_t>(first, 1);
  if (last - first >= kResultsMax) return machine.fail("string slice too long");
  for (std::int64_t n = first; n <= last; ++n) {
    results.emplace_back(
        static_cast<double>(static_cast<unsigned char>(text[static_cast<std::size_t>(n) - 1])));
  }
  return true;
}

bool string_char(Interpreter& machine, void*, Values& args, Values& results) {
  std::string out;
  for (std::size_t n = 1; n <= args.size(); ++n) {
    std::int64_t code = 0;
    if (!take_integer(machine, args, n, code)) return false;
    if (code < 0 || code > 255) return machine.fail_argument(n, "invalid value");
    out += static_cast<char>(code);
  }
  return push_text(machine, results, std::move(out));
}

// --- Patterns ---

Value capture_value(Interpreter& machine, const std::string& text, const PatternMatch& match,
                    std::size_t index) {
  if (match.captures.empty())
    return machine.string(text.substr(match.begin, match.end - match.begin));
  const auto& capture = match.captures[index];
  if (capture.length < 0) return Value(static_cast<double>(capture.begin + 1));
  return machine.string(text.substr(capture.begin, static_cast<std::size_t>(capture.length)));
}

void push_captures(Interpreter& machine, const std::string& text, const PatternMatch& match,
                   bool whole_if_none, Values& results) {
  const std::size_t count = match.captures.empty() && whole_if_none ? 1 : match.captures.size();
  for (std::size_t n = 0; n < count; ++n) results.push_back(capture_value(machine, text, match, n));
}

bool find_or_match(Interpreter& machine, Values& args, Values& results, bool finds) {
  std::string text, pattern;
  std::int64_t start = 1;
  if (!take_text(machine, args, 1, text) || !take_text(machine, args, 2, pattern)) return false;
  if (!take_integer_or(machine, args, 3, 1, start)) return false;
  start = std::max<std::int64_t>(from_end(start, text.size()), 1) - 1;
  const std::size_t from = std::min(static_cast<std::size_t>(start), text.size());
  const bool plain = finds && (argument(args, 4).truthy() ||
                               pattern.find_first_of("^$*+?.([%-") == std::string::npos);
  if (plain) {
    const std::size_t at = text.find(pattern, from);
    if (at == std::string::npos) {
      results.emplace_back();
    } else {
      results = {Value(static_cast<double>(at + 1)),
                 Value(static_cast<double>(at + pattern.size()))};
    }
    return machine.step(text.size() / 64);
  }
  std::uint64_t steps = kPatternStepsMax;
  Pattern search(pattern, text, steps);
  PatternMatch match;
  const bool found = search.find(from, match);
  if (!machine.step((kPatternStepsMax - steps) / 4)) return false;
  if (!search.error().empty()) return machine.fail(search.error());
  if (!found) {
    results.emplace_back();
    return true;
  }
  if (finds)
    results = {Value(static_cast<double>(match.begin + 1)), Value(static_cast<double>(match.end))};
  push_captures(machine, text, match, !finds, results);
  return machine.check_memory();
}

bool string_find(Interpreter& machine, void*, Values& args, Values& results) {
  return find_or_match(machine, args, results, true);
}

bool string_match(Interpreter& machine, void*, Values& args, Values& results) {
  return find_or_match(machine, args, results, false);
}

// What gmatch's iterator remembers: subject, pattern, place; kept in a table.
bool gmatch_next(Interpreter& machine, void* context, Values&, Values& results) {
  Table& state = *static_cast<Table*>(context);
  const std::string& text = state.get("text").text();
  const auto from = static_cast<std::size_t>(state.get("from").number());
  if (from > text.size()) {
    results.emplace_back();
    return true;
  }
  std::uint64_t steps = kPatternStepsMax;
  Pattern search(state.get("pattern").text(), text, steps);
  PatternMatch match;
  const bool found = search.find(from, match);
  if (!machine.step((kPatternStepsMax - steps) / 4)) return false;
  if (!search.error().empty()) return machine.fail(search.error());
  if (!found) {
    results.emplace_back();
    return true;
  }
  const std::size_t next = match.end == match.begin ? match.end + 1 : match.end;
  state.set("from", Value(static_cast<double>(next)));
  push_captures(machine, text, match, true, results);
  return machine.check_memory();
}

bool string_gmatch(Interpreter& machine, void*, Values& args, Values& results) {
  std::string text, pattern;
  if (!take_text(machine, args, 1, text) || !take_text(machine, args, 2, pattern)) return false;
  Table* state = machine.heap.table();
  state->set("text", machine.string(std::move(text)));
  state->set("pattern", machine.string(std::move(pattern)));
  state->set("from", Value(0.0));
  results.push_back(machine.native("gmatch_iterator", gmatch_next, state));
  return machine.check_memory();
}

// The text that takes the place of one match; nil and false leave it as it was.
bool replacement(Interpreter& machine, const std::string& text, const PatternMatch& match,
                 const Value& with, std::string& out) {
  const std::string whole = text.substr(match.begin, match.end - match.begin);
  Value value;
  if (with.is_function()) {
    Values given, results;
    push_captures(machine, text, match, true, given);
    if (!machine.call(with, std::move(given), results)) return false;
    if (!results.empty()) value = results[0];
  } else if (with.is_table()) {
    if (!machine.index(with, capture_value(machine, text, match, 0), value)) return false;
  } else {
    const std::string form = with.is_string() ? with.text() : format_number(with.number());
    for (std::size_t n = 0; n < form.size(); ++n) {
      if (form[n] != '%' || n + 1 >= form.size()) {
        out += form[n];
        continue;
      }
      const char digit = form[++n];
      if (digit < '0' || digit > '9') {
        out += digit;
        continue;
      }
      const auto index = static_cast<std::size_t>(digit - '0');
      if (digit == '0') {
        out += whole;
      } else if (index > std::max<std::size_t>(match.captures.size(), 1)) {
        return machine.fail("invalid capture index");
      } else {
        const Value capture = capture_value(machine, text, match, index - 1);
        out += capture.is_string() ? capture.text() : format_number(capture.number());
      }
    }
    return true;
  }
  if (!value.truthy()) {
    out += whole;
  } else if (value.is_string() || value.is_number()) {
    out += value.is_string() ? value.text() : format_number(value.number());
  } else {
    return machine.fail("invalid replacement value (a " + std::string(to_string(value.type())) +
                        ")");
  }
  return true;
}

bool string_gsub(Interpreter& machine, void*, Values& args, Values& results) {
  std::string text, pattern;
  std::int64_t most = 0;
  if (!take_text(machine, args, 1, text) || !take_text(machine, args, 2, pattern)) return false;
  const Value with = argument(args, 3);
  if (!with.is_string() && !with.is_number() && !with.is_table() && !with.is_function()) {
    return machine.fail_argument(3, "string/function/table expected");
  }
  if (!take_integer_or(machine, args, 4, static_cast<std::int64_t>(text.size()) + 1, most))
    return false;
  const bool anchored = !pattern.empty() && pattern[0] == '^';
  std::uint64_t steps = kPatternStepsMax;
  std::string out;
  std::size_t at = 0;
  std::int64_t count = 0;
  while (count < most && at <= text.size()) {
    Pattern search(pattern, text, steps);
    PatternMatch match;
    const bool found = search.find(at, match);
    if (!search.error().empty()) return machine.fail(search.error());
    if (!found) break;
    out += text.substr(at, match.begin - at);
    const std::size_t before = out.size();
    if (!replacement(machine, text, match, with, out)) return false;
    if (!machine.heap.grow(out.size() - before) || !machine.step())
      return machine.check_memory() && false;
    ++count;
    at = match.end;
    if (match.end == match.begin) {
      if (at < text.size()) out += text[at];
      ++at;
    }
    if (anchored) break;
  }
  if (!machine.step((kPatternStepsMax - steps) / 4)) return false;
  if (at < text.size()) out += text.substr(at);
  results = {machine.string(std::move(out)), Value(static_cast<double>(count))};
  return machine.check_memory();
}

constexpr Entry kString[] = {
    {"byte", string_byte},           {"char", string_char},     {"dump", string_dump},
    {"find", string_find},           {"format", string_format}, {"gfind", string_gmatch},
    {"gmatch", string_gmatch},       {"gsub", string_gsub},     {"len", string_len},
    {"lower", mapped<std::tolower>}, {"match", string_match},   {"rep", string_rep},
    {"reverse", string_reverse},     {"sub", string_sub},       {"upper", mapped<std::toupper>},
};

}  // namespace

void open_string(Interpreter& machine) {
  machine.string_library = make_library(machine, "string", kString, std::size(kString));
}

}  // namespace decnet::service::redis::lua
