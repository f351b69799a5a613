// The parser of find's expressions.
#include <algorithm>

#include "shell/cmd/find.h"
#include "shell/cmd/mode.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::string_view kPlain[] = {
    "-print", "-print0", "-ls",       "-delete",   "-prune",      "-quit",   "-empty",
    "-true",  "-false",  "-readable", "-writable", "-executable", "-nouser", "-nogroup"};
constexpr std::string_view kGlobal[] = {"-depth",  "-xdev",  "-mount",    "-noleaf",
                                        "-follow", "-d",     "-daystart", "-ignore_readdir_race",
                                        "-warn",   "-nowarn"};
constexpr std::string_view kWithArgument[] = {
    "-name",     "-iname",   "-path",      "-wholename", "-ipath", "-regex",  "-iregex",
    "-type",     "-xtype",   "-size",      "-perm",      "-user",  "-group",  "-uid",
    "-gid",      "-mtime",   "-atime",     "-ctime",     "-mmin",  "-amin",   "-cmin",
    "-newer",    "-links",   "-inum",      "-samefile",  "-lname", "-printf", "-maxdepth",
    "-mindepth", "-newermt", "-regextype", "-fstype",    "-used",  "-fprint", "-context"};

template <std::size_t N>
bool among(const std::string_view (&names)[N], std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

class FindParser {
 public:
  FindParser(Io& io, FindProgram& program) : io_(io), program_(program) {}

  bool run() {
    at_ = 1;
    while (more() && (word() == "-L" || word() == "-P" || word() == "-H")) {
      program_.follow = word() == "-L";
      ++at_;
    }
    while (more() && !begins_expression(word())) program_.roots.push_back(io_.arg(at_++));
    if (program_.roots.empty()) program_.roots.emplace_back(".");
    std::size_t root = 0;
    if (more()) {
      root = list();
      if (!failed_ && more()) {
        fail(word() == ")" ? "invalid expression; you have too many ')'"
                           : "paths must precede expression: `" + word() + "'");
      }
    } else {
      root = plain_node("-true");
    }
    if (failed_) return false;
    if (!acts_) root = join(FindNode::Kind::both, root, plain_node("-print"));
    program_.root = root;
    return true;
  }

 private:
  bool more() const { return at_ < io_.argc() && !failed_; }
  const std::string& word() const { return io_.arg(at_); }
  static bool begins_expression(std::string_view text) {
    return (text.size() > 1 && text[0] == '-') || text == "(" || text == "!" || text == ")" ||
           text == ",";
  }
  void fail(std::string_view what) {
    if (!failed_) io_.fail(what);
    failed_ = true;
  }
  std::size_t add(FindNode node) {
    if (program_.nodes.size() >= kFindNodesMax) fail("too many arguments");
    program_.nodes.push_back(std::move(node));
    return program_.nodes.size() - 1;
  }
  std::size_t plain_node(std::string_view name) {
    FindNode node;
    node.name = name;
    return add(std::move(node));
  }
  std::size_t join(FindNode::Kind kind, std::size_t left, std::size_t right) {
    FindNode node;
    node.kind = kind;
    node.left = left;
    node.right = right;
    return add(std::move(node));
  }

  std::size_t list() {
    std::size_t left = either();
    while (more() && word() == ",") {
      ++at_;
      left = join(FindNode::Kind::list, left, either());
    }
    return left;
  }
  std::size_t either() {
    std::size_t left = both();
    while (more() && (word() == "-o" || word() == "-or")) {
      ++at_;
      left = join(FindNode::Kind::either, left, both());
    }
    return left;
  }
  std::size_t both() {
    std::size_t left = inverted();
    while (more() && word() != "-o" && word() != "-or" && word() != ")" && word() != ",") {
      if (word() == "-a" || word() == "-and") ++at_;
      left = join(FindNode::Kind::both, left, inverted());
    }
    return left;
  }
  std::size_t inverted() {
    if (more() && (word() == "!" || word() == "-not")) {
      ++at_;
      if (++depth_ > 100) fail("expression too deep");
      const std::size_t inner = failed_ ? 0 : inverted();
      --depth_;
      return join(FindNode::Kind::inverted, inner, 0);
    }
    return primary();
  }
  std::size_t primary() {
    if (!more()) {
      fail("expected an expression after '" + io_.arg(io_.argc() - 1) + "'");
      return 0;
    }
    if (word() == "(") {
      ++at_;
      if (++depth_ > 100) fail("expression too deep");
      const std::size_t inner = failed_ ? 0 : list();
      --depth_;
      if (!more() || word() != ")") {
        fail(
            "invalid expression; expected to find a ')' but didn't see one.  Perhaps you need an "
            "extra predicate after '('");
        return 0;
      }
      ++at_;
      return inner;
    }
    return test();
  }
  std::size_t test();
  std::size_t execute(FindNode node);
  void argument(FindNode& node);
  void number(FindNode& node, std::string_view text) {
    if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
      node.sign = text[0];
      text.remove_prefix(1);
    }
    const auto value = number_of(text.substr(0, text.find('.')));
    if (!value) return fail("invalid argument `" + node.argument + "' to `" + node.name + "'");
    node.number = *value;
  }

  Io& io_;
  FindProgram& program_;
  std::size_t at_ = 1;
  std::size_t depth_ = 0;
  bool failed_ = false;
  bool acts_ = false;
};

