// What sed reads, selects and writes.
#include "shell/cmd/sed_stream.h"

#include <algorithm>

#include "shell/cmd/text.h"

namespace decnet::shell::cmd {

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
    io.status = script.error().starts_with("can't find label") ? 4 : 1;
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

}  // namespace decnet::shell::cmd
