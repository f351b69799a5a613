#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <zstd.h>

#include "base/try.h"
#include "ingest/log.h"
#include "ingest/segments.h"

namespace decnet::ingest {
namespace {

constexpr int kCompressionLevel = 3;
constexpr std::size_t kChunkBytes = 256 * 1024;

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const noexcept { ZSTD_freeCCtx(context); }
};

// Writes `from` compressed to `to`, durable.
Result<void> compress_file(const std::string& from, const std::string& to) {
  std::ifstream in(from, std::ios::binary);
  const UniqueFd out(::open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640));
  if (!in || !out) return fail_errno(errno, "compress " + from);
  const std::unique_ptr<ZSTD_CCtx, FreeContext> context(ZSTD_createCCtx());
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, kCompressionLevel);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  std::string chunk(kChunkBytes, '\0');
  std::string packed(ZSTD_CStreamOutSize(), '\0');
  bool last = false;
  while (!last) {
    in.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    last = in.eof();
    if (in.bad()) return fail(Errc::io, "read " + from);
    ZSTD_inBuffer input{chunk.data(), static_cast<std::size_t>(in.gcount()), 0};
    bool finished = false;
    while (!finished) {
      ZSTD_outBuffer output{packed.data(), packed.size(), 0};
      const std::size_t left =
          ZSTD_compressStream2(context.get(), &output, &input, last ? ZSTD_e_end : ZSTD_e_continue);
      if (ZSTD_isError(left) != 0U)
        return fail(Errc::io, std::string("compress: ") + ZSTD_getErrorName(left));
      if (::write(out.get(), packed.data(), output.pos) != static_cast<ssize_t>(output.pos)) {
        return fail_errno(errno, "write " + to);
      }
      finished = last ? left == 0 : input.pos == input.size;
    }
  }
  if (::fsync(out.get()) != 0) return fail_errno(errno, "sync " + to);
  return {};
}

std::uint64_t file_bytes(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  return error ? 0 : size;
}

}  // namespace

Result<int> compress_full_segments(const std::string& folder) {
  const auto segments = DECNET_TRY(list_segments(folder));
  int done = 0;
  for (std::size_t n = 0; n + 1 < segments.size(); ++n) {
    if (segments[n].compressed) continue;
    const std::string packed = segments[n].path + ".zst";
    const std::string unfinished = packed + ".part";
    DECNET_TRY(compress_file(segments[n].path, unfinished));
    if (::rename(unfinished.c_str(), packed.c_str()) != 0)
      return fail_errno(errno, "rename " + unfinished);
    DECNET_TRY(sync_folder(folder));
    ::unlink(segments[n].path.c_str());
    ++done;
  }
  return done;
}

Result<Retired> retire(const std::string& folder, std::uint64_t position, std::uint64_t bytes_max) {
  const auto segments = DECNET_TRY(list_segments(folder));
  std::uint64_t total = 0;
  for (const Segment& segment : segments) total += file_bytes(segment.path);
  Retired out;
  for (std::size_t n = 0; n + 1 < segments.size(); ++n) {  // The last one is being written.
    const std::uint64_t end = segments[n + 1].start;
    if (end > position && total <= bytes_max) break;
    if (end > position) out.bytes_given_up += end - std::max(position, segments[n].start);
    total -= file_bytes(segments[n].path);
    if (::unlink(segments[n].path.c_str()) != 0)
      return fail_errno(errno, "remove " + segments[n].path);
    ++out.segments;
  }
  return out;
}

Result<std::uint64_t> log_end(const std::string& folder) {
  const auto segments = DECNET_TRY(list_segments(folder));
  if (segments.empty()) return std::uint64_t{0};
  LogReader reader(folder, segments.back().start);
  Record record;
  while (DECNET_TRY(reader.next(record))) {
  }
  return reader.position();
}

}  // namespace decnet::ingest
