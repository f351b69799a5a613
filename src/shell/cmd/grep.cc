// grep, egrep, fgrep, rgrep
#include <algorithm>

#include <fcntl.h>

#include "shell/cmd/filter.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/list.h"
#include "shell/cmd/regex.h"
#include "shell/cmd/text.h"
#include "shell/cmd/tree.h"

namespace decnet::shell::cmd {
namespace {

enum : int { kColor = 300, kInclude, kExclude, kExcludeDir, kLabel, kBinary, kBuffered, kNoIgnore };

constexpr Long kLongs[] = {{"after-context", 'A', ':'},
                           {"basic-regexp", 'G'},
                           {"before-context", 'B', ':'},
                           {"binary-files", kBinary, ':'},
                           {"color", kColor, '?'},
                           {"colour", kColor, '?'},
                           {"context", 'C', ':'},
                           {"count", 'c'},
                           {"devices", 'D', ':'},
                           {"directories", 'd', ':'},
                           {"exclude", kExclude, ':'},
                           {"exclude-dir", kExcludeDir, ':'},
                           {"extended-regexp", 'E'},
                           {"file", 'f', ':'},
                           {"files-with-matches", 'l'},
                           {"files-without-match", 'L'},
                           {"fixed-strings", 'F'},
                           {"ignore-case", 'i'},
                           {"include", kInclude, ':'},
                           {"invert-match", 'v'},
                           {"label", kLabel, ':'},
                           {"line-buffered", kBuffered},
                           {"line-number", 'n'},
                           {"line-regexp", 'x'},
                           {"max-count", 'm', ':'},
                           {"no-filename", 'h'},
                           {"no-ignore-case", kNoIgnore},
                           {"no-messages", 's'},
                           {"null", 'Z'},
                           {"null-data", 'z'},
                           {"only-matching", 'o'},
                           {"perl-regexp", 'P'},
                           {"quiet", 'q'},
                           {"recursive", 'r'},
                           {"dereference-recursive", 'R'},
                           {"regexp", 'e', ':'},
                           {"silent", 'q'},
                           {"text", 'a'},
                           {"with-filename", 'H'},
                           {"word-regexp", 'w'},
                           {"byte-offset", 'b'}};

struct GrepOptions {
  bool fixed = false, extended = false, perl = false, fold = false, invert = false, whole = false;
  bool word = false, count = false, names = false, names_without = false, number = false;
  bool only = false, quiet = false, silent = false, recursive = false, text = false, offset = false;
  bool colour = false, skip_directories = false, binary_skip = false, null_name = false;
  int named = -1;  // 1: with the file's name, 0: without, -1: where there are several
  std::uint64_t most = ~0ULL, before = 0, after = 0;
  std::vector<std::string> patterns, include, exclude, exclude_directory;
  bool patterned = false;
};

class Grep final : public LineFilter {
 public:
  bool start(Io& io) override;
  void begin(Io& io, std::string_view name) override;
  void feed(Io& io, std::string_view bytes) override;
  void end(Io& io) override;
  void finish(Io& io) override {
    io.status = failed_ && !(options_.quiet && met_) ? 2 : met_ ? 0 : 1;
  }
  void unreadable(Io& io, std::string_view name, int error_number) override;

  const GrepOptions& options() const { return options_; }
  bool wants(const TreeEntry& entry) const;
  bool many = false;

 protected:
  void line(Io& io, std::string_view text, bool ended) override;

 private:
  bool set_option(Io& io, int id, const std::string& value, bool has_value);
  bool compile(Io& io);
  bool search(std::string_view text, std::size_t from, Span& found);
  void print(Io& io, std::string_view text, char mark, std::uint64_t number, std::uint64_t offset);
  void print_matches(Io& io, std::string_view text, std::uint64_t number, std::uint64_t offset);
  std::string prefix(char mark, std::uint64_t number, std::uint64_t offset) const;
  std::string painted(std::string_view text, std::string_view colour) const;

