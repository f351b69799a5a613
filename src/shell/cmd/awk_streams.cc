// What awk reads from and writes to: the main input, files and commands.
#include <algorithm>
#include <csignal>

#include <fcntl.h>

#include "shell/cmd/awk_run.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

bool is_assignment(const std::string& word) {
  const std::size_t equals = word.find('=');
  return equals != std::string::npos && equals > 0 &&
         word.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == equals;
}

int status_of(const Sys<Ended>& ended) {
  if (!ended) return -1;
  return ended->signal != 0 ? 256 + ended->signal : ended->status;
}

Sys<int> spawn_shell(Process& process, const std::string& command, int in, int out) {
  ChildRequest request;
  request.arguments = {"sh", "-c", command};
  request.path = "/bin/sh";
  request.environment = process.environment;
  request.descriptors = {{0, in}, {1, out}, {2, 2}};
  return process.spawn(std::move(request));
}

}  // namespace

bool AwkMachine::cut_line(AwkReader& reader, std::string& line) {
  const std::string separator = text_of_variable("RS");
  const bool paragraphs = separator.empty();
  while (paragraphs && reader.at < reader.held.size() && reader.held[reader.at] == '\n')
    ++reader.at;
  std::size_t end = std::string::npos;
  std::size_t after = 0;
  if (separator.size() == 1) {
    end = reader.held.find(separator[0], reader.at);
    after = end + 1;
  } else {
    const auto compiled = regex_of(paragraphs ? "\n\n+" : separator);
    std::vector<Span> groups;
    const std::string_view rest = std::string_view(reader.held).substr(reader.at);
    // A match at the very end may go on in what was not read yet.
    if (compiled->search(rest, 0, groups) && groups[0].to > groups[0].from &&
        (reader.over || groups[0].to < rest.size())) {
      end = reader.at + groups[0].from;
      after = reader.at + groups[0].to;
    }
  }
  if (end == std::string::npos) {
    if (!reader.over || reader.at >= reader.held.size()) return false;
    line = reader.held.substr(reader.at);
    if (separator != "\n" && separator.size() != 1 && line.ends_with("\n")) line.pop_back();
    reader.at = reader.held.size();
    return true;
  }
  line = reader.held.substr(reader.at, end - reader.at);
  reader.at = after;
  return true;
}

Task<bool> AwkMachine::read_line(Io& io, AwkReader& reader, std::string& line) {
  while (!cut_line(reader, line)) {
    if (reader.over) co_return false;
    const Sys<std::string> bytes = co_await io.process.read(reader.descriptor, kPipeBytes);
    reader.over = !bytes || bytes->empty() || reader.held.size() > kGatheredBytesMax;
    if (!reader.over) {
      reader.held.erase(0, reader.at);
      reader.at = 0;
      reader.held += *bytes;
    }
    co_await breathe(io);
  }
  co_return true;
}

Task<void> AwkMachine::breathe(Io& io) {
  const auto cost = static_cast<std::uint32_t>(std::exchange(steps_since_, 0) / 8 + 2);
  co_await io.process.breathe(cost);
  if (io.pending() < kPipeBytes) co_return;
  const Sys<void> wrote = co_await io.flush();
  if (!wrote) {
    ended_ = true;
    status = 2;
  }
}

// The next operand that is a file, or standard input where none was.
Task<bool> AwkMachine::open_next(Io& io) {
  while (!operands_.empty()) {
    const std::string name = std::move(operands_.front());
    operands_.pop_front();
    if (is_assignment(name)) {
      bool stop = false;
      set(name.substr(0, name.find('=')),
          unescaped(std::string_view(name).substr(name.find('=') + 1), stop, false));
      continue;
    }
    read_any_ = true;
    auto reader = std::make_unique<AwkReader>();
    reader->descriptor = 0;
    file_nr_ = 0;
    set("FILENAME", name == "-" ? "" : name);
    if (name != "-") {
      const Sys<int> opened = io.process.open(name, O_RDONLY);
      if (!opened) {
        io.err(std::string(io.name()) + ": cannot open " + name + " (" +
               std::string(sys_error(opened.error())) + ")\n");
        status = 2;
        ended_ = true;
        co_return false;
      }
      reader->descriptor = *opened;
    }
    main_ = std::move(reader);
    co_return true;
  }
  if (read_any_) co_return false;
  read_any_ = true;
  main_ = std::make_unique<AwkReader>();
  main_->descriptor = 0;
  co_return true;
}

Task<int> AwkMachine::next_record(Io& io, std::string& line) {
  while (!ended_) {
    if (main_ == nullptr) {
      const bool opened = co_await open_next(io);
      if (!opened) co_return 0;
    }
    if (cut_line(*main_, line)) co_return 1;
    const bool any = co_await read_line(io, *main_, line);
    if (any) co_return 1;
    if (main_->descriptor > 0) static_cast<void>(io.process.close(main_->descriptor));
    main_.reset();
  }
  co_return 0;
}

