#include "shell/cmd/list.h"
#include "shell/cmd/text.h"
#include "shell/terminal.h"

namespace decnet::shell::cmd {
namespace {

enum : int {
  kColor = 300,
  kFull,
  kTimeStyle,
  kSort,
  kTime,
  kGroupFirst,
  kBlock,
  kFormat,
  kHide,
  kIndicator,
  kSi,
  kAuthor,
  kHyperlink,
  kQuoting
};

constexpr Long kLongs[] = {{"all", 'a'},
                           {"almost-all", 'A'},
                           {"author", kAuthor},
                           {"block-size", kBlock, ':'},
                           {"classify", 'F', '?'},
                           {"color", kColor, '?'},
                           {"directory", 'd'},
                           {"dereference", 'L'},
                           {"escape", 'b'},
                           {"file-type", kIndicator},
                           {"format", kFormat, ':'},
                           {"full-time", kFull},
                           {"group-directories-first", kGroupFirst},
                           {"hide", kHide, ':'},
                           {"hide-control-chars", 'q'},
                           {"human-readable", 'h'},
                           {"hyperlink", kHyperlink, '?'},
                           {"ignore", 'I', ':'},
                           {"ignore-backups", 'B'},
                           {"inode", 'i'},
                           {"kibibytes", 'k'},
                           {"literal", 'N'},
                           {"no-group", 'G'},
                           {"numeric-uid-gid", 'n'},
                           {"quote-name", 'Q'},
                           {"quoting-style", kQuoting, ':'},
                           {"recursive", 'R'},
                           {"reverse", 'r'},
                           {"show-control-chars", 'W'},
                           {"si", kSi},
                           {"size", 's'},
                           {"sort", kSort, ':'},
                           {"time", kTime, ':'},
                           {"time-style", kTimeStyle, ':'},
                           {"width", 'w', ':'},
                           {"zero", 301 + 50}};

bool set_sort(ListOptions& options, std::string_view word) {
  if (word == "size") options.order = ListOrder::size;
  if (word == "time") options.order = ListOrder::time;
  if (word == "none") options.order = ListOrder::none;
  if (word == "extension") options.order = ListOrder::extension;
  if (word == "version") options.order = ListOrder::version;
  return word == "size" || word == "time" || word == "none" || word == "extension" ||
         word == "version" || word == "name";
}

void set_time(ListOptions& options, std::string_view word) {
  if (word == "atime" || word == "access" || word == "use") options.time = ListTime::accessed;
  if (word == "ctime" || word == "status") options.time = ListTime::changed;
}

void set_format(ListOptions& options, std::string_view word) {
  if (word == "long" || word == "verbose") options.shape = ListShape::details;
  if (word == "single-column") options.shape = ListShape::lines;
  if (word == "commas") options.shape = ListShape::commas;
  if (word == "across" || word == "horizontal") options.shape = ListShape::across;
  if (word == "vertical") options.shape = ListShape::columns;
}

bool set_long(Io& io, ListOptions& options, int id, const std::string& value, bool has_value) {
  switch (id) {
    case kColor:
      options.colour = colour_wanted(io, has_value ? value : "always");
      return true;
    case kFull:
      options.shape = ListShape::details;
      options.style = "full-iso";
      return true;
    case kTimeStyle:
      options.style = value;
      return true;
    case kSort:
      if (set_sort(options, value)) return true;
      io.misused("invalid argument " + quoted(value) + " for '--sort'", 2);
      return false;
    case kTime:
      set_time(options, value);
      return true;
    case kGroupFirst:
      options.directories_first = true;
      return true;
    case kBlock:
      options.block = size_of(value).value_or(1024);
      return true;
    case kFormat:
      set_format(options, value);
      return true;
    case kHide:
      options.ignore.push_back(value);
      return true;
    case kIndicator:
      options.slash = true;
      return true;
    case kSi:
      options.human = options.si = true;
      return true;
    case kQuoting:
      options.quote = value.starts_with("shell");
      options.escape = value == "escape";
      options.double_quote = value == "c";
      return true;
    default:
      return true;
  }
}

void set_flag(ListOptions& options, int letter) {
  switch (letter) {
    case 'a':
      options.hidden = ListHidden::all;
      break;
    case 'A':
      options.hidden = ListHidden::almost;
      break;
    case 'l':
      options.shape = ListShape::details;
      break;
    case '1':
      if (options.shape != ListShape::details) options.shape = ListShape::lines;
      break;
    case 'C':
      options.shape = ListShape::columns;
      break;
    case 'x':
      options.shape = ListShape::across;
      break;
    case 'm':
      options.shape = ListShape::commas;
      break;
    case 'n':
      options.numeric = true;
      options.shape = ListShape::details;
      break;
    case 'g':
      options.no_owner = true;
      options.shape = ListShape::details;
      break;
    case 'o':
      options.no_group = true;
      options.shape = ListShape::details;
      break;
    case 'G':
      options.no_group = true;
      break;
    case 't':
      options.order = ListOrder::time;
      break;
    case 'S':
      options.order = ListOrder::size;
      break;
    case 'X':
      options.order = ListOrder::extension;
      break;
    case 'v':
      options.order = ListOrder::version;
      break;
    case 'U':
      options.order = ListOrder::none;
      break;
    case 'f':
      options.order = ListOrder::none;
      options.hidden = ListHidden::all;
      options.colour = false;
      if (options.shape == ListShape::details) options.shape = ListShape::lines;
      break;
    case 'r':
      options.reverse = true;
      break;
    case 'R':
      options.recursive = true;
      break;
    case 'd':
      options.directory = true;
      break;
    case 'i':
      options.inode = true;
      break;
    case 's':
      options.blocks = true;
      break;
    case 'h':
      options.human = true;
      break;
    case 'F':
      options.classify = true;
      break;
    case 'p':
      options.slash = true;
      break;
    case 'L':
      options.follow = true;
      break;
    case 'c':
      options.time = ListTime::changed;
      break;
    case 'u':
      options.time = ListTime::accessed;
      break;
    case 'b':
      options.escape = true;
      break;
    case 'q':
      options.question = true;
      break;
    case 'Q':
      options.double_quote = true;
      break;
    case 'N':
      options.quote = false;
      break;
    case 'B':
      options.ignore_backups = true;
      break;
    default:
      break;
  }
}

}  // namespace

bool colour_wanted(Io& io, std::string_view when) {
  if (when == "auto" || when == "tty" || when == "if-tty") {
    const std::string terminal = io.variable("TERM");
    return io.on_terminal() && terminal != "dumb" && !terminal.empty();
  }
  return when == "always" || when == "yes" || when == "force";
}

bool read_list_options(Io& io, ListOptions& options, std::vector<std::string>& operands) {
  const bool terminal = io.on_terminal();
  options.shape = terminal || io.name() == "dir" ? ListShape::columns : ListShape::lines;
  if (io.name() == "vdir") options.shape = ListShape::details;
  options.quote = terminal && io.name() == "ls";
  options.escape = io.name() != "ls";
  options.question = terminal;
  options.width = io.columns();
  bool by_time = false;
  Options reader(io, "aAbBcCdfFgGhHiIklLmnNopqQrRsStTuUvw:xXZ1I:T:", kLongs,
                 "[OPTION]... [FILE]...", 2);
  for (int id = reader.next(); id != kNoMore; id = reader.next()) {
    if (id == kStop) return false;
    by_time = by_time || id == 'c' || id == 'u';
    if (id == 'I') {
      options.ignore.push_back(reader.value);
    } else if (id == 'w') {
      const auto width = number_of(reader.value);
      if (!width) {
        io.fail("invalid line width: " + quoted(reader.value), 0, 2);
        return false;
      }
      options.width = static_cast<int>(std::min<std::uint64_t>(*width, 100'000));
      if (*width == 0) options.width = 100'000;
    } else if (id >= 256) {
      if (!set_long(io, options, id, reader.value, reader.has_value)) return false;
    } else {
      set_flag(options, id);
    }
  }
  // -c and -u without -l sort by that time.
  if (by_time && options.shape != ListShape::details && options.order == ListOrder::name) {
    options.order = ListOrder::time;
  }
  if (options.escape || options.double_quote) options.quote = false;
  operands = reader.operands;
  return true;
}

}  // namespace decnet::shell::cmd
