// unzip
#include <algorithm>

#include "shell/cmd/answers.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/memory_charge.h"
#include "shell/cmd/text.h"
#include "shell/cmd/zip_format.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::size_t kAnswerBytesMax = 64;  // To the question whether a file shall be replaced.
constexpr std::uint32_t kUnitsOfAPiece = 2'000, kUnitsOfAMember = 100;  // For breathe().

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

class Unzip {
 public:
  explicit Unzip(Process& process) : io_(process), memory_(process) {}
  Task<int> run();

 private:
  Task<std::optional<std::string>> unpack(const ZipMember& member);
  Task<bool> may_replace(std::string place);
  Task<void> extract(const ZipMember& member);
  Task<void> test(const ZipMember& member);

  Io io_;
  MemoryCharge memory_;
  Wanted wanted_;
  std::string archive_;
  std::uint64_t unpacked_ = 0;  // Bytes, of all members so far.
};

Task<std::optional<std::string>> Unzip::unpack(const ZipMember& member) {
  std::optional<std::string> content;
  unpacked_ += member.size;
  if (unpacked_ > kZipTotalBytesMax || !memory_.set(archive_.size() + member.size))
    co_return content;
  ZipContent unpacking(archive_, member);
  while (unpacking.step()) co_await io_.process.breathe(kUnitsOfAPiece);
  content = unpacking.take();
  co_await io_.process.breathe(kUnitsOfAMember);
  co_return content;
}

// Where a file is there already.
Task<bool> Unzip::may_replace(std::string place) {
  if (wanted_.over || !io_.stat(place)) co_return true;
  while (!wanted_.never) {
    io_.err("replace " + place + "? [y]es, [n]o, [A]ll, [N]one, [r]ename: ");
    co_await io_.flush();
    const Sys<std::string> answer =
        co_await io_.process.read_until(0, '\n', kAnswerBytesMax, std::nullopt);
    if (!answer || answer->empty()) {
      io_.err(" NULL\n(EOF or read error, treating as \"[N]one\" ...)\n");
      wanted_.never = true;
      break;
    }
    const char letter = answer->front();
    wanted_.over = letter == 'A';
    wanted_.never = letter == 'N';
    if (letter == 'y' || letter == 'Y' || letter == 'A') co_return true;
    if (letter == 'n' || letter == 'N') co_return false;
    io_.err("error:  invalid response [" + answer->substr(0, answer->find('\n')) + "]\n");
  }
  co_return false;
}

Task<void> Unzip::extract(const ZipMember& member) {
  const std::string place = place_of(wanted_, member);
  if (member.name.ends_with('/')) {
    if (wanted_.flat || io_.stat(place)) co_return;
    make_folders(io_, place + "/");
    if (!wanted_.quiet) io_.out("   creating: " + place + "/\n");
    co_return;
  }
  if ((member.flags & 1U) != 0) {
    io_.out("   skipping: " + padded(member.name, 22) + "  unable to get password\n");
    io_.status = 82;
    co_return;
  }
  const bool may = co_await may_replace(place);
  if (!may) co_return;
  const std::optional<std::string> content = co_await unpack(member);
  if (!content) {
    io_.err("  error:  invalid compressed data to inflate " + place + "\n");
    io_.status = 2;
    co_return;
  }
  make_folders(io_, place);
  const std::uint32_t mode =
      (member.mode & 0777) != 0 ? member.mode & 0777 : 0666 & ~io_.process.umask;
  const Sys<void> wrote = io_.files.write_file(io_.absolute(place), *content, io_.who, mode);
  if (!wrote) {
    io_.err("error:  cannot create " + place + "\n        " +
            std::string(sys_error(wrote.error())) + "\n");
    io_.status = 50;
    co_return;
  }
  if (!wanted_.quiet)
    io_.out(std::string(member.method == 0 ? " extracting: " : "  inflating: ") +
            padded(place, 22) + "  \n");
}

Task<void> Unzip::test(const ZipMember& member) {
  bool good = member.name.ends_with('/');
  if (!good) {
    const std::optional<std::string> content = co_await unpack(member);
    good = content.has_value();
  }
  io_.out("    testing: " + padded(member.name, 22) + (good ? "   OK\n" : "   bad CRC\n"));
  if (!good) io_.status = 2;
}

Task<int> Unzip::run() {
  if (!read_options(io_, wanted_)) {
    co_await io_.flush();
    co_return 0;
  }
  std::string name = wanted_.archive;
  if (!io_.stat(name) && io_.stat(name + ".zip")) name += ".zip";
  Sys<std::string> read = io_.slurp(name);
  if (!read) {
    io_.err("unzip:  cannot find or open " + name + ", " + name + ".zip or " + name + ".ZIP.\n");
    co_await io_.flush();
    co_return 9;
  }
  archive_ = std::move(*read);
  if (!wanted_.pipe && !wanted_.names && !(wanted_.quiet && !wanted_.list))
    io_.out("Archive:  " + name + "\n");
  const auto members = zip_members(archive_);
  if (!members) {
    io_.err(
        "  End-of-central-directory signature not found.  Either this file is not\n"
        "  a zipfile, or it constitutes one disk of a multi-part archive.  In the\n"
        "  latter case the central directory and zipfile comment will be found on\n"
        "  the last disk(s) of this archive.\nunzip:  cannot find zipfile directory in one of " +
        name + " or\n        " + name + ".zip, and cannot find " + name + ".ZIP, period.\n");
    co_await io_.flush();
    co_return 9;
  }
  if (wanted_.list) {
    list(io_, *members, wanted_);
    co_await io_.flush();
    co_return 0;
  }
  for (const ZipMember& member : *members) {
    if (!chosen(wanted_, member.name)) continue;
    if (wanted_.names) {
      io_.out(member.name + "\n");
    } else if (wanted_.pipe) {
      const std::optional<std::string> content = co_await unpack(member);
      if (content) io_.out(*content);
    } else if (wanted_.test) {
      co_await test(member);
    } else {
      co_await extract(member);
    }
    const Sys<void> wrote = co_await io_.flush();
    if (!wrote) co_return 1;
  }
  if (wanted_.test)
    io_.out(io_.status == 0 ? "No errors detected in compressed data of " + name + ".\n"
                            : "At least one error was detected in " + name + ".\n");
  co_await io_.flush();
  co_return io_.status;
}

Task<int> unzip(Process& process) {
  Unzip unpacker(process);
  const int status = co_await unpacker.run();
  co_return status;
}

constexpr Command kRows[] = {{"unzip", &unzip}};

}  // namespace

std::span<const Command> unzip_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
