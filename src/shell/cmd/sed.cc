// sed
#include "shell/cmd/sed.h"

#include <algorithm>
#include <cctype>
#include <deque>

#include "shell/cmd/filter.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::size_t kSedLinesAhead = 20'000;  // That n and N can reach.

struct SedOptions {
  bool silent = false, extended = false, separate = false, in_place = false;
  std::string suffix;
  std::string script;
  bool scripted = false;
};

// One line behind: the last line must be known when it is worked on.
class Sed final : public LineFilter {
 public:
  bool start(Io& io) override;
  void begin(Io& io, std::string_view name) override;
  void end(Io& io) override;
  void finish(Io& io) override;
  void unreadable(Io& io, std::string_view name, int error_number) override {
    if (error_number == EISDIR) {
      io.err(options_.in_place
                 ? "sed: couldn't edit " + std::string(name) + ": not a regular file\n"
                 : "sed: couldn't read " + std::string(name) + ": Is a directory\n");
      if (!options_.in_place) io.err("");
      io.status = options_.in_place ? 4 : 2;
      return;
    }
    io.err("sed: can't read " + std::string(name) + ": " + std::string(sys_error(error_number)) +
           "\n");
    io.status = 2;
  }

 protected:
  void line(Io& io, std::string_view text, bool ended) override;

 private:
  struct Waiting {
    std::string text;
    bool ended;
  };
  void take(Io& io);  // Works on one waiting line.
  bool next(Io& io, std::string& into);
  void cycle(Io& io);
  enum class Then : std::uint8_t { next, end, end_silently, restart };
  Then run(Io& io, SedCommand& one, std::size_t& at);
  bool selected(SedCommand& one);
  bool matches(const SedAddress& address);
  bool substitute(Io& io, const SedCommand& one);
  void append_replacement(std::string& out, const SedCommand& one,
                          const std::vector<Span>& groups) const;
  void put(Io& io, std::string_view text, bool ended);
  void flush_appended(Io& io);
  void unambiguous(Io& io, std::uint64_t width);
  void write_file(Io& io, const std::string& name, std::string_view text);

  SedOptions options_;
  SedScript script_;
  std::deque<Waiting> waiting_;
  bool last_file_ = true;  // Nothing comes after what waits.
  std::string pattern_, hold_, name_, edited_;
  std::string appended_;
  bool pattern_ended_ = true, replaced_ = false, quit_ = false;
  bool missing_newline_ = false, looks_ahead_ = false;
  std::uint64_t number_ = 0;
  std::shared_ptr<Regex> last_regex_;
  std::vector<std::string> written_;
  std::size_t files_ = 0;
};

bool Sed::start(Io& io) {
  static constexpr Long kLongs[] = {
      {"quiet", 'n'},     {"silent", 'n'},          {"expression", 'e', ':'},
      {"file", 'f', ':'}, {"in-place", 'i', '?'},   {"regexp-extended", 'E'},
      {"separate", 's'},  {"null-data", 'z'},       {"unbuffered", 'u'},
      {"debug", 300},     {"follow-symlinks", 301}, {"posix", 302},
      {"sandbox", 303},   {"line-length", 'l', ':'}};
  Options reader(io, "ne:f:i::Ersuzl:", kLongs,
                 "[OPTION]... {script-only-if-no-other-script} [input-file]...");
  const auto add = [&](std::string_view text) {
    if (options_.scripted) options_.script += '\n';
    options_.script += text;
    options_.scripted = true;
  };
  for (int id = reader.next(); id != kNoMore; id = reader.next()) {
    if (id == kStop) {
      if (io.status != 0) io.status = 1;
      return false;
    }
    if (id == 'n') options_.silent = true;
    if (id == 'E' || id == 'r') options_.extended = true;
    if (id == 's') options_.separate = true;
    if (id == 'z') separator = '\0';
    if (id == 'i') options_.in_place = options_.separate = true;
    if (id == 'i') options_.suffix = reader.value;
    if (id == 'e') add(reader.value);
    if (id == 'f') {
      Sys<std::string> bytes = io.slurp(reader.value);
      if (!bytes) {
        io.err("sed: couldn't open file " + reader.value + ": " +
               std::string(sys_error(bytes.error())) + "\n");
        io.status = 1;
        return false;
      }
      if (bytes->ends_with("\n")) bytes->pop_back();
      add(*bytes);
    }
  }
  operands = reader.operands;
  if (!options_.scripted) {
    if (operands.empty()) {
      io.err("Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n\n");
      io.status = 1;
      return false;
    }
    add(operands.front());
    operands.erase(operands.begin());
  }
  auto script = parse_sed(options_.script, options_.extended);
  if (!script) {
    io.err("sed: " + script.error() + "\n");
    io.status = 1;
    return false;
  }
  script_ = std::move(*script);
  for (const SedCommand& one : script_.commands) {
    looks_ahead_ = looks_ahead_ || one.name == 'n' || one.name == 'N';
  }
  options_.silent = options_.silent || script_.silent;
  if (options_.in_place && operands.empty()) {
    io.err("sed: no input files\n");
    io.status = 1;
    return false;
  }
  return true;
}

