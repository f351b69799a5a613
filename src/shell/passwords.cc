#include "shell/passwords.h"

#include <charconv>
#include <memory>
#include <vector>

#include <crypt.h>

namespace decnet::shell {
namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::uint32_t number(std::string_view text) {
  std::uint32_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::optional<std::string> second_field(const FileSystem& files, std::string_view path,
                                        std::string_view user) {
  const std::string text = files.read_file(path, Credentials{}).value_or("");
  for (const std::string_view line : split(text, '\n')) {
    const std::vector<std::string_view> parts = split(line, ':');
    if (parts.size() > 1 && parts[0] == user) return std::string(parts[1]);
  }
  return std::nullopt;
}

// What a hash costs is chosen by who wrote it.
bool is_cheap(std::string_view hash) {
  if (hash.starts_with("$1$")) return true;
  if (hash.starts_with("$5$") || hash.starts_with("$6$")) {
    const std::string_view rest = hash.substr(3);
    return !rest.starts_with("rounds=") || number(rest.substr(7)) <= kHashRoundsMax;
  }
  if (hash.starts_with("$2")) return hash.size() > 6 && hash[4] == '0' && hash[5] <= '9';
  for (const std::string_view kind : {"$y$", "$gy$"}) {
    if (!hash.starts_with(kind)) continue;
    const std::string_view cost = hash.substr(kind.size(), 4);
    return cost.size() == 4 && cost[0] == 'j' && cost[1] >= '5' && cost[1] <= '9' &&
           cost.substr(2) == "T$";
  }
  return hash.size() == 13 && hash[0] != '$' && hash[0] != '_';
}

}  // namespace

std::optional<std::string> hash_of(const FileSystem& files, std::string_view user) {
  std::optional<std::string> own = second_field(files, "/etc/passwd", user);
  if (!own) return std::nullopt;
  if (*own != "x") return own;
  return second_field(files, "/etc/shadow", user).value_or("");
}

bool password_fits(std::string_view password, const std::string& hash) {
  if (!is_cheap(hash) || password.find('\0') != std::string_view::npos) return false;
  auto data = std::make_unique<crypt_data>();
  const std::string secret(password);
  const char* made = ::crypt_r(secret.c_str(), hash.c_str(), data.get());
  return made != nullptr && hash == made;
}

std::optional<PasswdRow> passwd_row(const FileSystem& files, std::string_view user) {
  const std::string text = files.read_file("/etc/passwd", Credentials{}).value_or("");
  for (const std::string_view line : split(text, '\n')) {
    const std::vector<std::string_view> parts = split(line, ':');
    if (parts.size() < 7 || parts[0] != user) continue;
    return PasswdRow{.name = std::string(parts[0]),
                     .uid = number(parts[2]),
                     .gid = number(parts[3]),
                     .home = std::string(parts[5]),
                     .shell = std::string(parts[6].empty() ? "/bin/sh" : parts[6])};
  }
  if (user == "root") return PasswdRow{.name = "root", .home = "/root", .shell = "/bin/bash"};
  return std::nullopt;
}

Credentials credentials_of(const FileSystem& files, const PasswdRow& row) {
  Credentials who{.uid = row.uid, .gid = row.gid};
  const std::string text = files.read_file("/etc/group", Credentials{}).value_or("");
  for (const std::string_view line : split(text, '\n')) {
    const std::vector<std::string_view> parts = split(line, ':');
    if (parts.size() < 4) continue;
    for (const std::string_view member : split(parts[3], ',')) {
      if (member == row.name) who.groups.push_back(number(parts[2]));
    }
  }
  return who;
}

bool authorized_key(const FileSystem& files, std::string_view user, std::string_view key_type,
                    std::string_view key_base64) {
  const std::optional<PasswdRow> row = passwd_row(files, user);
  if (!row || key_base64.empty()) return false;
  for (const char* name : {"/.ssh/authorized_keys", "/.ssh/authorized_keys2"}) {
    const std::string text = files.read_file(row->home + name, Credentials{}).value_or("");
    for (const std::string_view line : split(text, '\n')) {
      if (line.starts_with('#')) continue;
      const std::size_t at = line.find(key_type);
      if (at == std::string_view::npos) continue;
      const std::size_t key = line.find_first_not_of(" \t", at + key_type.size());
      if (key == std::string_view::npos) continue;
      if (line.substr(key, line.find_first_of(" \t\r", key) - key) == key_base64) return true;
    }
  }
  return false;
}

}  // namespace decnet::shell