Task<AwkReader*> AwkMachine::reader_of(Io& io, std::string way, std::string name) {
  const auto found = readers_.find(way + name);
  if (found != readers_.end()) co_return &found->second;
  if (readers_.size() + writers_.size() >= kAwkStreamsMax) co_return nullptr;
  AwkReader reader;
  if (way == "<") {
    const bool standard = name == "-" || name == "/dev/stdin";
    const Sys<int> opened = standard ? Sys<int>(0) : io.process.open(name, O_RDONLY);
    if (!opened) co_return nullptr;
    reader.descriptor = *opened;
  } else {
    co_await flush_all(io);
    const Sys<std::pair<int, int>> ends = io.process.pipe();
    if (!ends) co_return nullptr;
    const Sys<int> child = spawn_shell(io.process, name, 0, ends->second);
    static_cast<void>(io.process.close(ends->second));
    if (!child) {
      static_cast<void>(io.process.close(ends->first));
      co_return nullptr;
    }
    reader.descriptor = ends->first;
    reader.child = *child;
  }
  co_return &(readers_[way + name] = std::move(reader));
}

Task<AwkValue> AwkMachine::await_getline(Io& io, const AwkNode& node) {
  std::string line;
  if (node.text.empty()) {
    const int got = co_await next_record(io, line);
    if (got != 1) co_return number(got);
    ++nr_;
    ++file_nr_;
  } else {
    AwkValue source = co_await await_value(io, *node.parts[1]);
    AwkReader* reader = co_await reader_of(io, node.text, as_text(source));
    if (reader == nullptr) co_return number(-1);
    bool any = cut_line(*reader, line);
    if (!any) any = co_await read_line(io, *reader, line);
    if (!any) co_return number(0);
  }
  const AwkNode& place = *node.parts[0];
  if (place.kind == AwkNode::Kind::nothing) {
    set_record(std::move(line));
  } else {
    const std::vector<const AwkNode*> waited = co_await await_parts(io, place);
    assign(io, place, input(std::move(line)));
    forget(waited);
  }
  co_return number(1);
}

Task<void> AwkMachine::write_pipe(Io& io, std::string command, std::string text) {
  auto found = writers_.find(command);
  if (found == writers_.end()) {
    if (readers_.size() + writers_.size() >= kAwkStreamsMax) co_return;
    co_await flush_all(io);
    const Sys<std::pair<int, int>> ends = io.process.pipe();
    if (!ends) co_return;
    const Sys<int> child = spawn_shell(io.process, command, ends->first, 1);
    static_cast<void>(io.process.close(ends->first));
    if (!child) {
      static_cast<void>(io.process.close(ends->second));
      co_return;
    }
    AwkWriter writer;
    writer.descriptor = ends->second;
    writer.child = *child;
    found = writers_.emplace(std::move(command), std::move(writer)).first;
  }
  found->second.held += text;
  if (found->second.held.size() < kAwkPipeBytesMax) co_return;
  const std::string held = std::exchange(found->second.held, {});
  co_await io.process.write(found->second.descriptor, held);
}

Task<void> AwkMachine::flush_all(Io& io) {
  const Sys<void> wrote = co_await io.flush();
  if (!wrote) ended_ = true;
  for (auto& [command, writer] : writers_) {
    const std::string held = std::exchange(writer.held, {});
    if (!held.empty()) co_await io.process.write(writer.descriptor, held);
  }
}

Task<int> AwkMachine::close(Io& io, std::string name) {
  int result = -1;
  if (std::erase(written_, name) > 0) result = 0;
  if (const auto found = writers_.find(name); found != writers_.end()) {
    co_await io.flush();
    const AwkWriter writer = std::move(found->second);
    writers_.erase(found);
    if (!writer.held.empty()) co_await io.process.write(writer.descriptor, writer.held);
    static_cast<void>(io.process.close(writer.descriptor));
    const Sys<Ended> ended = co_await io.process.wait(writer.child);
    result = status_of(ended);
  }
  for (const char* way : {"<", "|"}) {
    const auto found = readers_.find(way + name);
    if (found == readers_.end()) continue;
    const AwkReader reader = std::move(found->second);
    readers_.erase(found);
    if (reader.descriptor > 0) static_cast<void>(io.process.close(reader.descriptor));
    result = 0;
    if (reader.child == 0) continue;
    const Sys<Ended> ended = co_await io.process.wait(reader.child);
    result = status_of(ended);
  }
  co_return result;
}

Task<void> AwkMachine::close_all(Io& io) {
  co_await flush_all(io);
  while (!writers_.empty()) {
    std::string name = writers_.begin()->first;
    co_await close(io, std::move(name));
  }
  while (!readers_.empty()) {
    std::string name = readers_.begin()->first.substr(1);
    co_await close(io, std::move(name));
  }
}

Task<int> AwkMachine::system(Io& io, std::string command) {
  co_await flush_all(io);
  const Sys<int> child = spawn_shell(io.process, command, 0, 1);
  if (!child) co_return -1;
  const Sys<Ended> ended = co_await io.process.wait(*child);
  co_return status_of(ended);
}

}  // namespace decnet::shell::cmd
