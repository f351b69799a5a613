// busybox: runs its applets by the programs of the same name.
#include <algorithm>

#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::string_view kApplets =
    "[, [[, adjtimex, ar, arch, arp, arping, ascii, ash, awk, base64, basename, bc, blkdiscard, "
    "blockdev, brctl, bunzip2, busybox, bzcat, bzip2, cal, cat, chgrp, chmod, chown, chroot, chvt, "
    "clear, cmp, cp, cpio, crc32, cttyhack, cut, date, dc, dd, deallocvt, depmod, devmem, df, "
    "diff, dirname, dmesg, dnsdomainname, dos2unix, du, dumpkmap, dumpleases, echo, egrep, env, "
    "expand, expr, factor, fallocate, false, fatattr, fdisk, fgrep, find, findfs, fold, free, "
    "freeramdisk, fsfreeze, fstrim, ftpget, ftpput, getopt, getty, grep, groups, gunzip, gzip, "
    "halt, head, hexdump, hostid, hostname, httpd, hwclock, i2cdetect, i2cdump, i2cget, i2cset, "
    "i2ctransfer, id, ifconfig, ifdown, ifup, init, insmod, ionice, ip, ipcalc, kill, killall, "
    "klogd, last, less, link, linux32, linux64, linuxrc, ln, loadfont, loadkmap, logger, login, "
    "logname, logread, losetup, ls, lsmod, lsscsi, lzcat, lzma, lzop, md5sum, mdev, microcom, mim, "
    "mkdir, mkdosfs, mke2fs, mkfifo, mknod, mkpasswd, mkswap, mktemp, modinfo, modprobe, more, "
    "mount, mt, mv, nameif, nbd-client, nc, netstat, nl, nologin, nproc, nsenter, nslookup, nuke, "
    "od, openvt, partprobe, paste, patch, pidof, ping, ping6, pivot_root, poweroff, printf, ps, "
    "pwd, rdate, readlink, realpath, reboot, renice, reset, resume, rev, rm, rmdir, rmmod, route, "
    "rpm, rpm2cpio, run-init, run-parts, sed, seq, setkeycodes, setpriv, setsid, sh, sha1sum, "
    "sha256sum, sha3sum, sha512sum, shred, shuf, sleep, sort, ssl_client, start-stop-daemon, stat, "
    "static-sh, strings, stty, su, sulogin, svc, svok, swapoff, swapon, switch_root, sync, sysctl, "
    "syslogd, tac, tail, tar, taskset, tee, telnet, test, tftp, time, timeout, top, touch, tr, "
    "traceroute, traceroute6, true, truncate, ts, tty, tunctl, ubirename, udhcpc, udhcpd, uevent, "
    "umount, uname, uncompress, unexpand, uniq, unix2dos, unlink, unlzma, unshare, unxz, unzip, "
    "uptime, usleep, uudecode, uuencode, vconfig, vi, w, watch, watchdog, wc, wget, which, who, "
    "whoami, xargs, xxd, xz, xzcat, yes, zcat";

Task<int> busybox(Process& process) {
  Io io(process);
  const std::string applet = io.argc() > 1 ? io.arg(1) : "";
  const auto names = split(kApplets, ',');
  if (applet == "--list") {
    for (const std::string& name : names) io.out((name[0] == ' ' ? name.substr(1) : name) + "\n");
    co_await io.flush();
    co_return 0;
  }
  if (applet.empty() || applet == "--help") {
    std::string text =
        std::string(kBusyboxBanner) +
        "BusyBox is copyrighted by many "
        "authors between 1998-2015.\nLicensed under GPLv2. See source distribution for "
        "detailed\ncopyright notices.\n\nUsage: busybox [function [arguments]...]\n   or: busybox "
        "--list[-full]\n   or: busybox --show SCRIPT\n   or: busybox --install [-s] [DIR]\n   or: "
        "function [arguments]...\n\nCurrently defined functions:\n";
    std::string line = "\t";
    for (const std::string& name : names) {
      const std::string one = (name[0] == ' ' ? name.substr(1) : name) + ", ";
      if (line.size() + one.size() > 71) {
        while (line.ends_with(" ")) line.pop_back();
        text += line + "\n";
        line = "\t";
      }
      line += one;
    }
    line.resize(line.size() - 2);
    io.out(text + line + "\n");
    co_await io.flush();
    co_return 0;
  }
  const std::string_view base = std::string_view(applet).substr(applet.rfind('/') + 1);
  const bool known = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return name == base || name.substr(name[0] == ' ' ? 1 : 0) == base;
  });
  if (!known) {
    io.err(applet + ": applet not found\n");
    co_await io.flush();
    co_return 127;
  }
  if (const Command* command = find_command(base)) {
    process.arguments.erase(process.arguments.begin());
    const int status = co_await command->main(process);
    co_return status;
  }
  std::vector<std::string> rest(process.arguments.begin() + 1, process.arguments.end());
  rest[0] = base;
  const Sys<int> status = co_await run_program(process, std::move(rest));
  if (!status) io.err(applet + ": applet not found\n");
  co_await io.flush();
  co_return status ? *status : 127;
}

constexpr Command kRows[] = {{"busybox", &busybox}};

}  // namespace

std::string busybox_words(std::string_view tool, std::string_view what) {
  const std::size_t open = what.find('\'');
  const std::size_t close = what.rfind('\'');
  const bool is_quoted = open != std::string_view::npos && close > open;
  const std::string name(is_quoted ? what.substr(open + 1, close - open - 1) : what);
  const bool opens = tool == "cat" || tool == "tail" || tool == "dd" || tool.ends_with("sum");
  if (opens && (!is_quoted || what.find("open") != std::string_view::npos))
    return "can't open '" + name + "'";
  if (what.starts_with("cannot access ") || what.starts_with("cannot touch ") ||
      (tool == "head" && is_quoted))
    return name;
  if (tool == "mv" && what.starts_with("cannot stat ")) return "can't rename '" + name + "'";
  if (what.starts_with("cannot ")) return "can't " + std::string(what.substr(7));
  return std::string(what);
}

std::span<const Command> busybox_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
