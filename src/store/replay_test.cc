// The promise of commit(): whatever is repeated, however it is cut into batches, wherever the
// process dies, the store is the same as if every line had come once.
#include <algorithm>

#include <sys/wait.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/random.h"
#include "store/contract.h"
#include "store/dump.h"

namespace decnet::store {
namespace {

// A line of a log: an event, or one that was rejected.
struct Line {
  std::optional<event::Event> event;
  std::optional<RejectedLine> rejected;
};

// Lines of two engines and an import, mingled, of every type, with odd orders, lost starts and
// clocks that go back.
std::vector<Line> make_log(std::uint64_t seed, std::size_t count) {
  SeededRandom random(seed, "log");
  std::vector<Maker> makers = {Maker(11), Maker(0xffffffffffffff12ULL), Maker(13)};
  std::vector<Line> log;
  TimePoint now = kStart;
  constexpr std::array<std::string_view, 9> kTypes = {
      event::kSessionStarted, event::kSessionEnded, event::kLoginAttempt,
      event::kLoginAttempt,   event::kCommand,      event::kFileCaptured,
      event::kFingerprint,    event::kScan,         event::kSystemLog};
  while (log.size() < count) {
    Maker& maker = makers[random.below(makers.size())];
    now += std::chrono::milliseconds(random.between(-200'000, 300'000));
    maker.set_now(now);
    if (random.chance(0.03)) {
      RejectedLine line{.at = now,
                        .source = "engine.0",
                        .reason = "no header",
                        .line = "line " + std::to_string(log.size())};
      line.log_position = (log.size() + 1) * 100;
      log.push_back({.event = {}, .rejected = line});
      continue;
    }
    const std::string_view type = random.pick(kTypes);
    const std::string ip = "192.0.2." + std::to_string(random.below(9));
    const std::string session =
        random.chance(0.1) ? "" : "s" + std::to_string(random.below(1 + log.size() / 12));
    event::Event event =
        type == event::kSystemLog ? maker.bare(type) : maker.peer(type, ip, session);
    event.decky = "web-0" + std::to_string(random.below(4));
    event.severity = random.chance(0.1) ? event::Severity::warning : event::Severity::info;
    if (type == event::kSessionEnded && random.chance(0.8))
      event.add("duration_ms", random.below(5'000)).add("reason", "quit");
    if (type == event::kLoginAttempt) {
      event.add("principal", "u" + std::to_string(random.below(4))).add("secret_kind", "plaintext");
      event.add("secret_b64", to_base64(std::to_string(random.below(5))))
          .add("outcome", random.chance(0.2) ? "accepted" : "refused");
      if (random.chance(0.1))
        event.add("crack_format", "john").add("crack_line", "x" + std::to_string(log.size()));
    }
    if (type == event::kFileCaptured) event.add("sha256", sha256_hex(ip)).add("size", 3);
    if (type == event::kFingerprint)
      event.add("kind", random.chance(0.5) ? "ja3" : "ja4")
          .add("value", std::to_string(random.below(6)));
    log.push_back({.event = event, .rejected = {}});
  }
  return log;
}

// Commits log[from, to) as one batch.
IngestOutcome commit_range(Store& store, const std::vector<Line>& log, std::size_t from,
                           std::size_t to) {
  IngestBatch batch;
  for (std::size_t n = from; n < to; ++n) {
    if (log[n].event) batch.events.push_back(*log[n].event);
    if (log[n].rejected) batch.rejected.push_back(*log[n].rejected);
  }
  batch.log_position = to * 100;
  auto outcome = store.ingest().commit(batch);
  EXPECT_TRUE(outcome) << outcome.error().detail;
  return outcome ? *outcome : IngestOutcome{};
}

std::unique_ptr<Store> open_in(const TestFolder& folder) {
  auto opened = open_store({.url = sqlite_url(folder.path()), .backup_folder = {}});
  EXPECT_TRUE(opened) << opened.error().detail;
  return opened ? std::move(*opened) : nullptr;
}
std::string path_in(const TestFolder& folder) {
  return folder.path() + "/decnet.sqlite";
}
void expect_sound(Store& store) {
  const auto recount = store.maintenance().check();
  ASSERT_TRUE(recount) << recount.error().detail;
  for (const std::string& difference : recount->differences) ADD_FAILURE() << difference;
}

// The log in batches of random sizes up to `most`.
void commit_all(Store& store, const std::vector<Line>& log, std::uint64_t seed, std::size_t most,
                std::size_t from = 0) {
  SeededRandom random(seed, "sizes");
  while (from < log.size()) {
    const std::size_t to = std::min(log.size(), from + 1 + random.below(most));
    commit_range(store, log, from, to);
    from = to;
  }
}

TEST(Replay, AnyBatchingGivesTheSameTables) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const auto log = make_log(seed, 700);
    TestFolder reference_folder;
    const auto reference = open_in(reference_folder);
    commit_range(*reference, log, 0, log.size());
    expect_sound(*reference);
    const std::string wanted = dump_store(path_in(reference_folder), DumpOf::what_is_not_random);
    for (const std::size_t most : {std::size_t{1}, std::size_t{9}, std::size_t{200}}) {
      TestFolder folder;
      const auto store = open_in(folder);
      commit_all(*store, log, seed, most);
      EXPECT_EQ(dump_store(path_in(folder), DumpOf::what_is_not_random), wanted)
          << "seed " << seed << ", batches up to " << most;
      expect_sound(*store);
    }
  }
}

TEST(Replay, AnySuffixInAnyBatchingChangesNothing) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const auto log = make_log(seed, 600);
    TestFolder folder;
    const auto store = open_in(folder);
    commit_all(*store, log, seed, 100);
    const std::string before = dump_store(path_in(folder), DumpOf::everything);
    SeededRandom random(seed, "suffix");
    for (int round = 0; round < 5; ++round) {
      commit_all(*store, log, seed + 100 + static_cast<std::uint64_t>(round), 150,
                 random.below(log.size()));
      ASSERT_EQ(dump_store(path_in(folder), DumpOf::everything), before);
    }
  }
}