std::size_t FindParser::execute(FindNode node) {
  acts_ = true;
  while (more()) {
    const std::string text = io_.arg(at_++);
    if (text == ";") {
      if (node.arguments.empty()) fail("invalid argument `;' to `" + node.name + "'");
      return add(std::move(node));
    }
    if (text == "+" && !node.arguments.empty() && node.arguments.back() == "{}") {
      node.plus = true;
      return add(std::move(node));
    }
    node.arguments.push_back(text);
  }
  fail("missing argument to `" + node.name + "'");
  return 0;
}

std::size_t FindParser::test() {
  FindNode node;
  node.name = io_.arg(at_++);
  if (node.name == "-exec" || node.name == "-execdir" || node.name == "-ok" ||
      node.name == "-okdir") {
    return execute(std::move(node));
  }
  if (among(kPlain, node.name)) {
    acts_ = acts_ || node.name.starts_with("-print") || node.name == "-ls" ||
            node.name == "-delete" || node.name == "-quit";
    if (node.name == "-delete") program_.depth_first = true;
    return add(std::move(node));
  }
  if (among(kGlobal, node.name)) {
    program_.depth_first = program_.depth_first || node.name == "-depth" || node.name == "-d";
    program_.one_device = program_.one_device || node.name == "-xdev" || node.name == "-mount";
    program_.follow = program_.follow || node.name == "-follow";
    return plain_node("-true");
  }
  if (node.name.starts_with("-newer") && node.name.size() == 8)
    node.name = node.name == "-newermt" ? node.name : "-newer";
  if (!among(kWithArgument, node.name)) {
    if (node.name.starts_with("-")) {
      fail("unknown predicate `" + node.name + "'");
    } else {
      fail("paths must precede expression: `" + node.name + "'");
    }
    return 0;
  }
  if (!more()) {
    fail("missing argument to `" + node.name + "'");
    return 0;
  }
  node.argument = io_.arg(at_++);
  argument(node);
  return failed_ ? 0 : add(std::move(node));
}

