// test and [.
#include "shell/sh/test_builtin.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include <fmt/format.h>
#include <unistd.h>

#include "shell/sh/interpreter.h"

namespace decnet::shell::sh {
namespace {

constexpr std::string_view kBinary[] = {"=",   "==",  "!=",  "<",   ">",   "-eq", "-ne",
                                        "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef"};

}  // namespace

bool is_binary_test(const std::string& text) {
  return std::find(std::begin(kBinary), std::end(kBinary), text) != std::end(kBinary);
}
bool is_unary_test(const std::string& text) {
  return text.size() == 2 && text[0] == '-' &&
         std::string_view("abcdefghknoprstuvwxzLSNGOR").find(text[1]) != std::string_view::npos;
}

namespace {

using Problem = TestProblem;

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

}  // namespace

bool unary_test(Interpreter& shell, const std::string& with, const std::string& operand) {
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
      return variable->is_array ? variable->elements.contains(index) : index == 0 && variable->set;
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

namespace {

std::int64_t whole_number(const std::string& text, bool bash) {
  std::size_t begin = text.find_first_not_of(" \t");
  std::size_t end = text.find_last_not_of(" \t");
  const std::string core = begin == std::string::npos ? "" : text.substr(begin, end - begin + 1);
  const std::size_t sign = !core.empty() && (core[0] == '-' || core[0] == '+') ? 1 : 0;
  errno = 0;
  const long long number = std::strtoll(core.c_str(), nullptr, 10);
  if (core.size() <= sign || core.find_first_not_of("0123456789", sign) != std::string::npos ||
      errno == ERANGE) {
    throw Problem{bash ? text + ": integer expression expected" : "Illegal number: " + text};
  }
  return number;
}

}  // namespace

bool binary_test(Interpreter& shell, const std::string& left, const std::string& with,
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

namespace {

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
      if (is_unary_test(words_[0])) return unary_test(shell_, words_[0], words_[1]);
      if (!shell_.bash() && binary_here(words_[1]))
        throw Problem{words_[1] + ": argument expected"};
      throw Problem{words_[0] +
                    (shell_.bash() ? ": unary operator expected" : ": unexpected operator")};
    }
    if (count == 3) {
      if (binary_here(words_[1])) return binary_test(shell_, words_[0], words_[1], words_[2]);
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
    return is_binary_test(text) && (shell_.bash() || text != "==");
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
      return binary_test(shell_, words_[at_ - 3], words_[at_ - 2], words_[at_ - 1]);
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
    if (is_unary_test(words_[at_]) && at_ + 1 < words_.size()) {
      at_ += 2;
      return unary_test(shell_, words_[at_ - 2], words_[at_ - 1]);
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

}  // namespace decnet::shell::sh
