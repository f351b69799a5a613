// mkdir, rmdir, touch, mktemp, mknod, mkfifo, truncate, ln, link, unlink, sync
#include <algorithm>
#include <array>

#include "base/random.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/mode.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

int missing_operand(Io& io) {
  return io.misused("missing operand");
}

int mkdir(Io& io) {
  static constexpr Long kLongs[] = {
      {"mode", 'm', ':'}, {"parents", 'p'}, {"verbose", 'v'}, {"context", 'Z', '?'}};
  bool parents = false;
  bool verbose = false;
  std::uint32_t mode = 0777 & ~io.process.umask;
  Options options(io, "m:pvZ", kLongs, "[OPTION]... DIRECTORY...");
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return io.status;
    parents = parents || id == 'p';
    verbose = verbose || id == 'v';
    if (id == 'm') {
      const auto changed = changed_mode(options.value, 0777, true, io.process.umask);
      if (!changed) {
        io.fail("invalid mode " + quoted(options.value));
        return 1;
      }
      mode = *changed;
    }
  }
  if (options.operands.empty()) return missing_operand(io);
  for (const std::string& name : options.operands) {
    if (parents) {
      std::size_t at = 0;
      bool failed = false;
      while (!failed && (at = name.find('/', at + 1)) != std::string::npos) {
        const std::string part = name.substr(0, at);
        if (part.empty() || io.stat(part)) continue;
        const Sys<void> made =
            io.files.make_directory(io.absolute(part), 0777 & ~io.process.umask, io.who);
        failed = !made.has_value();
        if (failed) io.fail("cannot create directory " + io.in_quotes(part), made.error());
        if (!failed && verbose) io.out("mkdir: created directory " + quoted(part) + "\n");
      }
      if (failed) continue;
      const Sys<Stat> there = io.stat(name);
      if (there && there->kind == Kind::directory) continue;
    }
    const Sys<void> made = name.empty() ? Sys<void>(sys_fail(ENOENT))
                                        : io.files.make_directory(io.absolute(name), mode, io.who);
    if (!made) io.fail("cannot create directory " + io.in_quotes(name), made.error());
    if (made && verbose) io.out("mkdir: created directory " + quoted(name) + "\n");
  }
  return io.status;
}

int rmdir(Io& io) {
  static constexpr Long kLongs[] = {
      {"parents", 'p'}, {"verbose", 'v'}, {"ignore-fail-on-non-empty", 300}};
  bool parents = false;
  bool verbose = false;
  bool lenient = false;
  Options options(io, "pv", kLongs, "[OPTION]... DIRECTORY...");
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return io.status;
    parents = parents || id == 'p';
    verbose = verbose || id == 'v';
    lenient = lenient || id == 300;
  }
  if (options.operands.empty()) return missing_operand(io);
  for (std::string name : options.operands) {
    while (!name.empty()) {
      if (verbose) io.out("rmdir: removing directory, " + quoted(name) + "\n");
      const Sys<void> removed = io.files.remove_directory(io.absolute(name), io.who);
      if (!removed) {
        if (!(lenient && removed.error() == ENOTEMPTY)) {
          io.fail("failed to remove " + quoted(name), removed.error());
        }
        break;
      }
      const std::size_t slash = name.rfind('/');
      if (!parents || slash == std::string::npos || slash == 0) break;
      name.resize(slash);
    }
  }
  return io.status;
}

struct TouchOptions {
  bool no_create = false, accessed = true, modified = true, link = false;
  TimePoint access{}, modify{};
};

// [[CC]YY]MMDDhhmm[.ss]
std::optional<TimePoint> stamp_of(std::string_view text, TimePoint now) {
  std::string seconds_text = "00";
  if (const std::size_t dot = text.find('.'); dot != std::string_view::npos) {
    seconds_text = text.substr(dot + 1);
    text = text.substr(0, dot);
  }
  if (!number_of(text) || seconds_text.size() != 2 || text.size() % 2 != 0 || text.size() < 8 ||
      text.size() > 12) {
    return {};
  }
  std::string year = date_text(now, "%Y");
  if (text.size() == 12) year = text.substr(0, 4);
  if (text.size() == 10)
    year = (text[0] < '6' || (text[0] == '6' && text[1] < '9') ? "20" : "19") +
           std::string(text.substr(0, 2));
  text = text.substr(text.size() - 8);
  const std::string whole = year + "-" + std::string(text.substr(0, 2)) + "-" +
                            std::string(text.substr(2, 2)) + " " + std::string(text.substr(4, 2)) +
                            ":" + std::string(text.substr(6, 2)) + ":" + seconds_text;
  return date_of(whole, now);
}

