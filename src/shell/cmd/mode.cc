// chmod, chown, chgrp, lsattr, chattr
#include "shell/cmd/mode.h"

#include <algorithm>

#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"
#include "shell/cmd/tree.h"

namespace decnet::shell::cmd {
namespace {

std::optional<std::uint32_t> one_clause(std::string_view clause, std::uint32_t mode, bool directory,
                                        std::uint32_t umask) {
  std::uint32_t who = 0;
  std::size_t at = 0;
  for (; at < clause.size() && std::string_view("ugoa").find(clause[at]) != std::string_view::npos;
       ++at) {
    who |= clause[at] == 'u'   ? 04700U
           : clause[at] == 'g' ? 02070U
           : clause[at] == 'o' ? 01007U
                               : 07777U;
  }
  const std::uint32_t mask = who == 0 ? 07777U & ~umask : who;
  if (at >= clause.size()) return {};
  while (at < clause.size()) {
    const char sign = clause[at];
    if (sign != '+' && sign != '-' && sign != '=') return {};
    std::uint32_t bits = 0;
    for (++at;
         at < clause.size() && std::string_view("+-=").find(clause[at]) == std::string_view::npos;
         ++at) {
      switch (clause[at]) {
        case 'r':
          bits |= 0444;
          break;
        case 'w':
          bits |= 0222;
          break;
        case 'x':
          bits |= 0111;
          break;
        case 'X':
          if (directory || (mode & 0111) != 0) bits |= 0111;
          break;
        case 's':
          bits |= 06000;
          break;
        case 't':
          bits |= 01000;
          break;
        case 'u':
          bits |= ((mode >> 6) & 7) * 0111;
          break;
        case 'g':
          bits |= ((mode >> 3) & 7) * 0111;
          break;
        case 'o':
          bits |= (mode & 7) * 0111;
          break;
        default:
          return {};
      }
    }
    const std::uint32_t kept = bits & mask;
    if (sign == '+') mode |= kept;
    if (sign == '-') mode &= ~kept;
    if (sign == '=') {
      const std::uint32_t cleared = (who == 0 ? 07777U : who) & (directory ? ~06000U | 0U : ~0U);
      mode = (mode & ~cleared) | kept;
    }
  }
  return mode;
}

struct ModeOptions {
  bool recursive = false, silent = false, verbose = false, changes = false, link = false;
};

// Applies `change` to every operand, and to what lies below.
template <class Change>
int apply(Io& io, const ModeOptions& options, const std::vector<std::string>& names,
          Change change) {
  for (const std::string& name : names) {
    const Sys<Stat> stat = io.stat(name, options.link ? Follow::no : Follow::yes);
    if (!stat) {
      if (!options.silent) io.fail("cannot access " + quoted(name), stat.error());
      io.status = 1;
      continue;
    }
    change(name, *stat);
    if (!options.recursive || stat->kind != Kind::directory) continue;
    Tree tree(io.files, io.who);
    tree.enter(io.absolute(name), name);
    while (const TreeEntry* entry = tree.next()) {
      if (entry->error != 0) {
        io.fail("cannot read directory " + quoted(entry->shown), entry->error);
      } else if (entry->stat.kind != Kind::symlink) {
        change(entry->shown, entry->stat);
      }
    }
  }
  return io.status;
}

int chmod(Io& io) {
  static constexpr Long kLongs[] = {{"changes", 'c'},       {"silent", 'f'},
                                    {"quiet", 'f'},         {"verbose", 'v'},
                                    {"recursive", 'R'},     {"reference", 300, ':'},
                                    {"preserve-root", 301}, {"no-preserve-root", 302}};
  ModeOptions options;
  std::string reference;
  std::vector<std::string>& words = io.process.arguments;
  // "-x" and "-rwx" are modes, not options.
  std::string minus;
  for (auto word = words.begin() + 1; word != words.end(); ++word) {
    if (*word == "--") break;
    if (word->size() > 1 && (*word)[0] == '-' &&
        word->find_first_not_of("-rwxXstugoa,+=01234567") == std::string::npos) {
      minus = *word;
      words.erase(word);
      break;
    }
  }
  Options reader(io, "cfvR", kLongs, "[OPTION]... MODE[,MODE]... FILE...");
  for (int id = reader.next(); id != kNoMore; id = reader.next()) {
    if (id == kStop) return io.status;
    options.recursive = options.recursive || id == 'R';
    options.silent = options.silent || id == 'f';
    options.verbose = options.verbose || id == 'v';
    options.changes = options.changes || id == 'c';
    if (id == 300) reference = reader.value;
  }
  std::vector<std::string> names = reader.operands;
  std::string text = minus;
  if (text.empty() && reference.empty() && !names.empty()) {
    text = names.front();
    names.erase(names.begin());
  }
  if (!reference.empty()) text = text_of("%o", io.stat(reference).value_or(Stat{}).mode);
  if (text.empty()) return io.misused("missing operand");
  if (!changed_mode(text, 0, false, 0)) return io.misused("invalid mode: " + quoted(text));
  if (names.empty()) return io.misused("missing operand after " + quoted(text));
  return apply(io, options, names, [&](const std::string& name, const Stat& stat) {
    const std::uint32_t mode =
        changed_mode(text, stat.mode, stat.kind == Kind::directory, io.process.umask)
            .value_or(stat.mode);
    const Sys<void> set = io.files.set_mode(io.absolute(name), mode, io.who);
    if (!set) {
      if (!options.silent) io.fail("changing permissions of " + quoted(name), set.error());
      io.status = 1;
      return;
    }
    const bool changed = mode != stat.mode;
    if (!(options.verbose || (options.changes && changed))) return;
    Stat after = stat;
    after.mode = mode;
    const std::string now = text_of("%04o (%s)", mode, mode_text(after).substr(1).c_str());
    io.out("mode of " + quoted(name) +
           (changed ? text_of(" changed from %04o (%s) to ", stat.mode,
                              mode_text(stat).substr(1).c_str())
                    : std::string(" retained as ")) +
           now + "\n");
  });
}

struct Owner {
  std::optional<std::uint32_t> uid;
  std::optional<std::uint32_t> gid;
};

bool read_owner(Io& io, const std::string& text, bool group_only, Owner& owner) {
  std::size_t colon = text.find(':');
  if (colon == std::string::npos && !group_only && !find_user(io, text)) colon = text.find('.');
  const std::string user = group_only ? "" : text.substr(0, colon);
  const std::string group = group_only                   ? text
                            : colon == std::string::npos ? ""
                                                         : text.substr(colon + 1);
  if (!user.empty()) {
    if (const auto found = find_user(io, user)) {
      owner.uid = found->uid;
      if (colon != std::string::npos && group.empty()) owner.gid = found->gid;
    } else if (const auto number = number_of(user); number && *number < 0xFFFFFFFF) {
      owner.uid = static_cast<std::uint32_t>(*number);
    } else {
      io.fail("invalid user: " + io.in_quotes(text));
      return false;
    }
  }
  if (!group.empty()) {
    if (const auto found = find_group(io, group)) {
      owner.gid = found->gid;
    } else if (const auto number = number_of(group); number && *number < 0xFFFFFFFF) {
      owner.gid = static_cast<std::uint32_t>(*number);
    } else {
      io.fail("invalid group: " + io.in_quotes(text));
      return false;
    }
  }
  return true;
}

int chown(Io& io) {
  static constexpr Long kLongs[] = {
      {"changes", 'c'},        {"silent", 'f'},      {"quiet", 'f'},
      {"verbose", 'v'},        {"recursive", 'R'},   {"reference", 300, ':'},
      {"no-dereference", 'h'}, {"dereference", 301}, {"from", 302, ':'}};
  ModeOptions options;
  std::string reference;
  Options reader(io, "cfvRhHLP", kLongs, "[OPTION]... [OWNER][:[GROUP]] FILE...");
  for (int id = reader.next(); id != kNoMore; id = reader.next()) {
    if (id == kStop) return io.status;
    options.recursive = options.recursive || id == 'R';
    options.silent = options.silent || id == 'f';
    options.verbose = options.verbose || id == 'v';
    options.link = options.link || id == 'h';
    if (id == 300) reference = reader.value;
  }
  std::vector<std::string> names = reader.operands;
  Owner owner;
  const bool group_only = io.name() == "chgrp";
  if (!reference.empty()) {
    const Sys<Stat> stat = io.stat(reference);
    if (!group_only) owner.uid = stat.value_or(Stat{}).uid;
    owner.gid = stat.value_or(Stat{}).gid;
  } else {
    if (names.empty()) return io.misused("missing operand");
    const std::string text = names.front();
    names.erase(names.begin());
    if (names.empty()) return io.misused("missing operand after " + quoted(text));
    if (!read_owner(io, text, group_only, owner)) return 1;
  }
  const Follow follow = options.link ? Follow::no : Follow::yes;
  return apply(io, options, names, [&](const std::string& name, const Stat& stat) {
    const Sys<void> set = io.files.set_owner(io.absolute(name), owner.uid.value_or(stat.uid),
                                             owner.gid.value_or(stat.gid), io.who, follow);
    if (set) return;
    if (!options.silent) {
      io.fail((owner.uid ? "changing ownership of " : "changing group of ") + quoted(name),
              set.error());
    }
    io.status = 1;
  });
}

constexpr std::string_view kAttributeLetters = "suSDiadAcEjItTeCxFNPVm";  // As lsattr prints them.

std::string attribute_text(std::uint32_t attributes) {
  std::string text(22, '-');
  if ((attributes & 0x10U) != 0) text[4] = 'i';
  if ((attributes & 0x20U) != 0) text[5] = 'a';
  text[14] = 'e';
  return text;
}

int lsattr(Io& io) {
  Options options(io, "RVadlpv", {});
  bool all = false;
  bool self = false;
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return io.status;
    all = all || id == 'a';
    self = self || id == 'd';
  }
  if (options.operands.empty()) options.operands.emplace_back(".");
  const auto show = [&](const std::string& name) {
    const std::uint32_t bits = io.files.attributes(io.absolute(name)).value_or(0);
    io.out(attribute_text(bits) + " " + name + "\n");
  };
  for (const std::string& name : options.operands) {
    const Sys<Stat> stat = io.stat(name, Follow::no);
    if (!stat) {
      io.fail(std::string(sys_error(stat.error())) + " while trying to stat " + name);
      continue;
    }
    if (stat->kind != Kind::directory || self) {
      show(name);
      continue;
    }
    const auto entries = io.files.list(io.absolute(name), io.who);
    if (!entries) continue;
    for (const DirectoryEntry& entry : *entries) {
      if (entry.name.starts_with(".") && !all) continue;
      show(name + (name.ends_with("/") ? "" : "/") + entry.name);
    }
  }
  return io.status;
}

int chattr(Io& io) {
  std::uint32_t set = 0;
  std::uint32_t clear = 0;
  bool exact = false;
  bool silent = false;
  std::vector<std::string> names;
  for (std::size_t at = 1; at < io.argc(); ++at) {
    const std::string& word = io.arg(at);
    const char sign = word.empty() ? ' ' : word[0];
    if (word == "-R" || word == "-V" || word == "-f") {
      silent = silent || word == "-f";
      continue;
    }
    if (word.size() > 1 && names.empty() && (sign == '+' || sign == '-' || sign == '=')) {
      for (const char letter : std::string_view(word).substr(1)) {
        if (kAttributeLetters.find(letter) == std::string_view::npos) {
          io.err("Usage: chattr [-pRVf] [-+=aAcCdDeijPsStTuFx] [-v version] files...\n");
          return 1;
        }
        const std::uint32_t bit = letter == 'i' ? 0x10U : letter == 'a' ? 0x20U : 0U;
        if (sign == '-') {
          clear |= bit;
        } else {
          set |= bit;
          exact = exact || sign == '=';
        }
      }
      continue;
    }
    names.push_back(word);
  }
  if (names.empty()) {
    io.err(io.argc() > 1 ? "Must use '-v', =, - or +\n"
                         : "Usage: chattr [-pRVf] [-+=aAcCdDeijPsStTuFx] [-v version] files...\n");
    return 1;
  }
  for (const std::string& name : names) {
    const std::string path = io.absolute(name);
    const Sys<Stat> stat = io.stat(name);
    if (!stat) {
      if (!silent) io.fail(std::string(sys_error(stat.error())) + " while trying to stat " + name);
      io.status = 1;
      continue;
    }
    const std::uint32_t before = exact ? 0 : io.files.attributes(path).value_or(0);
    const Sys<void> done = io.files.set_attributes(path, (before | set) & ~clear, io.who);
    if (!done) {
      if (!silent)
        io.fail(std::string(sys_error(done.error())) + " while setting flags on " + name);
      io.status = 1;
    }
  }
  return io.status;
}

constexpr Command kRows[] = {{"chmod", &plain<chmod>},
                             {"chown", &plain<chown>},
                             {"chgrp", &plain<chown>},
                             {"lsattr", &plain<lsattr>},
                             {"chattr", &plain<chattr>}};

}  // namespace

std::optional<std::uint32_t> changed_mode(std::string_view text, std::uint32_t mode, bool directory,
                                          std::uint32_t umask) {
  if (text.empty()) return {};
  if (text.find_first_not_of("01234567") == std::string_view::npos) {
    if (text.size() > 5) return {};
    std::uint32_t octal = 0;
    for (const char digit : text) octal = octal * 8 + static_cast<std::uint32_t>(digit - '0');
    if (octal > 07777) return {};
    if (directory && text.size() < 5) octal |= mode & 06000;
    return octal;
  }
  for (const std::string& clause : split(text, ',')) {
    const auto changed = one_clause(clause, mode, directory, umask);
    if (!changed) return {};
    mode = *changed;
  }
  return mode;
}

std::span<const Command> mode_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
