#include <chrono>
#include <cstdlib>

#include <fmt/format.h>

#include "service/ftp/vsftpd.h"

namespace decnet::service::ftp {

namespace {

// MDTM's time as mktime(3) takes it: months and days beyond the end roll over.
std::int64_t parse_time(std::string_view text) {
  const auto number = [text](std::size_t at, std::size_t count) -> int {
    return at < text.size() ? std::atoi(std::string(text.substr(at, count)).c_str()) : 0;
  };
  if (text.size() < 8) return 0;
  const int months = number(4, 2) - 1;
  const int year = number(0, 4) + (months < 0 ? -1 : months / 12);
  const auto month = static_cast<unsigned>((months % 12 + 12) % 12 + 1);
  const std::chrono::sys_days first = std::chrono::year{year} / std::chrono::month{month} / 1;
  std::int64_t seconds =
      (first.time_since_epoch().count() + number(6, 2) - 1) * std::int64_t{86'400};
  if (text.size() >= 14) seconds += number(8, 2) * 3600 + number(10, 2) * 60 + number(12, 2);
  return seconds;
}

std::string absolute(const std::string& cwd, const std::string& path) {
  return path.starts_with('/') ? path : join_path(cwd, path);
}

}  // namespace

Done Vsftpd::pwd() {
  const std::string text =
      fmt::format("\"{}\" is the current directory", with_quotes_doubled(connection_.cwd));
  co_return co_await reply(257, text);
}

Done Vsftpd::cwd() {
  const std::string path = connection_.without_tilde(argument_);
  const auto found = connection_.tree.find(connection_.cwd, path);
  if (!found || found->node->kind != Kind::folder || !connection_.tree.may(*found->node, kSearch)) {
    co_return co_await reply(550, "Failed to change directory.");
  }
  connection_.cwd = found->path;
  DECNET_CO_CHECK(co_await show_message(250));
  co_return co_await reply(250, "Directory successfully changed.");
}

Done Vsftpd::cdup() {
  argument_ = "..";
  return cwd();
}

Done Vsftpd::mkd() {
  const std::string path = connection_.without_tilde(argument_);
  const auto mode = static_cast<std::uint16_t>(0777 & ~connection_.umask);
  if (!connection_.tree.make_folder(connection_.cwd, path, mode, connection_.now()) ||
      !connection_.commit()) {
    co_return co_await reply(550, "Create directory operation failed.");
  }
  const std::string text =
      fmt::format("\"{}\" created", with_quotes_doubled(absolute(connection_.cwd, path)));
  co_return co_await reply(257, text);
}

Done Vsftpd::rmd() {
  const std::string path = connection_.without_tilde(argument_);
  const bool removed = connection_.tree.remove_folder(connection_.cwd, path, connection_.now()) &&
                       connection_.commit();
  co_return co_await reply(removed ? 250 : 550, removed ? "Remove directory operation successful."
                                                        : "Remove directory operation failed.");
}

Done Vsftpd::dele() {
  const std::string path = connection_.without_tilde(argument_);
  const bool removed =
      connection_.tree.unlink(connection_.cwd, path, connection_.now()) && connection_.commit();
  co_return co_await reply(removed ? 250 : 550,
                           removed ? "Delete operation successful." : "Delete operation failed.");
}

Done Vsftpd::rnfr() {
  connection_.rename_from.clear();
  const std::string path = connection_.without_tilde(argument_);
  if (!connection_.tree.find(connection_.cwd, path))
    co_return co_await reply(550, "RNFR command failed.");
  connection_.rename_from = path;
  co_return co_await reply(350, "Ready for RNTO.");
}

Done Vsftpd::rnto() {
  if (connection_.rename_from.empty()) co_return co_await reply(503, "RNFR required first.");
  const std::string from = std::exchange(connection_.rename_from, {});
  const std::string to = connection_.without_tilde(argument_);
  const bool renamed =
      connection_.tree.rename(connection_.cwd, from, to, connection_.now()) && connection_.commit();
  co_return co_await reply(renamed ? 250 : 550, renamed ? "Rename successful." : "Rename failed.");
}

Done Vsftpd::size() {
  const std::string path = connection_.without_tilde(argument_);
  const auto found = connection_.tree.find(connection_.cwd, path);
  if (!found || found->node->kind != Kind::file)
    co_return co_await reply(550, "Could not get file size.");
  const std::string text = std::to_string(found->node->size);
  co_return co_await reply(213, text);
}

Done Vsftpd::mdtm() {
  auto found = connection_.tree.find(connection_.cwd,
                                     argument_);  // Before the tilde is resolved: so does vsftpd.
  const auto space = argument_.find(' ');
  const bool starts_with_digit =
      !argument_.empty() && argument_.front() >= '0' && argument_.front() <= '9';
  const bool sets = !found && starts_with_digit && space != std::string::npos &&
                    (space == 8 || space == 14 || (space > 15 && argument_[14] == '.'));
  std::int64_t time = 0;
  if (sets) {
    time = parse_time(std::string_view(argument_).substr(0, space));
    argument_.erase(0, space + 1);
  }
  const std::string path = connection_.without_tilde(argument_);
  if (sets && connection_.profile().writable && !connection_.anonymous) {
    found = connection_.tree.find(connection_.cwd, path);
    const bool set = found && found->node->kind == Kind::file &&
                     connection_.tree.set_modified(connection_.cwd, path, time) &&
                     connection_.commit();
    co_return co_await reply(set ? 213 : 550, set ? "File modification time set."
                                                  : "Could not set file modification time.");
  }
  if (!found || found->node->kind != Kind::file)
    co_return co_await reply(550, "Could not get file modification time.");
  const std::string text = compact_time(found->node->modified);
  co_return co_await reply(213, text);
}

}  // namespace decnet::service::ftp
