// split, csplit
#include <algorithm>

#include <fcntl.h>

#include "shell/cmd/groups.h"
#include "shell/cmd/regex.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::size_t kPiecesMax = 10'000;  // Files that one run makes.

struct Pieces {
  std::string prefix = "x", extra;
  std::size_t letters = 2;
  std::size_t number = 0;
  bool grows = true;  // The names, when two letters are used up.
  char first = 'a';   // '0': numbers
  bool verbose = false;
};

// "xaa", "xab" … "xyz", "xzaaa"; empty when there is no further name.
std::string next_name(Pieces& pieces) {
  const std::size_t base = pieces.first == '0' ? 10 : 26;
  std::size_t number = pieces.number++;
  std::size_t width = pieces.letters;
  std::string before;
  if (pieces.grows) {
    // Names that begin with the last letter are kept for longer ones.
    for (std::size_t room = base - 1;; room *= base, ++width) {
      std::size_t all = room;
      for (std::size_t at = 1; at < pieces.letters; ++at) all *= base;
      if (number < all) break;
      number -= all;
      before += static_cast<char>(pieces.first == '0' ? '9' : 'z');
    }
  }
  std::string name;
  for (std::size_t at = 0; at < width; ++at) {
    name.insert(name.begin(), static_cast<char>(pieces.first + static_cast<char>(number % base)));
    number /= base;
  }
  if (number > 0) return {};
  return pieces.prefix + before + name + pieces.extra;
}

bool put_piece(Io& io, Pieces& pieces, std::string bytes) {
  const std::string name = pieces.number < kPiecesMax ? next_name(pieces) : "";
  if (name.empty()) {
    io.fail("output file suffixes exhausted");
    return false;
  }
  if (pieces.verbose) io.out("creating file " + quoted(name) + "\n");
  const Sys<void> wrote =
      io.files.write_file(io.absolute(name), std::move(bytes), io.who, 0666 & ~io.process.umask);
  if (!wrote) io.fail(quoted_if_odd(name), wrote.error());
  return wrote.has_value();
}

struct SplitOptions {
  char how = 'l';
  std::uint64_t size = 1'000;
  std::string file = "-";
};

bool read_split(Io& io, SplitOptions& split, Pieces& pieces) {
  static constexpr Long kLongs[] = {{"lines", 'l', ':'},
                                    {"bytes", 'b', ':'},
                                    {"line-bytes", 'C', ':'},
                                    {"number", 'n', ':'},
                                    {"suffix-length", 'a', ':'},
                                    {"numeric-suffixes", 'd', '?'},
                                    {"additional-suffix", 300, ':'},
                                    {"verbose", 301}};
  Options options(io, "0123456789C:a:b:del:n:t:ux", kLongs, "[OPTION]... [FILE [PREFIX]]");
  std::string digits;
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return false;
    if (id >= '0' && id <= '9') digits += static_cast<char>(id);
    if (id == 'd') pieces.first = '0';
    if (id == 300) pieces.extra = options.value;
    if (id == 301) pieces.verbose = true;
    if (id == 'a') {
      pieces.letters = std::clamp<std::size_t>(number_of(options.value).value_or(2), 1, 8);
      pieces.grows = false;
    }
    if (id != 'l' && id != 'b' && id != 'C' && id != 'n') continue;
    const std::string what = id == 'l' ? "lines" : id == 'n' ? "chunks" : "bytes";
    const auto size = id == 'n' ? number_of(options.value) : size_of(options.value);
    if (!size || *size == 0) {
      io.fail("invalid number of " + what + ": " + quoted(options.value) +
              (size ? ": Numerical result out of range" : ""));
      return false;
    }
    split.how = static_cast<char>(id);
    split.size = *size;
  }
  if (!digits.empty()) split.size = std::max<std::uint64_t>(1, number_of(digits).value_or(1));
  if (options.operands.size() > 2) {
    io.misused("extra operand " + quoted(options.operands[2]));
    return false;
  }
  if (!options.operands.empty()) split.file = options.operands[0];
  if (options.operands.size() > 1) pieces.prefix = options.operands[1];
  return true;
}

