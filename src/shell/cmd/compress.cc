// gzip, gunzip, zcat
#include "shell/cmd/compress.h"

#include <zlib.h>

#include "shell/cmd/filter.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

struct GzipOptions {
  bool decompress = false, to_output = false, keep = false, force = false, list = false,
       test = false, verbose = false, recursive = false;
  int level = 6;
  std::vector<std::string> names;
};

bool read_options(Io& io, GzipOptions& options) {
  static constexpr Long kLongs[] = {{"decompress", 'd'}, {"uncompress", 'd'}, {"stdout", 'c'},
                                    {"to-stdout", 'c'},  {"keep", 'k'},       {"force", 'f'},
                                    {"list", 'l'},       {"test", 't'},       {"verbose", 'v'},
                                    {"fast", '1'},       {"best", '9'},       {"quiet", 'q'},
                                    {"recursive", 'r'},  {"no-name", 'n'}};
  options.decompress = io.name() == "gunzip" || io.name() == "zcat";
  options.to_output = io.name() == "zcat";
  Options reader(io, "acdfhklLnNqrS:tvV123456789", kLongs);
  for (int id = reader.next(); id != kNoMore; id = reader.next()) {
    if (id == kStop) return false;
    if (id == 'd') options.decompress = true;
    if (id == 'c') options.to_output = true;
    if (id == 'k') options.keep = true;
    if (id == 'f') options.force = true;
    if (id == 'l') options.list = options.decompress = true;
    if (id == 't') options.test = options.decompress = true;
    if (id == 'v') options.verbose = true;
    if (id >= '1' && id <= '9') options.level = id - '0';
  }
  options.names = reader.operands;
  return true;
}

std::string shown_name(Io& io) {
  return io.name() == "zcat" || io.name() == "gunzip" ? "gzip" : std::string(io.name());
}

void work_file(Io& io, const GzipOptions& options, const std::string& given) {
  std::string name = given;
  Sys<Stat> stat = io.stat(name);
  if (!stat && options.decompress && !name.ends_with(".gz") && io.stat(name + ".gz")) {
    name += ".gz";
    stat = io.stat(name);
  }
  const auto say = [&](const std::string& text, int status) {
    io.err(shown_name(io) + ": " + text + "\n");
    io.status = std::max(io.status, status);
  };
  if (!stat)
    return say(given + (options.decompress && !given.ends_with(".gz") ? ".gz" : "") + ": " +
                   std::string(sys_error(stat.error())),
               1);
  if (stat->kind == Kind::directory) return say(given + " is a directory -- ignored", 2);
  const bool suffixed = name.ends_with(".gz") || name.ends_with(".tgz");
  if (options.decompress && !suffixed && !options.to_output && !options.test)
    return say(name + ": unknown suffix -- ignored", 2);
  if (!options.decompress && suffixed && !options.force)
    return say(name + " already has .gz suffix -- unchanged", 2);
  const Sys<std::string> bytes = io.slurp(name);
  if (!bytes) return say(name + ": " + std::string(sys_error(bytes.error())), 1);
  std::string out;
  if (options.decompress) {
    const std::string problem = gunzip(*bytes, out);
    if (!problem.empty()) return io.err("\n"), say(name + ": " + problem, 1);
  } else {
    out = gzip(*bytes, options.level, name, static_cast<std::uint32_t>(seconds(stat->modified)));
  }
  if (options.test) return;
  if (options.to_output) return io.out(out);
  std::string target = options.decompress
                           ? name.substr(0, name.size() - (name.ends_with(".tgz") ? 4 : 3)) +
                                 (name.ends_with(".tgz") ? ".tar" : "")
                           : name + ".gz";
  if (io.stat(target) && !options.force)
    return say(target + " already exists;\tnot overwritten", 2);
  const Sys<void> wrote = io.files.write_file(io.absolute(target), out, io.who, stat->mode);
  if (!wrote) return say(target + ": " + std::string(sys_error(wrote.error())), 1);
  static_cast<void>(
      io.files.set_times(io.absolute(target), stat->accessed, stat->modified, io.who));
  if (!options.keep) static_cast<void>(io.files.remove(io.absolute(name), io.who));
}

Task<int> gzip_command(Process& process) {
  Io io(process);
  GzipOptions options;
  const bool ready = read_options(io, options);
  if (ready && (options.names.empty() || options.names[0] == "-")) {
    std::string text;
    for (;;) {
      const Sys<std::string> bytes = co_await process.read(0, kPipeBytes);
      if (!bytes || bytes->empty() || text.size() > kGatheredBytesMax) break;
      text += *bytes;
      co_await process.breathe(64);
    }
    std::string out;
    if (options.decompress) {
      const std::string problem = gunzip(text, out);
      if (!problem.empty()) io.err("\ngzip: stdin: " + problem + "\n");
      if (!problem.empty()) io.status = 1;
    } else if (process.is_terminal(1) && !options.force) {
      io.err(
          "gzip: compressed data not written to a terminal. Use -f to force compression.\nFor "
          "help, type: gzip -h\n");
      io.status = 1;
    } else {
      out = gzip(text, options.level, "", 0);
    }
    if (!options.test) io.out(out);
  } else if (ready) {
    for (const std::string& name : options.names) {
      work_file(io, options, name);
      co_await process.breathe(500);
      co_await io.flush();
    }
  }
  co_await io.flush();
  co_return io.status;
}

constexpr Command kRows[] = {
    {"gzip", &gzip_command}, {"gunzip", &gzip_command}, {"zcat", &gzip_command}};

}  // namespace

std::string gzip(std::string_view bytes, int level, std::string_view, std::uint32_t) {
  z_stream stream{};
  std::string out;
  if (deflateInit2(&stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return out;
  out.resize(deflateBound(&stream, static_cast<uLong>(bytes.size())) + 32);
  std::string copy(bytes);
  stream.next_in = reinterpret_cast<Bytef*>(copy.data());
  stream.avail_in = static_cast<uInt>(copy.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string gunzip(std::string_view bytes, std::string& out) {
  if (bytes.size() < 2 || bytes[0] != '\x1f' || static_cast<unsigned char>(bytes[1]) != 0x8b)
    return bytes.empty() ? "unexpected end of file" : "not in gzip format";
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 16) != Z_OK) return "out of memory";
  std::string copy(bytes);
  stream.next_in = reinterpret_cast<Bytef*>(copy.data());
  stream.avail_in = static_cast<uInt>(copy.size());
  std::string problem;
  std::string piece(64 * 1024, '\0');
  for (;;) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    const int result = inflate(&stream, Z_NO_FLUSH);
    out.append(piece, 0, piece.size() - stream.avail_out);
    if (out.size() > kUnpackedBytesMax) {
      problem = "No space left on device";
      break;
    }
    if (result == Z_STREAM_END) {
      if (stream.avail_in < 18 || stream.next_in[0] != 0x1f) break;
      inflateReset(&stream);
      continue;
    }
    if (result != Z_OK) {
      problem = stream.avail_in == 0 ? "unexpected end of file"
                                     : "invalid compressed data--format violated";
      break;
    }
    if (stream.avail_in == 0 && stream.avail_out > 0) {
      problem = "unexpected end of file";
      break;
    }
  }
  inflateEnd(&stream);
  return problem;
}

std::span<const Command> compress_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
