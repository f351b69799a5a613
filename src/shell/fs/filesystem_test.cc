#include "shell/filesystem.h"

#include <cerrno>
#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace decnet::shell {
namespace {

using std::chrono::seconds;

const Credentials kRoot{};
const Credentials kAnna{1000, 1000, {27}};
const Credentials kBert{1001, 1001, {}};

class ProcLike final : public Mount {
 public:
  Sys<Stat> stat(std::string_view path, const Credentials&) const override {
    if (path.empty()) return Stat{.kind = Kind::directory, .mode = 0555, .inode = 1};
    if (path == "uptime") return Stat{.mode = 0444, .inode = 7};
    return sys_fail(ENOENT);
  }
  Sys<std::vector<DirectoryEntry>> list(std::string_view, const Credentials&) const override {
    return std::vector<DirectoryEntry>{{"uptime", Kind::regular, 7}};
  }
  Sys<std::string> read_link(std::string_view, const Credentials&) const override {
    return sys_fail(EINVAL);
  }
  Sys<std::string> read(std::string_view, const Credentials&) const override {
    return std::string("12.34 5.67\n");
  }
  Sys<void> write(std::string_view, std::string_view, const Credentials&) override {
    return sys_fail(EIO);
  }
  int refusal(Change change, std::string_view, const Credentials&) const override {
    return change == Change::remove ? EPERM : ENOENT;
  }
};

template <class T>
int error_of(const Sys<T>& result) {
  return result ? 0 : result.error();
}

struct FileSystemTest : testing::Test {
  FakeClock clock;
  FileSystem files{std::shared_ptr<const Image>{}, clock};