// Where the piece that begins at `from` ends.
std::size_t end_of_piece(const std::string& text, std::size_t from, const SplitOptions& split) {
  if (split.how == 'b')
    return static_cast<std::size_t>(std::min<std::uint64_t>(text.size(), from + split.size));
  std::size_t at = from;
  for (std::uint64_t lines = 0; at < text.size(); ++lines) {
    if (split.how == 'l' && lines == split.size) break;
    const std::size_t newline = text.find('\n', at);
    const std::size_t next = newline == std::string::npos ? text.size() : newline + 1;
    if (split.how == 'C' && next - from > split.size) {
      if (at == from) at = static_cast<std::size_t>(from + split.size);
      break;
    }
    at = next;
  }
  return at;
}

Task<std::optional<std::string>> read_all(Io& io, std::string name) {
  int descriptor = 0;
  if (name != "-") {
    const Sys<int> opened = io.process.open(name, O_RDONLY);
    if (!opened) {
      io.fail("cannot open " + quoted(name) + " for reading", opened.error());
      co_return std::nullopt;
    }
    descriptor = *opened;
  }
  std::string text;
  while (text.size() < kGatheredBytesMax) {
    const Sys<std::string> bytes = co_await io.process.read(descriptor, kPipeBytes);
    if (!bytes) {
      io.fail(name, bytes.error());
      co_return std::nullopt;
    }
    if (bytes->empty()) break;
    text += *bytes;
    co_await io.process.breathe(16);
  }
  if (descriptor != 0) static_cast<void>(io.process.close(descriptor));
  co_return text;
}

Task<int> split_file(Process& process) {
  Io io(process);
  SplitOptions split;
  Pieces pieces;
  const bool ready = read_split(io, split, pieces);
  std::optional<std::string> text;
  if (ready) text = co_await read_all(io, split.file);
  std::size_t from = 0;
  std::uint64_t chunk = 0;
  while (text && (from < text->size() || (split.how == 'n' && chunk < split.size))) {
    std::size_t end = 0;
    if (split.how == 'n')
      end = chunk + 1 == split.size
                ? text->size()
                : static_cast<std::size_t>((chunk + 1) * (text->size() / split.size));
    else
      end = end_of_piece(*text, from, split);
    ++chunk;
    if (!put_piece(io, pieces, text->substr(from, end - from))) break;
    from = end;
    co_await process.breathe(20);
  }
  co_await io.flush();
  co_return io.status;
}

// csplit: at line numbers, /regex/ and %regex%, with {n} and {*}.
class Cuts {
 public:
  Cuts(Io& io, std::string text) : io_(io), text_(std::move(text)), lines_(lines_of(text_)) {}

  // False: it is reported.
  bool cut(const std::string& pattern, bool last_may_fail, bool& done) {
    done = false;
    const char mark = pattern.empty() ? '\0' : pattern[0];
    std::size_t to = lines_.size();
    if (mark == '/' || mark == '%') {
      const std::size_t end = pattern.rfind(mark);
      const std::string offset = pattern.substr(end + 1);
      const auto regex = Regex::compile(pattern.substr(1, end - 1), {});
      const auto shift = offset.empty()
                             ? std::optional<std::int64_t>(0)
                             : signed_number_of(offset[0] == '+' ? offset.substr(1) : offset);
      if (end == 0 || !shift || !regex) {
        io_.fail(end == 0 ? pattern + ": closing delimiter '" + std::string(1, mark) + "' missing"
                          : quoted(pattern) + ": integer expected after delimiter");
        return false;
      }
      std::size_t at = line_ + (searched_ ? 1 : 0);
      while (at < lines_.size() && !regex->matches(lines_[at])) ++at;
      if (at >= lines_.size()) {
        done = true;
        if (!last_may_fail) io_.fail(quoted(pattern) + ": match not found");
        return last_may_fail;
      }
      to = static_cast<std::size_t>(
          std::max<std::int64_t>(0, static_cast<std::int64_t>(at) + *shift));
      searched_ = true;
    } else {
      const auto number = number_of(pattern);
      if (!number || *number == 0) {
        io_.fail(number ? "0: line number must be greater than zero"
                        : quoted(pattern) + ": invalid pattern");
        return false;
      }
      to = static_cast<std::size_t>(*number - 1);
      if (to > lines_.size()) {
        done = true;
        if (!last_may_fail) io_.fail(quoted(pattern) + ": line number out of range");
        return last_may_fail;
      }
    }
    if (mark != '%') keep(to);
    line_ = std::max(line_, std::min(to, lines_.size()));
    return true;
  }
  void keep(std::size_t to) {
    std::string piece;
    for (std::size_t at = line_; at < std::min(to, lines_.size()); ++at)
      piece +=
          std::string(lines_[at]) + (at + 1 < lines_.size() || text_.ends_with("\n") ? "\n" : "");
    made.push_back(std::move(piece));
  }
  void rest() { keep(lines_.size()); }
  std::vector<std::string> made;

