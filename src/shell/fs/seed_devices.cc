// /dev, /run and /boot.
#include <chrono>

#include <fmt/format.h>

#include "shell/fs/seed_parts.h"
#include "shell/fs/system_model.h"

namespace decnet::shell::fs {
namespace {

struct Device {
  std::string_view name;
  std::uint32_t major, minor;
  std::uint32_t mode;
  std::uint32_t gid;
};
constexpr Device kDevices[] = {{"autofs", 10, 235, 0600, 0},
                               {"console", 5, 1, 0600, 5},
                               {"cpu_dma_latency", 10, 124, 0600, 0},
                               {"full", 1, 7, 0666, 0},
                               {"fuse", 10, 229, 0666, 0},
                               {"hpet", 10, 228, 0600, 0},
                               {"hwrng", 10, 183, 0600, 0},
                               {"kmsg", 1, 11, 0644, 0},
                               {"loop-control", 10, 237, 0660, 6},
                               {"mem", 1, 1, 0640, 15},
                               {"null", 1, 3, 0666, 0},
                               {"nvram", 10, 144, 0600, 0},
                               {"port", 1, 4, 0640, 15},
                               {"ppp", 108, 0, 0600, 0},
                               {"psaux", 10, 1, 0600, 0},
                               {"ptmx", 5, 2, 0666, 5},
                               {"random", 1, 8, 0666, 0},
                               {"rfkill", 10, 242, 0664, 0},
                               {"rtc0", 251, 0, 0600, 0},
                               {"snapshot", 10, 231, 0600, 0},
                               {"tty", 5, 0, 0666, 5},
                               {"uinput", 10, 223, 0600, 0},
                               {"urandom", 1, 9, 0666, 0},
                               {"vcs", 7, 0, 0660, 5},
                               {"vcs1", 7, 1, 0660, 5},
                               {"vcsa", 7, 128, 0660, 5},
                               {"vga_arbiter", 10, 63, 0600, 0},
                               {"vhost-net", 10, 238, 0600, 0},
                               {"zero", 1, 5, 0666, 0}};

void seed_disks(SeedLayer& layer, const SeedContext& context, TimePoint booted) {
  for (const persona::Disk& disk : context.hardware.disks) {
    layer.node("/dev/" + disk.name, Kind::block, disk.number,
               {.mode = 0660, .gid = 6, .modified = booted});
    for (const persona::Partition& part : disk.partitions) {
      const std::uint32_t special =
          disk.number | static_cast<std::uint32_t>(part.name.back() - '0');
      layer.node("/dev/" + part.name, Kind::block, special,
                 {.mode = 0660, .gid = 6, .modified = booted});
      if (part.type.empty()) continue;
      layer.link("/dev/disk/by-uuid/" + part.uuid, "../../" + part.name, booted);
      layer.link("/dev/disk/by-partuuid/" + part.part_uuid, "../../" + part.name, booted);
    }
  }
}

void seed_run(SeedLayer& layer, const SeedContext& context, TimePoint booted) {
  const SeedOptions options{.modified = booted + std::chrono::seconds{3}};
  const SeedOptions folder{.mode = 0755, .modified = options.modified};
  for (const char* path :
       {"/run", "/run/systemd", "/run/systemd/journal", "/run/systemd/seats",
        "/run/systemd/sessions", "/run/systemd/users", "/run/udev", "/run/dbus", "/run/sshd",
        "/run/mount", "/run/sudo", "/run/user", "/run/network", "/run/log"}) {
    layer.directory(path, folder);
  }
  layer.directory("/run/lock", {.mode = 01777, .modified = options.modified});
  layer.directory("/run/user/0", {.mode = 0700, .modified = options.modified});
  for (const char* path : {"/run/dbus/system_bus_socket", "/run/systemd/notify",
                           "/run/systemd/private", "/run/systemd/journal/dev-log"}) {
    layer.node(path, Kind::socket, 0, {.mode = 0666, .modified = options.modified});
  }
  layer.node("/run/initctl", Kind::fifo, 0, {.mode = 0600, .modified = options.modified});
  for (const ProcessView& process : model_processes(context.persona(), context.hardware, booted)) {
    if (process.parent != 1) continue;
    const std::string text = fmt::format("{}\n", process.pid);
    if (process.name == "sshd") layer.file("/run/sshd.pid", text, options);
    if (process.name == "cron") layer.file("/run/crond.pid", text, options);
    if (process.name == "rsyslogd") layer.file("/run/rsyslogd.pid", text, options);
    if (process.name == "nginx") layer.file("/run/nginx.pid", text, options);
  }
}

// What systemd makes in /tmp and /var/tmp at every start.
void seed_temporary(SeedLayer& layer, const SeedContext& context, TimePoint booted) {
  SeededRandom random = context.persona().stream("boot_id");
  const std::string boot = fmt::format("{:08x}", random.next() >> 32);
  SeededRandom names = context.persona().stream("private_tmp");
  const SeedOptions open{.mode = 01777, .modified = booted + std::chrono::seconds{2}};
  layer.directory("/tmp", open);
  for (const char* name : {".ICE-unix", ".X11-unix", ".XIM-unix", ".font-unix"}) {
    layer.directory(fmt::format("/tmp/{}", name), open);
  }
  const std::string rest = fmt::format("{:016x}{:08x}", names.next(), names.next() >> 32);
  for (const char* unit : {"systemd-logind", "systemd-timesyncd"}) {
    std::string tail;
    for (int n = 0; n < 6; ++n) {
      tail.push_back("abcdefghijkmnopqrstuvwxyzABCDEFGHIJKLMNPQRSTUVWXYZ"[names.below(50)]);
    }
    for (const char* folder : {"/tmp", "/var/tmp"}) {
      const std::string path =
          fmt::format("{}/systemd-private-{}{}-{}.service-{}", folder, boot, rest, unit, tail);
      layer.directory(path, {.mode = 0700, .modified = booted + std::chrono::seconds{2}});
      layer.directory(path + "/tmp", open);
    }
  }
}

}  // namespace

void seed_devices(SeedLayer& layer, const Context& context) {
  const persona::Persona& persona = context->persona();
  const TimePoint booted = persona.booted_at + std::chrono::milliseconds{2'300};
  seed_temporary(layer, *context, booted);
  layer.directory("/dev", {.mode = 0755, .modified = booted});
  layer.directory("/dev/pts", {.mode = 0755, .modified = booted});
  layer.directory("/dev/shm", {.mode = 01777, .modified = booted});
  layer.directory("/dev/mqueue", {.mode = 01777, .modified = booted});
  layer.directory("/dev/hugepages", {.mode = 0755, .modified = booted});
  layer.directory("/dev/net", {.mode = 0755, .modified = booted});
  for (const Device& device : kDevices) {
    layer.node(fmt::format("/dev/{}", device.name), Kind::character,
               device.major << 8 | device.minor,
               {.mode = device.mode, .gid = device.gid, .modified = booted});
  }
  layer.node("/dev/net/tun", Kind::character, 10 << 8 | 200, {.mode = 0666, .modified = booted});
  for (std::uint32_t n = 0; n < 7; ++n) {
    layer.node(fmt::format("/dev/tty{}", n), Kind::character, 4 << 8 | n,
               {.mode = n == 1 ? 0600U : 0620U, .gid = 5, .modified = booted});
  }
  for (std::uint32_t n = 0; n < 4; ++n) {
    layer.node(fmt::format("/dev/ttyS{}", n), Kind::character, 4 << 8 | (64 + n),
               {.mode = 0660, .gid = 20, .modified = booted});
    layer.node(fmt::format("/dev/loop{}", n), Kind::block, 7 << 8 | n,
               {.mode = 0660, .gid = 6, .modified = booted});
  }
  layer.link("/dev/fd", "/proc/self/fd", booted);
  layer.link("/dev/stdin", "/proc/self/fd/0", booted);
  layer.link("/dev/stdout", "/proc/self/fd/1", booted);
  layer.link("/dev/stderr", "/proc/self/fd/2", booted);
  layer.link("/dev/core", "/proc/kcore", booted);
  layer.link("/dev/rtc", "rtc0", booted);
  layer.link("/dev/log", "/run/systemd/journal/dev-log", booted);
  seed_disks(layer, *context, booted);
  seed_run(layer, *context, booted);
  if (persona.kernel.empty() || context->hardware.arm) return;
  const TimePoint kernel = persona.booted_at - std::chrono::hours{1 + persona.seed % 60};
  const std::string& name = persona.kernel;
  const auto sized = [&](const std::string& path, std::size_t size, std::uint32_t mode) {
    layer.file(path, MakeContent{}, {.mode = mode, .modified = kernel}, {}, size);
  };
  sized("/boot/vmlinuz-" + name, 8'187'840 + persona.kernel.size() * 320, 0644);
  sized("/boot/initrd.img-" + name, 26'000'000 + persona.seed % 9'000'000, 0644);
  sized("/boot/config-" + name, 259'486, 0644);
  layer.file("/boot/System.map-" + name,
             "ffffffffffffffff B The real System.map is in the linux-image-<version>-dbg package\n",
             {.mode = 0644, .modified = kernel});
  layer.link("/vmlinuz", "boot/vmlinuz-" + name, kernel);
  layer.link("/initrd.img", "boot/initrd.img-" + name, kernel);
  layer.directory("/usr/lib/modules/" + name + "/kernel", {.mode = 0755, .modified = kernel});
}

}  // namespace decnet::shell::fs
