#include <gtest/gtest.h>

#include "shell/cmd/testing.h"

namespace decnet::shell::cmd {
namespace {

TEST(Cmd, reads_and_counts) {
  Bench bench;
  bench.machine().files().seed_file("/tmp/a", "one\ntwo\n", 0644, 0, 0, bench.clock().now());
  EXPECT_EQ(bench.run({"cat", "/tmp/a"}).out, "one\ntwo\n");
  EXPECT_EQ(bench.run({"cat", "/nofile"}).err, "cat: /nofile: No such file or directory\n");
  EXPECT_EQ(bench.run({"wc", "-l"}, "a\nb\n").out, "2\n");
  EXPECT_EQ(bench.run({"grep", "-c", "o"}, "one\ntwo\nx\n").out, "2\n");
  EXPECT_EQ(bench.run({"rm", "/nofile"}).err,
            "rm: cannot remove '/nofile': No such file or directory\n");
}

}  // namespace
}  // namespace decnet::shell::cmd
