#include "service/ftp/tree.h"

#include <cerrno>

#include <gtest/gtest.h>

namespace decnet::service::ftp {

namespace {

NodePtr folder(std::vector<Entry> entries, std::uint16_t mode = 0755, std::uint32_t uid = 0) {
  return std::make_shared<const Node>(Node{
      .kind = Kind::folder, .mode = mode, .uid = uid, .gid = uid, .entries = std::move(entries)});
}
NodePtr file(std::uint16_t mode = 0644, std::uint32_t uid = 0) {
  return std::make_shared<const Node>(Node{.mode = mode, .uid = uid, .gid = uid, .size = 3});
}
NodePtr link(std::string target) {
  return std::make_shared<const Node>(
      Node{.kind = Kind::link, .mode = 0777, .text = std::move(target)});
}

// /home/ann (hers): a.txt, box/, up -> .., loop -> loop, abs -> /srv/pub; /srv/pub; /srv/closed
// (root's, 0700); /tmp (sticky)
NodePtr example() {
  const NodePtr ann = folder({{"a.txt", file(0644, 1000)},
                              {"abs", link("/srv/pub")},
                              {"box", folder({}, 0755, 1000)},
                              {"loop", link("loop")},
                              {"up", link("..")}},
                             0755, 1000);
  const NodePtr srv =
      folder({{"closed", folder({{"x", file()}}, 0700)}, {"pub", folder({{"f", file()}})}});
  return folder({{"home", folder({{"ann", ann}})},
                 {"srv", srv},
                 {"tmp", folder({{"roots", file(0666)}}, 01777)}});
}

Tree as_ann(std::string jail = "") {
  Tree tree(example());
  tree.enter({1000, 1000}, std::move(jail));
  return tree;
}

std::string canonical(const Tree& tree, std::string_view cwd, std::string_view path) {
  const auto found = tree.find(cwd, path);
  return found ? found->path : std::string(errno_text(found.error()));
}

}  // namespace

TEST(FtpTree, ResolvesPathsAsTheKernelDoes) {
  const Tree tree = as_ann();
  EXPECT_EQ(canonical(tree, "/home/ann", "a.txt"), "/home/ann/a.txt");
  EXPECT_EQ(canonical(tree, "/home/ann", "box/../a.txt"), "/home/ann/a.txt");
  EXPECT_EQ(canonical(tree, "/home/ann", "../../../../.."), "/");
  EXPECT_EQ(canonical(tree, "/home/ann", "//srv//pub/./f"), "/srv/pub/f");
  EXPECT_EQ(canonical(tree, "/home/ann", "up/ann/abs/f"), "/srv/pub/f");
  EXPECT_EQ(canonical(tree, "/home/ann", "a.txt/x"), "Not a directory");
  EXPECT_EQ(canonical(tree, "/home/ann", "a.txt/"), "Not a directory");
  EXPECT_EQ(canonical(tree, "/home/ann", "none/x"), "No such file or directory");
  EXPECT_EQ(canonical(tree, "/home/ann", ""), "No such file or directory");
  EXPECT_EQ(canonical(tree, "/home/ann", "loop"), "Too many levels of symbolic links");
  EXPECT_EQ(canonical(tree, "/", "srv/closed/x"), "Permission denied");
  EXPECT_EQ(canonical(tree, "/", std::string(kNameBytesMax + 1, 'n')), "File name too long");
  EXPECT_EQ(canonical(tree, "/", std::string(kPathBytesMax + 1, '/')), "File name too long");
}

TEST(FtpTree, NothingLeadsOutOfAJail) {
  const Tree tree = as_ann("/srv/pub");
  EXPECT_EQ(canonical(tree, "/", "f"), "/f");
  EXPECT_EQ(canonical(tree, "/", "../../../home/ann/a.txt"), "No such file or directory");
  EXPECT_EQ(canonical(tree, "/", "/home"), "No such file or directory");
  Tree home = as_ann("/home/ann");
  EXPECT_EQ(canonical(home, "/", "up"), "/");
  EXPECT_EQ(canonical(home, "/", "abs"), "No such file or directory");
}

TEST(FtpTree, ChangesAreOnesOwnAndCostOnePath) {
  Tree mine = as_ann();
  const Tree other = as_ann();
  const auto bytes = std::make_shared<const std::string>("hello");
  ASSERT_TRUE(mine.write("/home/ann", "box/new", bytes, 0600, 77));
  const auto found = mine.find("/home/ann", "box/new");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->node->size, 5U);
  EXPECT_EQ(found->node->mode, 0600);
  EXPECT_EQ(found->node->uid, 1000U);
  EXPECT_EQ(found->node->modified, 77);
  EXPECT_EQ(mine.find("/", "home/ann/box")->node->modified, 77);
  EXPECT_FALSE(other.find("/home/ann", "box/new"));
  EXPECT_EQ(other.root()->child("srv")->child("pub")->child("f")->size, 3U);
}