void Sed::begin(Io&, std::string_view name) {
  name_ = name;
  ++files_;
  if (options_.separate) {
    number_ = 0;
    edited_.clear();
  }
}

void Sed::line(Io& io, std::string_view text, bool ended) {
  Waiting one{std::string(text), ended};
  waiting_.push_back(std::move(one));
  last_file_ = false;
  const std::size_t held = looks_ahead_ ? kSedLinesAhead : 1;
  while (waiting_.size() > held && !quit_) take(io);
  if (quit_) done = true;
}

void Sed::end(Io& io) {
  LineFilter::end(io);
  if (!options_.separate) return;
  last_file_ = true;
  while (!waiting_.empty() && !quit_) take(io);
  last_file_ = false;
  if (!options_.in_place) return;
  const std::string path = io.absolute(name_);
  const Sys<Stat> stat = io.files.stat(path, io.who);
  if (!options_.suffix.empty()) {
    const std::string backup = path + options_.suffix;
    static_cast<void>(
        io.files.write_file(backup, io.files.read_file(path, io.who).value_or(""), io.who));
  }
  for (const Waiting& rest : waiting_) edited_ += rest.text + (rest.ended ? "\n" : "");
  waiting_.clear();
  const std::size_t slash = name_.rfind('/');
  const std::string above = slash == std::string::npos ? "./" : name_.substr(0, slash + 1);
  const Sys<void> wrote =
      io.files.write_file(path, std::move(edited_), io.who, stat ? stat->mode : 0644);
  if (!wrote) {
    io.err("sed: couldn't open temporary file " + above + "sed" + "A1b2Cx" + ": " +
           std::string(sys_error(wrote.error())) + "\n");
    io.status = 4;
  }
  edited_.clear();
}

void Sed::finish(Io& io) {
  last_file_ = true;
  while (!waiting_.empty() && !quit_) take(io);
}

void Sed::take(Io& io) {
  if (!next(io, pattern_)) return;
  cycle(io);
}

bool Sed::next(Io&, std::string& into) {
  if (waiting_.empty()) return false;
  into = std::move(waiting_.front().text);
  pattern_ended_ = waiting_.front().ended;
  waiting_.pop_front();
  ++number_;
  return true;
}

bool Sed::matches(const SedAddress& address) {
  switch (address.kind) {
    case SedAddress::Kind::none:
      return true;
    case SedAddress::Kind::line:
      return number_ == address.number;
    case SedAddress::Kind::last:
      return waiting_.empty() && last_file_;
    case SedAddress::Kind::step:
      return address.step == 0
                 ? number_ == address.number
                 : number_ >= address.number && (number_ - address.number) % address.step == 0;
    case SedAddress::Kind::pattern: {
      if (address.regex != nullptr) last_regex_ = address.regex;
      return last_regex_ != nullptr && last_regex_->matches(pattern_);
    }
    default:
      return false;
  }
}

bool Sed::selected(SedCommand& one) {
  using Kind = SedAddress::Kind;
  if (one.to.kind == Kind::none) return matches(one.from) != one.inverted;
  bool inside = false;
  if (!one.active && one.from.kind == Kind::zero && number_ == 1) {
    one.active = !matches(one.to);
    return !one.inverted;
  }
  if (one.active) {
    inside = true;
    if (one.to.kind == Kind::line || one.to.kind == Kind::plus || one.to.kind == Kind::multiple) {
      if (number_ >= one.range_end) one.active = false;
      if (number_ > one.range_end) inside = matches(one.from);
    } else if (matches(one.to)) {
      one.active = false;
    }
  } else if (matches(one.from)) {
    inside = true;
    one.active = true;
    one.range_end = one.to.number;
    if (one.to.kind == Kind::plus) one.range_end = number_ + one.to.number;
    if (one.to.kind == Kind::multiple) {
      const std::uint64_t step = std::max<std::uint64_t>(one.to.number, 1);
      one.range_end = (number_ + step - 1) / step * step;
    }
    const bool numeric =
        one.to.kind == Kind::line || one.to.kind == Kind::plus || one.to.kind == Kind::multiple;
    if (numeric && one.range_end <= number_) one.active = false;
    if (one.to.kind == Kind::last && matches(one.to)) one.active = false;
  }
  return inside != one.inverted;
}

void Sed::put(Io& io, std::string_view text, bool ended) {
  if (options_.in_place) {
    edited_.append(text);
    if (ended) edited_ += separator;
    return;
  }
  if (missing_newline_) io.out(separator);
  missing_newline_ = !ended;
  io.out(text);
  if (ended) io.out(separator);
}

