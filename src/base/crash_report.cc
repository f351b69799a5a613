#include "base/crash_report.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "base/try.h"

namespace decnet {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnding = ".txt";
constexpr std::size_t kWordBytesMax = 64;
constexpr std::size_t kTraceLinesMax = 128;

std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, kCrashBytesMax)) {
    out.push_back((c >= ' ' && c <= '~') || c == '\n' ? c : '?');
  }
  return out;
}

std::string_view line_of(std::string_view& rest) {
  const auto end = rest.find('\n');
  const auto line = rest.substr(0, end);
  rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
  return line;
}

// A word that may stand in a file's name.
bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= kWordBytesMax && text.front() != '.' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '-' || c == '_' || c == '+' || c == '~';
         });
}

std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? std::max<std::int64_t>(value, 0)
                                                                  : 0;
}

// "… in decnet::worker::ingester::Ingester::step(…)" → "ingester"
std::string worker_in(const std::vector<std::string>& trace) {
  constexpr std::string_view kHome = "decnet::worker::";
  for (const auto& line : trace) {
    const auto at = line.find(kHome);
    if (at == line.npos) continue;
    const auto rest = std::string_view(line).substr(at + kHome.size());
    const auto end = rest.find("::");
    const auto name = rest.substr(0, end);
    const bool is_folder = std::all_of(name.begin(), name.end(),
                                       [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
    if (end != rest.npos && !name.empty() && is_folder) return std::string(name);
  }
  return {};
}

std::string name_for(const CrashReport& report) {
  std::string time = format_time(report.at, TimeDigits::seconds);
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  return time + "-" + report.process + "-" + std::to_string(report.pid);
}

}  // namespace

Result<CrashReport> parse_crash(std::string_view text) {
  const std::string clean = printable(text);
  std::string_view rest = clean;
  CrashReport report;
  while (!rest.empty()) {
    const auto line = line_of(rest);
    if (line.empty()) break;
    const auto colon = line.find(": ");
    if (colon == line.npos) return fail(Errc::invalid_argument, "no crash report");
    const auto key = line.substr(0, colon);
    const auto value = line.substr(colon + 2);
    if (key == "signal") report.signal = value.substr(0, kWordBytesMax);
    if (key == "process") report.process = value;
    if (key == "version") report.version = value.substr(0, kWordBytesMax);
    if (key == "pid") report.pid = number(value);
    if (key == "time")
      report.at = TimePoint{std::chrono::seconds{std::min<std::int64_t>(number(value), 1LL << 33)}};
  }
  if (!is_word(report.process) || report.signal.empty())
    return fail(Errc::invalid_argument, "no crash report");
  while (!rest.empty() && report.trace.size() < kTraceLinesMax) {
    report.trace.emplace_back(line_of(rest));
  }
  report.worker = worker_in(report.trace);
  report.id = name_for(report);
  return report;
}

std::string with_symbols(std::string_view text, const SymbolOf& symbol) {
  std::string out;
  std::string_view rest = text.substr(0, kCrashBytesMax);
  while (!rest.empty() && out.size() < kCrashBytesMax) {
    const auto line = line_of(rest);
    out += line;
    constexpr std::string_view kBefore = "(+0x";
    const auto at = line.find(kBefore);
    if (at != line.npos) {
      const auto digits = line.substr(at + kBefore.size());
      std::uint64_t offset = 0;
      const auto [end, error] =
          std::from_chars(digits.data(), digits.data() + digits.size(), offset, 16);
      if (error == std::errc{} && end != digits.data() + digits.size() && *end == ')') {
        if (const auto name = symbol(offset); !name.empty()) out += " in " + name;
      }
    }
    out += '\n';
  }
  return out;
}

Result<CrashReport> keep_crash(const std::string& folder, std::string_view text) {
  auto report = DECNET_TRY(parse_crash(text));
  std::error_code error;
  fs::create_directories(folder, error);
  const std::string path = folder + "/" + report.id + std::string(kEnding);
  std::ofstream file(path, std::ios::trunc);
  file << printable(text);
  file.close();
  if (!file) return fail(Errc::io, "cannot write " + path);
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read,
                  error);
  std::vector<fs::path> all;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == kEnding) all.push_back(entry.path());
  }
  std::sort(all.begin(), all.end());  // By time: that is how the names begin.
  for (std::size_t n = 0; n + kCrashReportsMax < all.size(); ++n) fs::remove(all[n], error);
  return report;
}

std::vector<CrashReport> list_crashes(const std::string& folder) {
  std::vector<CrashReport> out;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() != kEnding || out.size() >= 2 * kCrashReportsMax) continue;
    std::ifstream file(entry.path());
    std::string text(kCrashBytesMax, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    auto report = parse_crash(text);
    if (!report) continue;
    report->id = entry.path().stem().string();
    out.push_back(*std::move(report));
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.id > b.id; });
  return out;
}

}  // namespace decnet