TEST(FtpTree, FoldersAreMadeAndRemovedByTheRules) {
  Tree tree = as_ann();
  const auto error = [](const Posix<void>& result) { return result ? 0 : result.error(); };
  EXPECT_EQ(error(tree.make_folder("/home/ann", "m", 0700, 1)), 0);
  EXPECT_EQ(error(tree.make_folder("/home/ann", "m", 0700, 1)), EEXIST);
  EXPECT_EQ(error(tree.make_folder("/home/ann", ".", 0700, 1)), EEXIST);
  EXPECT_EQ(error(tree.make_folder("/home/ann", "none/m", 0700, 1)), ENOENT);
  EXPECT_EQ(error(tree.make_folder("/home/ann", "/srv/pub/m", 0700, 1)), EACCES);
  EXPECT_EQ(error(tree.remove_folder("/home/ann", "a.txt", 1)), ENOTDIR);
  EXPECT_EQ(error(tree.remove_folder("/home/ann", ".", 1)), EINVAL);
  EXPECT_EQ(error(tree.remove_folder("/home/ann", "..", 1)), ENOTEMPTY);
  EXPECT_EQ(error(tree.remove_folder("/home/ann", "/", 1)), EBUSY);
  EXPECT_EQ(error(tree.remove_folder("/home/ann", "m", 1)), 0);
  EXPECT_EQ(error(tree.unlink("/home/ann", "box", 1)), EISDIR);
  EXPECT_EQ(error(tree.unlink("/tmp", "roots", 1)), EPERM);  // A sticky folder.
}

TEST(FtpTree, RenamingKeepsTheTreeATree) {
  Tree tree = as_ann();
  const auto error = [](const Posix<void>& result) { return result ? 0 : result.error(); };
  EXPECT_EQ(error(tree.rename("/home/ann", "box", "box/inside", 1)), EINVAL);
  EXPECT_EQ(error(tree.rename("/home/ann", "a.txt", "box", 1)), EISDIR);
  EXPECT_EQ(error(tree.rename("/home/ann", "box", "a.txt", 1)), ENOTDIR);
  EXPECT_EQ(error(tree.rename("/home/ann", "none", "x", 1)), ENOENT);
  EXPECT_EQ(error(tree.rename("/home/ann", "a.txt", "a.txt", 1)), 0);
  EXPECT_EQ(error(tree.rename("/home/ann", "a.txt", "box/b.txt", 1)), 0);
  EXPECT_TRUE(tree.find("/home/ann", "box/b.txt"));
  EXPECT_FALSE(tree.find("/home/ann", "a.txt"));
}

TEST(FtpTree, LimitsHowDeepAndHowWideAPeerBuilds) {
  Tree tree = as_ann();
  std::string path = "/home/ann";
  Posix<void> made;
  std::size_t depth = 2;
  for (; made; ++depth) made = tree.make_folder("/", path += "/d", 0755, 1);
  EXPECT_EQ(made.error(), ENAMETOOLONG);
  EXPECT_EQ(depth, kDepthMax + 1);  // The last one that was asked for was one too many.
  // Neither by moving what is deep below something deep.
  ASSERT_TRUE(tree.make_folder("/home/ann", "box/x", 0755, 1));
  const auto moved = tree.rename("/home/ann", "d", "box/x/d", 1);
  ASSERT_FALSE(moved);
  EXPECT_EQ(moved.error(), ENAMETOOLONG);
  Posix<void> one;
  for (std::size_t n = 0; one && n <= kFolderEntriesMax; ++n)
    one = tree.make_folder("/home/ann/box", std::to_string(n), 0755, 1);
  ASSERT_FALSE(one);
  EXPECT_EQ(one.error(), ENOSPC);
}

TEST(FtpTree, OnlyTheOwnerChangesModeAndTime) {
  Tree tree = as_ann();
  EXPECT_TRUE(tree.change_mode("/home/ann", "a.txt", 04711));
  EXPECT_EQ(tree.find("/home/ann", "a.txt")->node->mode, 04711);
  EXPECT_EQ(tree.change_mode("/srv", "pub", 0777).error(), EPERM);
  EXPECT_TRUE(tree.set_modified("/home/ann", "a.txt", 5));
  EXPECT_EQ(tree.find("/home/ann", "a.txt")->node->modified, 5);
  EXPECT_EQ(tree.set_modified("/srv/pub", "f", 5).error(), EPERM);
}

}  // namespace decnet::service::ftp