void Sed::flush_appended(Io& io) {
  if (appended_.empty()) return;
  if (options_.in_place) {
    edited_ += appended_;
  } else {
    if (missing_newline_) io.out(separator);
    missing_newline_ = false;
    io.out(appended_);
  }
  appended_.clear();
}

void Sed::append_replacement(std::string& out, const SedCommand& one,
                             const std::vector<Span>& groups) const {
  char keep = 0;  // \U or \L
  char once = 0;  // \u or \l
  const auto add = [&](std::string_view text) {
    for (char byte : text) {
      const auto code = static_cast<unsigned char>(byte);
      const char how = once != 0 ? static_cast<char>(std::toupper(once)) : keep;
      if (how == 'U') byte = static_cast<char>(std::toupper(code));
      if (how == 'L') byte = static_cast<char>(std::tolower(code));
      once = 0;
      out += byte;
    }
  };
  const auto group = [&](std::size_t number) {
    if (number < groups.size() && groups[number].met()) {
      add(std::string_view(pattern_).substr(groups[number].from,
                                            groups[number].to - groups[number].from));
    }
  };
  for (std::size_t at = 0; at < one.with.size(); ++at) {
    const char byte = one.with[at];
    if (byte == '&') {
      group(0);
    } else if (byte == '\\' && at + 1 < one.with.size()) {
      const char next = one.with[++at];
      if (next >= '0' && next <= '9') {
        group(static_cast<std::size_t>(next - '0'));
      } else if (next == 'n') {
        add("\n");
      } else if (next == 't') {
        add("\t");
      } else if (next == 'U' || next == 'L' || next == 'E') {
        keep = next == 'E' ? '\0' : next;
        once = 0;
      } else if (next == 'u' || next == 'l') {
        once = next;
      } else if (next == 'x' && at + 2 < one.with.size()) {
        bool ended = false;
        add(unescaped(one.with.substr(at - 1, 4), ended, false));
        at += 2;
      } else {
        add(std::string_view(&next, 1));
      }
    } else {
      add(std::string_view(&byte, 1));
    }
  }
}

bool Sed::substitute(Io&, const SedCommand& one) {
  if (one.regex != nullptr) last_regex_ = one.regex;
  if (last_regex_ == nullptr) return false;
  std::string out;
  std::size_t at = 0;
  std::uint64_t count = 0;
  bool changed = false;
  std::vector<Span> groups;
  std::size_t last_end = std::string::npos;
  while (at <= pattern_.size() && last_regex_->search(pattern_, at, groups)) {
    const Span whole = groups[0];
    const bool empty = whole.from == whole.to;
    if (empty && whole.from == last_end) {  // Not beside a match.
      if (whole.from < pattern_.size()) out += pattern_[whole.from];
      at = whole.from + 1;
      last_end = std::string::npos;
      continue;
    }
    ++count;
    out.append(pattern_, at, whole.from - at);
    const bool chosen = one.number == 0
                            ? (one.global || count == 1)
                            : (count == one.number || (one.global && count > one.number));
    if (chosen) {
      append_replacement(out, one, groups);
      changed = true;
    } else {
      out.append(pattern_, whole.from, whole.to - whole.from);
    }
    at = whole.to;
    last_end = whole.to;
    if (empty) {
      if (at < pattern_.size()) out += pattern_[at];
      ++at;
      last_end = std::string::npos;
    }
    if (chosen && !one.global) break;
    if (out.size() > kSedSpaceBytesMax) break;
  }
  if (!changed) return false;
  if (at < pattern_.size()) out.append(pattern_, at);
  pattern_ = std::move(out);
  return true;
}

void Sed::unambiguous(Io& io, std::uint64_t width) {
  std::string out;
  std::size_t column = 0;
  const std::size_t most = width == 1 ? 0 : width == 0 ? 70 : static_cast<std::size_t>(width);
  for (const char byte : pattern_) {
    const auto code = static_cast<unsigned char>(byte);
    std::string one(1, byte);
    constexpr std::string_view kNames = "abtnvfr";
    if (byte == '\\') one = "\\\\";
    if (code >= 7 && code <= 13) {
      one = std::string{'\\', kNames[code - 7U]};
    } else if (code < 32 || code > 126) {
      one = text_of("\\%03o", code);
    }
    if (most > 1 && column + one.size() > most - 1) {
      out += "\\\n";
      column = 0;
    }
    out += one;
    column += one.size();
  }
  put(io, out + "$", true);
}

