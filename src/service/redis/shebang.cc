#include <algorithm>

#include "service/redis/script_runner.h"

namespace decnet::service::redis {

namespace {

std::vector<std::string_view> split(std::string_view text, char by) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(by), text.size());
    if (end > 0) out.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

void read_script_option(std::string_view option, Shebang& out) {
  constexpr std::string_view kFlags = "flags=";
  if (!option.starts_with(kFlags)) {
    out.error = "ERR Unknown lua shebang option: " + std::string(option);
    return;
  }
  for (const std::string_view flag : split(option.substr(kFlags.size()), ',')) {
    if (!add_flag(out.flags, flag)) continue;
    out.error = "ERR Unexpected flag in script shebang: " + std::string(flag);
    return;
  }
}

void read_library_option(std::string_view option, Shebang& out) {
  constexpr std::string_view kName = "name=";
  if (!option.starts_with(kName)) {
    out.error = "ERR Invalid metadata value given: " + std::string(option);
  } else if (!out.name.empty()) {
    out.error = "ERR Invalid metadata value, name argument was given multiple times";
  } else {
    out.name = option.substr(kName.size());
  }
}

}  // namespace

std::optional<std::string> add_flag(ScriptFlags& flags, std::string_view flag) {
  if (flag == "no-writes") {
    flags.no_writes = true;
  } else if (flag == "allow-oom") {
    flags.allow_oom = true;
  } else if (flag == "allow-stale") {
    flags.allow_stale = true;
  } else if (flag == "no-cluster") {
    flags.no_cluster = true;
  } else if (flag != "allow-cross-slot-keys") {
    return "unknown flag given";
  }
  return std::nullopt;
}

Shebang parse_shebang(std::string_view source, ShebangOf what) {
  Shebang out;
  if (!source.starts_with("#!")) {
    if (what == ShebangOf::library) out.error = "ERR Missing library metadata";
    return out;
  }
  const std::size_t end = source.find('\n');
  if (end == std::string_view::npos) {
    out.error =
        what == ShebangOf::library ? "ERR Invalid library metadata" : "ERR Invalid script shebang";
    return out;
  }
  out.is_present = out.flags.has_shebang = true;
  out.body_begin = end;
  const auto words = split(source.substr(0, end), ' ');
  out.engine = words.empty() ? "" : words[0].substr(2);
  if (what == ShebangOf::script && out.engine != "lua") {
    out.error =
        "ERR Unexpected engine in script shebang: " + std::string(words.empty() ? "" : words[0]);
    return out;
  }
  for (std::size_t n = 1; n < words.size() && out.error.empty(); ++n) {
    what == ShebangOf::script ? read_script_option(words[n], out)
                              : read_library_option(words[n], out);
  }
  if (what == ShebangOf::library && out.error.empty() && out.name.empty())
    out.error = "ERR Library name was not given";
  return out;
}

}  // namespace decnet::service::redis