int touch(Io& io) {
  static constexpr Long kLongs[] = {{"no-create", 'c'},
                                    {"date", 'd', ':'},
                                    {"reference", 'r', ':'},
                                    {"no-dereference", 'h'},
                                    {"time", 300, ':'}};
  TouchOptions touching;
  touching.access = touching.modify = io.now();
  Options options(io, "acd:fhmr:t:", kLongs, "[OPTION]... FILE...");
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return io.status;
    if (id == 'c') touching.no_create = true;
    if (id == 'h') touching.link = touching.no_create = true;
    if (id == 'a') touching.modified = false;
    if (id == 'm') touching.accessed = false;
    if (id == 'd' || id == 't') {
      const auto time =
          id == 'd' ? date_of(options.value, io.now()) : stamp_of(options.value, io.now());
      if (!time) {
        io.fail("invalid date format " + quoted(options.value));
        return 1;
      }
      touching.access = touching.modify = *time;
    }
    if (id == 'r') {
      const Sys<Stat> stat = io.stat(options.value);
      if (!stat) {
        io.fail("failed to get attributes of " + quoted(options.value), stat.error());
        return 1;
      }
      touching.access = stat->accessed;
      touching.modify = stat->modified;
    }
  }
  if (!touching.accessed && !touching.modified) touching.accessed = touching.modified = true;
  if (options.operands.empty()) return io.misused("missing file operand");
  const Follow follow = touching.link ? Follow::no : Follow::yes;
  for (const std::string& name : options.operands) {
    const std::string path = io.absolute(name);
    Sys<Stat> stat = io.stat(name, follow);
    if (!stat && stat.error() == ENOENT) {
      if (touching.no_create) continue;
      const Sys<void> made = name.empty() || name.back() == '/'
                                 ? Sys<void>(sys_fail(name.empty() ? ENOENT : EISDIR))
                                 : io.files.create(path, 0666 & ~io.process.umask, io.who);
      if (!made) {
        const int error = made.error() == EISDIR ? ENOENT : made.error();
        io.fail((name.ends_with("/") ? "setting times of " : "cannot touch ") + quoted(name),
                error);
        continue;
      }
      stat = io.stat(name, follow);
    }
    if (!stat) {
      io.fail("cannot touch " + quoted(name), stat.error());
      continue;
    }
    const Sys<void> set =
        io.files.set_times(path, touching.accessed ? touching.access : stat->accessed,
                           touching.modified ? touching.modify : stat->modified, io.who, follow);
    if (!set) io.fail("cannot touch " + quoted(name), set.error());
  }
  return io.status;
}

int mktemp(Io& io) {
  static constexpr Long kLongs[] = {{"directory", 'd'},
                                    {"dry-run", 'u'},
                                    {"quiet", 'q'},
                                    {"tmpdir", 'p', '?'},
                                    {"suffix", 300, ':'}};
  bool directory = false;
  bool dry = false;
  std::string below;
  std::string suffix;
  bool in_tmp = false;
  Options options(io, "dp:qtuV", kLongs, "[OPTION]... [TEMPLATE]");
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return io.status;
    directory = directory || id == 'd';
    dry = dry || id == 'u';
    in_tmp = in_tmp || id == 't' || id == 'p';
    if (id == 'p') below = options.value;
    if (id == 300) suffix = options.value;
  }
  if (options.operands.size() > 1) return io.misused("too many templates");
  std::string shape = options.operands.empty() ? "tmp.XXXXXXXXXX" : options.operands[0];
  if (below.empty()) below = io.variable("TMPDIR");
  if (below.empty()) below = "/tmp";
  if (options.operands.empty() || in_tmp) shape = below + "/" + shape;
  const std::size_t last = shape.rfind('X');
  const std::size_t end = last == std::string::npos ? 0 : last + 1;
  std::size_t from = end;
  while (from > 0 && shape[from - 1] == 'X') --from;
  if (end - from < 3) {
    io.fail("too few X's in template " +
            quoted(options.operands.empty() ? shape : options.operands[0]));
    return 1;
  }
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  const std::string bytes = random_bytes(end - from);
  for (std::size_t at = from; at < end; ++at) {
    shape[at] = kLetters[static_cast<unsigned char>(bytes[at - from]) % kLetters.size()];
  }
  shape += suffix;
  Sys<void> made;
  if (!dry) {
    made = directory ? io.files.make_directory(io.absolute(shape), 0700, io.who)
                     : io.files.create(io.absolute(shape), 0600, io.who);
  }
  if (!made) {
    io.fail(std::string("failed to create ") + (directory ? "directory" : "file") +
                " via template " +
                quoted(options.operands.empty() ? below + "/tmp.XXXXXXXXXX" : options.operands[0]),
            made.error());
    return 1;
  }
  io.out(shape + "\n");
  return 0;
}

