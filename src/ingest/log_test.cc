#include "ingest/log.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "base/random.h"
#include "ingest/segments.h"

namespace decnet::ingest {
namespace {

class IngestLog : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "ingest-log-" + std::to_string(random_u64());
    std::filesystem::remove_all(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  LogWriter open(std::uint64_t at_least = 0) {
    auto writer = LogWriter::open(folder_, at_least, 4096);
    EXPECT_TRUE(writer.has_value());
    return std::move(*writer);
  }
  static void add(LogWriter& writer, std::string_view line, RecordKind kind = RecordKind::line) {
    Record record{.kind = kind, .received_at = from_micros(5), .source = "engine.0", .bytes = line};
    if (kind == RecordKind::rejected) record.reason = "not yours";
    ASSERT_TRUE(writer.append(record).has_value());
  }
  std::vector<std::string> read_all(std::uint64_t from = 0) {
    LogReader reader(folder_, from);
    std::vector<std::string> out;
    Record record;
    for (;;) {
      const auto more = reader.next(record);
      EXPECT_TRUE(more.has_value()) << more.error().detail;
      if (!more || !*more) break;
      out.emplace_back(record.bytes);
    }
    last_position_ = reader.position();
    return out;
  }

  std::string folder_;
  std::uint64_t last_position_ = 0;
};

TEST_F(IngestLog, gives_back_what_was_flushed_and_nothing_else) {
  LogWriter writer = open();
  add(writer, "one");
  add(writer, "two", RecordKind::rejected);
  ASSERT_TRUE(writer.flush());
  add(writer, "not flushed");
  EXPECT_EQ(read_all(), (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(last_position_, writer.end());

  LogReader reader(folder_, 0);
  Record record;
  ASSERT_TRUE(*reader.next(record));
  ASSERT_TRUE(*reader.next(record));
  EXPECT_EQ(record.kind, RecordKind::rejected);
  EXPECT_EQ(record.reason, "not yours");
  EXPECT_EQ(record.source, "engine.0");
  EXPECT_EQ(record.received_at, from_micros(5));
}

TEST_F(IngestLog, goes_on_over_segments_restarts_and_compression) {
  std::vector<std::string> want;
  for (int run = 0; run < 5; ++run) {
    LogWriter writer = open();
    for (int n = 0; n < 40; ++n) {
      want.push_back("line " + std::to_string(run) + "." + std::to_string(n) +
                     std::string(100, 'x'));
      add(writer, want.back());
      ASSERT_TRUE(writer.flush());
    }
    ASSERT_TRUE(compress_full_segments(folder_).has_value());
    EXPECT_EQ(read_all(), want);
    EXPECT_EQ(*log_end(folder_), writer.end());
  }
  EXPECT_GT(list_segments(folder_)->size(), 4U);
  LogReader middle(folder_, 0);
  Record record;
  for (int n = 0; n < 77; ++n) ASSERT_TRUE(*middle.next(record));
  EXPECT_EQ(read_all(middle.position()), std::vector<std::string>(want.begin() + 77, want.end()));
}

TEST_F(IngestLog, a_reader_sees_what_comes_later) {
  LogWriter writer = open();
  LogReader reader(folder_, 0);
  Record record;
  EXPECT_FALSE(*reader.next(record));
  for (int n = 0; n < 200; ++n) {
    add(writer, "line " + std::to_string(n) + std::string(50, '.'));
    ASSERT_TRUE(writer.flush());
    ASSERT_TRUE(*reader.next(record)) << n;
    EXPECT_FALSE(*reader.next(record));
  }
}

TEST_F(IngestLog, cuts_a_torn_tail_wherever_it_is_torn) {
  std::string whole;
  {
    LogWriter writer = open();
    add(writer, "kept");
    ASSERT_TRUE(writer.flush());
    add(writer, "torn");
    ASSERT_TRUE(writer.flush());
  }
  const std::string path = segment_path(folder_, 0);
  const auto size = std::filesystem::file_size(path);
  for (std::uintmax_t cut = 1; cut < size / 2; ++cut) {
    std::filesystem::resize_file(path, size - cut);
    { LogWriter writer = open(); }
    EXPECT_EQ(read_all(), std::vector<std::string>{"kept"}) << cut;
    LogWriter writer = open();
    add(writer, "torn");
    ASSERT_TRUE(writer.flush());
    EXPECT_EQ(read_all(), (std::vector<std::string>{"kept", "torn"})) << cut;
  }
}

TEST_F(IngestLog, a_flipped_bit_is_found_and_costs_one_segment) {
  LogWriter writer = open();
  for (int n = 0; n < 100; ++n) {
    add(writer, std::string(100, 'x'));
    ASSERT_TRUE(writer.flush());
  }
  {
    std::fstream file(segment_path(folder_, 0), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(200);
    file.put('y');
  }
  LogReader reader(folder_, 0);
  Record record;
  ASSERT_TRUE(*reader.next(record));
  EXPECT_EQ(reader.next(record).error().code, Errc::corrupt);
  EXPECT_TRUE(*reader.next(record));
  EXPECT_GE(reader.position(), list_segments(folder_)->at(1).start);
}

TEST_F(IngestLog, never_reuses_an_offset_that_the_store_has_seen) {
  { LogWriter writer = open(); }
  LogWriter writer = open(100'000);
  EXPECT_EQ(writer.end(), 100'000U);
  add(writer, "after the power cut");
  ASSERT_TRUE(writer.flush());
  EXPECT_EQ(read_all(100'000), std::vector<std::string>{"after the power cut"});
}

TEST_F(IngestLog, retires_only_what_has_been_stored) {
  LogWriter writer = open();
  for (int n = 0; n < 200; ++n) {
    add(writer, std::string(100, 'x'));
    ASSERT_TRUE(writer.flush());
  }
  const auto before = *list_segments(folder_);
  const auto kept = retire(folder_, before[1].start + 1);
  EXPECT_EQ(kept->segments, 1U);
  EXPECT_EQ(kept->bytes_given_up, 0U);
  EXPECT_EQ(list_segments(folder_)->size(), before.size() - 1);
  const auto forced = retire(folder_, 0, 5000);
  EXPECT_GT(forced->bytes_given_up, 0U);
  EXPECT_FALSE(read_all().empty());
}

TEST_F(IngestLog, refuses_a_record_that_is_too_long) {
  LogWriter writer = open();
  EXPECT_EQ(writer.append({.bytes = std::string(kRecordBytesMax, 'x')}).error().code, Errc::limit);
}

}  // namespace
}  // namespace decnet::ingest
