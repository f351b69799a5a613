#include <algorithm>
#include <cerrno>
#include <vector>

#include <fmt/format.h>

#include "service/ftp/proftpd.h"

namespace decnet::service::ftp {

namespace {

constexpr std::size_t kGlobMax = 1'000;

// The options of ls(1) that have an effect. (-l is always on and takes -1 and -C away: ListOptions
// "-l".)
struct Options {
  bool all = false;
  bool almost_all = false;
  bool itself = false;
  bool marks = false;
  bool human = false;
  bool follow = false;
  bool numeric = false;
  bool recursive = false;
  bool reverse = false;
  bool by_size = false;
  bool by_time = false;
  bool unsorted = false;
  bool names_only = false;  // Has an effect in NLST.

  void set(char letter, bool nlst) {
    switch (letter) {
      case 'a':
        all = true;
        break;
      case 'A':
        almost_all = true;
        break;
      case 'd':
        itself = true;
        break;
      case 'F':
        marks = !nlst;
        break;
      case 'h':
        human = !nlst;
        break;
      case 'L':
        follow = true;
        break;
      case 'n':
        numeric = !nlst;
        break;
      case 'R':
        recursive = true;
        break;
      case 'r':
        reverse = true;
        break;
      case 'S':
        by_size = true;
        break;
      case 't':
        by_time = true;
        break;
      case 'U':
        unsorted = true;
        by_size = by_time = false;
        break;
      case '1':
        names_only = true;
        break;
      default:
        break;
    }
  }
};

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Takes "-la -t " off the front, as ProFTPD walks over it.
Options take_options(std::string& rest, bool nlst) {
  Options options;
  std::size_t at = 0;
  while (at < rest.size() && is_space(rest[at])) ++at;
  if (at >= rest.size() || rest[at] != '-') return options;
  while (at < rest.size() && rest[at] == '-') {
    for (++at; at < rest.size() && is_alphanumeric(rest[at]); ++at) options.set(rest[at], nlst);
    std::size_t next = at;
    while (next < rest.size() && is_space(rest[next])) ++next;
    if (next < rest.size() && rest[next] == '-') {
      at = next;
    } else if (at + 1 < rest.size() && rest[at + 1] == ' ') {
      ++at;
      break;
    } else {
      at = next;
      break;
    }
  }
  rest.erase(0, at);
  return options;
}

}  // namespace

// A listing in the making.
struct Proftpd::Listing {
  struct Line {
    std::string text;
    std::int64_t modified;
    std::uint64_t size;
  };

  const Connection* connection;
  Options options;
  std::string text;         // Finished lines.
  std::vector<Line> lines;  // Of one folder, until they are sorted.
  int folders = 0;

  const Tree& tree() const { return connection->tree; }

  // One file, named as `shown`; true if it is a folder.
  bool add(const std::string& folder, const std::string& shown) {
    const auto found = tree().find(folder, shown, Follow::no);
    if (!found) return false;
    const std::string_view name = base_name(shown);
    if (name.starts_with('.') && !options.all &&
        (!options.almost_all || name == "." || name == ".."))
      return false;
    NodePtr node = found->node;
    char mark = 0;
    if (node->kind == Kind::link) {
      const auto target = tree().find(folder, shown);
      if (node->text == "." || node->text == "..") return false;
      if (options.follow) {
        if (!target) return false;
        node = target->node;
      } else if (options.marks && target) {
        mark = mark_of(*target->node);
      }
    }
    if (options.marks && node->kind != Kind::link) mark = mark_of(*node);
    ProftpdLineStyle style{.numeric = options.numeric, .human = options.human, .mark = mark};
    if (connection->anonymous) style.fake_user = style.fake_group = "ftp";
    lines.push_back(
        {proftpd_line(*node, shown, connection->now(), connection->world.users.names(), style),
         node->modified, node->shown_size()});
    return node->kind == Kind::folder;
  }

  static char mark_of(const Node& node) {
    if (node.kind == Kind::folder) return '/';
    return (node.mode & 0111) != 0 ? '*' : '\0';
  }

