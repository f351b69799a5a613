// The options of grep, and the patterns they give.
#include "shell/cmd/grep.h"
#include "shell/cmd/list.h"
#include "shell/cmd/text.h"

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

}  // namespace

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
      const bool bracket = regex.error().starts_with("Unmatched [");
      io.fail(bracket ? "Invalid regular expression" : regex.error(), 0, 2);
      return false;
    }
    regexes_.push_back(std::move(*regex));
  }
  return true;
}

}  // namespace decnet::shell::cmd