  GrepOptions options_;
  std::vector<Regex> regexes_;
  std::string name_;
  std::uint64_t count_ = 0, number_ = 0, offset_ = 0, after_left_ = 0, printed_to_ = 0;
  bool met_ = false, failed_ = false, binary_ = false, first_ = true, any_printed_ = false;
  bool said_binary_ = false;
  struct Held {
    std::string text;
    std::uint64_t number, offset;
  };
  std::vector<Held> before_;
};

bool Grep::set_option(Io& io, int id, const std::string& value, bool has_value) {
  const auto number = [&](std::uint64_t& into) {
    const auto given = number_of(value);
    if (!given) {
      io.fail(value + ": invalid context length argument", 0, 2);
      return false;
    }
    into = *given;
    return true;
  };
  switch (id) {
    case 'E':
      options_.extended = true;
      break;
    case 'F':
      options_.fixed = true;
      break;
    case 'G':
      options_.extended = options_.fixed = false;
      break;
    case 'P':
      options_.perl = options_.extended = true;
      break;
    case 'i':
    case 'y':
      options_.fold = true;
      break;
    case 'v':
      options_.invert = true;
      break;
    case 'w':
      options_.word = true;
      break;
    case 'x':
      options_.whole = true;
      break;
    case 'c':
      options_.count = true;
      break;
    case 'l':
      options_.names = true;
      break;
    case 'L':
      options_.names_without = true;
      break;
    case 'n':
      options_.number = true;
      break;
    case 'o':
      options_.only = true;
      break;
    case 'q':
      options_.quiet = true;
      break;
    case 's':
      options_.silent = true;
      break;
    case 'r':
    case 'R':
      options_.recursive = true;
      break;
    case 'a':
      options_.text = true;
      break;
    case 'I':
      options_.binary_skip = true;
      break;
    case 'b':
      options_.offset = true;
      break;
    case 'h':
      options_.named = 0;
      break;
    case 'H':
      options_.named = 1;
      break;
    case 'Z':
      options_.null_name = true;
      break;
    case 'z':
      separator = '\0';
      break;
    case 'd':
      options_.skip_directories = value == "skip";
      options_.recursive = value == "recurse";
      break;
    case 'A':
      return number(options_.after);
    case 'B':
      return number(options_.before);
    case 'C':
      return number(options_.after) && number(options_.before);
    case 'm': {
      const auto most = signed_number_of(value);
      if (!most) {
        io.fail("invalid max count", 0, 2);
        return false;
      }
      options_.most = *most < 0 ? ~0ULL : static_cast<std::uint64_t>(*most);
      break;
    }
    case 'e':
      options_.patterned = true;
      for (std::string& one : split(value, '\n')) options_.patterns.push_back(std::move(one));
      break;
    case 'f': {
      const Sys<std::string> bytes = io.slurp(value);
      if (!bytes) {
        io.fail(value, bytes.error(), 2);
        return false;
      }
      options_.patterned = true;
      for (const std::string_view one : lines_of(*bytes)) options_.patterns.emplace_back(one);
      break;
    }
    case kColor:
      options_.colour = colour_wanted(io, has_value ? value : "auto");
      break;
    case kInclude:
      options_.include.push_back(value);
      break;
    case kExclude:
      options_.exclude.push_back(value);
      break;
    case kExcludeDir:
      options_.exclude_directory.push_back(value);
      break;
    case kBinary:
      options_.text = value == "text";
      options_.binary_skip = value == "without-match";
      break;
    default:
      break;
  }
  return true;
}

bool Grep::start(Io& io) {
  constexpr std::string_view kUsage = "[OPTION]... PATTERNS [FILE]...";
  options_.extended = io.name() == "egrep";
  options_.fixed = io.name() == "fgrep";
  options_.recursive = io.name() == "rgrep";
  if (io.name() == "egrep" || io.name() == "fgrep") {
    io.err(std::string(io.name()) + ": warning: " + std::string(io.name()) +
           " is obsolescent; using grep -" + (options_.extended ? "E" : "F") + "\n");
    io.rename("grep");
  }
  for (std::string& word : io.process.arguments) {  // -3 is -C3
    if (word == "--") break;
    if (word.size() > 1 && word[0] == '-' && number_of(std::string_view(word).substr(1))) {
      word = "-C" + word.substr(1);
    }
  }
  Options reader(io, "EFGPe:f:iywxvsm:bnHhoqaId:D:rRLlcTZzA:B:C:U", kLongs, kUsage, 2);
  for (int id = reader.next(); id != kNoMore; id = reader.next()) {
    if (id == kStop) {
      if (io.status == 2) {  // grep's misuse has its usage line.
        io.status = 2;
      }
      return false;
    }
    if (!set_option(io, id, reader.value, reader.has_value)) return false;
  }
  operands = reader.operands;
  if (!options_.patterned) {
    if (operands.empty()) {
      io.err(
          "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n");
      io.status = 2;
      return false;
    }
    options_.patterns = split(operands.front(), '\n');
    operands.erase(operands.begin());
  }
  many = operands.size() > 1 || options_.recursive;
  if (options_.recursive && operands.empty()) operands.emplace_back(".");
  if (options_.quiet) options_.count = options_.names = options_.names_without = false;
  return compile(io);
}

std::string without_perl(std::string_view pattern) {
  std::string all;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (pattern.substr(at).starts_with("\\d")) {
      all += "[0-9]";
      ++at;
    } else if (pattern.substr(at).starts_with("(?:")) {
      all += '(';
      at += 2;
    } else if ((pattern[at] == '*' || pattern[at] == '+' || pattern[at] == '}') &&
               at + 1 < pattern.size() && pattern[at + 1] == '?') {
      all += pattern[at++];
    } else if (pattern[at] == '\\' && at + 1 < pattern.size()) {
      all += pattern[at++];
      all += pattern[at];
    } else {
      all += pattern[at];
    }
  }
  return all;
}

bool Grep::compile(Io& io) {
  for (std::string pattern : options_.patterns) {
    if (options_.fixed) {
      std::string escaped;
      for (const char byte : pattern) {
        if (std::string_view("\\[].*^$").find(byte) != std::string_view::npos) escaped += '\\';
        escaped += byte;
      }
      pattern = std::move(escaped);
    }
    if (options_.perl) pattern = without_perl(pattern);
    const bool extended = options_.extended && !options_.fixed;
    if (options_.whole) pattern = extended ? "^(" + pattern + ")$" : "^\\(" + pattern + "\\)$";
    auto regex = Regex::compile(pattern, {.extended = extended, .fold = options_.fold});
    if (!regex) {
      io.fail(regex.error(), 0, 2);
      return false;
    }
    regexes_.push_back(std::move(*regex));
  }
  return true;
}

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
  if (said_binary_) io.out("grep: " + name_ + ": binary file matches\n");
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
