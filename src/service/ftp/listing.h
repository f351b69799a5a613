// Folder listings as vsftpd and ProFTPD print them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/ftp/tree.h"

namespace decnet::service::ftp {

inline constexpr std::size_t kListingBytesMax =
    512 * 1024;  // Of one LIST, NLST, MLSD or STAT answer: the rest is cut.
inline constexpr int kListingFoldersMax = 500;  // Of one LIST -R.

// "drwxr-xr-x"
std::string permissions_text(const Node& node);

// "Nov 18 11:06", or "Nov 14  2023" for what is older than `recent_s` or (where `future_has_year`)
// not yet there.
std::string date_text(std::int64_t when, std::int64_t now, std::int64_t recent_s,
                      bool future_has_year);

// "20261118110600"
std::string compact_time(std::int64_t when);
// And back; nothing where it is malformed or a field is out of range. (The 31st of February is in
// March.)
std::optional<std::int64_t> parse_compact_time(std::string_view text);

// The user and group names of the decky, as `ls` would map them; a number where there is no such
// user.
class Names {
 public:
  void add_user(std::uint32_t uid, std::string name) { users_.push_back({uid, std::move(name)}); }
  void add_group(std::uint32_t gid, std::string name) { groups_.push_back({gid, std::move(name)}); }
  std::string user(std::uint32_t uid) const { return find(users_, uid); }
  std::string group(std::uint32_t gid) const { return find(groups_, gid); }

 private:
  struct Named {
    std::uint32_t id;
    std::string name;
  };
  static std::string find(const std::vector<Named>& in, std::uint32_t id);

  std::vector<Named> users_;
  std::vector<Named> groups_;
};

// One line without its line end; `shown` is the name as it is to appear. Links get " -> target".
std::string vsftpd_line(const Node& node, std::string_view shown, std::int64_t now);
struct ProftpdLineStyle {
  bool numeric = false;   // -n
  bool human = false;     // -h
  char mark = 0;          // -F: what is put behind the line, or 0
  std::string fake_user;  // DirFakeUser, DirFakeGroup
  std::string fake_group;
};
std::string proftpd_line(const Node& node, std::string_view shown, std::int64_t now,
                         const Names& names, const ProftpdLineStyle& style);

// vsftpd's own matching: "*", "?" and "{a,b}". It never goes back to try another place for a piece:
// "*aaa" does not match "aaaa".
bool vsftpd_matches(std::string_view name, std::string_view pattern);
// What fnmatch(3) and glob(3) understand: * ? [a-z] [!a] and \x. A leading dot is matched by a dot
// only.
bool glob_matches(std::string_view name, std::string_view pattern);
bool has_glob(std::string_view text) noexcept;
// The paths that glob(3) would find, sorted; at most `at_most`.
std::vector<std::string> glob(const Tree& tree, std::string_view cwd, std::string_view pattern,
                              std::size_t at_most);

// The order in which readdir(3) of ext4 would hand the names out: by a hash, the same for the same
// names.
std::vector<const Entry*> readdir_order(const Node& folder);

}  // namespace decnet::service::ftp
