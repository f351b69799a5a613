#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include "service/ftp/proftpd.h"

namespace decnet::service::ftp {

Done Proftpd::pwd() {
  if (words() != 1) co_return co_await respond(501, "Invalid number of parameters");
  const std::string text =
      fmt::format("\"{}\" is the current directory", with_quotes_doubled(connection_.cwd));
  co_return co_await respond(257, text);
}

Done Proftpd::cwd() {
  if (words() < 2) co_return co_await respond(501, "Invalid number of parameters");
  co_return co_await change_folder(argument());
}

Done Proftpd::cdup() {
  if (words() != 1) co_return co_await respond(501, "Invalid number of parameters");
  co_return co_await change_folder("..");
}

Done Proftpd::change_folder(const std::string& path) {
  const auto found = real(path);
  if (!found) co_return co_await refuse_path(550, path, ENOENT);  // Whatever the reason was.
  if (found->node->kind != Kind::folder) co_return co_await refuse_path(550, path, ENOTDIR);
  if (!connection_.tree.may(*found->node, kSearch))
    co_return co_await refuse_path(550, path, EACCES);
  connection_.cwd = found->path;
  Lines lines;
  // In the <Anonymous> block DisplayChdir stands without "true": each time. Elsewhere only what is
  // new since the last time.
  if (connection_.anonymous || shown_folders_.insert(connection_.cwd).second)
    lines = display_file(".message");
  lines.push_back(command_.verb + " command successful");
  co_return co_await respond(250, lines);
}

Done Proftpd::mkd() {
  if (words() < 2) co_return co_await respond(501, "Invalid number of parameters");
  if (argument().find('*') != std::string::npos) {
    const std::string text = argument() + ": Invalid directory name";
    co_return co_await respond(550, text);
  }
  const std::string path = canonical(argument());
  if (limited(Limit::write, path)) co_return co_await refuse_path(550, argument(), EACCES);
  const auto mode = static_cast<std::uint16_t>(0777 & ~connection_.umask);
  auto made = connection_.tree.make_folder("/", path, mode, connection_.now());
  if (made && !connection_.commit()) made = tl::unexpected(ENOSPC);
  if (!made) co_return co_await refuse_path(550, argument(), made.error());
  const std::string text =
      fmt::format("\"{}\" - Directory successfully created", with_quotes_doubled(path));
  co_return co_await respond(257, text);
}

Done Proftpd::rmd() {
  if (words() < 2) co_return co_await respond(501, "Invalid number of parameters");
  const std::string path = canonical(argument());
  if (limited(Limit::write, path)) co_return co_await refuse_path(550, argument(), EACCES);
  const auto removed = connection_.tree.remove_folder("/", path, connection_.now());
  if (!removed) co_return co_await refuse_path(550, argument(), removed.error());
  connection_.commit();
  const std::string text = command_.verb + " command successful";
  co_return co_await respond(250, text);
}

Done Proftpd::dele() {
  if (words() < 2) co_return co_await respond(501, "Invalid number of parameters");
  const std::string path = canonical(argument());
  if (limited(Limit::write, path)) co_return co_await refuse_path(550, argument(), EPERM);
  auto removed = connection_.tree.unlink("/", path, connection_.now());
  if (const auto there = connection_.tree.find("/", path, Follow::no);
      there && there->node->kind == Kind::folder) {
    removed = tl::unexpected(EISDIR);  // Looked at before the rights.
  }
  if (!removed) co_return co_await refuse_path(550, argument(), removed.error());
  connection_.commit();
  co_return co_await respond(250, "DELE command successful");
}

Done Proftpd::rnfr() {
  connection_.rename_from.clear();
  if (words() < 2) co_return co_await respond(501, "Invalid number of parameters");
  const std::string path = canonical(argument());
  if (limited(Limit::write, path)) co_return co_await refuse_path(550, argument(), EPERM);
  const auto found = connection_.tree.find("/", path, Follow::no);
  if (!found) co_return co_await refuse_path(550, argument(), found.error());
  connection_.rename_from = path;
  renaming_ = true;
  co_return co_await respond(350, "File or directory exists, ready for destination name");
}

Done Proftpd::rnto() {
  renaming_ = false;
  if (words() < 2) {
    connection_.rename_from.clear();
    co_return co_await respond(501, "Invalid number of parameters");
  }
  if (connection_.rename_from.empty()) co_return co_await respond(503, "Bad sequence of commands");
  const std::string from = std::exchange(connection_.rename_from, {});
  const std::string to = canonical(argument());
  auto renamed = connection_.tree.rename("/", from, to, connection_.now());
  if (renamed && !connection_.commit()) renamed = tl::unexpected(ENOSPC);
  if (!renamed)
    co_return co_await refuse_path(550, argument(),
                                   renamed.error() == EISDIR ? EPERM : renamed.error());
  co_return co_await respond(250, "Rename successful");
}

Done Proftpd::size() {
  if (words() < 2) co_return co_await respond(501, "Invalid number of parameters");
  if (connection_.ascii) co_return co_await respond(550, "SIZE not allowed in ASCII mode");
  const auto found = real(argument());
  if (!found) co_return co_await refuse_path(550, argument(), found.error());
  if (limited(Limit::read, found->path)) co_return co_await refuse_path(550, argument(), EPERM);
  if (found->node->kind != Kind::file) {
    const std::string text = argument() + ": not a regular file";
    co_return co_await respond(550, text);
  }
  const std::string text = std::to_string(found->node->size);
  co_return co_await respond(213, text);
}

Done Proftpd::mdtm() {
  if (words() < 2) co_return co_await respond(501, "Invalid number of parameters");
  const auto found = real(argument());
  if (!found) co_return co_await refuse_path(550, argument(), found.error());
  if (found->node->kind != Kind::file) {
    const std::string text = argument() + ": not a plain file";
    co_return co_await respond(550, text);
  }
  const std::string text = compact_time(found->node->modified);
  co_return co_await respond(213, text);
}

}  // namespace decnet::service::ftp