TEST(Replay, AStoreThatIsBehindTakesWhatIsNewFromAnyOverlap) {
  const auto log = make_log(3, 800);
  TestFolder reference_folder, folder;
  const auto reference = open_in(reference_folder);
  commit_range(*reference, log, 0, log.size());
  const auto store = open_in(folder);
  SeededRandom random(3, "overlap");
  std::size_t done = 0;
  while (done < log.size()) {
    const std::size_t from = random.below(done + 1);
    const std::size_t to = std::min(log.size(), done + 1 + random.below(90));
    const auto outcome = commit_range(*store, log, from, to);
    EXPECT_LE(outcome.inserted, to - done);
    done = std::max(done, to);
  }
  EXPECT_EQ(dump_store(path_in(folder), DumpOf::what_is_not_random),
            dump_store(path_in(reference_folder), DumpOf::what_is_not_random));
  expect_sound(*store);
}

// A child commits, says so, and is killed in the middle of whatever it does.
TEST(Replay, KilledAtAnyMomentNothingIsLostOrTwice) {
  const auto log = make_log(5, 1'500);
  TestFolder reference_folder, folder;
  commit_all(*open_in(reference_folder), log, 5, 40);
  open_in(folder);
  SeededRandom random(5, "kills");
  std::size_t position = 0;
  int kills = 0;
  while (position < log.size()) {
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      const auto store = open_in(folder);
      for (std::size_t from = position; from < log.size(); from += 20) {
        commit_range(*store, log, from, std::min(log.size(), from + 20));
        if (::write(pipe[1], "x", 1) != 1) ::_exit(1);
      }
      ::_exit(0);
    }
    ::close(pipe[1]);
    std::size_t acknowledged = 0;
    const std::size_t enough = random.below(16);
    char byte = 0;
    while (acknowledged < enough && ::read(pipe[0], &byte, 1) == 1) ++acknowledged;
    ::kill(child, SIGKILL);
    while (::read(pipe[0], &byte, 1) == 1) ++acknowledged;  // Said before it died.
    ::close(pipe[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    kills += WIFSIGNALED(status) ? 1 : 0;
    const auto store = open_in(folder);
    const std::size_t stored =
        static_cast<std::size_t>(store->ingest().log_position().value()) / 100;
    EXPECT_GE(stored, std::min(log.size(), position + acknowledged * 20));
    position = stored > 5 && stored < log.size() ? stored - random.below(5)
                                                 : stored;  // The reader repeats a little.
    expect_sound(*store);
  }
  EXPECT_GT(kills, 3);
  EXPECT_EQ(dump_store(path_in(folder), DumpOf::what_is_not_random),
            dump_store(path_in(reference_folder), DumpOf::what_is_not_random));
}

}  // namespace
}  // namespace decnet::store