int make_special(Io& io) {
  std::uint32_t mode = 0666 & ~io.process.umask;
  Options options(io, "m:Z", {});
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return io.status;
    if (id == 'm') mode = changed_mode(options.value, 0666, false, 0).value_or(mode);
  }
  if (options.operands.empty()) return missing_operand(io);
  if (io.name() == "mkfifo") {
    for (const std::string& name : options.operands) {
      const Sys<void> made = io.files.make_node(io.absolute(name), Kind::fifo, mode, 0, io.who);
      if (!made) io.fail("cannot create fifo " + quoted(name), made.error());
    }
    return io.status;
  }
  const auto& words = options.operands;
  if (words.size() < 2) return io.misused("missing operand after " + quoted(words.back()));
  const std::string& type = words[1];
  const bool fifo = type == "p";
  if (!fifo && type != "b" && type != "c" && type != "u") {
    return io.misused("invalid device type " + quoted(type));
  }
  if (!fifo && words.size() < 4) {
    io.misused("missing operand after " + quoted(words.back()));
    return 1;
  }
  std::uint32_t special = 0;
  if (!fifo) {
    const auto major = number_of(words[2]);
    const auto minor = number_of(words[3]);
    if (!major || !minor || *major > 4095 || *minor > 255) {
      io.fail("invalid major device number " + quoted(words[2]));
      return 1;
    }
    special = static_cast<std::uint32_t>(*major << 8 | *minor);
  }
  const Kind kind = fifo ? Kind::fifo : type == "b" ? Kind::block : Kind::character;
  const Sys<void> made = io.files.make_node(io.absolute(words[0]), kind, mode, special, io.who);
  if (!made) io.fail(quoted_if_odd(words[0]), made.error());
  return io.status;
}

int truncate(Io& io) {
  static constexpr Long kLongs[] = {
      {"size", 's', ':'}, {"no-create", 'c'}, {"reference", 'r', ':'}};
  std::string size;
  bool no_create = false;
  Options options(io, "cor:s:", kLongs, "OPTION... FILE...");
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return io.status;
    if (id == 's') size = options.value;
    if (id == 'r') size = std::to_string(io.stat(options.value).value_or(Stat{}).size);
    no_create = no_create || id == 'c';
  }
  if (size.empty()) return io.misused("you must specify either '--size' or '--reference'");
  const char sign = size.find_first_of("+-<>/%") == 0 ? size[0] : '=';
  const auto amount = size_of(std::string_view(size).substr(sign == '=' ? 0 : 1));
  if (!amount) {
    io.fail("Invalid number: " + quoted(size));
    return 1;
  }
  if (options.operands.empty()) return io.misused("missing file operand");
  for (const std::string& name : options.operands) {
    const std::string path = io.absolute(name);
    Sys<Stat> stat = io.stat(name);
    if (!stat && no_create) continue;
    if (!stat) {
      const Sys<void> made = io.files.create(path, 0666 & ~io.process.umask, io.who);
      if (!made) {
        io.fail("cannot open " + quoted(name) + " for writing", made.error());
        continue;
      }
      stat = io.stat(name);
    }
    const std::uint64_t now = stat ? stat->size : 0;
    std::uint64_t wanted = *amount;
    if (sign == '+') wanted = now + *amount;
    if (sign == '-') wanted = now > *amount ? now - *amount : 0;
    if (sign == '<') wanted = std::min(now, *amount);
    if (sign == '>') wanted = std::max(now, *amount);
    const Sys<void> done = io.files.truncate(path, wanted, io.who);
    if (!done) {
      io.fail("failed to truncate " + quoted(name) + " at " + std::to_string(wanted) + " bytes",
              done.error());
    }
  }
  return io.status;
}

int sync(Io&) {
  return 0;
}

constexpr Command kRows[] = {{"mkdir", &plain<mkdir>},        {"rmdir", &plain<rmdir>},
                             {"touch", &plain<touch>},        {"mktemp", &plain<mktemp>},
                             {"mknod", &plain<make_special>}, {"mkfifo", &plain<make_special>},
                             {"truncate", &plain<truncate>},  {"sync", &plain<sync>}};

}  // namespace

std::span<const Command> make_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