  void flush() {
    const bool reverse = options.reverse;
    if (options.by_time) {
      std::stable_sort(lines.begin(), lines.end(), [reverse](const Line& a, const Line& b) {
        return reverse ? a.modified < b.modified : a.modified > b.modified;
      });
    } else if (options.by_size) {
      std::stable_sort(lines.begin(), lines.end(), [reverse](const Line& a, const Line& b) {
        return reverse ? a.size < b.size : a.size > b.size;
      });
    }
    for (const Line& line : lines) {
      if (text.size() < kListingBytesMax) text += line.text + "\r\n";
    }
    lines.clear();
  }

  // The content of a folder and, where asked for, of those below; `shown` is how it was named.
  void add_folder(const Found& folder, const std::string& shown) {
    if (!tree().may(*folder.node, kRead) || !tree().may(*folder.node, kSearch) ||
        ++folders > kListingFoldersMax)
      return;
    std::vector<std::string> below;
    std::vector<std::string> names{".", ".."};
    if (options.unsorted) {
      for (const Entry* entry : readdir_order(*folder.node)) names.push_back(entry->name);
    } else {
      for (const Entry& entry : folder.node->entries) names.push_back(entry.name);
      std::sort(names.begin(), names.end());
    }
    for (const std::string& name : names) {
      if (add(folder.path, name) && name != "." && name != "..") below.push_back(name);
    }
    flush();
    if (!options.recursive) return;
    for (const std::string& name : below) {
      const auto child = tree().find(folder.path, name, Follow::no);
      if (!child || child->node->kind != Kind::folder || !tree().may(*child->node, kSearch))
        continue;
      const std::string named = shown == "." ? name : join_path(shown, name);
      if (text.size() < kListingBytesMax) text += "\r\n" + named + ":\r\n";
      add_folder(*child, named);
    }
  }
};

Done Proftpd::finish_listing(std::string_view text, std::string_view path) {
  const bool passive = connection_.data.was_passive();
  const Interrupted glance = [this] { return command_in_transfer(); };
  const Transfer transfer = co_await connection_.data.send(text, glance);
  const bool secure = connection_.data.is_secure();
  co_await connection_.data.finish();
  connection_.record_transfer(command_.verb, path, transfer, 0, passive, secure);
  co_return co_await conclude(transfer);
}

Done Proftpd::list() {
  std::string target = argument();
  Listing listing{.connection = &connection_};
  if (words() > 2 || !connection_.tree.find(connection_.cwd, target))
    listing.options = take_options(target, false);
  listing.options.unsorted = listing_unsorted_ = listing_unsorted_ || listing.options.unsorted;
  if (!target.empty() && target.front() == '~' && !connection_.anonymous) {
    const auto slash = std::min(target.find('/'), target.size());
    const std::string name = slash > 1 ? target.substr(1, slash - 1) : connection_.user;
    if (const User* user = connection_.world.users.find(name); user != nullptr)
      target = user->home + target.substr(slash);
  }
  DECNET_CO_TRY(const bool open, co_await open_data("file list", 0));
  if (!open) co_return Result<void>{};
  if (target.empty()) {
    if (listing.options.itself) {  // The genuine server dies of it.
      connection_.data.abort();
      connection_.over = true;
      co_return Result<void>{};
    }
    if (const auto here = connection_.tree.find(connection_.cwd, "."); here)
      listing.add_folder(*here, ".");
    co_return co_await finish_listing(listing.text, connection_.cwd);
  }
  co_return co_await send_listing(listing, target);
}

Done Proftpd::send_listing(Listing& listing, const std::string& target) {
  std::vector<std::string> paths{target};
  if (has_glob(target)) {
    auto found = glob(connection_.tree, connection_.cwd, target, kGlobMax);
    if (!found.empty()) paths = std::move(found);
  } else if (const auto there = connection_.tree.find(connection_.cwd, target); !there) {
    co_await connection_.data.finish();
    expect_transfer();
    co_return co_await refuse_path(450, target, there.error());
  }
  std::vector<std::string> folders;
  for (const std::string& path : paths) {
    const auto found = connection_.tree.find(connection_.cwd, path);
    const bool folder = found && found->node->kind == Kind::folder;
    if (!folder || listing.options.itself || (!listing.options.recursive && path != target)) {
      listing.add(connection_.cwd, path);
    } else {
      folders.push_back(path);
    }
  }
  listing.flush();
  for (const std::string& path : folders) {
    const auto found = connection_.tree.find(connection_.cwd, path);
    if (!found || !connection_.tree.may(*found->node, kSearch)) continue;
    if (paths.size() > 1) listing.text += "\r\n" + path + ":\r\n";
    listing.add_folder(*found, path);
  }
  co_return co_await finish_listing(listing.text, target);
}

Done Proftpd::stat_path() {
  std::string path = argument();
  if (path.starts_with('-')) path.erase(0, std::min(path.find(' '), path.size()));
  path.erase(0, std::min(path.find_first_not_of(' '), path.size()));
  if (path.empty()) path = ".";
  const auto found = connection_.tree.find(connection_.cwd, path, Follow::no);
  if (!found) co_return co_await refuse_path(450, path, found.error());
  const bool folder = found->node->kind == Kind::folder;
  Listing listing{.connection = &connection_};
  listing.options.all = true;
  if (folder) {
    listing.add_folder(*found, path);
  } else {
    listing.add(connection_.cwd, path);
    listing.flush();
  }
  Lines lines{fmt::format("Status of {}:", path)};
  for (std::size_t begin = 0; begin < listing.text.size();) {
    const auto end = listing.text.find("\r\n", begin);
    lines.push_back(listing.text.substr(begin, end - begin));
    begin = end + 2;
  }
  lines.emplace_back("End of status");
  co_return co_await respond(folder ? 212 : 213, lines);
}

Done Proftpd::nlst() {
  std::string target = words() == 1 ? "." : argument();
  Options options;
  if (words() > 2 || !connection_.tree.find(connection_.cwd, target))
    options = take_options(target, true);
  if (target.empty()) target = ".";
  if (target.front() == '~' && !connection_.anonymous) {
    const auto slash = std::min(target.find('/'), target.size());
    const std::string name = slash > 1 ? target.substr(1, slash - 1) : connection_.user;
    if (const User* user = connection_.world.users.find(name); user != nullptr)
      target = user->home + target.substr(slash);
  }
  const Tree& tree = connection_.tree;
  std::string text;
  const auto add = [&](const std::string& folder, std::string_view name) {
    const std::string shown =
        folder.empty() || options.names_only ? std::string(name) : join_path(folder, name);
    if (text.size() < kListingBytesMax) text += shown + "\r\n";
  };
  const auto add_folder = [&](const std::string& path) {
    const auto folder = tree.find(connection_.cwd, path);
    if (!folder || folder->node->kind != Kind::folder || !tree.may(*folder->node, kRead | kSearch))
      return;
    const std::string prefix = path == "." ? "" : path;
    if (options.all) {
      add(prefix, ".");
      add(prefix, "..");
    }
    for (const Entry* entry : readdir_order(*folder->node)) {
      if (entry->name.starts_with('.') && !options.all && !options.almost_all) continue;
      if (tree.find(folder->path, entry->name))
        add(prefix, entry->name);  // A link that leads nowhere is left out.
    }
  };
  if (has_glob(target)) {
    const auto paths = glob(tree, connection_.cwd, target, kGlobMax);
    if (paths.empty()) co_return co_await respond(450, "No files found");
    for (const std::string& path : paths) {
      const auto found = tree.find(connection_.cwd, path);
      if (!found) continue;
      if (found->node->kind == Kind::folder && options.recursive)
        add_folder(path);
      else
        add("", options.names_only ? base_name(path) : std::string_view(path));
    }
  } else {
    while (target.size() > 1 && target.ends_with('/')) target.pop_back();
    if (target.starts_with("./")) target.erase(0, 2);
    const auto found = tree.find(connection_.cwd, target);
    if (!found) co_return co_await refuse_path(450, argument(), found.error());
    if (found->node->kind == Kind::folder)
      add_folder(target);
    else
      add("", target);
  }
  DECNET_CO_TRY(const bool open, co_await open_data("file list", 0));
  if (!open) co_return Result<void>{};
  co_return co_await finish_listing(text, target);
}

}  // namespace decnet::service::ftp
