// unzip
#include <algorithm>

#include "shell/cmd/answers.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"
#include "shell/cmd/zip_format.h"

namespace decnet::shell::cmd {
namespace {

struct Wanted {
  bool quiet = false, over = false, never = false, list = false, test = false, pipe = false,
       names = false, flat = false, verbose = false;
  std::string archive, folder;
  std::vector<std::string> only, without;
};

std::string date_of_member(const ZipMember& member) {
  const std::uint32_t time = member.time;
  return text_of("%04u-%02u-%02u %02u:%02u", (time >> 25) + 1980, time >> 21 & 15, time >> 16 & 31,
                 time >> 11 & 31, time >> 5 & 63);
}

bool chosen(const Wanted& wanted, const std::string& name) {
  const auto fits = [&](const std::string& pattern) { return glob_matches(pattern, name); };
  if (std::any_of(wanted.without.begin(), wanted.without.end(), fits)) return false;
  return wanted.only.empty() || std::any_of(wanted.only.begin(), wanted.only.end(), fits);
}

void list(Io& io, const std::vector<ZipMember>& members, const Wanted& wanted) {
  const bool more = wanted.verbose;
  io.out(more ? " Length   Method    Size  Cmpr    Date    Time   CRC-32   Name\n"
                "--------  ------  ------- ---- ---------- ----- --------  ----\n"
              : "  Length      Date    Time    Name\n---------  ---------- -----   ----\n");
  unsigned long long all = 0, packed = 0;
  std::size_t count = 0;
  const auto share = [](unsigned long long size, unsigned long long less) {
    const long long saved = static_cast<long long>(size) - static_cast<long long>(less);
    return size == 0 ? 0LL : saved * 100 / static_cast<long long>(size);
  };
  for (const ZipMember& member : members) {
    if (!chosen(wanted, member.name)) continue;
    if (more)
      io.out(text_of(
          "%8llu  %s %8llu %3lld%% %s %08x  %s\n", static_cast<unsigned long long>(member.size),
          member.method == 0 ? "Stored" : "Defl:N", static_cast<unsigned long long>(member.packed),
          share(member.size, member.packed), date_of_member(member).c_str(), member.crc,
          member.name.c_str()));
    else
      io.out(text_of("%9llu  %s   %s\n", static_cast<unsigned long long>(member.size),
                     date_of_member(member).c_str(), member.name.c_str()));
    all += member.size;
    packed += member.packed;
    ++count;
  }
  const std::string files = std::to_string(count) + (count == 1 ? " file\n" : " files\n");
  if (more)
    io.out("--------          -------  ---                            -------\n" +
           text_of("%8llu         %8llu %3lld%%                            ", all, packed,
                   share(all, packed)) +
           files);
  else
    io.out("---------                     -------\n" + text_of("%9llu                     ", all) +
           files);
}

// The place of a member below the folder; ".." leads nowhere.
std::string place_of(const Wanted& wanted, const ZipMember& member) {
  std::string name = member.name;
  if (wanted.flat)
    name = name.substr(name.rfind('/') == std::string::npos ? 0 : name.rfind('/') + 1);
  std::string place;
  for (const std::string& part : split(name, '/')) {
    if (part.empty() || part == "." || part == "..") continue;
    place += (place.empty() ? "" : "/") + part;
  }
  return wanted.folder.empty() ? place : wanted.folder + "/" + place;
}

void make_folders(Io& io, const std::string& path) {
  for (std::size_t at = path.find('/', 1); at != std::string::npos; at = path.find('/', at + 1)) {
    const std::string folder = path.substr(0, at);
    if (!io.stat(folder))
      static_cast<void>(
          io.files.make_directory(io.absolute(folder), 0777 & ~io.process.umask, io.who));
  }
}

void extract(Io& io, std::string_view archive, const ZipMember& member, const Wanted& wanted) {
  const std::string place = place_of(wanted, member);
  if (member.name.ends_with('/')) {
    if (wanted.flat || io.stat(place)) return;
    make_folders(io, place + "/");
    if (!wanted.quiet) io.out("   creating: " + place + "/\n");
    return;
  }
  if ((member.flags & 1U) != 0) {
    io.out("   skipping: " + padded(member.name, 22) + "  unable to get password\n");
    io.status = 82;
    return;
  }
  if (io.stat(place) && !wanted.over) {
    // The question that nobody answers is a no.
    if (!wanted.never)
      io.err("replace " + place +
             "? [y]es, [n]o, [A]ll, [N]one, [r]ename:  NULL\n(EOF or read error, treating as "
             "\"[N]one\" ...)\n");
    return;
  }
  const auto content = zip_content(archive, member);
  if (!content) {
    io.err("  error:  invalid compressed data to inflate " + place + "\n");
    io.status = 2;
    return;
  }
  make_folders(io, place);
  const std::uint32_t mode =
      (member.mode & 0777) != 0 ? member.mode & 0777 : 0666 & ~io.process.umask;
  const std::string path = io.absolute(place);
  const Sys<void> wrote = io.files.write_file(path, *content, io.who, mode);
  if (!wrote) {
    io.err("error:  cannot create " + place + "\n        " + std::string(sys_error(wrote.error())) +
           "\n");
    io.status = 50;
    return;
  }
  if (!wanted.quiet)
    io.out(std::string(member.method == 0 ? " extracting: " : "  inflating: ") + padded(place, 22) +
           "  \n");
}

bool read_options(Io& io, Wanted& wanted) {
  bool excluded = false;
  for (std::size_t at = 1; at < io.argc(); ++at) {
    const std::string& word = io.arg(at);
    if (word.size() > 1 && word[0] == '-') {
      excluded = word == "-x";
      if (word.starts_with("-d")) {
        wanted.folder = word.size() > 2 ? word.substr(2) : at + 1 < io.argc() ? io.arg(++at) : "";
        while (wanted.folder.size() > 1 && wanted.folder.ends_with('/')) wanted.folder.pop_back();
        continue;
      }
      if (word == "-P") {
        ++at;
        continue;
      }
      const auto has = [&](char letter) { return word.find(letter) != std::string::npos; };
      wanted.quiet = wanted.quiet || has('q');
      wanted.over = wanted.over || has('o');
      wanted.never = wanted.never || has('n');
      wanted.list = wanted.list || has('l') || has('v');
      wanted.verbose = wanted.verbose || has('v');
      wanted.test = wanted.test || has('t');
      wanted.pipe = wanted.pipe || has('p') || has('c');
      wanted.names = wanted.names || has('Z');
      wanted.flat = wanted.flat || has('j');
    } else if (wanted.archive.empty()) {
      wanted.archive = word;
    } else {
      (excluded ? wanted.without : wanted.only).push_back(word);
    }
  }
  if (!wanted.archive.empty()) return true;
  const auto usage = find_answer(io.process, "unzip", wanted.verbose ? "-v" : "");
  if (usage) io.out(usage->out);
  return false;
}

int unzip(Io& io) {
  Wanted wanted;
  if (!read_options(io, wanted)) return 0;
  std::string name = wanted.archive;
  if (!io.stat(name) && io.stat(name + ".zip")) name += ".zip";
  const Sys<std::string> archive = io.slurp(name);
  if (!archive) {
    io.err("unzip:  cannot find or open " + name + ", " + name + ".zip or " + name + ".ZIP.\n");
    return 9;
  }
  if (!wanted.pipe && !wanted.names && !(wanted.quiet && !wanted.list))
    io.out("Archive:  " + name + "\n");
  const auto members = zip_members(*archive);
  if (!members) {
    io.err(
        "  End-of-central-directory signature not found.  Either this file is not\n"
        "  a zipfile, or it constitutes one disk of a multi-part archive.  In the\n"
        "  latter case the central directory and zipfile comment will be found on\n"
        "  the last disk(s) of this archive.\nunzip:  cannot find zipfile directory in one of " +
        name + " or\n        " + name + ".zip, and cannot find " + name + ".ZIP, period.\n");
    return 9;
  }
  if (wanted.list) {
    list(io, *members, wanted);
    return 0;
  }
  for (const ZipMember& member : *members) {
    if (!chosen(wanted, member.name)) continue;
    if (wanted.names) {
      io.out(member.name + "\n");
    } else if (wanted.pipe) {
      io.out(zip_content(*archive, member).value_or(""));
    } else if (wanted.test) {
      const bool good = member.name.ends_with('/') || zip_content(*archive, member).has_value();
      io.out("    testing: " + padded(member.name, 22) + (good ? "   OK\n" : "   bad CRC\n"));
      if (!good) io.status = 2;
    } else {
      extract(io, *archive, member, wanted);
    }
  }
  if (wanted.test)
    io.out(io.status == 0 ? "No errors detected in compressed data of " + name + ".\n"
                          : "At least one error was detected in " + name + ".\n");
  return io.status;
}

constexpr Command kRows[] = {{"unzip", &plain<unzip>}};

}  // namespace

std::span<const Command> unzip_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
