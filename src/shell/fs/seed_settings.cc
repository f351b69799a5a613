// What in /etc is this host's own.
#include <algorithm>
#include <chrono>
#include <cstdlib>

#include <fmt/format.h>

#include "shell/fs/seed_parts.h"

namespace decnet::shell::fs {
namespace {

constexpr std::chrono::seconds kKeysAfter{338};  // When openssh-server was configured.

std::string hosts_text(const SeedContext& context) {
  const persona::Persona& persona = context.persona();
  return fmt::format(
      "127.0.0.1\tlocalhost\n127.0.1.1\t{}\t{}\n\n"
      "# The following lines are desirable for IPv6 capable hosts\n"
      "::1     localhost ip6-localhost ip6-loopback\nff02::1 ip6-allnodes\n"
      "ff02::2 ip6-allrouters\n",
      persona.fqdn(), persona.hostname);
}

std::string interfaces_text(const SeedContext& context) {
  std::string text =
      "# This file describes the network interfaces available on your system\n"
      "# and how to activate them. For more information, see interfaces(5).\n\n"
      "source /etc/network/interfaces.d/*\n\n# The loopback network interface\nauto lo\n"
      "iface lo inet loopback\n\n# The primary network interface\n";
  const std::string& card = context.hardware.interface;
  text += fmt::format("allow-hotplug {}\n", card);
  if (context.request.address.empty() || context.request.gateway.empty()) {
    return text + fmt::format("iface {} inet dhcp\n", card);
  }
  return text + fmt::format(
                    "iface {} inet static\n\taddress {}/{}\n\tgateway {}\n"
                    "\t# dns-* options are implemented by the resolvconf package, if installed\n"
                    "\tdns-nameservers {}\n\tdns-search {}\n",
                    card, context.request.address, context.request.prefix, context.request.gateway,
                    context.request.gateway, context.persona().domain);
}

std::string fstab_text(const SeedContext& context) {
  std::string text =
      "# /etc/fstab: static file system information.\n#\n"
      "# Use 'blkid' to print the universally unique identifier for a\n"
      "# device; this may be used with UUID= as a more robust way to name devices\n"
      "# that works even if disks are added and removed. See fstab(5).\n#\n"
      "# systemd generates mount units based on this file, see systemd.mount(5).\n"
      "# Please run 'systemctl daemon-reload' after making changes here.\n#\n"
      "# <file system> <mount point>   <type>  <options>       <dump>  <pass>\n";
  for (const persona::Partition& part : context.hardware.disks.front().partitions) {
    if (part.type.empty()) continue;
    const bool swap = part.type == "swap";
    const bool root = part.mount == "/";
    text += fmt::format(
        "# {} was on /dev/{} during installation\nUUID={} {:<15} {:<7} {:<15} 0       {}\n",
        swap ? "swap" : part.mount, part.name, part.uuid, swap ? "none" : part.mount, part.type,
        swap   ? "sw"
        : root ? "errors=remount-ro"
               : "umask=0077",
        root   ? 1
        : swap ? 0
               : 1);
  }
  if (!context.hardware.arm) {
    text += "/dev/sr0        /media/cdrom0   udf,iso9660 user,noauto     0       0\n";
  }
  return text;
}

std::string machine_id(const persona::Persona& persona) {
  SeededRandom random = persona.stream("machine_id");
  return fmt::format("{:016x}{:016x}\n", (random.next() & ~std::uint64_t{0xf000}) | 0x4000,
                     (random.next() >> 2) | std::uint64_t{1} << 63);
}

// The data base of packages with the versions that this host has.
std::string dpkg_status(const SeedContext& context) {
  std::string text = context.image_text("/var/lib/dpkg/status");
  const persona::Persona& persona = context.persona();
  const auto set_version = [&](std::string_view package, std::string_view version) {
    const std::size_t at = text.find(fmt::format("Package: {}\n", package));
    if (version.empty() || at == std::string::npos) return;
    const std::size_t line = text.find("\nVersion: ", at);
    if (line == std::string::npos) return;
    const std::size_t from = line + std::string_view("\nVersion: ").size();
    text.replace(from, text.find('\n', from) - from, version);
  };
  for (const char* package : {"openssh-server", "openssh-client", "openssh-sftp-server"}) {
    set_version(package, persona.version("openssh.package"));
  }
  for (const char* package : {"openssl", "libssl3"})
    set_version(package, persona.version("openssl.package"));
  const auto add = [&](std::string_view package, std::string_view section,
                       std::string_view version) {
    text += fmt::format(
        "\nPackage: {}\nStatus: install ok installed\nPriority: optional\nSection: {}\n"
        "Installed-Size: {}\nMaintainer: Debian QA Group <packages@qa.debian.org>\n"
        "Architecture: amd64\nVersion: {}\nDescription: {}\n",
        package, section, 400 + package.size() * 173, version, package);
  };
  if (!persona.kernel.empty())
    add("linux-image-" + persona.kernel, "kernel",
        persona.kernel.substr(0, persona.kernel.find('-')));
  constexpr std::pair<std::string_view, std::string_view> kPackages[] = {
      {"nginx", "nginx"},
      {"apache2", "apache2"},
      {"vsftpd", "vsftpd"},
      {"proftpd", "proftpd-core"},
      {"redis", "redis-server"},
      {"php", "php8.2"},
      {"mariadb", "mariadb-server"},
      {"postgresql", "postgresql-15"},
      {"postfix", "postfix"},
      {"dovecot", "dovecot-core"},
      {"samba", "samba"}};
  for (const auto& [program, package] : kPackages) {
    const std::string_view version = persona.version(std::string(program) + ".package");
    if (!version.empty()) add(package, "net", version);
  }
  return text;
}

}  // namespace

void seed_settings(SeedLayer& layer, const Context& context) {
  const persona::Persona& persona = context->persona();
  const TimePoint installed = persona.installed_at;
  const SeedOptions at_installation{.modified = installed + std::chrono::seconds{311}};
  layer.file("/etc/hostname", persona.hostname + "\n", at_installation);
  layer.file("/etc/mailname", persona.fqdn() + "\n", at_installation);
  layer.file("/etc/hosts", hosts_text(*context), at_installation);
  layer.file("/etc/network/interfaces", interfaces_text(*context), at_installation);
  layer.file("/etc/fstab", fstab_text(*context), at_installation);
  layer.file("/etc/machine-id", machine_id(persona),
             {.mode = 0444, .modified = at_installation.modified});
  const std::string resolver =
      context->request.gateway.empty() ? "9.9.9.9" : context->request.gateway;
  layer.file("/etc/resolv.conf",
             fmt::format("domain {}\nsearch {}\nnameserver {}\n", persona.domain, persona.domain,
                         resolver),
             {.modified = persona.booted_at + std::chrono::seconds{4}});
  layer.file(
      "/var/lib/dpkg/status", [context] { return dpkg_status(*context); },
      {.modified = context->moment("upgrade", 0.9, 1)}, {}, dpkg_status(*context).size());
  for (const auto& [name, text] : context->request.host_keys) {
    layer.file(
        "/etc/ssh/" + name, text,
        {.mode = name.ends_with(".pub") ? 0644U : 0600U, .modified = installed + kKeysAfter});
  }
  std::string sudoers = "# User rules\n";
  for (const UnixAccount& account : context->accounts) {
    if (account.user == "deploy" || account.user == "ansible") {
      sudoers += account.user + " ALL=(ALL) NOPASSWD:ALL\n";
    }
  }
  if (sudoers.size() > 13) {
    layer.file("/etc/sudoers.d/90-automation", sudoers,
               {.mode = 0440, .modified = context->moment("sudoers")});
  }
  layer.file("/etc/cron.d/backup",
             fmt::format("# nightly copy of the configuration\nMAILTO=root\n{} {} * * * root "
                         "/usr/local/sbin/backup.sh >/dev/null\n",
                         persona.seed % 60, 1 + persona.seed % 4),
             {.modified = context->moment("backup", 0.1, 0.5)});
}

}  // namespace decnet::shell::fs
