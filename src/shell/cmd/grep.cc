// grep, egrep, fgrep, rgrep
#include "shell/cmd/grep.h"

#include <algorithm>
#include <cctype>

#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {

bool Grep::search(std::string_view text, std::size_t from, Span& found) {
  found = {};
  std::vector<Span> groups;
  const std::uint64_t before = Regex::steps();
  for (const Regex& regex : regexes_) {
    std::size_t start = from;
    while (regex.search(text, start, groups)) {
      if (options_.word) {
        const auto part = [&](std::size_t at) {
          return at < text.size() &&
                 (std::isalnum(static_cast<unsigned char>(text[at])) != 0 || text[at] == '_');
        };
        const bool left = groups[0].from > 0 && part(groups[0].from - 1);
        if (left || part(groups[0].to)) {
          start = groups[0].from + 1;
          if (start > text.size()) break;
          continue;
        }
      }
      const bool better = !found.met() || groups[0].from < found.from ||
                          (groups[0].from == found.from && groups[0].to > found.to);
      if (better) found = groups[0];
      break;
    }
  }
  work += static_cast<std::uint32_t>((Regex::steps() - before) / 64);
  return found.met();
}

void Grep::begin(Io&, std::string_view name) {
  name_ = name == "-" ? "(standard input)" : std::string(name);
  count_ = number_ = offset_ = after_left_ = printed_to_ = 0;
  binary_ = false;
  said_binary_ = false;
  first_ = true;
  before_.clear();
}

void Grep::feed(Io& io, std::string_view bytes) {
  if (!options_.text && separator == '\n' && bytes.find('\0') != std::string_view::npos)
    binary_ = true;
  if (binary_ && options_.binary_skip) {
    enough = true;
    return;
  }
  LineFilter::feed(io, bytes);
}

std::string Grep::painted(std::string_view text, std::string_view colour) const {
  if (!options_.colour) return std::string(text);
  return "\033[" + std::string(colour) + "m\033[K" + std::string(text) + "\033[m\033[K";
}

std::string Grep::prefix(char mark, std::uint64_t number, std::uint64_t offset) const {
  std::string all;
  const std::string sign = painted(std::string_view(&mark, 1), "36");
  if (options_.named == 1 || (options_.named == -1 && many)) {
    all += painted(name_, "35");
    all += options_.null_name ? std::string(1, '\0') : sign;
  }
  if (options_.number) all += painted(std::to_string(number), "32") + sign;
  if (options_.offset) all += painted(std::to_string(offset), "32") + sign;
  return all;
}

void Grep::print(Io& io, std::string_view text, char mark, std::uint64_t number,
                 std::uint64_t offset) {
  const bool context = options_.before > 0 || options_.after > 0;
  if (context && any_printed_ && number != printed_to_ + 1) io.out(painted("--", "36") + "\n");
  any_printed_ = true;
  printed_to_ = number;
  std::string all = prefix(mark, number, offset);
  if (options_.colour && mark == ':' && !options_.invert) {
    std::size_t at = 0;
    Span found;
    while (at <= text.size() && search(text, at, found)) {
      all += text.substr(at, found.from - at);
      if (found.to == found.from) {
        if (found.from < text.size()) all += text[found.from];
        at = found.from + 1;
        continue;
      }
      all += painted(text.substr(found.from, found.to - found.from), "01;31");
      at = found.to;
    }
    if (at < text.size()) all += text.substr(at);
  } else {
    all += text;
  }
  io.out(all + separator);
}

void Grep::print_matches(Io& io, std::string_view text, std::uint64_t number,
                         std::uint64_t offset) {
  std::size_t at = 0;
  Span found;
  while (at <= text.size() && search(text, at, found)) {
    if (found.to > found.from) {
      io.out(prefix(':', number, offset + found.from) +
             painted(text.substr(found.from, found.to - found.from), "01;31") + separator);
    }
    at = found.to > found.from ? found.to : found.to + 1;
  }
}

void Grep::line(Io& io, std::string_view text, bool) {
  ++number_;
  const std::uint64_t offset = offset_;
  offset_ += text.size() + 1;
  Span found;
  const bool hit = search(text, 0, found) != options_.invert;
  if (!hit) {
    if (after_left_ > 0 && !options_.count && !options_.only) {
      --after_left_;
      if (!binary_) print(io, text, '-', number_, offset);
    } else if (options_.before > 0) {
      Held held{std::string(text), number_, offset};
      before_.push_back(std::move(held));
      if (before_.size() > options_.before) before_.erase(before_.begin());
    }
    if (count_ >= options_.most && after_left_ == 0) enough = true;
    return;
  }
  if (count_ >= options_.most) {
    enough = true;
    return;
  }
  ++count_;
  met_ = true;
  if (options_.quiet) {
    done = true;
    return;
  }
  if (options_.names || options_.names_without) {
    enough = true;
    return;
  }
  if (options_.count) {
    if (count_ >= options_.most) enough = true;
    return;
  }
  if (binary_) {
    said_binary_ = true;
    enough = true;
    return;
  }
  for (const Held& held : before_) print(io, held.text, '-', held.number, held.offset);
  before_.clear();
  if (options_.only) {
    if (!options_.invert) print_matches(io, text, number_, offset);
  } else {
    print(io, text, ':', number_, offset);
  }
  after_left_ = options_.after;
  if (count_ >= options_.most && after_left_ == 0) enough = true;
}

