// test, [ and [[ ]].
#include <algorithm>


#include <fmt/format.h>
#include <unistd.h>

#include "shell/cmd/regex.h"
#include "shell/sh/escapes.h"
#include "shell/sh/expander.h"
#include "shell/sh/interpreter.h"
#include "shell/sh/limits.h"
#include "shell/sh/pattern.h"

namespace decnet::shell::sh {
namespace {

constexpr std::string_view kBinary[] = {"=",   "==",  "!=",  "<",   ">",   "-eq", "-ne",
                                        "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef"};
constexpr int kTestDepthMax = 60;

bool is_binary(const std::string& text) {
  return std::find(std::begin(kBinary), std::end(kBinary), text) != std::end(kBinary);
}
bool is_unary(const std::string& text) {
  return text.size() == 2 && text[0] == '-' &&
         std::string_view("abcdefghknoprstuvwxzLSNGOR").find(text[1]) != std::string_view::npos;
}

struct Problem {
  std::string text;
};

bool file_test(Interpreter& shell, char kind, const std::string& path) {
  Process& process = *shell.process;
  if (kind == 't') return process.is_terminal(std::atoi(path.c_str()));
  if (path.empty()) return false;
  const std::string whole = process.absolute(path);
  const Sys<Stat> stat = process.files().stat(
      whole, process.user, kind == 'L' || kind == 'h' ? Follow::no : Follow::yes);
  if (!stat) return false;
  switch (kind) {
    case 'f':
      return stat->kind == Kind::regular;
    case 'd':
      return stat->kind == Kind::directory;
    case 'L':
    case 'h':
      return stat->kind == Kind::symlink;
    case 'c':
      return stat->kind == Kind::character;
    case 'b':
      return stat->kind == Kind::block;
    case 'p':
      return stat->kind == Kind::fifo;
    case 'S':
      return stat->kind == Kind::socket;
    case 's':
      return stat->size > 0;
    case 'N':
      return false;  // Reading leaves its mark (relatime): seldom newer than that.
    case 'r':
      return process.files().access(whole, R_OK, process.user).has_value();
    case 'w':
      return process.files().access(whole, W_OK, process.user).has_value();
    case 'x':
      return process.files().access(whole, X_OK, process.user).has_value();
    case 'u':
      return (stat->mode & 04000) != 0;
    case 'g':
      return (stat->mode & 02000) != 0;
    case 'k':
      return (stat->mode & 01000) != 0;
    case 'O':
      return stat->uid == process.user.uid;
    case 'G':
      return stat->gid == process.user.gid;
    default:
      return true;
  }
}

bool unary(Interpreter& shell, const std::string& with, const std::string& operand) {
  switch (with[1]) {
    case 'n':
      return !operand.empty();
    case 'z':
      return operand.empty();
    case 'v': {
      const std::size_t bracket = operand.find('[');
      if (bracket == std::string::npos || !operand.ends_with(']'))
        return shell.lookup(operand).has_value();
      const std::string key = operand.substr(bracket + 1, operand.size() - bracket - 2);
      const Variable* variable = shell.variables.find(operand.substr(0, bracket));
      if (variable == nullptr) return false;
      if (key == "@" || key == "*")
        return !variable->keys.empty() || !variable->elements.empty() ||
               (!variable->is_array && !variable->is_map && variable->set);
      if (variable->is_map) return variable->keys.contains(key);
      const std::int64_t index = shell.calculate(key).value_or(-1);
      return variable->is_array ? variable->elements.contains(index)
                                : index == 0 && variable->set;
    }
    case 'o':
      for (const OptionName& option : option_names()) {
        if (option.name == operand) return shell.options.*option.member;
      }
      return false;
    default:
      return file_test(shell, with[1], operand);
  }
}

std::int64_t whole_number(const std::string& text, bool bash) {
  std::size_t begin = text.find_first_not_of(" \t");
  std::size_t end = text.find_last_not_of(" \t");
  const std::string core = begin == std::string::npos ? "" : text.substr(begin, end - begin + 1);
  const std::size_t sign = !core.empty() && (core[0] == '-' || core[0] == '+') ? 1 : 0;
  if (core.size() <= sign || core.find_first_not_of("0123456789", sign) != std::string::npos ||
      core.size() > 19) {
    throw Problem{bash ? text + ": integer expression expected" : "Illegal number: " + text};
  }
  return std::stoll(core);
}

bool binary(Interpreter& shell, const std::string& left, const std::string& with,
            const std::string& right) {
  if (with == "=" || with == "==") return left == right;
  if (with == "!=") return left != right;
  if (with == "<") return left < right;
  if (with == ">") return left > right;
  if (with == "-nt" || with == "-ot" || with == "-ef") {
    Process& process = *shell.process;
    const Sys<Stat> a = process.files().stat(process.absolute(left), process.user);
    const Sys<Stat> b = process.files().stat(process.absolute(right), process.user);
    if (with == "-ef") return a && b && a->inode == b->inode && a->device == b->device;
    if (with == "-nt") return a && (!b || a->modified > b->modified);
    return b && (!a || a->modified < b->modified);
  }
  const std::int64_t a = whole_number(left, shell.bash());
  const std::int64_t b = whole_number(right, shell.bash());
  if (with == "-eq") return a == b;
  if (with == "-ne") return a != b;
  if (with == "-lt") return a < b;
  if (with == "-le") return a <= b;
  if (with == "-gt") return a > b;
  return a >= b;
}

class Test {
 public:
  Test(Interpreter& shell, std::vector<std::string> words)
      : shell_(shell), words_(std::move(words)) {}
  bool all() {
    const std::size_t count = words_.size();
    if (count == 0) return false;
    if (count == 1) return !words_[0].empty();
    if (count == 2) {
      if (words_[0] == "!") return words_[1].empty();
      if (is_unary(words_[0])) return unary(shell_, words_[0], words_[1]);
      if (!shell_.bash() && binary_here(words_[1]))
        throw Problem{words_[1] + ": argument expected"};
      throw Problem{words_[0] +
                    (shell_.bash() ? ": unary operator expected" : ": unexpected operator")};
    }
    if (count == 3) {
      if (binary_here(words_[1])) return binary(shell_, words_[0], words_[1], words_[2]);
      if (words_[1] == "-a") return !words_[0].empty() && !words_[2].empty();
      if (words_[1] == "-o") return !words_[0].empty() || !words_[2].empty();
      if (words_[0] == "!") return !Test(shell_, {words_[1], words_[2]}).all();
      if (words_[0] == "(" && words_[2] == ")") return !words_[1].empty();
      throw Problem{shell_.bash() ? words_[1] + ": binary operator expected"
                                  : words_[0] + ": unexpected operator"};
    }
    if (count == 4 && words_[0] == "!")
      return !Test(shell_, {words_[1], words_[2], words_[3]}).all();
    const bool result = either();
    if (at_ < words_.size())
      throw Problem{shell_.bash() ? "too many arguments" : words_[0] + ": unexpected operator"};
    return result;
  }

