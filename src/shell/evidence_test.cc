#include "shell/evidence.h"

#include <gtest/gtest.h>

#include "shell/console.h"
#include "shell/observer.h"

namespace decnet::shell {
namespace {

struct Kept {
  std::string name, path, content;
};

class Notes final : public Observer {
 public:
  void emit(event::Event event) override {
    if (event.type == event::kRequest) requests.push_back(std::move(event));
  }
  std::unique_ptr<CapturedFile> capture(std::string_view name, std::string_view path) override {
    class File final : public CapturedFile {
     public:
      explicit File(Kept& kept) : kept_(kept) {}
      void write(std::string_view bytes) override { kept_.content += bytes; }
      void finish() override {}

     private:
      Kept& kept_;
    };
    files.push_back({std::string(name), std::string(path), {}});
    return std::make_unique<File>(files.back());
  }
  std::vector<event::Event> requests;
  std::vector<Kept> files;
};

class EvidenceTest : public testing::Test {
 protected:
  EvidenceTest() : machine_(MachineFacts{.clock = &clock_, .address = "10.0.0.5"}) {
    for (const char* name : {"/bin/bash", "/bin/rm", "/bin/mv", "/bin/chmod"}) {
      machine_.files().seed_file(name,
                                 "\x7f"
                                 "ELF",
                                 0755, 0, 0, {});
    }
    machine_.files().seed_directory("/root", 0700, 0, 0, {});
    machine_.files().seed_directory("/tmp", 01777, 0, 0, {});
  }
  void settle() {
    for (int i = 0; i < 2000; ++i) {
      if (machine_.run()) continue;
      const auto at = machine_.wakes_at();
      if (!at) return;
      clock_.advance(std::max<Duration>(Duration{1}, *at - clock_.now()));
    }
  }
  void exec(const std::string& command) {
    Console console(machine_, {.terminal = false, .command = command, .observer = &notes_});
    console.input_end();
    settle();
  }
  FakeClock clock_;
  Machine machine_;
  Notes notes_;
};

TEST_F(EvidenceTest, AFileBuiltInPiecesIsToldOnceAndWhole) {
  exec("echo -n abc > /tmp/x; echo -n def >> /tmp/x; echo ghi >> /tmp/x");
  ASSERT_EQ(notes_.files.size(), 1U);
  EXPECT_EQ(notes_.files[0].name, "x");
  EXPECT_EQ(notes_.files[0].path, "/tmp/x");
  EXPECT_EQ(notes_.files[0].content, "abcdefghi\n");
}

TEST_F(EvidenceTest, WhatIsLostIsToldBefore) {
  exec(
      "echo one > /tmp/a; rm /tmp/a; echo two > /tmp/b; echo three > /tmp/b; echo x > /tmp/c; "
      "echo four > /tmp/d; mv /tmp/d /tmp/c");
  std::vector<std::string> contents;
  for (const Kept& file : notes_.files) contents.push_back(file.path + " " + file.content);
  const std::vector<std::string> expected = {"/tmp/a one\n", "/tmp/b two\n", "/tmp/c x\n",
                                             "/tmp/b three\n", "/tmp/c four\n"};
  EXPECT_EQ(contents, expected);
}

TEST_F(EvidenceTest, TheSameContentIsToldOnce) {
  exec("echo same > /tmp/a; echo same > /tmp/b");
  exec("echo same > /tmp/c");
  EXPECT_EQ(notes_.files.size(), 1U);
}

TEST_F(EvidenceTest, AFileThatRestsIsToldWhileItsLoginGoesOn) {
  Console console(machine_, {.peer_ip = "192.0.2.7", .observer = &notes_});
  console.input("echo long > /tmp/a\r");
  settle();
  EXPECT_TRUE(notes_.files.empty());
  clock_.advance(kRestingAfter);
  machine_.run();
  ASSERT_EQ(notes_.files.size(), 1U);
  EXPECT_EQ(notes_.files[0].content, "long\n");
}

TEST_F(EvidenceTest, VersionsOfOneFileAreBounded) {
  exec("for i in {1..100}; do echo $i > /tmp/a; done");
  EXPECT_EQ(notes_.files.size(), kVersionsLostMax + 1);
  EXPECT_EQ(notes_.files.back().content, "100\n");
}

TEST_F(EvidenceTest, KeysAreToldByTheirFingerprint) {
  exec(
      "echo 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f me' "
      "> /root/authorized_keys; echo '# none' >> /root/authorized_keys");
  ASSERT_EQ(notes_.requests.size(), 1U);
  EXPECT_EQ(notes_.requests[0].get("request"), "authorized_key");
  EXPECT_EQ(notes_.requests[0].get("algorithm"), "ssh-ed25519");
  EXPECT_EQ(notes_.requests[0].get("key_fingerprint"),
            "SHA256:ZkAslGjFiUHdGf/WUL8rQvkib4PTvQatUV0OUQSncCA");
}

TEST_F(EvidenceTest, WhatOthersWriteIsNotOurs) {
  machine_.files().write_file("/tmp/x", "by sftp\n", Credentials{});
  exec("echo > /dev/null; HISTFILE=/root/.bash_history");
  EXPECT_TRUE(notes_.files.empty());
}

}  // namespace
}  // namespace decnet::shell
