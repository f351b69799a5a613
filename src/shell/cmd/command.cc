#include "shell/command.h"

#include <algorithm>
#include <array>

#include "shell/cmd/groups.h"

namespace decnet::shell {
namespace {

using Group = std::span<const Command> (*)();

constexpr Group kGroups[] = {
    &cmd::admin_commands,    &cmd::archive_commands,   &cmd::awk_commands,
    &cmd::busybox_commands,  &cmd::calculate_commands, &cmd::coding_commands,
    &cmd::compare_commands,  &cmd::compress_commands,  &cmd::connect_commands,
    &cmd::copy_commands,     &cmd::crontab_commands,   &cmd::dd_commands,
    &cmd::detached_commands, &cmd::dump_commands,      &cmd::echo_commands,
    &cmd::ends_commands,     &cmd::facts_commands,     &cmd::fdisk_commands,
    &cmd::fetch_commands,    &cmd::fields_commands,    &cmd::file_commands,
    &cmd::find_commands,     &cmd::getent_commands,    &cmd::grep_commands,
    &cmd::host_commands,     &cmd::identity_commands,  &cmd::inventory_commands,
    &cmd::ip_commands,       &cmd::join_commands,      &cmd::launch_commands,
    &cmd::list_commands,     &cmd::logins_commands,    &cmd::lsof_commands,
    &cmd::make_commands,     &cmd::memory_commands,    &cmd::mode_commands,
    &cmd::more_commands,     &cmd::mounts_commands,    &cmd::move_commands,
    &cmd::nano_commands,     &cmd::network_commands,   &cmd::openssl_commands,
    &cmd::packages_commands, &cmd::pager_commands,     &cmd::passwd_commands,
    &cmd::paste_commands,    &cmd::pieces_commands,    &cmd::process_commands,
    &cmd::pstree_commands,   &cmd::remove_commands,    &cmd::resolve_commands,
    &cmd::script_commands,   &cmd::sed_commands,       &cmd::show_commands,
    &cmd::signal_commands,   &cmd::sockets_commands,   &cmd::sort_commands,
    &cmd::stat_commands,     &cmd::sudo_commands,      &cmd::top_commands,
    &cmd::tree_commands,     &cmd::uniq_commands,      &cmd::unzip_commands,
    &cmd::users_commands,    &cmd::vi_commands,        &cmd::watch_commands,
    &cmd::wrappers_commands};

const std::vector<Command>& table() {
  static const std::vector<Command> rows = [] {
    std::vector<Command> all;
    for (const Group group : kGroups) {
      const std::span<const Command> some = group();
      all.insert(all.end(), some.begin(), some.end());
    }
    std::sort(all.begin(), all.end(),
              [](const Command& left, const Command& right) { return left.name < right.name; });
    return all;
  }();
  return rows;
}

}  // namespace

const Command* find_command(std::string_view name) noexcept {
  const std::vector<Command>& rows = table();
  const auto found = std::lower_bound(
      rows.begin(), rows.end(), name,
      [](const Command& row, std::string_view wanted) { return row.name < wanted; });
  return found != rows.end() && found->name == name ? &*found : nullptr;
}

std::vector<std::string_view> command_names() {
  std::vector<std::string_view> names;
  for (const Command& row : table()) names.push_back(row.name);
  return names;
}

}  // namespace decnet::shell
