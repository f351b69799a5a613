#include <cerrno>

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "shell/filesystem.h"

namespace decnet::shell {
namespace {

const Credentials kRoot{};

struct SaveTest : testing::Test {
  FakeClock clock;
  std::unique_ptr<FileSystem> make() {
    auto files = std::make_unique<FileSystem>(std::shared_ptr<const Image>{}, clock);
    files->seed_file("/etc/passwd", "root\n", 0644, 0, 0, clock.now());
    files->seed_file("/usr/bin/ls", "#!x", 0755, 0, 0, clock.now());
    files->seed_directory("/tmp", 01777, 0, 0, clock.now());
    files->mount_memory("/dev/shm", 23);
    return files;
  }
};

TEST_F(SaveTest, BringsChangesBack) {
  const auto before = make();
  ASSERT_TRUE(before->write_file("/tmp/x", "hello", {1000, 1000, {}}, 0640));
  ASSERT_TRUE(before->write_file("/dev/shm/y", "memory", kRoot));
  ASSERT_TRUE(before->make_hard_link("/tmp/x", "/tmp/z", kRoot));
  ASSERT_TRUE(before->rename("/usr/bin", "/tmp/bin", kRoot));
  ASSERT_TRUE(before->set_mode("/tmp/bin/ls", 04755, kRoot));
  ASSERT_TRUE(before->remove("/etc/passwd", kRoot));
  ASSERT_TRUE(before->make_link("x", "/tmp/l", kRoot));
  const std::string saved = before->save();

  const auto after = make();
  after->load(saved);
  EXPECT_EQ(*after->read_file("/tmp/l", kRoot), "hello");
  EXPECT_EQ(after->stat("/tmp/x", kRoot)->uid, 1000U);
  EXPECT_EQ(after->stat("/tmp/z", kRoot)->links, 2U);
  EXPECT_EQ(after->stat("/tmp/x", kRoot)->inode, before->stat("/tmp/x", kRoot)->inode);
  EXPECT_EQ(*after->read_file("/dev/shm/y", kRoot), "memory");
  EXPECT_EQ(*after->read_file("/tmp/bin/ls", kRoot), "#!x");
  EXPECT_EQ(after->stat("/tmp/bin/ls", kRoot)->mode, 04755U);
  EXPECT_EQ(after->stat("/etc/passwd", kRoot).error(), ENOENT);
  EXPECT_EQ(after->stat("/usr/bin", kRoot).error(), ENOENT);
  EXPECT_EQ(after->overlay_bytes(), before->overlay_bytes());
  EXPECT_EQ(after->overlay_nodes(), before->overlay_nodes());
  EXPECT_EQ(after->save(), saved);
}

TEST_F(SaveTest, KeepsTheNewestSmallFiles) {
  const auto before = make();
  ASSERT_TRUE(before->write_file("/tmp/large", std::string(kSavedBytesMax, 'x'), kRoot));
  for (int n = 0; n < 10; ++n) {
    ASSERT_TRUE(before->write_file("/tmp/" + std::to_string(n), std::string(40'000, 'x'), kRoot));
    clock.advance(std::chrono::hours{1});
  }
  ASSERT_TRUE(before->write_file("/tmp/small", "s", kRoot));
  const std::string saved = before->save();
  EXPECT_LE(saved.size(), kSavedBytesMax);
  const auto after = make();
  after->load(saved);
  EXPECT_TRUE(after->stat("/tmp/small", kRoot));
  EXPECT_TRUE(after->stat("/tmp/9", kRoot));
  EXPECT_FALSE(after->stat("/tmp/0", kRoot));
  EXPECT_FALSE(after->stat("/tmp/large", kRoot));
}

TEST_F(SaveTest, LeavesOutWhatLiesBelowADirectoryWithoutRoom) {
  const auto before = make();
  std::string path = "/tmp";
  for (int n = 0; n < 15; ++n) {
    path += "/" + std::string(250, static_cast<char>('a' + n));
    ASSERT_TRUE(before->make_directory(path, 0755, kRoot));
    for (int k = 0; k < 9; ++k) {
      ASSERT_TRUE(before->make_directory(path + "/" + std::to_string(k), 0755, kRoot));
    }
    ASSERT_TRUE(before->create(path + "/f", 0644, kRoot));
  }
  const std::string saved = before->save();
  EXPECT_LE(saved.size(), kSavedBytesMax);
  const auto after = make();
  after->load(saved);
  EXPECT_GT(after->overlay_nodes(), 50U);
}

TEST_F(SaveTest, GarbageChangesNothing) {
  const auto files = make();
  ASSERT_TRUE(files->write_file("/tmp/x", "hello", kRoot));
  const std::string saved = files->save();
  for (std::size_t n = 0; n < saved.size(); ++n) {
    std::string broken = saved;
    broken[n] = static_cast<char>(broken[n] ^ 0x41);
    files->load(broken);
    files->load(saved.substr(0, n));
    std::string body = broken.substr(9);  // The sum is right, what it says is not.
    std::string forged = "DNFS1";
    ByteWriter(forged).u32_le(crc32c(body)).bytes(body);
    make()->load(forged);
  }
  EXPECT_EQ(files->save(), saved);
}

}  // namespace
}  // namespace decnet::shell
