// What --version prints: names, numbers, licences and authors, which are facts.
#include <string>
#include <string_view>

#include "shell/cmd/answers.h"
#include "shell/cmd/io.h"

namespace decnet::shell::cmd {
namespace {

struct Package {
  std::string_view programs;  // Between blanks.
  std::string_view title;     // "(GNU coreutils) 9.1"
  std::string_view year;
};

constexpr std::string_view kLicence =
    "License GPLv3+: GNU GPL version 3 or later <https://gnu.org/licenses/gpl.html>.\n"
    "This is free software: you are free to change and redistribute it.\n"
    "There is NO WARRANTY, to the extent permitted by law.\n";

struct Author {
  std::string_view program;
  std::string_view text;
};

constexpr Author kAuthors[] = {
    {"ls", "Richard M. Stallman and David MacKenzie"},
    {"cat", "Torbjorn Granlund and Richard M. Stallman"},
    {"cp", "Torbjorn Granlund, David MacKenzie, and Jim Meyering"},
    {"mv", "Mike Parker, David MacKenzie, and Jim Meyering"},
    {"rm", "Paul Rubin, David MacKenzie, Richard M. Stallman,\nand Jim Meyering"},
    {"mkdir", "David MacKenzie"},
    {"chmod", "David MacKenzie and Jim Meyering"},
    {"uname", "David MacKenzie"},
    {"id", "Arnold Robbins and David MacKenzie"},
    {"whoami", "Richard Mlynarik"},
    {"head", "David MacKenzie and Jim Meyering"},
    {"tail", "Paul Rubin, David MacKenzie, Ian Lance Taylor,\nand Jim Meyering"},
    {"wc", "Paul Rubin and David MacKenzie"},
    {"sort", "Mike Haertel and Paul Eggert"},
    {"touch", "Paul Rubin, Arnold Robbins, Jim Kingdon,\nDavid MacKenzie, and Randy Smith"},
    {"dd", "Paul Rubin, David MacKenzie, and Stuart Kemp"},
    {"du", "Torbjorn Granlund, David MacKenzie, Paul Eggert,\nand Jim Meyering"},
    {"df", "Torbjorn Granlund, David MacKenzie, and Paul Eggert"},
    {"date", "David MacKenzie"},
    {"echo", "Brian Fox and Chet Ramey"},
    {"base64", "Simon Josefsson"},
    {"md5sum", "Ulrich Drepper, Scott Miller, and David Madore"},
    {"nproc", "Giuseppe Scrivano"},
    {"expr", "Mike Parker, James Youngman, and Paul Eggert"},
    {"uptime", "Joseph Arceneaux, David MacKenzie, and Kaveh Ghazi"},
};

}  // namespace

std::string version_text(const Io& io, std::string_view name) {
  if (std::string told = answer_text(io.process, name, "--version"); !told.empty()) return told;
  const std::string program(name);
  if (name == "grep") {
    return "grep (GNU grep) 3.8\nCopyright (C) 2022 Free Software Foundation, Inc.\n" +
           std::string(kLicence) +
           "\nWritten by Mike Haertel and others; see\n"
           "<https://git.sv.gnu.org/cgit/grep.git/tree/AUTHORS>.\n";
  }
  if (name == "less") return "less 590 (GNU regular expressions)\n";
  if (name == "sed") {
    return "sed (GNU sed) 4.9\nPackaged by Debian (4.9-1)\nCopyright (C) 2022 Free Software "
           "Foundation, Inc.\n" +
           std::string(kLicence);
  }
  if (name == "ps" || name == "free" || name == "pgrep" || name == "pkill" || name == "w" ||
      name == "uptime" || name == "top" || name == "watch" || name == "vmstat" ||
      name == "sysctl" || name == "kill" || name == "pidof") {
    return program + " from procps-ng 4.0.2\n";
  }
  if (name == "lscpu" || name == "lsblk" || name == "mount" || name == "umount" ||
      name == "dmesg" || name == "hexdump" || name == "column" || name == "last" ||
      name == "lastlog" || name == "rev" || name == "setsid" || name == "blkid" || name == "su" ||
      name == "more") {
    return program + " from util-linux 2.38.1\n";
  }
  if (name == "tar" || name == "find" || name == "xargs" || name == "diff" || name == "cmp") {
    const std::string title = name == "tar"                     ? "(GNU tar) 1.34"
                              : name == "diff" || name == "cmp" ? "(GNU diffutils) 3.8"
                                                                : "(GNU findutils) 4.9.0";
    return program + " " + title + "\nCopyright (C) " +
           (name == "find" || name == "xargs" ? "2022" : "2021") +
           " Free Software Foundation, Inc.\n" + std::string(kLicence);
  }
  std::string all = program +
                    " (GNU coreutils) 9.1\nCopyright (C) 2022 Free Software Foundation, Inc.\n" +
                    std::string(kLicence);
  for (const Author& author : kAuthors) {
    if (author.program == name) all += "\nWritten by " + std::string(author.text) + ".\n";
  }
  return all;
}

}  // namespace decnet::shell::cmd
