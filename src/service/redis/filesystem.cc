#include "service/redis/filesystem.h"

#include <algorithm>
#include <array>
#include <vector>

namespace decnet::service::redis {

namespace {

struct Folder {
  std::string_view path;
  FolderState state;
};

constexpr auto kFolders = std::to_array<Folder>({
    {"/", FolderState::fine},
    {"/bin", FolderState::fine},
    {"/boot", FolderState::fine},
    {"/dev", FolderState::fine},
    {"/dev/shm", FolderState::fine},
    {"/etc", FolderState::fine},
    {"/etc/cron.d", FolderState::fine},
    {"/etc/cron.daily", FolderState::fine},
    {"/etc/cron.hourly", FolderState::fine},
    {"/etc/crontab", FolderState::not_a_folder},
    {"/etc/init.d", FolderState::fine},
    {"/etc/ld.so.preload", FolderState::absent},
    {"/etc/passwd", FolderState::not_a_folder},
    {"/etc/profile.d", FolderState::fine},
    {"/etc/redis", FolderState::fine},
    {"/etc/redis/redis.conf", FolderState::not_a_folder},
    {"/etc/ssh", FolderState::fine},
    {"/etc/systemd/system", FolderState::fine},
    {"/home", FolderState::denied},
    {"/lib", FolderState::fine},
    {"/lib64", FolderState::fine},
    {"/lost+found", FolderState::denied},
    {"/media", FolderState::fine},
    {"/mnt", FolderState::fine},
    {"/opt", FolderState::fine},
    {"/proc", FolderState::fine},
    {"/root", FolderState::denied},
    {"/run", FolderState::fine},
    {"/run/redis", FolderState::fine},
    {"/run/user", FolderState::denied},
    {"/sbin", FolderState::fine},
    {"/srv", FolderState::fine},
    {"/sys", FolderState::fine},
    {"/tmp", FolderState::fine},
    {"/usr", FolderState::fine},
    {"/usr/bin", FolderState::fine},
    {"/usr/lib", FolderState::fine},
    {"/usr/local", FolderState::fine},
    {"/usr/local/bin", FolderState::fine},
    {"/usr/sbin", FolderState::fine},
    {"/usr/share", FolderState::fine},
    {"/var", FolderState::fine},
    {"/var/cache", FolderState::fine},
    {"/var/lib", FolderState::fine},
    {"/var/lib/redis", FolderState::fine},
    {"/var/log", FolderState::fine},
    {"/var/log/redis", FolderState::fine},
    {"/var/run", FolderState::fine},
    {"/var/run/redis", FolderState::fine},
    {"/var/spool", FolderState::fine},
    {"/var/spool/cron", FolderState::fine},
    {"/var/spool/cron/crontabs", FolderState::denied},
    {"/var/tmp", FolderState::fine},
});

constexpr std::string_view kWritable[] = {"/var/lib/redis", "/var/log/redis", "/run/redis",
                                          "/var/run/redis", "/etc/redis",     "/tmp",
                                          "/var/tmp",       "/dev/shm"};

// "/a//b/../c/" → "/a/c"; what is not absolute begins in the data folder.
std::string normal(std::string_view path) {
  std::string whole =
      path.starts_with('/') ? std::string(path) : "/var/lib/redis/" + std::string(path);
  std::vector<std::string_view> parts;
  std::string_view rest = whole;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    const std::string_view part = rest.substr(0, end);
    if (part == "..") {
      if (!parts.empty()) parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  std::string out;
  for (const std::string_view part : parts) out += "/" + std::string(part);
  return out.empty() ? "/" : out;
}

FolderState state_of(std::string_view path) {
  const auto at = std::find_if(kFolders.begin(), kFolders.end(),
                               [&](const Folder& one) { return one.path == path; });
  return at == kFolders.end() ? FolderState::absent : at->state;
}

}  // namespace

std::string_view to_string(FolderState state) noexcept {
  switch (state) {
    case FolderState::fine:
      return "";
    case FolderState::absent:
      return "No such file or directory";
    case FolderState::not_a_folder:
      return "Not a directory";
    case FolderState::denied:
      return "Permission denied";
  }
  return "";
}

FolderState folder_state(std::string_view path) {
  if (path.empty()) return FolderState::absent;
  const std::string whole = normal(path);
  // The first part that stops the way decides.
  for (std::size_t end = whole.find('/', 1); end != std::string::npos;
       end = whole.find('/', end + 1)) {
    const FolderState state = state_of(whole.substr(0, end));
    if (state != FolderState::fine) return state;
  }
  return state_of(whole);
}

std::string real_path(std::string_view path) {
  std::string whole = normal(path);
  constexpr std::pair<std::string_view, std::string_view> kLinks[] = {{"/var/run", "/run"},
                                                                      {"/bin", "/usr/bin"},
                                                                      {"/sbin", "/usr/sbin"},
                                                                      {"/lib", "/usr/lib"},
                                                                      {"/lib64", "/usr/lib64"}};
  for (const auto& [link, target] : kLinks) {
    if (whole == link || whole.starts_with(std::string(link) + "/")) {
      return std::string(target) + whole.substr(link.size());
    }
  }
  return whole;
}

bool folder_is_writable(std::string_view path) {
  const std::string whole = normal(path);
  return std::find(std::begin(kWritable), std::end(kWritable), whole) != std::end(kWritable);
}

}  // namespace decnet::service::redis
