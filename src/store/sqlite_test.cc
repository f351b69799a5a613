// What is SQLite's own: full disks, the write-ahead log, plans, deadlines, other versions.
#include <fstream>

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "store/contract.h"
#include "store/dump.h"
#include "store/sqlite/database.h"
#include "store/sqlite/event_fields.h"
#include "store/sqlite/ingest.h"
#include "store/sqlite/maintenance.h"
#include "store/sqlite/migrations.h"
#include "store/sqlite/range.h"
#include "store/sqlite/row_uuid.h"

namespace decnet::store::sqlite {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class SqliteTest : public ::testing::Test {
 protected:
  SqliteTest() {
    database_ = *Database::open(path(), Database::Missing::make);
    EXPECT_TRUE(migrate(database_->writing_connection(), path(), {}));
  }
  std::string path() const { return folder_.path() + "/decnet.sqlite"; }
  std::uint64_t wal_bytes() const {
    struct stat found = {};
    return ::stat((path() + "-wal").c_str(), &found) == 0
               ? static_cast<std::uint64_t>(found.st_size)
               : 0;
  }
  IngestBatch batch(std::size_t events, std::size_t bytes_each = 10) {
    IngestBatch out;
    for (std::size_t n = 0; n < events; ++n) {
      out.events.push_back(maker_.login("192.0.2." + std::to_string(n % 50),
                                        "s" + std::to_string(n), "u", std::to_string(n)));
      out.events.back().add("filler", std::string(bytes_each, 'x'));
    }
    out.log_position = maker_.seq();
    return out;
  }

