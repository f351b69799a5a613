// read, mapfile.
#include <cerrno>
#include <cstdlib>

#include <fmt/format.h>

#include "shell/machine.h"
#include "shell/sh/escapes.h"
#include "shell/sh/interpreter.h"
#include "shell/terminal.h"

namespace decnet::shell::sh {
namespace {

struct Reading {
  std::vector<std::string> names;
  std::string array, prompt;
  char delimiter = '\n';
  bool raw = false, silent = false;
  bool exact = false;                // -N: the delimiter is a letter like others.
  std::optional<std::string> wrong;  // A count that is no number.
  std::size_t count = 0;
  int descriptor = 0;
  std::optional<double> seconds;
};

bool parse(const Arguments& arguments, Reading& out) {
  std::size_t i = 1;
  for (; i < arguments.size() && arguments[i].size() > 1 && arguments[i][0] == '-'; ++i) {
    if (arguments[i] == "--") {
      ++i;
      break;
    }
    for (std::size_t k = 1; k < arguments[i].size(); ++k) {
      const char letter = arguments[i][k];
      if (letter == 'r')
        out.raw = true;
      else if (letter == 's')
        out.silent = true;
      else if (letter == 'e')
        continue;
      else {
        std::string value = arguments[i].substr(k + 1);
        if (value.empty() && i + 1 < arguments.size()) value = arguments[++i];
        if (letter == 'p')
          out.prompt = value;
        else if (letter == 'a')
          out.array = value;
        else if (letter == 'd')
          out.delimiter = value.empty() ? '\0' : value[0];
        else if (letter == 'n' || letter == 'N') {
          if (value.empty() || value.find_first_not_of("0123456789") != std::string::npos) {
            out.wrong = value;
            return true;
          }
          out.exact = letter == 'N';
          out.count = static_cast<std::size_t>(std::max(0, std::atoi(value.c_str())));
        } else if (letter == 'i')
          continue;
        else if (letter == 't')
          out.seconds = std::atof(value.c_str());
        else if (letter == 'u')
          out.descriptor = std::atoi(value.c_str());
        else
          return false;
        break;
      }
    }
  }
  out.names.assign(arguments.begin() + static_cast<std::ptrdiff_t>(std::min(i, arguments.size())),
                   arguments.end());
  return true;
}

// Splits by IFS into the names; the last takes the rest. A backslash protects, unless raw.
std::vector<std::string> fields(const std::string& line, const std::string& ifs, bool raw,
                                std::size_t most) {
  std::vector<std::string> out;
  const auto blank = [&](char byte) {
    return (byte == ' ' || byte == '\t' || byte == '\n') && ifs.find(byte) != std::string::npos;
  };
  std::size_t at = 0;
  while (at < line.size() && blank(line[at])) ++at;
  while (at < line.size()) {
    std::string field;
    const bool last = out.size() + 1 == most;
    std::size_t keep = 0;  // Of the last: its blanks at the end go.
    for (; at < line.size(); ++at) {
      if (line[at] == '\\' && !raw) {
        if (++at < line.size()) field.push_back(line[at]);
        keep = field.size();
        continue;
      }
      if (!last && ifs.find(line[at]) != std::string::npos) break;
      field.push_back(line[at]);
      if (!blank(line[at])) keep = field.size();
    }
    if (last) {
      field.resize(keep);
      // One mark at the end of a last field that is alone goes, too.
      if (!field.empty() && ifs.find(field.back()) != std::string::npos &&
          field.find_first_of(ifs) == field.size() - 1)
        field.pop_back();
    }
    out.push_back(std::move(field));
    bool mark = false;
    while (at < line.size() &&
           (blank(line[at]) || (!mark && ifs.find(line[at]) != std::string::npos))) {
      mark = mark || !blank(line[at]);
      ++at;
    }
  }
  return out;
}

std::string without_slashes(const std::string& line) {
  std::string out;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\' && ++i >= line.size()) break;
    out.push_back(line[i]);
  }
  return out;
}

Task<int> run_read(Interpreter& shell, Arguments& arguments) {
  Reading reading;
  Process& process = *shell.process;
  if (!parse(arguments, reading)) {
    co_await shell.complain("read: invalid option");
    co_return 2;
  }
  if (!shell.bash() && reading.names.empty()) {
    co_await shell.complain("read: arg count");
    co_return 2;
  }
  if (reading.wrong) {
    const std::string said = "read: " + *reading.wrong + ": invalid number";
    co_await shell.complain(said);
    co_return 1;
  }
  for (const std::string& name : reading.names) {
    if (is_name(name.substr(0, name.find('[')))) continue;
    const std::string said = shell.bash() ? "read: `" + name + "': not a valid identifier"
                                          : "read: " + name + ": bad variable name";
    co_await shell.complain(said);
    co_return shell.bash() ? 1 : 2;
  }
  const bool on_terminal = process.is_terminal(reading.descriptor);
  if (!reading.prompt.empty() && on_terminal) {
    const Sys<void> written = co_await process.write(2, reading.prompt);
    (void)written;
  }
  std::optional<ModeGuard> guard;
  if (Terminal* terminal = process.terminal(); terminal != nullptr && on_terminal) {
    TerminalMode mode = terminal->mode();
    mode.echo = mode.echo && !reading.silent;
    if (reading.count > 0) mode.canonical = false;
    if (mode != terminal->mode()) guard.emplace(*terminal, mode);
  }
  std::optional<TimePoint> deadline;
  if (reading.seconds)
    deadline = process.clock().now() + Duration{static_cast<std::int64_t>(*reading.seconds * 1e6)};
  std::string line;
  bool complete = false;
  int result = 0;
  while (!complete && line.size() < kExpansionBytesMax) {
    const std::size_t most = reading.count > 0 ? reading.count - line.size() : 4096;
    if (most == 0) break;
    const Sys<std::string> bytes =
        co_await process.read_until(reading.descriptor, reading.delimiter, most, deadline);
    if (!bytes) {
      if (bytes.error() == ETIMEDOUT) {
        result = 142;
        break;
      }
      if (bytes.error() == EINTR) {
        const bool go_on = co_await shell.handle_signals();
        if (!go_on) co_return 130;
        continue;
      }
      if (shell.bash()) {
        const std::string text =
            "read: " + std::to_string(reading.descriptor) +
            ": invalid file descriptor: " + std::string(sys_error(bytes.error()));
        co_await shell.complain(text);
      }
      co_return 1;
    }
    if (bytes->empty()) break;
    line += *bytes;
    if (line.back() == reading.delimiter && !reading.exact) {
      line.pop_back();
      std::size_t slashes = 0;
      while (slashes < line.size() && line[line.size() - 1 - slashes] == '\\') ++slashes;
      if (!reading.raw && slashes % 2 == 1 && reading.delimiter == '\n') {
        line.pop_back();
        if (on_terminal && shell.interactive) {
          const std::string more = shell.lookup("PS2").value_or("> ");
          const Sys<void> written = co_await process.write(2, more);
          (void)written;
        }
        continue;
      }
      complete = true;
    }
  }
  if (!complete && result == 0 && !(reading.count > 0 && line.size() >= reading.count)) result = 1;
  std::erase(line, '\0');
  const std::string ifs = shell.lookup("IFS").value_or(" \t\n");
  if (!reading.array.empty()) {
    const std::vector<std::string> parts = fields(line, ifs, reading.raw, 100'000);
    Variable& variable = shell.variables.make(reading.array);
    variable.is_array = true;
    variable.set = true;
    variable.elements.clear();
    for (std::size_t i = 0; i < parts.size(); ++i)
      variable.elements[static_cast<std::int64_t>(i)] = parts[i];
    co_return result;
  }
  if (reading.names.empty()) {
    if (!reading.raw) line = without_slashes(line);
    shell.set("REPLY", line);
    co_return result;
  }
  if (reading.exact) {
    if (!shell.set(reading.names[0], line)) co_await shell.complain(shell.problem);
    co_return result;
  }
  const std::vector<std::string> parts = fields(line, ifs, reading.raw, reading.names.size());
  for (std::size_t i = 0; i < reading.names.size(); ++i) {
    if (!shell.assign_word(reading.names[i], i < parts.size() ? parts[i] : std::string{})) {
      co_await shell.complain(shell.problem);
      result = 1;
    }
  }
  co_return result;
}

Task<int> run_mapfile(Interpreter& shell, Arguments& arguments) {
  bool strip = false;
  char delimiter = '\n';
  std::size_t most = 0, skip = 0, quantum = 5000;
  std::int64_t origin = 0;
  bool keep = false;
  int descriptor = 0;
  std::string callback;
  std::string name = "MAPFILE";
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (word == "-t") {
      strip = true;
      continue;
    }
    if (word.size() < 2 || word[0] != '-') {
      name = word;
      continue;
    }
    std::string value = word.substr(2);
    if (value.empty() && i + 1 < arguments.size()) value = arguments[++i];
    const auto number = std::max(0, std::atoi(value.c_str()));
    switch (word[1]) {
      case 'd':
        delimiter = value.empty() ? '\0' : value[0];
        break;
      case 'n':
        most = static_cast<std::size_t>(number);
        break;
      case 's':
        skip = static_cast<std::size_t>(number);
        break;
      case 'O':
        origin = number;
        keep = true;
        break;
      case 'u':
        descriptor = number;
        break;
      case 'C':
        callback = value;
        break;
      case 'c':
        quantum = static_cast<std::size_t>(std::max(1, number));
        break;
      default:
        break;
    }
  }
  if (!shell.process->descriptors().contains(descriptor)) {
    const std::string said =
        fmt::format("mapfile: {}: invalid file descriptor: Bad file descriptor", descriptor);
    co_await shell.complain(said);
    co_return 1;
  }
  std::map<std::int64_t, std::string> elements;
  if (const Variable* old = shell.variables.find(name); keep && old != nullptr)
    elements = old->elements;
  std::size_t count = 0;
  while (elements.size() < kFieldsMax && (most == 0 || count < most)) {
    const Sys<std::string> line =
        co_await shell.process->read_until(descriptor, delimiter, kExpansionBytesMax, std::nullopt);
    if (!line || line->empty()) break;
    if (skip > 0) {
      --skip;
      continue;
    }
    std::string text = *line;
    if (strip && text.back() == delimiter) text.pop_back();
    ++count;
    if (!callback.empty() && count % quantum == 0 && shell.nesting < kCallDepthMax) {
      std::string action = fmt::format("{} {} {}", callback, origin, shell_quote(text));
      ++shell.nesting;
      const int result = co_await shell.run_text(std::move(action), shell.line);
      (void)result;
      --shell.nesting;
      if (shell.flow != Flow::none) co_return shell.status;
    }
    elements[origin++] = std::move(text);
    if (count % 64 == 0) co_await shell.process->breathe(8);
  }
  Variable& variable = shell.variables.make(name);
  variable.is_array = true;
  variable.set = true;
  variable.elements = std::move(elements);
  co_return 0;
}

}  // namespace

std::vector<Builtin> input_builtins() {
  return {{"read", nullptr, &run_read},
          {"mapfile", nullptr, &run_mapfile, false, true},
          {"readarray", nullptr, &run_mapfile, false, true}};
}

}  // namespace decnet::shell::sh