void FindParser::argument(FindNode& node) {
  const std::string& name = node.name;
  if (name == "-maxdepth" || name == "-mindepth") {
    const auto depth = number_of(node.argument);
    if (!depth) {
      return fail("Expected a positive decimal integer argument to " + name + ", but got " +
                  quoted(node.argument));
    }
    (name == "-maxdepth" ? program_.most : program_.least) =
        static_cast<std::size_t>(std::min<std::uint64_t>(*depth, 1'000'000));
    node.name = "-true";
  } else if (name.ends_with("time") || name.ends_with("min") || name == "-links" ||
             name == "-inum" || name == "-used") {
    number(node, node.argument);
  } else if (name == "-size") {
    std::string text = node.argument;
    const std::size_t at = text.find_last_not_of("0123456789");
    const char unit = at != std::string::npos && at + 1 == text.size() ? text.back() : 'b';
    if (at + 1 == text.size()) text.pop_back();
    if (std::string_view("cwbkMG").find(unit) == std::string_view::npos) {
      return fail(std::string("invalid -size type `") + unit + "'");
    }
    number(node, text);
    node.argument = std::string(1, unit);
  } else if (name == "-perm") {
    std::string_view text = node.argument;
    if (text.starts_with("-") || text.starts_with("/") || text.starts_with("+")) {
      node.sign = text[0] == '-' ? '-' : '/';
      text.remove_prefix(1);
    }
    const auto mode = changed_mode(text, 0, false, 0);
    if (!mode) return fail("invalid mode " + quoted(node.argument));
    node.number = *mode;
  } else if (name == "-type" || name == "-xtype") {
    for (const std::string& one : split(node.argument, ',')) {
      if (one.size() != 1 || std::string_view("bcdpflsD").find(one[0]) == std::string_view::npos) {
        return fail(one.size() > 1 ? "Must separate multiple arguments to " + name + " using: ','"
                                   : "Unknown argument to " + name + ": " + one);
      }
    }
  } else if (name == "-regex" || name == "-iregex") {
    auto regex = Regex::compile("^\\(" + node.argument + "\\)$", {.fold = name == "-iregex"});
    if (!regex) return fail(regex.error());
    node.regex = std::make_shared<Regex>(std::move(*regex));
  } else if (name == "-newer" || name == "-samefile") {
    const Sys<Stat> stat = io_.stat(node.argument);
    if (!stat) return fail(quoted(node.argument) + ": " + std::string(sys_error(stat.error())));
    node.time = stat->modified;
    node.number = stat->inode;
  } else if (name == "-newermt") {
    const auto time = date_of(node.argument, io_.now());
    if (!time)
      return fail("I cannot figure out how to interpret " + quoted(node.argument) +
                  " as a date or time");
    node.time = *time;
    node.name = "-newer";
  } else if (name == "-user" || name == "-uid") {
    const auto user = find_user(io_, node.argument);
    const auto uid = number_of(node.argument);
    if (!user && !uid) return fail(quoted(node.argument) + " is not the name of a known user");
    node.number = user ? user->uid : *uid;
    node.name = "-uid";
  } else if (name == "-group" || name == "-gid") {
    const auto group = find_group(io_, node.argument);
    const auto gid = number_of(node.argument);
    if (!group && !gid)
      return fail(quoted(node.argument) + " is not the name of an existing group");
    node.number = group ? group->gid : *gid;
    node.name = "-gid";
  } else if (name == "-printf") {
    acts_ = true;
  } else if (name == "-regextype" || name == "-fstype" || name == "-context") {
    node.name = name == "-fstype" && node.argument != "ext4" ? "-false" : "-true";
  }
}

}  // namespace

bool parse_find(Io& io, FindProgram& program) {
  for (std::size_t at = 1; at < io.argc(); ++at) {
    if (io.arg(at) == "--version" || io.arg(at) == "-version") {
      io.out(version_text(io, "find"));
      return false;
    }
    if (io.arg(at) == "--help" || io.arg(at) == "-help") {
      io.out("Usage: find [-H] [-L] [-P] [-Olevel] [-D debugopts] [path...] [expression]\n");
      return false;
    }
  }
  return FindParser(io, program).run();
}

}  // namespace decnet::shell::cmd