  FileSystemTest() {
    const TimePoint day = clock.now() - std::chrono::hours{1000};
    files.seed_directory("/tmp", 01777, 0, 0, day);
    files.seed_directory("/home/anna", 0750, 1000, 1000, day);
    files.seed_file("/etc/passwd", "root:x:0:0:\n", 0644, 0, 0, day);
    files.seed_file("/etc/shadow", "root:*\n", 0640, 0, 42, day);
    files.seed_link("/bin", "usr/bin", day);
    files.seed_file("/usr/bin/ls", "#!x", 0755, 0, 0, day);
    files.mount("/proc", std::make_unique<ProcLike>());
    files.mount_memory("/dev/shm", 23);
  }
  std::vector<std::string> names(std::string_view path) {
    std::vector<std::string> result;
    const auto entries = files.list(path, kRoot);
    if (!entries) return {"?"};
    for (const auto& entry : *entries) result.push_back(entry.name);
    return result;
  }
};

TEST_F(FileSystemTest, ReadsSeedsThroughLinks) {
  EXPECT_EQ(*files.read_file("/bin/ls", kRoot), "#!x");
  EXPECT_EQ(*files.real_path("/bin/../bin/./ls", kRoot), "/usr/bin/ls");
  EXPECT_EQ(*files.read_link("/bin", kRoot), "usr/bin");
  EXPECT_EQ(error_of(files.read_link("/etc", kRoot)), EINVAL);
  EXPECT_EQ(files.stat("/bin", kRoot, Follow::no)->kind, Kind::symlink);
  EXPECT_EQ(files.stat("/etc", kRoot)->size, 4096U);
  EXPECT_EQ(files.stat("/usr", kRoot)->links, 3U);
  EXPECT_EQ(error_of(files.stat("", kRoot)), ENOENT);
  EXPECT_EQ(error_of(files.stat("/etc/passwd/x", kRoot)), ENOTDIR);
  EXPECT_EQ(error_of(files.stat("/etc/passwd/", kRoot)), ENOTDIR);
  EXPECT_EQ(error_of(files.stat("/nofile/x", kRoot)), ENOENT);
  EXPECT_EQ(error_of(files.stat("/" + std::string(300, 'a'), kRoot)), ENAMETOOLONG);
  EXPECT_EQ(error_of(files.stat("/" + std::string(5000, 'a'), kRoot)), ENAMETOOLONG);
}

TEST_F(FileSystemTest, FollowsAtMostFortyLinks) {
  ASSERT_TRUE(files.make_link("/tmp/a", "/tmp/b", kRoot));
  ASSERT_TRUE(files.make_link("/tmp/b", "/tmp/a", kRoot));
  EXPECT_EQ(error_of(files.stat("/tmp/a", kRoot)), ELOOP);
  EXPECT_TRUE(files.stat("/tmp/a", kRoot, Follow::no));
}

TEST_F(FileSystemTest, WritesWithoutTouchingTheLayer) {
  ASSERT_TRUE(files.append("/etc/passwd", "x\n", kRoot));
  EXPECT_EQ(*files.read_file("/etc/passwd", kRoot), "root:x:0:0:\nx\n");
  EXPECT_EQ(files.stat("/etc/passwd", kRoot)->modified, clock.now());
  EXPECT_EQ(files.stat("/etc/passwd", kRoot)->blocks, 8U);
  ASSERT_TRUE(files.write("/etc/passwd", 1, "OO", kRoot));
  ASSERT_TRUE(files.truncate("/etc/passwd", 4, kRoot));
  EXPECT_EQ(*files.read_file("/etc/passwd", kRoot), "rOOt");
  ASSERT_TRUE(files.write("/etc/passwd", 6, "z", kRoot));
  EXPECT_EQ(*files.read_file("/etc/passwd", kRoot), std::string("rOOt\0\0z", 7));
  EXPECT_EQ(*files.read("/etc/passwd", 5, 100, kRoot), std::string("\0z", 2));
  EXPECT_EQ(files.overlay_bytes(), 7U);
  EXPECT_EQ(error_of(files.write_file("/etc", "x", kRoot)), EISDIR);
  EXPECT_EQ(error_of(files.read_file("/etc", kRoot)), EISDIR);
}

TEST_F(FileSystemTest, CreatesRemovesAndHides) {
  ASSERT_TRUE(files.write_file("/tmp/x", "1", kAnna, 0600));
  EXPECT_EQ(files.stat("/tmp/x", kRoot)->uid, 1000U);
  EXPECT_EQ(files.stat("/tmp/x", kRoot)->mode, 0600U);
  EXPECT_EQ(error_of(files.create("/tmp/x", 0644, kAnna)), EEXIST);
  EXPECT_EQ(error_of(files.create("/tmp/y/", 0644, kAnna)), EISDIR);
  EXPECT_EQ(error_of(files.make_directory("/tmp/no/y", 0755, kAnna)), ENOENT);
  EXPECT_EQ(error_of(files.remove("/tmp", kRoot)), EISDIR);
  ASSERT_TRUE(files.remove("/usr/bin/ls", kRoot));
  EXPECT_EQ(error_of(files.stat("/bin/ls", kRoot)), ENOENT);
  EXPECT_THAT(names("/usr/bin"), testing::IsEmpty());
  ASSERT_TRUE(files.remove_directory("/usr/bin", kRoot));
  ASSERT_TRUE(files.make_directory("/usr/bin", 0755, kRoot));
  EXPECT_THAT(names("/usr/bin"), testing::IsEmpty());
  EXPECT_EQ(error_of(files.remove_directory("/usr", kRoot)), ENOTEMPTY);
  EXPECT_EQ(error_of(files.remove_directory("/tmp/x", kRoot)), ENOTDIR);
  EXPECT_EQ(error_of(files.remove_directory("/tmp/.", kRoot)), EINVAL);
  EXPECT_EQ(error_of(files.remove_directory("/", kRoot)), EBUSY);
  EXPECT_EQ(error_of(files.remove_directory("/dev/shm", kRoot)), EBUSY);
}

TEST_F(FileSystemTest, GivesAFreedInodeOutAgain) {
  ASSERT_TRUE(files.create("/tmp/a", 0644, kRoot));
  const auto first = files.stat("/tmp/a", kRoot)->inode;
  EXPECT_GT(first, 100'000U);
  ASSERT_TRUE(files.remove("/tmp/a", kRoot));
  ASSERT_TRUE(files.create("/tmp/b", 0644, kRoot));
  EXPECT_EQ(files.stat("/tmp/b", kRoot)->inode, first);
}

TEST_F(FileSystemTest, AsksForPermission) {
  EXPECT_EQ(error_of(files.read_file("/etc/shadow", kAnna)), EACCES);
  EXPECT_TRUE(files.read_file("/etc/shadow", {33, 33, {42}}));
  EXPECT_EQ(error_of(files.list("/home/anna", kBert)), EACCES);
  EXPECT_EQ(error_of(files.stat("/home/anna/x", kBert)), EACCES);
  EXPECT_EQ(error_of(files.stat("/home/anna/x", kAnna)), ENOENT);
  EXPECT_EQ(error_of(files.create("/etc/x", 0644, kAnna)), EACCES);
  EXPECT_EQ(error_of(files.append("/etc/passwd", "x", kAnna)), EACCES);
  EXPECT_EQ(error_of(files.access("/etc/passwd", X_OK, kRoot)), EACCES);
  EXPECT_EQ(error_of(files.set_mode("/etc/passwd", 0777, kAnna)), EPERM);
  EXPECT_EQ(error_of(files.set_owner("/home/anna", 0, 0, kAnna)), EPERM);
  EXPECT_TRUE(files.set_owner("/home/anna", 1000, 27, kAnna));
  ASSERT_TRUE(files.create("/tmp/of_anna", 0666, kAnna));
  EXPECT_EQ(error_of(files.remove("/tmp/of_anna", kBert)), EPERM);
  EXPECT_EQ(error_of(files.rename("/tmp/of_anna", "/tmp/z", kBert)), EPERM);
  EXPECT_EQ(error_of(files.make_node("/tmp/n", Kind::block, 0600, 8 << 8, kAnna)), EPERM);
}

TEST_F(FileSystemTest, HonoursAttributes) {
  ASSERT_TRUE(files.set_attributes("/etc/passwd", 0x10, kRoot));
  EXPECT_EQ(error_of(files.append("/etc/passwd", "x", kRoot)), EPERM);
  EXPECT_EQ(error_of(files.remove("/etc/passwd", kRoot)), EPERM);
  EXPECT_EQ(error_of(files.rename("/etc/passwd", "/etc/p", kRoot)), EPERM);
  EXPECT_EQ(error_of(files.set_mode("/etc/passwd", 0600, kRoot)), EPERM);
  ASSERT_TRUE(files.set_attributes("/etc/passwd", 0x20, kRoot));
  EXPECT_TRUE(files.append("/etc/passwd", "x", kRoot));
  EXPECT_EQ(error_of(files.truncate("/etc/passwd", 0, kRoot)), EPERM);
  EXPECT_EQ(*files.attributes("/etc/passwd"), 0x20U);
}

TEST_F(FileSystemTest, RenamesFilesAndDirectories) {
  ASSERT_TRUE(files.rename("/usr/bin", "/tmp/moved", kRoot));
  EXPECT_EQ(*files.read_file("/tmp/moved/ls", kRoot), "#!x");
  EXPECT_EQ(error_of(files.stat("/usr/bin", kRoot)), ENOENT);
  EXPECT_EQ(error_of(files.rename("/tmp", "/tmp/moved/t", kRoot)), EINVAL);
  ASSERT_TRUE(files.create("/tmp/f", 0644, kRoot));
  EXPECT_EQ(error_of(files.rename("/tmp/f", "/tmp/moved", kRoot)), EISDIR);
  EXPECT_EQ(error_of(files.rename("/tmp/moved", "/tmp/f", kRoot)), ENOTDIR);
  EXPECT_EQ(error_of(files.rename("/tmp/moved", "/etc", kRoot)), ENOTEMPTY);
  EXPECT_EQ(error_of(files.rename("/tmp/f", "/dev/shm/f", kRoot)), EXDEV);
  EXPECT_TRUE(files.rename("/tmp/f", "/etc/passwd", kRoot));
  EXPECT_EQ(*files.read_file("/etc/passwd", kRoot), "");
}

TEST_F(FileSystemTest, CountsHardLinks) {
  ASSERT_TRUE(files.make_hard_link("/usr/bin/ls", "/tmp/l", kRoot));
  EXPECT_EQ(files.stat("/tmp/l", kRoot)->links, 2U);
  EXPECT_EQ(files.stat("/tmp/l", kRoot)->inode, files.stat("/bin/ls", kRoot)->inode);
  ASSERT_TRUE(files.append("/tmp/l", "y", kRoot));
  ASSERT_TRUE(files.remove("/tmp/l", kRoot));
  EXPECT_EQ(*files.read_file("/bin/ls", kRoot), "#!xy");
  EXPECT_EQ(files.stat("/bin/ls", kRoot)->links, 1U);
  EXPECT_EQ(error_of(files.make_hard_link("/etc", "/tmp/e", kRoot)), EPERM);
  EXPECT_EQ(error_of(files.make_hard_link("/etc/shadow", "/tmp/e", kAnna)), EPERM);
}

TEST_F(FileSystemTest, MountsRefuseAsTheirKernelDoes) {
  EXPECT_EQ(*files.read_file("/proc/uptime", kAnna), "12.34 5.67\n");
  EXPECT_EQ(*files.read("/proc/uptime", 6, 4, kAnna), "5.67");
  EXPECT_EQ(error_of(files.create("/proc/x", 0644, kRoot)), ENOENT);
  EXPECT_EQ(error_of(files.remove("/proc/uptime", kRoot)), EPERM);
  EXPECT_EQ(error_of(files.rename("/proc/uptime", "/tmp/u", kRoot)), EXDEV);
  ASSERT_TRUE(files.write_file("/dev/shm/x", "1", kAnna));
  EXPECT_EQ(files.stat("/dev/shm/x", kRoot)->device, 23U);
  EXPECT_THAT(names("/dev/shm"), testing::ElementsAre("x"));
}

TEST_F(FileSystemTest, FillsUp) {
  const std::string large(16U << 20, 'x');
  EXPECT_TRUE(files.write_file("/tmp/1", large, kRoot));
  EXPECT_TRUE(files.append("/tmp/1", large, kRoot));
  EXPECT_EQ(error_of(files.append("/tmp/1", "x", kRoot)), ENOSPC);
  EXPECT_TRUE(files.write_file("/tmp/2", large, kRoot));
  EXPECT_EQ(error_of(files.write_file("/tmp/3", large, kRoot)), ENOSPC);
  EXPECT_TRUE(files.remove("/tmp/1", kRoot));
  EXPECT_EQ(files.overlay_bytes(), large.size());
  EXPECT_EQ(error_of(files.truncate("/tmp/2", std::uint64_t{1} << 40, kRoot)), ENOSPC);
  int error = 0;
  for (std::size_t n = 0; n <= kOverlayNodesMax && error == 0; ++n) {
    error = error_of(files.create("/tmp/n" + std::to_string(n), 0644, kRoot));
  }
  EXPECT_EQ(error, ENOSPC);
  EXPECT_EQ(files.overlay_nodes(), kOverlayNodesMax);
  EXPECT_TRUE(files.remove("/tmp/n1", kRoot));
  EXPECT_TRUE(files.create("/tmp/again", 0644, kRoot));
}

TEST(AbsolutePath, IsLexical) {
  EXPECT_EQ(absolute_path("/a/b", "../c/./d//"), "/a/c/d");
  EXPECT_EQ(absolute_path("/a", "/x/../../y"), "/y");
  EXPECT_EQ(absolute_path("/", ".."), "/");
  EXPECT_EQ(sys_error(ENOENT), "No such file or directory");
  EXPECT_EQ(sys_error(99'999), "Unknown error");
}

}  // namespace
}  // namespace decnet::shell
