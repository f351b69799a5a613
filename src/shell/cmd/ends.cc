// head, tail
#include <algorithm>
#include <deque>

#include <fcntl.h>

#include "shell/cmd/filter.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr Duration kFollowPause = std::chrono::seconds(1);

struct EndsOptions {
  bool bytes = false, quiet = false, verbose = false, from_start = false, follow = false;
  bool negative = false;  // head -n -5
  std::uint64_t count = 10;
  std::vector<std::string> operands;
};

// "-5", "-5f", "+3": the old way of saying it.
void old_style(Io& io) {
  std::vector<std::string>& words = io.process.arguments;
  if (words.size() < 2 || words[1].size() < 2) return;
  const std::string word = words[1];
  const bool digit = word[1] >= '0' && word[1] <= '9';
  if (!digit || (word[0] != '-' && !(word[0] == '+' && io.name() == "tail"))) return;
  const std::size_t end = std::min(word.find_first_not_of("0123456789", 1), word.size());
  const std::string sign = word[0] == '+' ? "+" : "";
  words[1] = "-n" + sign + word.substr(1, end - 1);
  const std::string rest = word.substr(end);
  for (const char letter : rest) {
    if (letter == 'c') words[1][1] = 'c';
    if (letter == 'f') words.insert(words.begin() + 2, "-f");
  }
}

bool read_options(Io& io, EndsOptions& options) {
  static constexpr Long kLongs[] = {
      {"bytes", 'c', ':'}, {"lines", 'n', ':'},     {"quiet", 'q'}, {"silent", 'q'},
      {"verbose", 'v'},    {"follow", 'f', '?'},    {"retry", 'r'}, {"sleep-interval", 's', ':'},
      {"pid", 'p', ':'},   {"zero-terminated", 'z'}};
  old_style(io);
  const bool tail = io.name() == "tail";
  Options reader(io, tail ? "c:n:qvfFs:z" : "c:n:qvz", kLongs);
  for (int id = reader.next(); id != kNoMore; id = reader.next()) {
    if (id == kStop) return false;
    options.quiet = options.quiet || id == 'q';
    options.verbose = id == 'v' ? true : options.verbose;
    options.follow = options.follow || id == 'f' || id == 'F';
    if (id != 'c' && id != 'n') continue;
    std::string_view text = reader.value;
    options.bytes = id == 'c';
    options.negative = text.starts_with("-");
    options.from_start = text.starts_with("+");
    if (options.negative || options.from_start) text.remove_prefix(1);
    const auto count = size_of(text);
    if (!count) {
      io.fail(std::string("invalid number of ") + (options.bytes ? "bytes" : "lines") + ": " +
              quoted(reader.value));
      return false;
    }
    options.count = *count;
  }
  options.operands = reader.operands;
  return true;
}

void title(Io& io, const EndsOptions& options, std::string_view name, bool& first) {
  if (options.quiet || (options.operands.size() < 2 && !options.verbose)) return;
  io.out((first ? "==> " : "\n==> ") + std::string(name == "-" ? "standard input" : name) +
         " <==\n");
  first = false;
}

class Head final : public Filter {
 public:
  bool start(Io& io) override {
    if (!read_options(io, options_)) return false;
    operands = options_.operands;
    return true;
  }
  void unreadable(Io& io, std::string_view name, int error_number) override {
    if (error_number == EISDIR) {
      title(io, options_, name, first_);
      io.fail("error reading " + quoted(name), error_number);
    } else {
      io.fail("cannot open " + quoted(name) + " for reading", error_number);
    }
  }
  void begin(Io& io, std::string_view name) override {
    title(io, options_, name, first_);
    left_ = options_.count;
    held_.clear();
    enough = left_ == 0 && !options_.negative;
  }
  void feed(Io& io, std::string_view bytes) override {
    if (options_.negative) {
      if (held_.size() + bytes.size() <= kGatheredBytesMax) held_.append(bytes);
      return;
    }
    if (options_.bytes) {
      const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
      io.out(bytes.substr(0, taken));
      left_ -= taken;
    } else {
      std::size_t to = 0;
      while (left_ > 0 && to < bytes.size()) {
        const std::size_t end = bytes.find('\n', to);
        to = end == std::string_view::npos ? bytes.size() : end + 1;
        if (end != std::string_view::npos) --left_;
      }
      io.out(bytes.substr(0, to));
    }
    enough = left_ == 0;
  }
  void end(Io& io) override {
    if (!options_.negative) return;
    std::size_t to = held_.size();
    if (options_.bytes) {
      to -= static_cast<std::size_t>(std::min<std::uint64_t>(options_.count, to));
    } else {
      for (std::uint64_t line = 0; line < options_.count && to > 0; ++line) {
        const std::size_t before = to >= 2 ? held_.rfind('\n', to - 2) : std::string::npos;
        to = before == std::string::npos ? 0 : before + 1;
      }
    }
    io.out(std::string_view(held_).substr(0, to));
  }

