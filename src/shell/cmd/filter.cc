#include "shell/cmd/filter.h"

#include <fcntl.h>

#include "shell/cmd/text.h"

namespace decnet::shell::cmd {

void Filter::unreadable(Io& io, std::string_view name, int error_number) {
  io.fail(quoted_if_odd(name), error_number);
}

void LineFilter::feed(Io& io, std::string_view bytes) {
  while (!bytes.empty() && !enough && !done) {
    const std::size_t end = bytes.find(separator);
    if (end == std::string_view::npos) {
      held_.append(bytes);
      if (held_.size() < kLineHeldBytesMax) return;
      const std::string full = std::move(held_);
      held_.clear();
      line(io, full, false);
      return;
    }
    if (held_.empty()) {
      line(io, bytes.substr(0, end), true);
    } else {
      held_.append(bytes.substr(0, end));
      const std::string whole = std::move(held_);
      held_.clear();
      line(io, whole, true);
    }
    bytes.remove_prefix(end + 1);
  }
}

void LineFilter::end(Io& io) {
  const std::string rest = std::move(held_);
  held_.clear();
  if (!rest.empty() && !enough && !done) line(io, rest, false);
}

namespace {

Task<bool> read_one(Process& process, Io& io, Filter& filter, const std::string& name) {
  int descriptor = 0;
  if (name != "-") {
    const Sys<int> opened = process.open(process.absolute(name), O_RDONLY);
    if (name.empty() || !opened) {
      filter.unreadable(io, name, opened ? ENOENT : opened.error());
      co_return true;
    }
    descriptor = *opened;
  }
  bool begun = false;
  bool written = true;
  filter.enough = false;
  while (!filter.enough && !filter.done) {
    const Sys<std::string> bytes = co_await process.read(descriptor, kPipeBytes);
    if (!bytes) {
      filter.unreadable(io, name, bytes.error());
      break;
    }
    if (!begun) filter.begin(io, name);
    begun = true;
    if (bytes->empty()) break;
    filter.feed(io, *bytes);
    const auto cost = static_cast<std::uint32_t>(bytes->size() / 1024 + filter.work + 1);
    filter.work = 0;
    co_await process.breathe(cost);
    const Sys<void> wrote = co_await io.flush();
    written = wrote.has_value();
    if (!written) break;
  }
  if (begun && written) filter.end(io);
  if (descriptor != 0) process.close(descriptor);
  co_return written;
}

}  // namespace

Task<int> run_filter(Process& process, Filter& filter) {
  Io io(process);
  const bool started = filter.start(io);
  bool going = started;
  if (started && filter.operands.empty()) filter.operands.emplace_back("-");
  for (std::size_t at = 0; going && at < filter.operands.size() && !filter.done; ++at) {
    const std::string name = filter.operands[at];
    going = co_await read_one(process, io, filter, name);
  }
  if (going) filter.finish(io);
  const Sys<void> wrote = co_await io.flush();
  co_return wrote ? io.status : 1;
}

}  // namespace decnet::shell::cmd
