#include "bus/bridge/names.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <unistd.h>

#include "base/log.h"
#include "base/try.h"
#include "bus/token.h"
#include "bus/topic.h"

namespace decnet::bus::bridge {
namespace {

std::string_view first_token(std::string_view text) {
  return text.substr(0, text.find(kTokenSeparator));
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t";
  const auto from = text.find_first_not_of(kBlank);
  if (from == text.npos) return {};
  return text.substr(from, text.find_last_not_of(kBlank) - from + 1);
}

}  // namespace

Result<void> check_host(std::string_view host) {
  if (host.empty()) return fail(Errc::invalid_argument, "a host's name on the bridge is empty");
  const bool one_token = is_topic(host) && host.find(kTokenSeparator) == host.npos;
  if (!one_token || host.size() > kHostBytesMax)
    return fail(Errc::invalid_argument,
                fmt::format("\"{}\" is no name for a host on the bridge: it takes one word of at "
                            "most {} ASCII characters without '.', '*', '>' and blanks",
                            log::safe(host), kHostBytesMax));
  return {};
}

std::string name_of_this_host() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return {};
  return std::string(first_token(name.data()));
}

Result<std::vector<Pattern>> parse_patterns(std::string_view list) {
  std::vector<Pattern> out;
  while (!trimmed(list).empty()) {
    const auto comma = list.find(',');
    const auto text = trimmed(list.substr(0, comma));
    auto pattern = Pattern::parse(text);
    if (!pattern)
      return fail(pattern.error().code,
                  fmt::format("\"{}\": {}", log::safe(text), pattern.error().detail));
    if (out.size() == kPatternsMax)
      return fail(Errc::limit, fmt::format("more than {} patterns", kPatternsMax));
    out.push_back(*std::move(pattern));
    list = comma == list.npos ? std::string_view{} : list.substr(comma + 1);
  }
  return out;
}

Result<Names> Names::create(std::string_view host, std::vector<Pattern> exports,
                            std::vector<Pattern> imports) {
  DECNET_TRY(check_host(host));
  for (const Pattern& pattern : exports) {
    if (first_token(pattern.text()) == kRemoteRoot)
      return fail(Errc::invalid_argument,
                  fmt::format("\"{}\" cannot be exported: what has come from another host is never "
                              "sent on",
                              pattern.text()));
  }
  for (const Pattern& pattern : imports) {
    const auto from = first_token(pattern.text());
    if (from == host)
      return fail(Errc::invalid_argument,
                  fmt::format("\"{}\" cannot be imported: it is this host's own", pattern.text()));
    if (from == pattern.text() && from != kAnyTail)
      return fail(Errc::invalid_argument,
                  fmt::format("\"{0}\" cannot be imported: a pattern is said as <host>.<topic>, "
                              "like {0}.> or *.attacker.>",
                              pattern.text()));
  }
  return Names(std::string(host), std::move(exports), std::move(imports));
}

std::vector<std::string> Names::import_subjects() const {
  std::vector<std::string> out;
  for (const Pattern& pattern : imports_)
    out.push_back(fmt::format("{}.{}", kSubjectRoot, pattern.text()));
  return out;
}

std::optional<std::string> Names::subject_of(std::string_view topic) const {
  if (first_token(topic) == kRemoteRoot) return std::nullopt;
  auto subject = fmt::format("{}.{}.{}", kSubjectRoot, host_, topic);
  if (subject.size() > kSubjectBytesMax) return std::nullopt;
  return subject;
}

std::optional<std::string> Names::topic_of(std::string_view subject, std::size_t by) const {
  const auto root = first_token(subject);
  if (root != kSubjectRoot || root.size() == subject.size()) return std::nullopt;
  const auto rest = subject.substr(root.size() + 1);  // "<host>.<topic>"
  const auto from = first_token(rest);
  if (from == host_ || from.size() == rest.size() || !check_host(from)) return std::nullopt;
  const auto topic = rest.substr(from.size() + 1);
  if (!is_topic(topic) || first_token(topic) == kRemoteRoot) return std::nullopt;
  const auto earlier =
      imports_.begin() + static_cast<std::ptrdiff_t>(std::min(by, imports_.size()));
  const auto wants = [&](const Pattern& pattern) { return pattern.matches(rest); };
  if (std::any_of(imports_.begin(), earlier, wants)) return std::nullopt;
  auto out = fmt::format("{}.{}", kRemoteRoot, rest);
  if (out.size() > kTopicBytesMax) return std::nullopt;
  return out;
}

}  // namespace decnet::bus::bridge
