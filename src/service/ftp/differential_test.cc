// The distance from the genuine servers: answers that differ, of all that were recorded.
#include <fstream>
#include <map>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "service/ftp/replay_test.h"

namespace decnet::service::ftp {

namespace {

// The content of the tree that was recorded: lines that say where they are, as
// test/differential/ftp/genuine.py wrote them.
class NumberedLines final : public Library {
 public:
  std::string content(const Node& file) const override {
    std::string out;
    for (int n = 1; out.size() < file.size; ++n) out += fmt::format("{:06} {}\n", n, file.text);
    out.resize(file.size);
    return out;
  }
};

struct Planted {
  Node node;
  std::map<std::string, Planted> children;

  NodePtr built() {
    for (auto& [name, child] : children) node.entries.push_back({name, child.built()});
    return std::make_shared<const Node>(node);
  }
};

NodePtr recorded_tree() {
  Planted root;
  root.node = {.kind = Kind::folder, .mode = 0755, .modified = 1'700'000'000};
  std::ifstream file("testdata/tree.txt");
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream in(line);
    char kind = 0;
    Node node;
    std::string path;
    in >> kind >> std::oct >> node.mode >> std::dec >> node.uid >> node.gid >> node.size >>
        node.modified;
    in.get();
    std::getline(in, path);
    node.text = path;
    if (kind == 'd')
      node = {.kind = Kind::folder,
              .mode = node.mode,
              .uid = node.uid,
              .gid = node.gid,
              .modified = node.modified};
    if (kind == 'l') {
      const auto arrow = path.find(" -> ");
      node.kind = Kind::link;
      node.text = path.substr(arrow + 4);
      path.resize(arrow);
    }
    Planted* at = &root;
    std::istringstream names(path.substr(1));
    for (std::string name; std::getline(names, name, '/');) at = &at->children[name];
    at->node = node;
  }
  root.children["etc"].node = {.kind = Kind::folder, .mode = 0755};
  root.children["etc"].children["passwd"].node = {.mode = 0644, .size = 512};
  root.children["tmp"].node = {.kind = Kind::folder, .mode = 01777};
  return root.built();
}

World recorded_world(Profile::Server server, const std::string& setting) {
  using namespace std::chrono_literals;
  World world;
  world.profile.server = server;
  world.profile.version = server == Profile::Server::vsftpd ? "3.0.3" : "1.3.8";
  world.profile.timeouts = default_timeouts(server);
  world.profile.anonymous = setting == "open" || setting == "tls";
  world.profile.writable = setting == "open" || setting == "tls";
  world.profile.tls = setting == "tls";
  if (setting == "hurried") {
    world.profile.timeouts = {
        .login = 2s, .idle = 2s, .no_transfer = 2s, .data = 2s, .accept = 1s, .connect = 1s};
  }
  world.hostname = "localhost";
  world.users.add({"root", 0, 0, "/root", "root", "/bin/bash"}, "root");
  world.users.add({"ftp", 104, 111, "/srv/ftp", "ftp daemon", "/usr/sbin/nologin"}, "ftp");
  world.users.add({"nobody", 65534, 65534, "/nonexistent", "nobody", "/usr/sbin/nologin"},
                  "nogroup");
  world.users.add({"alice", 1000, 1000, "/home/alice", "Alice", "/bin/bash"}, "alice");
  world.users.add({"bob", 1001, 1001, "/home/bob", "Bob", "/bin/bash"}, "bob");
  world.plant = recorded_tree;
  world.library = std::make_shared<NumberedLines>();
  world.secure_data = [](net::StreamPtr data) -> net::Task<Result<net::StreamPtr>> {
    co_return std::move(data);
  };
  return world;
}

void expect_distance(Profile::Server server, const std::string& file, std::size_t cases_at_least,
                     std::size_t different_at_most) {
  const auto cases = read_recording("testdata/" + file);
  ASSERT_GE(cases.size(), cases_at_least);
  ReplayResult sum;
  for (const ReplayCase& recorded : cases) {
    const ReplayResult result = replay(recorded, recorded_world(server, recorded.setting));
    sum.answers += result.answers;
    sum.different += result.different;
    sum.report += result.report;
  }
  fmt::print("{}: distance {} of {} answers in {} cases\n", file, sum.different, sum.answers,
             cases.size());
  EXPECT_LE(sum.different, different_at_most) << sum.report;
}

}  // namespace

TEST(FtpDifferential, Vsftpd) {
  expect_distance(Profile::Server::vsftpd, "vsftpd.rec", 120, 0);
}
TEST(FtpDifferential, Proftpd) {
  expect_distance(Profile::Server::proftpd, "proftpd.rec", 120, 0);
}

}  // namespace decnet::service::ftp