  TestFolder folder_;
  std::unique_ptr<Database> database_;
  Maker maker_;
};

TEST_F(SqliteTest, AFullDiskIsALimitAndHarmsNothing) {
  SqliteIngest ingest(*database_);
  ASSERT_TRUE(ingest.commit(batch(100)));
  const std::string before = dump_store(path(), DumpOf::everything);
  const auto pages = database_->writing_connection().number("PRAGMA page_count");
  ASSERT_TRUE(database_->writing_connection().run_script("PRAGMA max_page_count = " +
                                                         std::to_string(**pages + 3)));
  const IngestBatch too_much = batch(500, 2'000);
  for (int attempt = 0; attempt < 3; ++attempt) {
    const auto refused = ingest.commit(too_much);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::limit) << refused.error().detail;
  }
  EXPECT_EQ(dump_store(path(), DumpOf::everything), before);
  // There is room again, and it goes on by itself.
  ASSERT_TRUE(database_->writing_connection().run_script("PRAGMA max_page_count = 1000000"));
  const auto stored = ingest.commit(too_much);
  ASSERT_TRUE(stored) << stored.error().detail;
  EXPECT_EQ(stored->inserted, 500U);
  Recount recount;
  ASSERT_TRUE(sqlite::recount(**database_->read(), recount));
  EXPECT_THAT(recount.differences, IsEmpty());
}

TEST_F(SqliteTest, TheWriteAheadLogStaysBounded) {
  SqliteIngest ingest(*database_);
  for (int round = 0; round < 40; ++round) ASSERT_TRUE(ingest.commit(batch(2'000, 1'000)));
  EXPECT_LT(wal_bytes(), kWalPagesMax * 4'096);
  EXPECT_GT(wal_bytes(), 0U);
  ASSERT_TRUE(database_->checkpoint());
  EXPECT_EQ(wal_bytes(), 0U);
}

TEST_F(SqliteTest, AReaderThatStaysHoldsTheLogOnlyUntilItGoes) {
  SqliteIngest ingest(*database_);
  ASSERT_TRUE(ingest.commit(batch(1)));
  {
    const auto reader = database_->read(Database::View::one_snapshot);
    EXPECT_EQ((*reader)->number("SELECT count(*) FROM events").value(), 1);
    for (int round = 0; round < 40; ++round) ASSERT_TRUE(ingest.commit(batch(500, 4'000)));
    EXPECT_EQ((*reader)->number("SELECT count(*) FROM events").value(), 1);
  }
  ASSERT_TRUE(ingest.commit(batch(1)));
  ASSERT_TRUE(database_->checkpoint());
  EXPECT_EQ(wal_bytes(), 0U);
}

TEST_F(SqliteTest, AReadThatTakesTooLongIsEnded) {
  const auto reader = database_->read();
  (*reader)->set_deadline(std::chrono::steady_clock::now());
  const auto endless = (*reader)->number(
      "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n");
  EXPECT_EQ(endless.error().code, Errc::timeout);
  EXPECT_EQ((*reader)->number("SELECT 1").value(), 1);
}

TEST_F(SqliteTest, AWriteWaitsForAnotherProcessAndThenSaysSo) {
  auto other = Connection::open(
      path(),
      {.read_only = false, .cache_bytes = 1U << 20, .busy_wait = std::chrono::milliseconds(20)});
  const auto writer = database_->write();
  ASSERT_TRUE(writer);
  EXPECT_EQ((*other)->run_script("BEGIN IMMEDIATE").error().code, Errc::unavailable);
}

TEST_F(SqliteTest, ReadersCannotWrite) {
  const auto reader = database_->read();
  EXPECT_EQ((*reader)->run_script("DELETE FROM events").error().code, Errc::denied);
}

TEST_F(SqliteTest, AFullDictionaryRejectsTheLineAndKeepsTheRest) {
  SqliteIngest ingest(*database_);
  ASSERT_TRUE(ingest.commit(batch(3)));
  ASSERT_TRUE(database_->writing_connection().run("INSERT INTO words VALUES (?, 'the last one')",
                                                  kWordsMax));
  IngestBatch odd = batch(1);
  event::Event unknown = maker_.peer("never.seen.before", "192.0.2.1");
  odd.events.push_back(unknown);
  const auto outcome = ingest.commit(odd);
  ASSERT_TRUE(outcome) << outcome.error().detail;
  EXPECT_EQ(outcome->inserted, 1U);
  const auto rejected = SqliteMaintenance(*database_).rejected(10);
  ASSERT_THAT(*rejected, SizeIs(1));
  EXPECT_THAT(rejected->front().line, HasSubstr("never.seen.before"));
  EXPECT_EQ(ingest.commit(odd)->repeated, 2U);  // Its number is taken.
  EXPECT_THAT(*SqliteMaintenance(*database_).rejected(10), SizeIs(1));
}

TEST_F(SqliteTest, RejectedLinesAreBounded) {
  SqliteIngest ingest(*database_);
  ASSERT_TRUE(database_->writing_connection().run(
      "INSERT INTO rejected VALUES (1, 0, 's', 'r', x''), (?, 0, 's', 'r', x'')",
      kRejectedRowsMax));
  ASSERT_TRUE(ingest.commit(
      {.events = {},
       .rejected = {
           {.at = kStart, .source = "s", .reason = "r", .line = std::string(9'000, 'x')}}}));
  const auto kept = SqliteMaintenance(*database_).rejected(10);
  ASSERT_THAT(*kept, SizeIs(2));
  EXPECT_THAT(kept->front().line, SizeIs(kRejectedLineBytesMax));
}

// A list that sorts reads the whole table for each page.
TEST_F(SqliteTest, TheHotListsNeedNoSorting) {
  const auto reader = database_->read();
  const auto plan = [&](const std::string& sql) {
    std::string out;
    auto rows = (*reader)->select("EXPLAIN QUERY PLAN " + sql);
    EXPECT_TRUE(rows) << rows.error().detail;
    while (rows->next().value()) out += rows->string(3) + "\n";
    return out;
  };
  const std::vector<std::string> lists = {
      "SELECT id FROM attackers WHERE last_seen <= 5 AND (last_seen < 5 OR id < 7) ORDER BY "
      "last_seen DESC, id DESC LIMIT 51",
      "SELECT id FROM sessions WHERE attacker = 4 AND started_at <= 5 ORDER BY started_at DESC, id "
      "DESC LIMIT 51",
      "SELECT id FROM sessions WHERE started_at <= 5 ORDER BY started_at DESC, id DESC LIMIT 51",
      "SELECT c.id FROM credentials c CROSS JOIN pairs p ON p.id = c.pair ORDER BY c.last_seen "
      "DESC, c.id DESC LIMIT 51",
      "SELECT e.seq FROM blocks b CROSS JOIN events e ON e.seq >= (b.block << 10) AND e.seq < "
      "((b.block + 1) << 10)"
      " WHERE e.attacker = 3 AND EXISTS (SELECT 1 FROM visits v WHERE v.block = b.block AND "
      "v.attacker = 3)"
      " ORDER BY b.block DESC, e.seq DESC LIMIT 51",
      "SELECT e.seq FROM events e INDEXED BY events_severe WHERE e.severity <= 4 ORDER BY e.seq "
      "DESC LIMIT 51"};
  for (const std::string& sql : lists) EXPECT_THAT(plan(sql), Not(HasSubstr("TEMP B-TREE"))) << sql;
}

TEST_F(SqliteTest, AStoreOfANewerProgramIsRefused) {
  ASSERT_TRUE(database_->writing_connection().run_script("PRAGMA user_version = 99"));
  database_.reset();
  const auto refused = open_store({.url = "sqlite:" + path(), .backup_folder = {}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::unsupported);
  EXPECT_THAT(refused.error().detail, HasSubstr("99"));
}

TEST_F(SqliteTest, AnOlderStoreIsBackedUpAndMigrated) {
  TestFolder backups;
  TestFolder old;
  const std::string old_path = old.path() + "/decnet.sqlite";
  {
    auto connection = Connection::open(old_path, {.read_only = false, .cache_bytes = 1U << 20});
    ASSERT_TRUE((*connection)
                    ->run_script(std::string(migrations().front().sql) +
                                 ";PRAGMA application_id = 1684237940;PRAGMA user_version = 1"));
  }
  const StoreOptions closed{.url = "sqlite:" + old_path, .migrate = false, .backup_folder = {}};
  EXPECT_EQ(open_store(closed).error().code, Errc::conflict);
  const auto opened = open_store({.url = "sqlite:" + old_path, .backup_folder = backups.path()});
  ASSERT_TRUE(opened) << opened.error().detail;
  EXPECT_EQ((*opened)->maintenance().stats()->schema_version,
            static_cast<int>(migrations().size()));
  std::vector<std::string> kept;
  for (const auto& file : std::filesystem::directory_iterator(backups.path()))
    kept.push_back(file.path());
  ASSERT_THAT(kept, SizeIs(1));
  auto backup = Connection::open(kept[0], {.read_only = true, .cache_bytes = 1U << 20});
  EXPECT_EQ(schema_version(**backup).value(), 1);
  // Where the backup cannot be made, nothing is migrated.
  ASSERT_TRUE(open_store(closed));
}

TEST_F(SqliteTest, WhatIsNoStoreIsCorrupt) {
  const std::string text = folder_.path() + "/text";
  std::ofstream(text) << std::string(10'000, 'x');
  EXPECT_EQ(open_store({.url = "sqlite:" + text, .backup_folder = {}}).error().code, Errc::corrupt);
  const std::string foreign = folder_.path() + "/foreign";
  ASSERT_TRUE(
      (*Connection::open(foreign, {.cache_bytes = 1U << 20}))->run_script("CREATE TABLE t(x)"));
  EXPECT_EQ(open_store({.url = "sqlite:" + foreign, .backup_folder = {}}).error().code,
            Errc::corrupt);
  EXPECT_EQ(open_store({.url = "sqlite:/no/such/folder/x", .backup_folder = {}}).error().code,
            Errc::not_found);
}

TEST_F(SqliteTest, OnlyItsOwnerMayReadTheFile) {
  struct stat found = {};
  ASSERT_EQ(::stat(path().c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600U);
}

TEST(RowUuid, LeadsBackToItsRow) {
  for (const std::int64_t id :
       {std::int64_t{1}, std::int64_t{1} << 40, (std::int64_t{1} << 48) - 1}) {
    const Uuid uuid = make_row_uuid(kStart, id);
    EXPECT_EQ(row_of(uuid), id);
    EXPECT_EQ(uuid.text()[14], '7');
    EXPECT_NE(make_row_uuid(kStart, id), uuid);
  }
}

TEST(CanonicalAddress, HasOneSpelling) {
  std::string out;
  EXPECT_TRUE(canonical_address("::ffff:1.2.3.4", out));
  EXPECT_EQ(out, "1.2.3.4");
  EXPECT_TRUE(canonical_address("2001:DB8:0:0::1", out));
  EXPECT_EQ(out, "2001:db8::1");
  for (const char* text : {"", "1.2.3", "1.2.3.256", "01.2.3.4", "fe80::1%eth0", "x", "1.2.3.4 "})
    EXPECT_FALSE(canonical_address(text, out)) << text;
}

TEST(SplitRange, CoversTheRangeOnce) {
  const auto at = [](std::int64_t seconds) { return TimePoint{std::chrono::seconds{seconds}}; };
  for (const auto& [since, until] :
       {std::pair{0, 600}, {1, 600}, {0, 601}, {59, 61}, {5, 6}, {-61, 61}, {60, 60}, {7, 6}}) {
    const auto parts = split_range({.since = at(since), .until = at(until)}, kMinute);
    std::int64_t covered = (parts.end - parts.first) * 60;
    for (const TimeRange& edge : parts.edges)
      covered += std::max<std::int64_t>(0, (*edge.until - *edge.since).count() / 1'000'000);
    EXPECT_EQ(covered, std::max(0, until - since)) << since << " " << until;
  }
}

}  // namespace
}  // namespace decnet::store::sqlite
