#include "base/config.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>
#include <span>

#include <fmt/format.h>
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>
#include <unistd.h>

#include "base/config_keys.h"
#include "base/try.h"

namespace decnet {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};
constexpr Unit kSizes[] = {{"", 1},
                           {"B", 1},
                           {"KiB", 1ULL << 10},
                           {"MiB", 1ULL << 20},
                           {"GiB", 1ULL << 30},
                           {"TiB", 1ULL << 40}};
constexpr Unit kDurations[] = {{"us", 1},         {"ms", 1'000},        {"s", 1'000'000},
                               {"m", 60'000'000}, {"h", 3'600'000'000}, {"d", 86'400'000'000}};

// "64MiB" by a table of units.
Result<std::uint64_t> parse_with_unit(std::string_view text, std::span<const Unit> units,
                                      std::string_view example) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const auto unit = text.substr(static_cast<std::size_t>(end - text.data()));
  for (const Unit& known : units) {
    if (error != std::errc{} || unit != known.name) continue;
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) / known.factor)
      break;
    return value * known.factor;
  }
  return fail(Errc::invalid_argument, fmt::format("it takes something like {}", example));
}

struct Setter {
  std::string_view text;

  Result<void> operator()(std::string* slot) const {
    *slot = text;
    return {};
  }
  Result<void> operator()(bool* slot) const {
    if (text != "true" && text != "false")
      return fail(Errc::invalid_argument, "it takes true or false");
    *slot = text == "true";
    return {};
  }
  Result<void> operator()(Size slot) const {
    *slot.bytes = DECNET_TRY(parse_with_unit(text, kSizes, "64MiB"));
    return {};
  }
  Result<void> operator()(Number slot) const {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < slot.low ||
        value > slot.high) {
      return fail(Errc::invalid_argument,
                  fmt::format("it takes a number from {} to {}", slot.low, slot.high));
    }
    *slot.value = value;
    return {};
  }
  Result<void> operator()(Duration* slot) const {
    *slot = Duration{static_cast<std::int64_t>(
        DECNET_TRY(parse_with_unit(text, kDurations, "30s, 12h or 30d")))};
    return {};
  }
};

std::string environment_name(std::string_view key) {
  std::string out = "DECNET_";
  for (const char c : key)
    out.push_back(c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c))));
  return out;
}

std::string nearest(const std::vector<ConfigEntry>& entries, std::string_view key) {
  std::string_view best;
  std::size_t best_score = 0;
  for (const auto& entry : entries) {
    const auto mismatch =
        std::mismatch(key.begin(), key.end(), entry.name.begin(), entry.name.end());
    const auto score = static_cast<std::size_t>(mismatch.first - key.begin());
    if (score > best_score) {
      best = entry.name;
      best_score = score;
    }
  }
  return best.empty() ? std::string{} : fmt::format("; is {} meant?", best);
}

Result<void> set(std::vector<ConfigEntry>& entries, std::string_view key, std::string_view value,
                 std::string_view source) {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const auto& entry) { return entry.name == key; });
  if (found == entries.end()) {
    return fail(Errc::invalid_argument,
                fmt::format("{}: there is no key {}{}", source, key, nearest(entries, key)));
  }
  const auto done = std::visit(Setter{value}, found->slot);
  if (!done)
    return fail(Errc::invalid_argument,
                fmt::format("{}: {} = \"{}\": {}", source, key, value, done.error().detail));
  return {};
}

Result<void> set_table(std::vector<ConfigEntry>& entries, const toml::table& table,
                       const std::string& prefix, const std::string& file) {
  for (const auto& [name, node] : table) {
    const std::string key = prefix + std::string(name.str());
    const std::string source = fmt::format("{}:{}", file, node.source().begin.line);
    if (const auto* inner = node.as_table()) {
      DECNET_TRY(set_table(entries, *inner, key + ".", file));
    } else if (const auto* text = node.as_string()) {
      DECNET_TRY(set(entries, key, text->get(), source));
    } else if (const auto* number = node.as_integer()) {
      DECNET_TRY(set(entries, key, std::to_string(number->get()), source));
    } else if (const auto* truth = node.as_boolean()) {
      DECNET_TRY(set(entries, key, truth->get() ? "true" : "false", source));
    } else {
      return fail(Errc::invalid_argument, fmt::format("{}: {} takes one value", source, key));
    }
  }
  return {};
}

Result<void> set_file(std::vector<ConfigEntry>& entries, const std::string& file) {
  if (::access(file.c_str(), R_OK) != 0) return fail_errno(errno, "read " + file);
  const auto parsed = toml::parse_file(file);
  if (!parsed) {
    return fail(Errc::invalid_argument,
                fmt::format("{}:{}: {}", file, parsed.error().source().begin.line,
                            parsed.error().description()));
  }
  return set_table(entries, parsed.table(), "", file);
}

struct TypeName {
  std::string operator()(const std::string*) const { return "text"; }
  std::string operator()(const bool*) const { return "true or false"; }
  std::string operator()(const Size&) const { return "size"; }
  std::string operator()(const Number&) const { return "number"; }
  std::string operator()(const Duration*) const { return "duration"; }
};
struct ValueText {
  std::string operator()(const std::string* slot) const { return *slot; }
  std::string operator()(const bool* slot) const { return *slot ? "true" : "false"; }
  std::string operator()(const Size& slot) const { return with_unit(*slot.bytes, kSizes); }
  std::string operator()(const Number& slot) const { return std::to_string(*slot.value); }
  std::string operator()(const Duration* slot) const {
    return with_unit(static_cast<std::uint64_t>(slot->count()), kDurations);
  }

  static std::string with_unit(std::uint64_t value, std::span<const Unit> units) {
    const Unit* best = &units.front();
    for (const Unit& unit : units) {
      if (value > 0 && value % unit.factor == 0) best = &unit;
    }
    return std::to_string(value / best->factor) + std::string(best->name);
  }
};

}  // namespace

Environment environment_of_process() {
  Environment out;
  for (char** at = environ; at != nullptr && *at != nullptr; ++at) {
    const std::string_view pair = *at;
    const auto equals = pair.find('=');
    if (pair.starts_with("DECNET_") && equals != pair.npos)
      out.emplace(pair.substr(0, equals), pair.substr(equals + 1));
  }
  return out;
}

Result<Config> load_config(const ConfigSources& sources) {
  Config config;
  auto entries = config_entries(config);
  if (!sources.file.empty()) DECNET_TRY(set_file(entries, sources.file));
  for (const auto& entry : config_entries(config)) {
    const auto found = sources.environment.find(environment_name(entry.name));
    if (found != sources.environment.end())
      DECNET_TRY(set(entries, entry.name, found->second, found->first));
  }
  for (const auto& [key, value] : sources.overrides)
    DECNET_TRY(set(entries, key, value, "command line"));
  return config;
}

std::vector<ConfigKey> config_keys(const Config& config) {
  Config copy = config;
  std::vector<ConfigKey> out;
  for (const auto& entry : config_entries(copy)) {
    out.push_back({std::string(entry.name), environment_name(entry.name),
                   std::visit(TypeName{}, entry.slot), std::visit(ValueText{}, entry.slot),
                   std::string(entry.help), entry.reloads});
  }
  return out;
}

}  // namespace decnet
