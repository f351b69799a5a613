// Machine-readable listings (RFC 3659) and changing facts (draft-somers-ftp-mfxx).
#include <algorithm>
#include <array>
#include <cerrno>

#include <fmt/format.h>

#include "service/ftp/proftpd.h"

namespace decnet::service::ftp {

namespace {

constexpr std::array<std::string_view, 10> kFacts{
    "modify",     "perm",           "size",      "type",       "unique",
    "UNIX.group", "UNIX.groupname", "UNIX.mode", "UNIX.owner", "UNIX.ownername"};
constexpr unsigned kDevice = 0x801;  // sda1

bool same(std::string_view a, std::string_view b) {
  return upper(a) == upper(b);
}

}  // namespace

std::string Proftpd::mlst_feature() const {
  std::string out = "MLST ";
  for (std::size_t n = 0; n < kFacts.size(); ++n)
    out += fmt::format("{}{};", kFacts[n], (facts_ >> n & 1) != 0 ? "*" : "");
  return out;
}

std::string Proftpd::facts_of(const Node& node, std::string_view path, std::string_view type,
                              const Node& target) const {
  // ProFTPD asks whether any of the three sets of bits allows it, unlike the kernel.
  const Identity& who = connection_.tree.who();
  const auto accessible = [&who](const Node& of, unsigned access) {
    const unsigned bits = (of.uid == who.uid ? of.mode >> 6 & 7U : 0) |
                          (of.gid == who.gid ? of.mode >> 3 & 7U : 0) | (of.mode & 7U);
    return who.uid == 0 || (bits & access) != 0;
  };
  std::string perm;
  if (node.kind == Kind::folder) {
    if (accessible(node, kRead)) perm += "fl";
    if (accessible(node, kWrite)) perm += "cdmp";
    if (accessible(node, kSearch)) perm += "e";
  } else {
    perm = accessible(target, kRead) ? "adfr" : "dfr";
    if (accessible(target, kWrite)) perm += "w";
  }
  const User* guest = connection_.anonymous ? connection_.world.users.find("ftp") : nullptr;
  const std::uint32_t gid = node.gid;
  const std::uint32_t uid = guest != nullptr ? guest->uid : node.uid;
  const User* self = connection_.world.users.find(connection_.user);
  const std::string group =
      connection_.world.users.names().group(self != nullptr ? self->gid : gid);
  const std::array<std::string, kFacts.size()> values{
      compact_time(node.modified),
      perm,
      std::to_string(node.shown_size()),
      std::string(type),
      fmt::format("{:X}U{:X}", kDevice, target.inode),
      std::to_string(gid),
      group,
      fmt::format("0{:o}", node.mode & 07777),
      std::to_string(uid),
      connection_.user};
  std::string out;
  for (std::size_t n = 0; n < kFacts.size(); ++n) {
    if ((facts_ >> n & 1) == 0 || (kFacts[n] == "size" && node.kind == Kind::folder)) continue;
    out += fmt::format("{}={};", kFacts[n], values[n]);
  }
  return out.append(" ").append(path);
}

Done Proftpd::mlst() {
  const std::string path = words() == 1 ? connection_.cwd : argument();
  const auto found = connection_.tree.find(connection_.cwd, path, Follow::no);
  const auto target = connection_.tree.find(connection_.cwd, path);
  if (!found || !target) {
    const std::string text = fmt::format("'{}' cannot be listed", path);
    co_return co_await respond(550, text);
  }
  const bool link = found->node->kind == Kind::link;
  const std::string_view type = found->node->kind == Kind::folder ? "dir"
                                : link                            ? "OS.unix=symlink"
                                                                  : "file";
  const Lines lines{"Start of list for " + path,
                    facts_of(*found->node, target->path, type, *target->node), "End of list"};
  co_return co_await respond(250, lines);
}

Done Proftpd::mlsd() {
  const std::string path = words() == 1 ? connection_.cwd : argument();
  const auto found = connection_.tree.find(connection_.cwd, path);
  if (!found) co_return co_await refuse_path(550, path, found.error());
  if (found->node->kind != Kind::folder) {
    const std::string text = fmt::format("'{}' is not a directory", path);
    co_return co_await respond(550, text);
  }
  if (!connection_.tree.may(*found->node, kRead)) co_return co_await refuse_path(550, path, EACCES);
  std::string listing;
  const auto above = connection_.tree.find(found->path, "..");
  listing += facts_of(*found->node, ".", "cdir", *found->node) + "\r\n";
  if (above) listing += facts_of(*above->node, "..", "pdir", *above->node) + "\r\n";
  for (const Entry* entry : readdir_order(*found->node)) {
    const auto target = connection_.tree.find(found->path, entry->name);
    if (!target || listing.size() > kListingBytesMax) continue;
    const bool link = entry->node->kind == Kind::link;
    const std::string_view type = entry->node->kind == Kind::folder ? "dir"
                                  : link                            ? "OS.unix=symlink"
                                                                    : "file";
    listing += facts_of(*entry->node, entry->name, type, *target->node) + "\r\n";
  }
  DECNET_CO_TRY(const bool open, co_await open_data("MLSD", 0));
  if (!open) co_return Result<void>{};
  co_return co_await finish_listing(listing, found->path);
}

Done Proftpd::opts_mlst() {
  if (words() > 3) co_return co_await respond(501, "'OPTS MLST' not understood");
  facts_ = 0;
  if (words() == 2) co_return co_await respond(200, "MLST OPTS");
  std::string text = "MLST OPTS ";
  std::string_view rest = command_.words[2];
  for (auto end = rest.find(';'); end != std::string_view::npos; end = rest.find(';')) {
    const std::string_view wanted = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    for (std::size_t n = 0; n < kFacts.size(); ++n) {
      if (!same(kFacts[n], wanted)) continue;
      facts_ |= 1U << n;
      text += fmt::format("{};", kFacts[n]);
    }
  }
  co_return co_await respond(200, text);
}

Done Proftpd::mfmt() {
  if (words() < 3) co_return co_await respond(501, "Invalid number of parameters");
  const std::string stamp = command_.words[1].substr(0, command_.words[1].find('.'));
  const std::string path =
      argument().substr(std::min(argument().find(' '), argument().size() - 1) + 1);
  if (limited(Limit::write, canonical(path)))
    co_return co_await respond(550, "Unable to handle command");
  if (command_.words[1].size() < 14) co_return co_await refuse_path(501, command_.words[1], EINVAL);
  const auto when = parse_compact_time(stamp);
  if (!when) co_return co_await refuse_path(501, path, EINVAL);
  const auto set = connection_.tree.set_modified(connection_.cwd, path, *when);
  if (!set) co_return co_await refuse_path(set.error() == ENOENT ? 550 : 501, path, set.error());
  connection_.commit();
  const std::string text = fmt::format("Modify={}; {}", stamp, path);
  co_return co_await respond(213, text);
}

Done Proftpd::mff() {
  if (words() < 3) co_return co_await respond(501, "Invalid number of parameters");
  const std::string facts = command_.words[1];
  const std::string path =
      argument().substr(std::min(argument().find(' '), argument().size() - 1) + 1);
  if (limited(Limit::write, canonical(path)))
    co_return co_await respond(550, "Unable to handle command");
  std::string_view rest = facts;
  if (rest.find(';') == std::string_view::npos) co_return co_await refuse_path(550, facts, EINVAL);
  for (auto end = rest.find(';'); end != std::string_view::npos; end = rest.find(';')) {
    const std::string fact(rest.substr(0, end));
    rest.remove_prefix(end + 1);
    const auto equals = fact.find('=');
    const std::string value = equals == std::string::npos ? std::string() : fact.substr(equals + 1);
    Posix<void> changed;
    if (same(fact.substr(0, 6), "modify")) {
      if (equals == std::string::npos) co_return co_await refuse_path(501, facts, EINVAL);
      if (value.size() < 14) co_return co_await refuse_path(501, value, EINVAL);
      const auto when = parse_compact_time(std::string_view(value).substr(0, value.find('.')));
      changed = when ? connection_.tree.set_modified(connection_.cwd, path, *when)
                     : tl::unexpected(EINVAL);
    } else if (same(fact.substr(0, 10), "UNIX.group")) {
      const auto there = connection_.tree.find(connection_.cwd, path);
      const bool number =
          !value.empty() && value.find_first_not_of("0123456789") == std::string::npos;
      if (!there)
        changed = tl::unexpected(there.error());
      else if (!number && value != connection_.world.users.names().group(there->node->gid))
        changed = tl::unexpected(EINVAL);
      else if (value != std::to_string(there->node->gid) && number)
        changed = tl::unexpected(EPERM);
    } else if (same(fact.substr(0, 9), "UNIX.mode")) {
      const auto mode = static_cast<std::uint16_t>(std::strtoul(value.c_str(), nullptr, 8) & 07777);
      changed = connection_.tree.change_mode(connection_.cwd, path, mode);
    } else {
      const std::string text = fmt::format("Cannot modify fact '{}'", fact);
      co_return co_await respond(504, text);
    }
    if (!changed)
      co_return co_await refuse_path(changed.error() == ENOENT ? 550 : 501, path, changed.error());
    connection_.commit();
  }
  const std::string text = facts + " " + path;
  co_return co_await respond(213, text);
}

}  // namespace decnet::service::ftp
