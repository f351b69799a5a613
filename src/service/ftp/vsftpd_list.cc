#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "service/ftp/vsftpd.h"

namespace decnet::service::ftp {

// One listing in the making: what was asked for, and the lines.
struct Vsftpd::Listing {
  std::string options;
  std::string filter;
  bool details = false;
  std::string text;

  bool has(char option) const { return options.find(option) != std::string::npos; }
};

Done Vsftpd::list() {
  return list_folder(true, false);
}
Done Vsftpd::nlst() {
  return list_folder(false, false);
}
Done Vsftpd::stat_path() {
  return list_folder(true, true);
}

// The folder's lines. `shown_path` is the folder as the peer has named it.
void Vsftpd::fill(Listing& listing, const Node& folder, const std::string& folder_path,
                  const std::string& shown_path) const {
  const Tree& tree = connection_.tree;
  struct Line {
    std::string name;
    std::int64_t modified;
    std::string text;
  };
  std::vector<Line> lines;
  std::string prefix = shown_path == "." ? "" : shown_path;
  if (!prefix.empty() && !prefix.ends_with('/')) prefix += '/';
  const bool details = listing.details || listing.has('l');
  const bool shows_dots = listing.has('a') || listing.filter.starts_with('.');
  const auto add = [&](const std::string& name, const Node& node) {
    if (name.starts_with('.') && !shows_dots) return;
    if (!listing.filter.empty()) {
      // Debian's vsftpd compares what a link leads to, not the link's name.
      const auto real = tree.find(folder_path, name);
      if (!vsftpd_matches(real ? base_name(real->path) : std::string_view(name), listing.filter))
        return;
    }
    if (details) {
      const std::string mark = listing.has('F') && node.kind == Kind::folder ? "/" : "";
      lines.push_back({name, node.modified, vsftpd_line(node, name + mark, connection_.now())});
    } else {
      lines.push_back({name, node.modified, prefix + name});
    }
  };
  if (!details || tree.may(folder, kSearch)) {
    add(".", folder);
    const auto above = tree.find(folder_path, "..");
    add("..", above ? *above->node : folder);
    for (const Entry& entry : folder.entries) add(entry.name, *entry.node);
  }
  if (listing.has('t')) {
    std::stable_sort(lines.begin(), lines.end(),
                     [](const Line& a, const Line& b) { return a.modified > b.modified; });
  } else {
    std::stable_sort(lines.begin(), lines.end(),
                     [](const Line& a, const Line& b) { return a.name < b.name; });
  }
  if (listing.has('r')) std::reverse(lines.begin(), lines.end());
  for (const Line& line : lines) {
    if (listing.text.size() > kListingBytesMax) break;
    listing.text += line.text + "\r\n";
  }
}

Done Vsftpd::list_folder(bool details, bool on_control) {
  if (!on_control && !data_ready()) co_return co_await reply(425, "Use PORT or PASV first.");
  Listing listing;
  listing.details = details;
  if (argument_.starts_with('-')) {  // Options come first or not at all.
    const auto space = argument_.find(' ');
    listing.options = argument_.substr(1, space == std::string::npos ? space : space - 1);
    if (space != std::string::npos) listing.filter = argument_.substr(space + 1);
  } else {
    listing.filter = argument_;
  }
  if (on_control) listing.options += 'a';
  std::string shown = ".";
  const auto open_folder = [this](const std::string& path) -> std::optional<Found> {
    auto found = connection_.tree.find(connection_.cwd, path);
    if (!found || found->node->kind != Kind::folder || !connection_.tree.may(*found->node, kRead))
      return std::nullopt;
    return *found;
  };
  std::optional<Found> folder;
  if (!listing.filter.empty()) {
    listing.filter = connection_.without_tilde(listing.filter);
    folder = open_folder(listing.filter);
    if (folder) {
      shown = std::exchange(listing.filter, {});
    } else if (const auto slash = listing.filter.rfind('/'); slash != std::string::npos) {
      shown = slash == 0 ? "/" : listing.filter.substr(0, slash);
      listing.filter.erase(0, slash + 1);
    }
  }
  if (!folder) folder = open_folder(shown);
  const bool passive = connection_.data.passive();
  if (on_control) {
    DECNET_CO_CHECK(co_await part(213, "Status follows:"));
  } else {
    DECNET_CO_TRY(const bool open, co_await open_data("Here comes the directory listing."));
    if (!open) {
      connection_.data.abort();
      connection_.data.forget();
      co_return Result<void>{};
    }
  }
  if (folder && connection_.anonymous && (folder->node->mode & 04) == 0)
    folder.reset();  // anon_world_readable_only
  if (folder) fill(listing, *folder->node, folder->path, shown);
  if (on_control) {
    DECNET_CO_CHECK(co_await connection_.send(listing.text));
    co_return co_await reply(213, "End of status");
  }
  const Transfer transfer = co_await connection_.data.send(listing.text);
  const bool secure = connection_.data.is_secure();
  co_await connection_.data.finish();
  connection_.data.forget();
  connection_.record_transfer(verb_, folder ? folder->path : shown, transfer, 0, passive, secure);
  if (transfer.outcome == Outcome::stalled) {
    connection_.session.set_end_reason("data_timeout");
    co_return co_await last_words(426, "Data timeout. Reconnect. Sorry.");
  }
  if (transfer.outcome != Outcome::complete)
    co_return co_await reply(426, "Failure writing network stream.");
  if (!folder) co_return co_await reply(226, "Transfer done (but failed to open directory).");
  co_return co_await reply(226, "Directory send OK.");
}

}  // namespace decnet::service::ftp