 private:
  EndsOptions options_;
  bool first_ = true;
  std::uint64_t left_ = 0;
  std::string held_;
};

class Tail final : public Filter {
 public:
  bool start(Io& io) override {
    if (!read_options(io, options_)) return false;
    operands = options_.operands;
    return true;
  }
  void unreadable(Io& io, std::string_view name, int error_number) override {
    if (error_number == EISDIR) {
      title(io, options_, name, first_);
      io.fail("error reading " + quoted(name), error_number);
      if (options_.follow) {
        io.err("tail: " + std::string(name) + ": cannot follow end of this type of file\n");
      }
    } else {
      io.fail("cannot open " + quoted(name) + " for reading", error_number);
    }
  }
  void begin(Io& io, std::string_view name) override {
    title(io, options_, name, first_);
    seen_ = 0;
    held_.clear();
    last_name = name;
  }
  void feed(Io& io, std::string_view bytes) override {
    read_bytes += bytes.size();
    if (options_.from_start) {
      const std::uint64_t skipped = options_.count == 0 ? 0 : options_.count - 1;
      if (options_.bytes) {
        const auto skip = static_cast<std::size_t>(
            seen_ >= skipped ? 0 : std::min<std::uint64_t>(skipped - seen_, bytes.size()));
        seen_ += skip;
        return io.out(bytes.substr(skip));
      }
      while (seen_ < skipped && !bytes.empty()) {
        const std::size_t end = bytes.find('\n');
        if (end == std::string_view::npos) return;
        bytes.remove_prefix(end + 1);
        ++seen_;
      }
      return io.out(bytes);
    }
    held_.append(bytes);
    if (held_.size() > kGatheredBytesMax) held_.erase(0, begin_of_last());
    if (held_.size() > kGatheredBytesMax) held_.erase(0, held_.size() - kGatheredBytesMax);
  }
  void end(Io& io) override {
    if (!options_.from_start) io.out(std::string_view(held_).substr(begin_of_last()));
    held_.clear();
  }
  const EndsOptions& options() const { return options_; }
  std::uint64_t read_bytes = 0;
  std::string last_name;

 private:
  std::size_t begin_of_last() const {
    std::size_t to = held_.size();
    if (options_.bytes) {
      return to - static_cast<std::size_t>(std::min<std::uint64_t>(options_.count, to));
    }
    for (std::uint64_t line = 0; line < options_.count && to > 0; ++line) {
      const std::size_t before = to >= 2 ? held_.rfind('\n', to - 2) : std::string::npos;
      to = before == std::string::npos ? 0 : before + 1;
    }
    return to;
  }
  EndsOptions options_;
  bool first_ = true;
  std::uint64_t seen_ = 0;
  std::string held_;
};

Task<int> tail(Process& process) {
  Tail work;
  const int status = co_await run_filter(process, work);
  const bool followed = work.options().follow && !work.last_name.empty() && work.last_name != "-";
  if (!followed) co_return status;
  const std::string path = process.absolute(work.last_name);
  std::uint64_t at = work.read_bytes;
  for (;;) {
    co_await process.sleep(kFollowPause);
    const Sys<std::string> more = process.files().read(path, at, kPipeBytes, process.user);
    if (!more || more->empty()) continue;
    at += more->size();
    const Sys<void> wrote = co_await process.write(1, *more);
    if (!wrote) co_return 1;
  }
}

constexpr Command kRows[] = {{"head", &filter<Head>}, {"tail", &tail}};

}  // namespace

std::span<const Command> ends_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