 private:
  bool binary_here(const std::string& text) const {
    return is_binary(text) && (shell_.bash() || text != "==");
  }
  bool either() {
    bool result = both();
    while (at_ < words_.size() && words_[at_] == "-o") {
      ++at_;
      result = both() || result;
    }
    return result;
  }
  bool both() {
    bool result = one();
    while (at_ < words_.size() && words_[at_] == "-a") {
      ++at_;
      result = one() && result;
    }
    return result;
  }
  bool one() {
    if (++depth_ > kTestDepthMax) throw Problem{"too many arguments"};
    if (at_ >= words_.size()) throw Problem{"argument expected"};
    if (at_ + 2 < words_.size() && binary_here(words_[at_ + 1])) {
      at_ += 3;
      return binary(shell_, words_[at_ - 3], words_[at_ - 2], words_[at_ - 1]);
    }
    if (words_[at_] == "!") {
      ++at_;
      return !one();
    }
    if (words_[at_] == "(") {
      ++at_;
      const bool result = either();
      if (at_ >= words_.size() || words_[at_] != ")") throw Problem{"`)' expected"};
      ++at_;
      return result;
    }
    if (is_unary(words_[at_]) && at_ + 1 < words_.size()) {
      at_ += 2;
      return unary(shell_, words_[at_ - 2], words_[at_ - 1]);
    }
    return !words_[at_++].empty();
  }
  Interpreter& shell_;
  std::vector<std::string> words_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

int run_test(Interpreter& shell, const Arguments& arguments, Output& output) {
  std::vector<std::string> words(arguments.begin() + 1, arguments.end());
  if (arguments[0] == "[") {
    if (words.empty() || words.back() != "]") {
      output.error = shell.bash() ? "[: missing `]'\n" : "[: missing ]\n";
      return 2;
    }
    words.pop_back();
  }
  try {
    return Test(shell, std::move(words)).all() ? 0 : 1;
  } catch (const Problem& problem) {
    output.error = arguments[0] + ": " + problem.text + "\n";
    return 2;
  }
}

namespace {

// [[ =~ ]]: 0 a match, 1 none, 2 no regular expression. Work is linear in the subject; a pattern
// that needs more than the engine's limits is none.
int expression(Interpreter& shell, const std::string& subject, const std::string& pattern) {
  const bool fold = shell.shopts.contains("nocasematch") && shell.shopts.at("nocasematch");
  const auto compiled = cmd::Regex::compile(pattern, {.extended = true, .fold = fold});
  if (!compiled) {
    if (compiled.error().find("too big") != std::string::npos) count(Limit::expression);
    return 2;
  }
  std::vector<cmd::Span> groups;
  const std::uint64_t before = cmd::Regex::steps();
  const bool hit = compiled->search(subject, 0, groups);
  shell.owed_units += static_cast<std::uint32_t>((cmd::Regex::steps() - before) / 64);
  Variable& variable = shell.variables.make("BASH_REMATCH");
  variable.is_array = true;
  variable.set = true;
  variable.elements.clear();
  for (std::size_t i = 0; hit && i < groups.size(); ++i) {
    variable.elements[static_cast<std::int64_t>(i)] =
        groups[i].met() ? subject.substr(groups[i].from, groups[i].to - groups[i].from)
                        : std::string{};
  }
  return hit ? 0 : 1;
}

// What of the words from..to stands, as `set -x` shows it.
std::string shown_term(const std::vector<Word>& words, std::size_t from, std::size_t to,
                       const std::string& left, const std::string& right) {
  const auto source = [&](std::size_t i) {
    return words[i].source.starts_with('\x01') ? words[i].source.substr(1) : words[i].source;
  };
  if (to - from == 1) return "[[ -n " + trace_quote(left) + " ]]";
  if (to - from == 2) return "[[ " + source(from) + " " + trace_quote(left) + " ]]";
  return "[[ " + trace_quote(left) + " " + source(from + 1) + " " + right + " ]]";
}

}  // namespace

Task<bool> Interpreter::expand_expression(const Word& word, std::string& out) {
  Expander expander(*this, Split::no);
  expander.expression = true;
  const bool good = co_await expander.word(word);
  out = std::move(expander.current.pattern);
  co_return good;
}

// The words of [[ ]], evaluated from the left; each operand is expanded when it is its turn.
Task<int> Interpreter::run_conditional(const Node& node) {
  std::string text;
  line = node.line;
  if (bash() && trapped(-2)) co_await before_command(command_text(node));
  if (node.kind == Node::Kind::arithmetic) {
    const bool good = co_await expand_text(node.words[0], text);
    if (good && options.xtrace) {
      const std::string shown = "(( " + text + " ))";
      co_await trace(shown);
    }
    const auto value = calculate(text);
    if (!good || !value) {
      if (!value) {
        const bool plain = value.error().ends_with(": readonly variable");
        const std::string said = (plain ? "" : "((: ") + value.error();
        co_await complain(said);
      }
      status = 1;
    } else {
      status = *value != 0 ? 0 : 1;
    }
    co_await check_errors(status);
    co_return status;
  }
  const int result = co_await condition(node.words, 0, node.words.size(), 0);
  status = result;
  co_await check_errors(result);
  co_return result;
}

Task<void> Interpreter::trace_term(std::string text) {
  if (std::exchange(trace_negated, false)) text.insert(3, "! ");
  co_await trace(std::move(text));
}

Task<int> Interpreter::condition(const std::vector<Word>& words, std::size_t from, std::size_t to,
                                 int depth) {
  const auto mark = [&](std::size_t i) {
    return words[i].source.starts_with('\x01') ? words[i].source.substr(1) : std::string{};
  };
  if (from >= to || depth > kTestDepthMax) co_return 2;
  int result = 0;
  for (const std::string_view splitter : {"||", "&&"}) {
    int open = 0;
    for (std::size_t i = from; i < to; ++i) {
      open += mark(i) == "(" ? 1 : mark(i) == ")" ? -1 : 0;
      if (open != 0 || mark(i) != splitter) continue;
      result = co_await condition(words, from, i, depth + 1);
      if ((result == 0) == (splitter == "||") || result == 2) co_return result;
      result = co_await condition(words, i + 1, to, depth + 1);
      co_return result;
    }
  }
  const std::string* first = words[from].plain();
  if (first != nullptr && *first == "!" && to - from > 1) {
    if (options.xtrace) trace_negated = !trace_negated;
    result = co_await condition(words, from + 1, to, depth + 1);
    co_return result == 2 ? 2 : 1 - result;
  }
  if (mark(from) == "(" && mark(to - 1) == ")") {
    result = co_await condition(words, from + 1, to - 1, depth + 1);
    co_return result;
  }
  std::string left, right, pattern;
  if (to - from == 1) {
    const bool good = co_await expand_text(words[from], left);
    const std::string shown = shown_term(words, from, to, left, right);
    if (options.xtrace) co_await trace_term(shown);
    co_return good && !left.empty() ? 0 : 1;
  }
  if (to - from == 2 && first != nullptr && is_unary(*first)) {
    const bool good = co_await expand_text(words[from + 1], left);
    const std::string shown = shown_term(words, from, to, left, right);
    if (options.xtrace) co_await trace_term(shown);
    co_return good&& unary(*this, *first, left) ? 0 : 1;
  }
  if (to - from != 3) {
    co_await complain("syntax error in conditional expression");
    co_return 2;
  }
  const std::string with = mark(from + 1).empty() ? words[from + 1].source : mark(from + 1);
  bool good = co_await expand_text(words[from], left);
  if (good) good = co_await expand_text(words[from + 2], right);
  if (good) good = co_await expand_pattern(words[from + 2], pattern);
  if (!good) co_return 1;
  if (options.xtrace) {
    const bool matches_pattern = with == "=" || with == "==" || with == "!=" || with == "=~";
    const std::string operand = matches_pattern ? pattern : trace_quote(right);
    const std::string shown = shown_term(words, from, to, left, operand);
    co_await trace_term(shown);
  }
  if (with == "=~") {
    good = co_await expand_expression(words[from + 2], pattern);
    if (!good) co_return 1;
    result = expression(*this, left, pattern);
    co_await process->breathe(1 + std::exchange(owed_units, 0));
    co_return result;
  }
  if (with == "=" || with == "==" || with == "!=") {
    const bool nocase = shopts.contains("nocasematch") && shopts.at("nocasematch");
    const bool hit = matches(pattern, left, {.extended = true, .ignore_case = nocase});
    co_return hit == (with != "!=") ? 0 : 1;
  }
  if (with.size() == 3 && with[0] == '-' && with != "-nt" && with != "-ot" && with != "-ef") {
    const auto a = calculate(left);
    const auto b = calculate(right);
    if (!a || !b) {
      {
        const std::string said = "[[: " + (a ? b.error() : a.error());
        co_await complain(said);
      }
      co_return 1;
    }
    left = std::to_string(*a);
    right = std::to_string(*b);
  }
  if (!is_binary(with)) {
    co_await complain("conditional binary operator expected");
    co_return 2;
  }
  co_return binary(*this, left, with, right) ? 0 : 1;
}

}  // namespace decnet::shell::sh