void Sed::write_file(Io& io, const std::string& name, std::string_view text) {
  if (name == "/dev/stdout") return put(io, text, true);
  if (name == "/dev/stderr") return io.err(std::string(text) + "\n");
  const std::string path = io.absolute(name);
  const bool first = std::find(written_.begin(), written_.end(), name) == written_.end();
  if (first) written_.push_back(name);
  const std::string bytes = std::string(text) + "\n";
  if (first) {
    static_cast<void>(io.files.write_file(path, bytes, io.who, 0666 & ~io.process.umask));
  } else {
    static_cast<void>(io.files.append(path, bytes, io.who));
  }
}

Sed::Then Sed::run(Io& io, SedCommand& one, std::size_t& at) {
  switch (one.name) {
    case 's':
      if (substitute(io, one)) {
        replaced_ = true;
        if (one.print) put(io, pattern_, true);
        if (!one.text.empty()) write_file(io, one.text, pattern_);
      }
      break;
    case 'y':
      for (char& byte : pattern_) {
        const std::size_t found = one.text.find(byte);
        if (found != std::string::npos) byte = one.with[found];
      }
      break;
    case 'd':
      return Then::end_silently;
    case 'D': {
      const std::size_t end = pattern_.find('\n');
      if (end == std::string::npos) return Then::end_silently;
      pattern_.erase(0, end + 1);
      return Then::restart;
    }
    case 'p':
      put(io, pattern_, true);
      break;
    case 'P':
      put(io, std::string_view(pattern_).substr(0, pattern_.find('\n')), true);
      break;
    case 'a':
      appended_ += one.text;
      break;
    case 'i':
      put(io, std::string_view(one.text).substr(0, one.text.size() - 1), true);
      break;
    case 'c':
      if (one.to.kind == SedAddress::Kind::none || !one.active || one.inverted) {
        put(io, std::string_view(one.text).substr(0, one.text.size() - 1), true);
      }
      return Then::end_silently;
    case '=':
      put(io, std::to_string(number_), true);
      break;
    case 'F':
      put(io, name_, true);
      break;
    case 'l':
      unambiguous(io, one.number);
      break;
    case 'h':
      hold_ = pattern_;
      break;
    case 'H':
      hold_ += '\n' + pattern_;
      break;
    case 'g':
      pattern_ = hold_;
      break;
    case 'G':
      pattern_ += '\n' + hold_;
      break;
    case 'x':
      std::swap(pattern_, hold_);
      break;
    case 'z':
      pattern_.clear();
      break;
    case 'n':
      if (waiting_.empty() && last_file_) return Then::end;
      if (!options_.silent) put(io, pattern_, pattern_ended_);
      flush_appended(io);
      next(io, pattern_);
      break;
    case 'N': {
      std::string more;
      if (waiting_.empty() && last_file_) return Then::end;
      flush_appended(io);
      if (next(io, more)) pattern_ += '\n' + more;
      break;
    }
    case 'r':
      appended_ += io.slurp_or_empty(one.text);
      break;
    case 'w':
      write_file(io, one.text, pattern_);
      break;
    case 'W':
      write_file(io, one.text, std::string_view(pattern_).substr(0, pattern_.find('\n')));
      break;
    case 'q':
    case 'Q':
      quit_ = true;
      io.status = static_cast<int>(one.number & 255U);
      return one.name == 'q' ? Then::end : Then::end_silently;
    case 'b':
      at = one.target;
      break;
    case 't':
    case 'T':
      if (replaced_ == (one.name == 't')) at = one.target;
      replaced_ = false;
      break;
    default:
      break;
  }
  if (pattern_.size() > kSedSpaceBytesMax) pattern_.resize(kSedSpaceBytesMax);
  if (hold_.size() > kSedSpaceBytesMax) hold_.resize(kSedSpaceBytesMax);
  return Then::next;
}

void Sed::cycle(Io& io) {
  std::uint64_t steps = 0;
  const std::uint64_t before = Regex::steps();
  Then then = Then::restart;
  replaced_ = false;
  // n and N need the line after this one: they are run only when it is there or there is none.
  while (then == Then::restart) {
    then = Then::end;
    for (std::size_t at = 0; at < script_.commands.size(); ++at) {
      SedCommand& one = script_.commands[at];
      if (++steps > kSedStepsMax) {
        quit_ = true;
        io.fail("script takes too long", 0, 4);
        break;
      }
      const bool chosen = one.name == ':' || one.name == '}' || selected(one);
      if (!chosen) {
        if (one.name == '{') at = one.target;
        continue;
      }
      const Then what = run(io, one, at);
      if (what != Then::next) {
        then = what;
        break;
      }
    }
    if (then == Then::end && !options_.silent) put(io, pattern_, pattern_ended_);
    flush_appended(io);
  }
  work += static_cast<std::uint32_t>((Regex::steps() - before) / 64 + steps / 16);
  if (quit_) done = true;
}

constexpr Command kRows[] = {{"sed", &filter<Sed>}};

}  // namespace

std::span<const Command> sed_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
