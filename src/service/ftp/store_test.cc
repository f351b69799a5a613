#include "service/ftp/store.h"

#include <gtest/gtest.h>

namespace decnet::service::ftp {

namespace {

// /readme, /box/ (everybody's)
NodePtr plant() {
  Node box{.kind = Kind::folder, .mode = 0777};
  Node readme{.size = 5, .text = "text readme"};
  Node root{.kind = Kind::folder, .mode = 0755};
  root.entries = {{"box", std::make_shared<const Node>(std::move(box))},
                  {"readme", std::make_shared<const Node>(std::move(readme))}};
  return std::make_shared<const Node>(std::move(root));
}

// What a session of that peer does to store a file.
bool put(Store& store, const std::string& peer, const std::string& path,
         std::shared_ptr<const std::string> bytes, std::int64_t now = 100) {
  Tree tree(store.tree_of(peer));
  tree.enter({1000, 1000}, "");
  return store.has_room(peer, bytes->size()) &&
         tree.write("/", path, std::move(bytes), 0644, now).has_value() &&
         store.keep(peer, tree.root(), now);
}
bool put(Store& store, const std::string& peer, const std::string& path, std::string bytes,
         std::int64_t now = 100) {
  return put(store, peer, path, std::make_shared<const std::string>(std::move(bytes)), now);
}

// The content of a file, "-" for none.
std::string get(Store& store, const std::string& peer, const std::string& path) {
  Tree tree(store.tree_of(peer));
  tree.enter({0, 0}, "");
  const auto found = tree.find("/", path);
  if (!found) return "-";
  return found->node->bytes != nullptr ? *found->node->bytes : found->node->text;
}

std::shared_ptr<const std::string> megabytes(std::size_t count) {
  return std::make_shared<const std::string>(count << 20, 'x');
}

}  // namespace

TEST(FtpStore, KeepsWhatAPeerStoredForThatPeerOnly) {
  Store store(&plant);
  EXPECT_TRUE(put(store, "192.0.2.1", "/box/a", "one"));
  EXPECT_TRUE(put(store, "192.0.2.2", "/box/a", "two"));
  EXPECT_EQ(get(store, "192.0.2.1", "/box/a"), "one");
  EXPECT_EQ(get(store, "192.0.2.2", "/box/a"), "two");
  EXPECT_EQ(get(store, "192.0.2.3", "/box/a"), "-");
  EXPECT_EQ(get(store, "192.0.2.3", "/readme"), "text readme");
}

TEST(FtpStore, APeerMeetsAFullDiskAndMayCleanUp) {
  Store store(&plant);
  const auto large = megabytes(kPeerBytesMax >> 21);  // Half of what a peer may have.
  EXPECT_TRUE(put(store, "p", "/box/a", large));
  EXPECT_TRUE(put(store, "p", "/box/b", large));
  EXPECT_FALSE(put(store, "p", "/box/c", "x"));
  EXPECT_EQ(get(store, "p", "/box/c"), "-");
  Tree tree(store.tree_of("p"));
  tree.enter({1000, 1000}, "");
  ASSERT_TRUE(tree.unlink("/", "/box/a", 101));
  EXPECT_TRUE(store.keep("p", tree.root(), 101));
  EXPECT_TRUE(put(store, "p", "/box/c", "x"));
}

TEST(FtpStore, APeerMakesOnlySoManyFiles) {
  Store store(&plant);
  std::size_t made = 0;
  while (made < 2 * kPeerChangesMax && put(store, "p", "/box/" + std::to_string(made), "x")) ++made;
  EXPECT_EQ(made, kPeerChangesMax);
  EXPECT_EQ(get(store, "p", "/box/" + std::to_string(made)), "-");
}

TEST(FtpStore, MakesRoomByForgettingPeersWithoutASession) {
  Store store(&plant);
  const auto large = megabytes(kPeerBytesMax >> 20);
  EXPECT_TRUE(put(store, "old", "/box/a", large, 1));
  store.begin_session("old", 1);
  // Together they are over the limit of the decky, and the first is still there.
  EXPECT_FALSE(put(store, "new", "/box/a", large, 2));
  store.end_session("old");
  EXPECT_TRUE(put(store, "new", "/box/a", large, 3));
  EXPECT_EQ(get(store, "old", "/box/a"), "-");
}

TEST(FtpStore, TheLimitOfTheProcessSpansItsDeckies) {
  const auto large = megabytes(kPeerBytesMax >> 20);
  std::vector<std::unique_ptr<Store>> deckies;
  std::size_t stored = 0;
  for (std::size_t n = 0; n < 2 * kEngineBytesMax / kPeerBytesMax; ++n) {
    deckies.push_back(std::make_unique<Store>(&plant));
    deckies.back()->begin_session("p", 1);
    if (put(*deckies.back(), "p", "/box/a", large)) stored += large->size();
  }
  EXPECT_EQ(stored, kEngineBytesMax);
  deckies.clear();  // Gives everything back.
  Store fresh(&plant);
  EXPECT_TRUE(put(fresh, "p", "/box/a", large));
}

TEST(FtpStore, RemembersOnlySoManyPeers) {
  Store store(&plant);
  for (std::size_t n = 0; n <= kPeersMax; ++n)
    EXPECT_TRUE(put(store, std::to_string(n), "/box/a", "x", static_cast<std::int64_t>(n)));
  EXPECT_EQ(get(store, "0", "/box/a"), "-");
  EXPECT_EQ(get(store, "1", "/box/a"), "x");
  EXPECT_EQ(get(store, std::to_string(kPeersMax), "/box/a"), "x");
}

TEST(FtpStore, ANewDayKeepsWhatPeersChanged) {
  std::string today = "monday";
  Store store([&today] {
    Node dump{.text = today};
    auto root = std::make_shared<Node>(*plant());
    root->entries.push_back({"zz-dump", std::make_shared<const Node>(std::move(dump))});
    return NodePtr(root);
  });
  store.begin_session("p", 100);
  EXPECT_TRUE(put(store, "p", "/box/a", "one"));
  Tree tree(store.tree_of("p"));
  tree.enter({0, 0}, "");
  ASSERT_TRUE(tree.unlink("/", "/readme", 100));
  EXPECT_TRUE(store.keep("p", tree.root(), 100));
  today = "tuesday";
  store.begin_session("q", 100 + 86'400);  // Not under the eyes of the other session.
  EXPECT_EQ(get(store, "q", "/zz-dump"), "monday");
  store.end_session("q");
  store.end_session("p");
  store.begin_session("p", 200 + 86'400);
  EXPECT_EQ(get(store, "p", "/zz-dump"), "tuesday");
  EXPECT_EQ(get(store, "p", "/box/a"), "one");
  EXPECT_EQ(get(store, "p", "/readme"), "-");
  EXPECT_EQ(get(store, "q", "/zz-dump"), "tuesday");
}

TEST(FtpStore, SurvivesARestart) {
  std::string state;
  {
    Store store(&plant);
    EXPECT_TRUE(put(store, "p", "/box/a", std::string("one\0two", 7)));
    EXPECT_TRUE(put(store, "p", "/box/large", std::string(kSavedFileBytesMax + 1, 'x')));
    Tree tree(store.tree_of("p"));
    tree.enter({0, 0}, "");
    ASSERT_TRUE(tree.make_folder("/", "/box/made", 0750, 200));
    ASSERT_TRUE(tree.symlink("/", "a", "/box/made/link", 201));
    ASSERT_TRUE(tree.unlink("/", "/readme", 202));
    EXPECT_TRUE(store.keep("p", tree.root(), 202));
    state = store.save();
  }
  Store store(&plant);
  store.load(state);
  EXPECT_EQ(get(store, "p", "/box/a"), std::string("one\0two", 7));
  EXPECT_EQ(get(store, "p", "/box/large"), "-");
  EXPECT_EQ(get(store, "p", "/readme"), "-");
  EXPECT_EQ(get(store, "other", "/readme"), "text readme");
  Tree tree(store.tree_of("p"));
  tree.enter({0, 0}, "");
  const auto made = tree.find("/", "/box/made");
  ASSERT_TRUE(made);
  EXPECT_EQ(made->node->mode, 0750);
  EXPECT_EQ(made->node->modified, 201);
  EXPECT_EQ(tree.find("/", "/box/made/link", Follow::no)->node->text, "a");
  EXPECT_EQ(store.save(), state);
}

TEST(FtpStore, AStateFitsAndHoldsThePeersSeenLast) {
  Store store(&plant);
  for (int n = 0; n < 20; ++n)
    EXPECT_TRUE(put(store, std::to_string(n), "/box/a", std::string(7'000, 'x'), n));
  const std::string state = store.save();
  EXPECT_LE(state.size(), kStateBytesMax);
  Store later(&plant);
  later.load(state);
  EXPECT_EQ(get(later, "19", "/box/a").size(), 7'000U);
  EXPECT_EQ(get(later, "13", "/box/a").size(), 7'000U);
  EXPECT_EQ(get(later, "0", "/box/a"), "-");
}

TEST(FtpStore, NothingChangedIsNothingToSave) {
  Store store(&plant);
  (void)store.tree_of("p");
  EXPECT_EQ(store.save(), "");
}

TEST(FtpStore, ADamagedStateIsDropped) {
  Store store(&plant);
  EXPECT_TRUE(put(store, "p", "/box/a", "one"));
  const std::string state = store.save();
  for (std::size_t bytes = 0; bytes < state.size() - 1; ++bytes) {
    Store cut(&plant);
    cut.load(std::string_view(state).substr(0, bytes));
    EXPECT_EQ(get(cut, "p", "/box/a"), "-") << bytes;
  }
  Store foreign(&plant);
  foreign.load("\x02" + state.substr(1));
  EXPECT_EQ(get(foreign, "p", "/box/a"), "-");
}

}  // namespace decnet::service::ftp
