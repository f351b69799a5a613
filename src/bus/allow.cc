#include "bus/allow.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include "base/log.h"
#include "base/try.h"

namespace decnet::bus {
namespace {

constexpr std::string_view kBlank = " \t\r";
constexpr std::size_t kNameBufferBytes = 16 * 1024;

// The next word of a line; empty at its end.
std::string_view next_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(kBlank), line.size()));
  const auto word = line.substr(0, line.find_first_of(kBlank));
  line.remove_prefix(word.size());
  return word;
}

std::optional<unsigned> number_of(std::string_view word) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return number;
}

std::optional<unsigned> user_named(const std::string& name) {
  passwd entry{};
  passwd* found = nullptr;
  std::vector<char> buffer(kNameBufferBytes);
  ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  return found == nullptr ? std::nullopt : std::optional<unsigned>(entry.pw_uid);
}

std::optional<unsigned> group_named(const std::string& name) {
  group entry{};
  group* found = nullptr;
  std::vector<char> buffer(kNameBufferBytes);
  ::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  return found == nullptr ? std::nullopt : std::optional<unsigned>(entry.gr_gid);
}

Result<std::vector<Pattern>> parse_patterns(std::string_view list) {
  std::vector<Pattern> out;
  if (list.empty()) return fail(Errc::invalid_argument, "patterns are missing");
  for (bool more = true; more;) {
    const auto comma = list.find(',');
    more = comma != list.npos;
    out.push_back(DECNET_TRY(Pattern::parse(list.substr(0, comma))));
    if (more) list.remove_prefix(comma + 1);
  }
  return out;
}

void add_to(Rights::Patterns& all, const Rights::Patterns& more) {
  all.every = all.every || more.every;
  all.only.insert(all.only.end(), more.only.begin(), more.only.end());
}

}  // namespace

bool Rights::may_publish(std::string_view topic) const noexcept {
  return publish.every ||
         std::any_of(publish.only.begin(), publish.only.end(),
                     [&](const Pattern& allowed) { return allowed.matches(topic); });
}

bool Rights::may_subscribe(std::string_view pattern) const noexcept {
  return subscribe.every ||
         std::any_of(subscribe.only.begin(), subscribe.only.end(),
                     [&](const Pattern& allowed) { return allowed.covers(pattern); });
}

Result<AllowList::Rule> AllowList::parse_rule(std::string_view line) {
  Rule rule;
  const auto who = next_word(line);
  if (who == "uid" || who == "gid") {
    const auto whose = next_word(line);
    auto id = number_of(whose);
    if (!id) id = who == "uid" ? user_named(std::string(whose)) : group_named(std::string(whose));
    if (!id)
      return fail(
          Errc::invalid_argument,
          fmt::format("there is no {} {}", who == "uid" ? "user" : "group", log::safe(whose)));
    rule.who = who == "uid" ? Who::uid : Who::gid;
    rule.id = *id;
  } else if (who != "any") {
    return fail(Errc::invalid_argument, "a rule begins with uid, gid or any");
  }
  auto verb = next_word(line);
  if (!verb.empty()) rule.rights.publish.every = rule.rights.subscribe.every = false;
  for (; !verb.empty(); verb = next_word(line)) {
    if (verb != "pub" && verb != "sub")
      return fail(Errc::invalid_argument,
                  fmt::format("{} is neither pub nor sub", log::safe(verb)));
    auto patterns = DECNET_TRY(parse_patterns(next_word(line)));
    auto& kind = verb == "pub" ? rule.rights.publish : rule.rights.subscribe;
    std::move(patterns.begin(), patterns.end(), std::back_inserter(kind.only));
  }
  return rule;
}

Result<AllowList> AllowList::parse(std::string_view text, unsigned owner) {
  if (text.size() > kAllowBytesMax)
    return fail(Errc::limit, fmt::format("more than {} bytes of rules", kAllowBytesMax));
  AllowList out;
  out.owner_ = owner;
  for (std::size_t number = 1; !text.empty(); ++number) {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    line = line.substr(0, line.find('#'));
    if (line.find_first_not_of(kBlank) == line.npos) continue;
    if (out.rules_.size() >= kAllowRulesMax)
      return fail(Errc::limit, fmt::format("more than {} rules", kAllowRulesMax));
    auto rule = parse_rule(line);
    if (!rule)
      return fail(rule.error().code, fmt::format("line {}: {}", number, rule.error().detail));
    out.rules_.push_back(*std::move(rule));
  }
  return out;
}

Result<AllowList> AllowList::read(const std::string& file, unsigned owner) {
  if (::access(file.c_str(), R_OK) != 0) return fail_errno(errno, "read " + file);
  std::ifstream in(file, std::ios::binary);
  std::string text(kAllowBytesMax + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return fail(Errc::io, "read " + file);
  text.resize(static_cast<std::size_t>(in.gcount()));
  auto out = parse(text, owner);
  if (!out) return fail(out.error().code, fmt::format("{}, {}", file, out.error().detail));
  return out;
}

std::optional<Rights> AllowList::rights_of(const net::PeerCredentials& peer) const {
  if (peer.uid == 0 || peer.uid == owner_) return Rights{};
  std::optional<Rights> out;
  for (const Rule& rule : rules_) {
    if (rule.who == Who::uid && rule.id != peer.uid) continue;
    if (rule.who == Who::gid && rule.id != peer.gid) continue;
    if (!out) {
      out = rule.rights;
    } else {
      add_to(out->publish, rule.rights.publish);
      add_to(out->subscribe, rule.rights.subscribe);
    }
  }
  return out;
}

}  // namespace decnet::bus