void Grep::end(Io& io) {
  LineFilter::end(io);
  if (options_.quiet) return;
  const std::string name_end = options_.null_name ? std::string(1, '\0') : "\n";
  if (options_.count) {
    const bool named = options_.named == 1 || (options_.named == -1 && many);
    io.out((named ? painted(name_, "35") + painted(":", "36") : "") + std::to_string(count_) +
           "\n");
  }
  if (options_.names && count_ > 0) io.out(painted(name_, "35") + name_end);
  if (options_.names_without && count_ == 0) io.out(painted(name_, "35") + name_end);
  if (said_binary_) io.err("grep: " + name_ + ": binary file matches\n");
}

void Grep::unreadable(Io& io, std::string_view name, int error_number) {
  if (error_number == EISDIR && options_.skip_directories) return;
  if (error_number != EISDIR) failed_ = true;
  if (!options_.silent) io.fail(name, error_number, 2);
  if (error_number == EISDIR && !options_.silent) failed_ = true;
}

bool Grep::wants(const TreeEntry& entry) const {
  const std::string name = entry.path.substr(entry.path.rfind('/') + 1);
  const auto fits = [&](const std::string& pattern) { return glob_matches(pattern, name); };
  const auto& out =
      entry.stat.kind == Kind::directory ? options_.exclude_directory : options_.exclude;
  if (std::any_of(out.begin(), out.end(), fits)) return false;
  if (entry.stat.kind == Kind::directory || options_.include.empty()) return true;
  return std::any_of(options_.include.begin(), options_.include.end(), fits);
}

namespace {

Task<int> grep(Process& process) {
  Grep work;
  const std::vector<std::string> given = process.arguments;
  bool recursive = process.name() == "rgrep";
  for (const std::string& word : given) {
    const bool letters = word.size() > 1 && word[0] == '-' && word[1] != '-' &&
                         word.find_first_not_of("-EFGPiywxvsbnHhoqaIrRLlcTZz") == std::string::npos;
    recursive = recursive || word == "--recursive" || word == "--dereference-recursive" ||
                (letters && word.find_first_of("rR") != std::string::npos);
  }
  if (!recursive) {
    const int status = co_await run_filter(process, work);
    co_return status;
  }
  Io io(process);
  bool going = work.start(io);
  const std::vector<std::string> roots = work.operands;
  const bool named_here = work.operands.size() == 1 && roots[0] == "." && given.back() != ".";
  for (std::size_t at = 0; going && at < roots.size() && !work.done; ++at) {
    const Sys<Stat> stat = io.stat(roots[at]);
    Tree tree(io.files, io.who);
    TreeEntry single;
    if (!stat) {
      work.unreadable(io, roots[at], stat.error());
      continue;
    }
    const bool directory = stat->kind == Kind::directory;
    if (directory) {
      tree.enter(io.absolute(roots[at]), roots[at]);
    } else {
      single.path = io.absolute(roots[at]);
      single.shown = roots[at];
      single.stat = *stat;
    }
    const TreeEntry* entry = directory ? tree.next() : &single;
    for (; entry != nullptr && going && !work.done; entry = directory ? tree.next() : nullptr) {
      if (entry->error != 0) work.unreadable(io, entry->shown, entry->error);
      if (entry->error == 0 && entry->stat.kind == Kind::directory && !work.wants(*entry))
        tree.skip();
      if (entry->stat.kind != Kind::regular || entry->error != 0 || !work.wants(*entry)) continue;
      const Sys<std::string> bytes = io.files.read_file(entry->path, io.who);
      if (!bytes) {
        work.unreadable(io, entry->shown, bytes.error());
        continue;
      }
      work.enough = false;
      const std::string shown =
          named_here && entry->shown.starts_with("./") ? entry->shown.substr(2) : entry->shown;
      work.begin(io, shown);
      work.feed(io, *bytes);
      work.end(io);
      const auto cost = static_cast<std::uint32_t>(bytes->size() / 1024 + work.work + 5);
      work.work = 0;
      co_await process.breathe(cost);
      const Sys<void> wrote = co_await io.flush();
      going = wrote.has_value();
    }
  }
  if (going) work.finish(io);
  co_await io.flush();
  co_return io.status;
}

constexpr Command kRows[] = {{"grep", &grep}, {"egrep", &grep}, {"fgrep", &grep}, {"rgrep", &grep}};

}  // namespace

std::span<const Command> grep_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
