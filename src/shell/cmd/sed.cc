// sed
#include "shell/cmd/sed.h"

#include <algorithm>
#include <cctype>

#include "shell/cmd/groups.h"
#include "shell/cmd/sed_stream.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {

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

namespace {

constexpr Command kRows[] = {{"sed", &filter<Sed>}};

}  // namespace

std::span<const Command> sed_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
