// dd, tee
#include <algorithm>

#include <fcntl.h>

#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

struct DdOptions {
  std::string input, output;
  std::uint64_t block = 512, out_block = 512, count = ~0ULL, skip = 0, seek = 0;
  bool keep = false, append = false, silent = false, quiet_rate = false;
};

bool read_dd(Io& io, DdOptions& dd) {
  for (std::size_t at = 1; at < io.argc(); ++at) {
    const std::string& word = io.arg(at);
    const std::size_t equals = word.find('=');
    if (word == "--version") {
      io.out(version_text(io, "dd"));
      return false;
    }
    const std::string key = word.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : word.substr(equals + 1);
    const auto number = size_of(value);
    if (equals == std::string::npos) {
      io.misused("unrecognized operand " + quoted(word));
      return false;
    }
    if (key == "if")
      dd.input = value;
    else if (key == "of")
      dd.output = value;
    else if (key == "conv" || key == "oflag" || key == "iflag") {
      dd.keep = dd.keep || value.find("notrunc") != std::string::npos;
      dd.append = dd.append || value.find("append") != std::string::npos;
    } else if (key == "status") {
      dd.silent = value == "none";
      dd.quiet_rate = value == "noxfer";
    } else if (key == "bs" || key == "ibs" || key == "obs" || key == "count" || key == "skip" ||
               key == "seek" || key == "cbs") {
      if (!number || ((key == "bs" || key == "ibs" || key == "obs") && *number == 0)) {
        io.fail("invalid number: " + quoted(value));
        return false;
      }
      if (key == "bs") dd.block = dd.out_block = *number;
      if (key == "ibs") dd.block = *number;
      if (key == "obs") dd.out_block = *number;
      if (key == "count") dd.count = *number;
      if (key == "skip" || key == "iseek") dd.skip = *number;
      if (key == "seek" || key == "oseek") dd.seek = *number;
    } else {
      io.misused("unrecognized operand " + quoted(word));
      return false;
    }
  }
  return true;
}

std::string dd_rate(std::uint64_t bytes, double took) {
  std::string text = std::to_string(bytes) + (bytes == 1 ? " byte" : " bytes");
  const auto si = [](double value, bool binary) {
    const double base = binary ? 1024 : 1000;
    static constexpr std::string_view kSi[] = {"B", "kB", "MB", "GB", "TB"};
    static constexpr std::string_view kIec[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    std::size_t unit = 0;
    while (value >= base && unit < 4) {
      value /= base;
      ++unit;
    }
    const std::string_view name = binary ? kIec[unit] : kSi[unit];
    return (value < 10 && unit > 0 ? text_of("%.1f ", value) : text_of("%.0f ", value)) +
           std::string(name);
  };
  if (bytes >= 1000)
    text += " (" + si(static_cast<double>(bytes), false) +
            (bytes >= 1024 ? ", " + si(static_cast<double>(bytes), true) : "") + ")";
  return text + " copied, " + text_of("%.6g s, ", took) +
         si(static_cast<double>(bytes) / took, false) + "/s\n";
}

Task<int> dd(Process& process) {
  Io io(process);
  DdOptions options;
  const bool ready = read_dd(io, options);
  int in = 0;
  int out = 1;
  bool failed = !ready;
  if (!failed && !options.input.empty()) {
    const Sys<int> opened = process.open(options.input, O_RDONLY);
    failed = !opened.has_value();
    if (failed) io.fail("failed to open " + quoted(options.input), opened.error());
    in = opened.value_or(0);
  }
  if (!failed && !options.output.empty()) {
    const int flags = O_WRONLY | O_CREAT | (options.keep || options.seek > 0 ? 0 : O_TRUNC) |
                      (options.append ? O_APPEND : 0);
    const Sys<int> opened = process.open(options.output, flags);
    failed = !opened.has_value();
    if (failed) io.fail("failed to open " + quoted(options.output), opened.error());
    out = opened.value_or(1);
    if (!failed && options.seek > 0)
      static_cast<void>(process.seek(out, options.seek * options.out_block));
  }
  if (failed) {
    co_await io.flush();
    co_return io.status;
  }
  const TimePoint began = io.now();
  std::uint64_t full = 0;
  std::uint64_t part = 0;
  std::uint64_t bytes = 0;
  std::uint64_t blocks = 0;
  const std::uint64_t block = std::min<std::uint64_t>(options.block, 16U << 20);
  while (blocks < options.count + options.skip || options.count == ~0ULL) {
    std::string data;
    while (data.size() < block) {
      const auto rest = static_cast<std::size_t>(block - data.size());
      const Sys<std::string> some =
          co_await process.read(in, std::min<std::size_t>(rest, kPipeBytes));
      if (!some)
        io.fail("error reading " + quoted(options.input.empty() ? "standard input" : options.input),
                some.error());
      if (!some || some->empty()) break;
      data += *some;
      const auto cost = static_cast<std::uint32_t>(some->size() / 2048 + 1);
      co_await process.breathe(cost);
      if (block <= kPipeBytes && in == 0) break;  // A pipe gives what it has.
    }
    if (data.empty()) break;
    if (blocks++ < options.skip) continue;
    const Sys<void> wrote = co_await process.write(out, data);
    if (!wrote) {
      io.fail(
          "error writing " + quoted(options.output.empty() ? "standard output" : options.output),
          wrote.error());
      break;
    }
    ++(data.size() == options.block ? full : part);
    bytes += data.size();
  }
  const double took = std::max(0.000'018, static_cast<double>((io.now() - began).count()) / 1e6);
  if (!options.silent) {
    const std::string records = std::to_string(full) + "+" + std::to_string(part);
    io.err(records + " records in\n" + records + " records out\n");
    if (!options.quiet_rate) io.err(dd_rate(bytes, took));
  }
  co_await io.flush();
  co_return io.status;
}

Task<int> tee(Process& process) {
  Io io(process);
  static constexpr Long kLongs[] = {
      {"append", 'a'}, {"ignore-interrupts", 'i'}, {"output-error", 'p', '?'}};
  Options options(io, "aip", kLongs);
  bool append = false;
  bool stop = false;
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    stop = id == kStop;
    append = append || id == 'a';
    if (stop) break;
  }
  std::vector<int> outputs;
  for (const std::string& name : options.operands) {
    const Sys<int> opened = process.open(name, O_WRONLY | O_CREAT | (append ? O_APPEND : O_TRUNC));
    if (opened) outputs.push_back(*opened);
    if (!opened) io.fail(quoted_if_odd(name), opened.error());
  }
  co_await io.flush();
  while (!stop) {
    const Sys<std::string> bytes = co_await process.read(0, kPipeBytes);
    if (!bytes || bytes->empty()) break;
    for (const int output : outputs) {
      const Sys<void> kept = co_await process.write(output, *bytes);
      if (!kept) io.status = 1;
    }
    const Sys<void> wrote = co_await process.write(1, *bytes);
    if (!wrote) break;
    co_await process.breathe(4);
  }
  co_return io.status;
}

constexpr Command kRows[] = {{"dd", &dd}, {"tee", &tee}};

}  // namespace

std::span<const Command> dd_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