 private:
  Io& io_;
  std::string text_;
  std::vector<std::string_view> lines_;
  std::size_t line_ = 0;
  bool searched_ = false;
};

Task<int> csplit(Process& process) {
  Io io(process);
  static constexpr Long kLongs[] = {{"prefix", 'f', ':'}, {"digits", 'n', ':'},
                                    {"quiet", 's'},       {"silent", 's'},
                                    {"keep-files", 'k'},  {"elide-empty-files", 'z'}};
  Options options(io, "b:f:kn:qsz", kLongs, "[OPTION]... FILE PATTERN...");
  Pieces pieces;
  pieces.prefix = "xx";
  pieces.first = '0';
  pieces.grows = false;
  bool quiet = false, elide = false, keeps = false, stopped = false;
  for (int id = options.next(); id != kNoMore && !stopped; id = options.next()) {
    stopped = id == kStop;
    if (id == 'f') pieces.prefix = options.value;
    if (id == 'n')
      pieces.letters = std::clamp<std::size_t>(number_of(options.value).value_or(2), 1, 8);
    quiet = quiet || id == 's' || id == 'q';
    elide = elide || id == 'z';
    keeps = keeps || id == 'k';
  }
  const std::vector<std::string>& words = options.operands;
  if (!stopped && words.size() < 2)
    io.misused(words.empty() ? "missing operand" : "missing operand after " + quoted(words[0]));
  std::optional<std::string> text;
  if (!stopped && words.size() > 1) text = co_await read_all(io, words[0]);
  if (text) {
    Cuts cuts(io, std::move(*text));
    bool good = true;
    for (std::size_t at = 1; at < words.size() && good; ++at) {
      std::uint64_t times = 1;
      bool all = false;
      if (at + 1 < words.size() && words[at + 1].starts_with("{") && words[at + 1].ends_with("}")) {
        const std::string inner = words[at + 1].substr(1, words[at + 1].size() - 2);
        all = inner == "*";
        times = all ? kPiecesMax : 1 + number_of(inner).value_or(0);
      }
      for (std::uint64_t round = 0; good && round < std::min<std::uint64_t>(times, kPiecesMax);
           ++round) {
        bool done = false;
        good = cuts.cut(words[at], all && round > 0, done);
        if (done) break;
        co_await process.breathe(20);
      }
      if (times > 1 || all || (at + 1 < words.size() && words[at + 1] == "{0}")) ++at;
    }
    if (good || !keeps) cuts.rest();
    for (std::string& piece : cuts.made) {
      if (elide && piece.empty()) continue;
      if (!quiet) io.out(std::to_string(piece.size()) + "\n");
      if ((good || keeps) && !put_piece(io, pieces, std::move(piece))) break;
    }
  }
  co_await io.flush();
  co_return io.status;
}

constexpr Command kRows[] = {{"split", &split_file}, {"csplit", &csplit}};

}  // namespace

std::span<const Command> pieces_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
