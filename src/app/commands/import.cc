#include "app/import/import.h"

#include <fstream>

#include <boost/json/serialize.hpp>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/client.h"
#include "app/commands/command.h"
#include "app/exit_codes.h"
#include "app/progress.h"
#include "app/table.h"
#include "base/bytes.h"
#include "base/hash.h"
#include "base/json.h"
#include "ingest/sender.h"
#include "net/loop.h"
#include "net/socket_stream.h"
#include "net/task_group.h"

namespace decnet::app {
namespace {

constexpr std::size_t kPendingBytesMax = 8U << 20;  // Of lines that are not acknowledged yet.
constexpr Duration kConnectTime = std::chrono::seconds{5};

struct ImportOptions {
  std::string kind;
  std::vector<std::string> files;
};

struct FileResult {
  std::string file;
  ImportSummary summary;
};

Result<std::string> hash_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail_errno(errno, "open " + path);
  Sha256 hash;
  std::string chunk(1 << 20, '\0');
  while (file) {
    file.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    hash.update({chunk.data(), static_cast<std::size_t>(file.gcount())});
  }
  return to_hex(hash.finish());
}

// Events of one file, to the running collector; waits where it is faster than the collector.
net::Task<Result<void>> send_file(const Config& config, std::string_view kind,
                                  const std::string& path, Import& import, std::uint64_t size) {
  DECNET_CO_TRY(net::StreamPtr stream,
                co_await net::connect_unix(config.collector_socket(), kConnectTime));
  ingest::SenderOptions options{.role = "import"};
  options.enterprise = static_cast<std::uint32_t>(config.ingest.enterprise_number);
  options.bytes_max = 1ULL << 40;  // Nothing of an import is shed: the loop below waits instead.
  ingest::Sender sender(Clock::system(), std::move(options));
  net::TaskGroup group(co_await net::asio::this_coro::executor);
  group.spawn("import", sender.run(std::move(stream)));
  std::ifstream file(path, std::ios::binary);
  Progress progress("importing " + path, size);
  std::string line;
  std::uint64_t done = 0;
  Result<void> outcome;
  const auto submit = [&](event::Event event) {
    event.add("import", "true");
    sender.submit(std::move(event));
  };
  while (outcome && std::getline(file, line)) {
    done += line.size() + 1;
    for (auto& event : import.add(line)) submit(std::move(event));
    if (sender.pending_bytes() < kPendingBytesMax) continue;
    progress.show(done);
    while (outcome && sender.pending_bytes() > kPendingBytesMax / 2) {
      if (group.size() == 0)
        outcome = fail(Errc::unavailable, "the collector has ended the connection");
      else
        outcome = co_await net::sleep_for(std::chrono::milliseconds{2});
    }
  }
  if (outcome) submit(import.summary_event(kind, path, Clock::system().now()));
  if (outcome) outcome = co_await sender.drained(std::chrono::seconds{60});
  progress.finish();
  group.cancel();
  co_await group.join();
  co_return outcome;
}

void print(const std::vector<FileResult>& results, bool as_json) {
  JsonWriter json;
  json.begin_array();
  Table table({{"file"},
               {"rows", Align::right},
               {"mapped", Align::right},
               {"rejected", Align::right},
               {"events", Align::right}});
  for (const auto& result : results) {
    const auto& sum = result.summary;
    table.add({result.file, std::to_string(sum.rows), std::to_string(sum.mapped),
               std::to_string(sum.rejected_total()), std::to_string(sum.events)});
    json.begin_object()
        .field("file", result.file)
        .field("rows", sum.rows)
        .field("mapped", sum.mapped)
        .field("rejected", sum.rejected_total());
    json.field("events", sum.events).key("reasons").begin_object();
    for (const auto& [reason, count] : sum.rejected) json.field(reason, count);
    json.end_object().end_object();
  }
  if (as_json) {
    fmt::print("{}\n", json.end_array().text());
    return;
  }
  table.print();
  for (const auto& result : results) {
    for (const auto& [reason, count] : result.summary.rejected)
      fmt::print("  {}: {} rows rejected: {}\n", result.file, count, terminal_safe(reason));
  }
}

int import_files(const Invocation& invocation, const ImportOptions& options) {
  const auto* kind = find_import_kind(options.kind);
  if (kind == nullptr) {
    std::string known;
    for (const auto& each : import_kinds())
      known += (known.empty() ? "" : ", ") + std::string(each.name);
    return failed(
        {Errc::invalid_argument, "there is no kind " + options.kind + "; there are " + known});
  }
  std::vector<FileResult> results;
  for (const auto& path : options.files) {
    const auto hash = hash_file(path);
    if (!hash) return failed(hash.error());
    struct stat status {};
    ::stat(path.c_str(), &status);
    Import import(
        *kind, {.source = *hash, .reference_time = from_micros(status.st_mtim.tv_sec * 1'000'000)});
    const auto sent = net::run_task(send_file(invocation.config, kind->name, path, import,
                                              static_cast<std::uint64_t>(status.st_size)));
    if (!sent) {
      const bool absent =
          sent.error().code == Errc::not_found || sent.error().code == Errc::unavailable;
      return failed(
          absent ? Error{Errc::unavailable, "decnet is not running here; start it with `decnet up`"}
                 : sent.error());
    }
    results.push_back({path, import.summary()});
  }
  print(results, invocation.json);
  return kExitOk;
}

}  // namespace

void add_import(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<ImportOptions>();
  auto* command =
      app.add_subcommand("import", "take in the logs of other sensors; a second time adds nothing");
  command->add_option("kind", options->kind, "cowrie, dionaea, heralding, honeytrap, rfc5424")
      ->required();
  command->add_option("files", options->files)->required()->check(CLI::ExistingFile);
  command->callback([&invocation, options] {
    invocation.action = [&invocation, options] { return import_files(invocation, *options); };
  });
}

}  // namespace decnet::app
