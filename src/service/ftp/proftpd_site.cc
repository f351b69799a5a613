#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include <fmt/format.h>

#include "service/ftp/proftpd.h"

namespace decnet::service::ftp {

namespace {

constexpr std::size_t kCopyBytesMax = 8ULL << 20;

}  // namespace

Done Proftpd::site() {
  if (words() < 2) co_return co_await respond(500, "'SITE' requires parameters");
  const std::string what = upper(command_.words[1]);
  struct Handler {
    std::string_view name;
    Done (Proftpd::*run)();
    std::size_t words_min;
    std::size_t words_max;
  };
  static constexpr std::array<Handler, 7> kModules{{
      {"COPY", &Proftpd::site_copy, 4, 4},
      {"CPFR", &Proftpd::site_cpfr, 3, SIZE_MAX},
      {"CPTO", &Proftpd::site_cpto, 3, SIZE_MAX},
      {"MKDIR", &Proftpd::site_mkdir, 3, SIZE_MAX},
      {"RMDIR", &Proftpd::site_rmdir, 3, SIZE_MAX},
      {"SYMLINK", &Proftpd::site_symlink, 4, SIZE_MAX},
      {"UTIME", &Proftpd::site_utime, 4, SIZE_MAX},
  }};
  for (const Handler& entry : kModules) {
    if (entry.name != what || words() < entry.words_min || words() > entry.words_max) continue;
    if (entry.name == "CPTO" && copy_from_.empty()) continue;
    if (connection_.user.empty())
      co_return co_await respond(530, "Please login with USER and PASS");
    co_return co_await (this->*entry.run)();
  }
  if (what == "CPTO" && copy_from_.empty()) {  // Two modules complain.
    if (words() == 2) {
      DECNET_CO_CHECK(co_await site_unknown());
    }
    const Lines lines(words() == 2 ? 1 : 2, "Bad sequence of commands");
    co_return co_await respond(503, lines);
  }
  if (what == "QUOTA") {
    if (connection_.user.empty())
      co_return co_await respond(530, "Please login with USER and PASS");
    co_return co_await respond(202, "No quotas in effect");
  }
  if (what == "RATIO")
    co_return co_await respond(214, "Current Ratio: ( -0/0 +0/0 (0 0 0 0) = 0/0 )");
  if (what == "HELP") {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kSyntax{
        {{"HELP", "[<sp> site-command]"},
         {"CHGRP", "<sp> group <sp> pathname"},
         {"CHMOD", "<sp> mode <sp> pathname"}}};
    const std::string about = words() > 2 ? upper(command_.words[2]) : std::string();
    const auto known = std::find_if(kSyntax.begin(), kSyntax.end(),
                                    [&](const auto& entry) { return entry.first == about; });
    if (words() > 2 && known == kSyntax.end()) {
      const std::string text = fmt::format("Unknown command 'SITE {}'", argument());
      co_return co_await respond(502, text);
    }
    Lines lines{"The following SITE commands are recognized (* =>'s unimplemented)",
                "CPFR <sp> pathname",
                "CPTO <sp> pathname",
                "UTIME <sp> YYYYMMDDhhmm[ss] <sp> path",
                "SYMLINK <sp> source <sp> destination",
                "RMDIR <sp> path",
                "MKDIR <sp> path",
                "The following SITE extensions are recognized:",
                "RATIO -- show all ratios in effect",
                "QUOTA"};
    if (words() > 2)
      lines.push_back(fmt::format("Syntax: SITE {} {}", about, known->second));
    else
      lines.insert(lines.end(), {"HELP", "CHGRP", "CHMOD"});
    lines.push_back("Direct comments to root@" + connection_.world.hostname);
    co_return co_await respond(214, lines);
  }
  if (what == "CHMOD" || what == "CHGRP") {
    if (connection_.user.empty()) {
      DECNET_CO_CHECK(co_await respond(530, "Please login with USER and PASS"));
      co_return co_await respond(530, "Please login with USER and PASS");
    }
    if (words() < 4) {
      const Lines lines{fmt::format("'SITE {}' not understood",
                                    what + argument().substr(command_.words[1].size())),
                        "SITE not understood"};
      co_return co_await respond(500, lines);
    }
    if (what == "CHMOD") co_return co_await site_chmod();
    co_return co_await site_chgrp();
  }
  co_return co_await site_unknown();
}

Done Proftpd::site_unknown() {
  const std::string what = upper(command_.words[1]);
  const std::string text = fmt::format("'SITE {}' not understood", what);
  co_return co_await respond(500, text);
}

Posix<void> Proftpd::copy(const std::string& from, const std::string& to) {
  const auto source = connection_.tree.find("/", from);
  if (!source) return tl::unexpected(source.error());
  if (source->node->kind == Kind::folder) {
    if (!connection_.tree.may(*source->node, kRead)) return tl::unexpected(EACCES);
    const auto made = connection_.tree.make_folder("/", to, 0755, connection_.now());
    if (!made && made.error() != EEXIST) return made;
    const std::vector<Entry> entries = source->node->entries;
    for (const Entry& entry : entries) {
      if (to == from || to.starts_with(from + "/")) return tl::unexpected(EINVAL);
      if (const auto copied = copy(join_path(from, entry.name), join_path(to, entry.name)); !copied)
        return copied;
    }
    return {};
  }
  if (!connection_.tree.may(*source->node, kRead)) return tl::unexpected(EACCES);
  if (source->node->size > kCopyBytesMax || !connection_.has_room(source->node->size))
    return tl::unexpected(ENOSPC);
  const auto bytes = std::make_shared<const std::string>(connection_.content(*source->node));
  return connection_.tree.write(
      "/", to, bytes, static_cast<std::uint16_t>(0666 & ~connection_.umask), connection_.now());
}

Done Proftpd::site_copy() {
  const std::string from = canonical(command_.words[2]);
  const std::string to = canonical(command_.words[3]);
  if (limited(Limit::write, to)) co_return co_await refuse_path(550, command_.words[3], EPERM);
  auto copied = copy(from, to);
  if (copied && !connection_.commit()) copied = tl::unexpected(ENOSPC);
  if (!copied) {
    connection_.refresh();
    co_return co_await refuse_path(550, command_.words[1], copied.error());
  }
  const std::string text = fmt::format("SITE {} command successful", command_.words[1]);
  co_return co_await respond(200, text);
}

Done Proftpd::site_cpfr() {
  const std::string path = canonical(rest_of(2));
  if (limited(Limit::read, path)) co_return co_await refuse_path(550, path, EPERM);
  const auto found = connection_.tree.find("/", path, Follow::no);
  if (!found) co_return co_await refuse_path(550, path, found.error());
  copy_from_ = path;
  co_return co_await respond(350, "File or directory exists, ready for destination name");
}

Done Proftpd::site_cpto() {
  const std::string to = canonical(rest_of(2));
  const std::string from = std::exchange(copy_from_, {});
  if (limited(Limit::write, to)) co_return co_await refuse_path(550, to, EPERM);
  auto copied = copy(from, to);
  if (copied && !connection_.commit()) copied = tl::unexpected(ENOSPC);
  if (copied) co_return co_await respond(250, "Copy successful");
  connection_.refresh();
  co_return co_await refuse_path(copied.error() == ENOSPC ? 552 : 550, command_.words[1],
                                 copied.error());
}

Done Proftpd::site_mkdir() {
  const std::string path = canonical(rest_of(2));
  if (limited(Limit::write, path)) co_return co_await refuse_path(550, argument(), EPERM);
  Posix<void> made;
  for (std::size_t end = path.find('/', 1); made; end = path.find('/', end + 1)) {
    const std::string part = path.substr(0, end);
    if (!connection_.tree.find("/", part))
      made = connection_.tree.make_folder("/", part, 0755, connection_.now());
    if (end == std::string::npos) break;
  }
  if (made && !connection_.commit()) made = tl::unexpected(ENOSPC);
  if (!made) co_return co_await refuse_path(550, argument(), made.error());
  const std::string text = fmt::format("SITE {} command successful", command_.words[1]);
  co_return co_await respond(200, text);
}

Posix<void> Proftpd::remove_whole(const std::string& path) {
  const auto folder = connection_.tree.find("/", path, Follow::no);
  if (!folder) return tl::unexpected(folder.error());
  for (const Entry& entry : folder->node->entries) {
    const std::string below = join_path(path, entry.name);
    const auto removed = entry.node->kind == Kind::folder
                             ? remove_whole(below)
                             : connection_.tree.unlink("/", below, connection_.now());
    if (!removed) return removed;
  }
  return connection_.tree.remove_folder("/", path, connection_.now());
}

Done Proftpd::site_rmdir() {
  const std::string path = canonical(rest_of(2));
  if (limited(Limit::write, path)) co_return co_await refuse_path(550, argument(), EPERM);
  const auto found = connection_.tree.find("/", path);
  Posix<void> removed;
  if (!found)
    removed = tl::unexpected(found.error());
  else if (found->node->kind != Kind::folder)
    removed = tl::unexpected(EINVAL);
  else
    removed = remove_whole(path);
  if (!removed) {
    connection_.refresh();
    co_return co_await refuse_path(550, argument(), removed.error());
  }
  connection_.commit();
  const std::string text = fmt::format("SITE {} command successful", command_.words[1]);
  co_return co_await respond(200, text);
}

Done Proftpd::site_symlink() {
  const std::string from = canonical(command_.words[2]);
  const std::string to = canonical(command_.words[3]);
  if (limited(Limit::write, to)) co_return co_await refuse_path(550, command_.words[3], EPERM);
  const auto there = connection_.tree.find("/", from);
  if (!there) co_return co_await refuse_path(550, argument(), there.error());
  auto made = connection_.tree.symlink("/", from, to, connection_.now());
  if (made && !connection_.commit()) made = tl::unexpected(ENOSPC);
  if (!made) co_return co_await refuse_path(550, argument(), made.error());
  const std::string text = fmt::format("SITE {} command successful", command_.words[1]);
  co_return co_await respond(200, text);
}

}  // namespace decnet::service::ftp
