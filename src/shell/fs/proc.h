// The kernel's own file systems over a SystemView, which outlives them.
//
//   files.mount("/proc", make_proc(view));
//   files.mount("/sys", make_sys(view));
//   files.mount("/dev/pts", make_pts(view));
//
// mount_system() does all of this, and /dev, /run and /dev/shm as memory file systems.
#pragma once

#include <memory>

#include "shell/filesystem.h"
#include "shell/system_view.h"

namespace decnet::shell {

std::unique_ptr<Mount> make_proc(const SystemView& view);
std::unique_ptr<Mount> make_sys(const SystemView& view);
std::unique_ptr<Mount> make_pts(const SystemView& view);
void mount_system(FileSystem& files, const SystemView& view);

// "Linux version 6.1.0-28-amd64 (debian-kernel@lists.debian.org) (gcc-12 …) #1 SMP …": of the
// kernel; and its last part alone, as `uname -v` shows it.
std::string kernel_version_line(const persona::Persona& persona);
std::string kernel_build(const persona::Persona& persona);

}  // namespace decnet::shell
