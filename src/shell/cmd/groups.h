// The groups of programs; command.cc makes one table of them. A new group: its file, and a row here
// and there.
#pragma once

#include <span>

#include "shell/cmd/io.h"

namespace decnet::shell::cmd {

std::span<const Command> admin_commands();
std::span<const Command> archive_commands();
std::span<const Command> awk_commands();
std::span<const Command> busybox_commands();
std::span<const Command> calculate_commands();
std::span<const Command> coding_commands();
std::span<const Command> compare_commands();
std::span<const Command> compress_commands();
std::span<const Command> connect_commands();
std::span<const Command> copy_commands();
std::span<const Command> crontab_commands();
std::span<const Command> dd_commands();
std::span<const Command> detached_commands();
std::span<const Command> dump_commands();
std::span<const Command> echo_commands();
std::span<const Command> ends_commands();
std::span<const Command> facts_commands();
std::span<const Command> fdisk_commands();
std::span<const Command> fetch_commands();
std::span<const Command> fields_commands();
std::span<const Command> file_commands();
std::span<const Command> find_commands();
std::span<const Command> getent_commands();
std::span<const Command> grep_commands();
std::span<const Command> host_commands();
std::span<const Command> identity_commands();
std::span<const Command> inventory_commands();
std::span<const Command> ip_commands();
std::span<const Command> join_commands();
std::span<const Command> launch_commands();
std::span<const Command> list_commands();
std::span<const Command> logins_commands();
std::span<const Command> lsof_commands();
std::span<const Command> make_commands();
std::span<const Command> memory_commands();
std::span<const Command> mode_commands();
std::span<const Command> more_commands();
std::span<const Command> mounts_commands();
std::span<const Command> move_commands();
std::span<const Command> nano_commands();
std::span<const Command> network_commands();
std::span<const Command> openssl_commands();
std::span<const Command> packages_commands();
std::span<const Command> pager_commands();
std::span<const Command> passwd_commands();
std::span<const Command> paste_commands();
std::span<const Command> pieces_commands();
std::span<const Command> process_commands();
std::span<const Command> pstree_commands();
std::span<const Command> remove_commands();
std::span<const Command> resolve_commands();
std::span<const Command> script_commands();
std::span<const Command> sed_commands();
std::span<const Command> show_commands();
std::span<const Command> signal_commands();
std::span<const Command> sockets_commands();
std::span<const Command> sort_commands();
std::span<const Command> stat_commands();
std::span<const Command> sudo_commands();
std::span<const Command> top_commands();
std::span<const Command> tree_commands();
std::span<const Command> uniq_commands();
std::span<const Command> unzip_commands();
std::span<const Command> users_commands();
std::span<const Command> vi_commands();
std::span<const Command> watch_commands();
std::span<const Command> wrappers_commands();

}  // namespace decnet::shell::cmd
