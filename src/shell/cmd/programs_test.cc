// The smaller programs: what they print, and what they leave behind.
#include <gtest/gtest.h>

#include "shell/answers.h"
#include "shell/cmd/golden.h"
#include "shell/cmd/testing.h"
#include "shell/cmd/zip_format.h"
#include "shell/command.h"
#include "shell/console.h"

namespace decnet::shell::cmd {
namespace {

constexpr const char* kNoAnswers =
    "build/assets.pack has no debian12/answers: tools/make-assets makes it, as root";

TEST(Answers, say_what_the_genuine_program_says) {
  const auto answers = answers_of_pack();
  if (!answers) GTEST_SKIP() << kNoAnswers;
  ASSERT_TRUE(answers->find("lsns", "--version"));
  EXPECT_EQ(answers->find("lsns", "--version")->out, "lsns from util-linux 2.38.1\n");
  EXPECT_TRUE(answers->knows("tcpdump"));
  EXPECT_FALSE(answers->knows("no-such-program"));
  EXPECT_FALSE(answers->find("lsns", "/elsewhere"));
  const std::string help = Bench(answers).run({"ls", "--help"}).out;
  EXPECT_TRUE(help.starts_with("Usage: ls [OPTION]... [FILE]...\n")) << help;
}

// Programs that are not emulated, run as a shell runs them.
Outcome run_answered(const std::string& line, std::shared_ptr<const Answers> answers) {
  FakeClock clock;
  MachineFacts facts;
  facts.answers = std::move(answers);
  facts.persona = std::make_shared<persona::Persona>(
      persona::make_persona({.name = "web-03", .seed = 42, .deployed_at = clock.now()}));
  facts.clock = &clock;
  Machine machine(std::move(facts));
  const std::string program =
      std::string("\177ELF\2\1\1", 7) + std::string(11, '\0') + "\x3e" + std::string(45, '\0');
  for (const char* name : {"/usr/sbin/resize2fs", "/usr/sbin/mkfs.ext4", "/usr/bin/lsns"})
    machine.files().seed_file(name, program, 0755, 0, 0, {});
  for (const char* name : {"/bin/bash", "/bin/sh"})
    machine.files().seed_file(name, program, 0755, 0, 0, {});
  machine.files().seed_directory("/tmp", 01777, 0, 0, {});
  Console console(machine, {.terminal = false, .command = line, .environment = {{"LC_ALL", "C"}}});
  console.input_end();
  Outcome outcome;
  for (int i = 0; i < 2'000 && !console.ended(); ++i) {
    if (!machine.run()) clock.advance(Duration{1'000});
    outcome.out += console.take_output();
    outcome.err += console.take_error();
  }
  outcome.status = console.exit_status();
  return outcome;
}

TEST(Answers, are_what_a_program_without_behaviour_prints) {
  ASSERT_EQ(find_command("resize2fs"), nullptr);
  const auto answers = *Answers::read_text(
      "$ resize2fs\n!resize2fs 1.47.0\\n\n=1\n"
      "$ resize2fs\t/nosuch/name\n!open: No such file while opening /nosuch/name\\n\n=1\n"
      "$ lsns\t--version\n>lsns from util-linux 2.38.1\\n\n=0\n"
      "$ lsns\t--nosuchoption\n!lsns: unrecognized option '--nosuchoption'\\n"
      "Try 'lsns --help' for more information.\\n\n=1\n");
  EXPECT_EQ(run_answered("resize2fs", answers).err, "resize2fs 1.47.0\n");
  EXPECT_EQ(run_answered("lsns --version", answers).out, "lsns from util-linux 2.38.1\n");
  const Outcome wrong = run_answered("lsns --wrong", answers);
  EXPECT_EQ(wrong.err,
            "lsns: unrecognized option '--wrong'\nTry 'lsns --help' for more information.\n");
  EXPECT_EQ(wrong.status, 1);
  EXPECT_NE(run_answered("resize2fs /tmp/none", answers).err.find("/tmp/none"), std::string::npos);
}

TEST(Answers, without_them_a_program_without_behaviour_is_silent) {
  const Outcome got = run_answered("lsns --version; resize2fs; echo $?", nullptr);
  EXPECT_EQ(got.both + got.out, "0\n");
  EXPECT_EQ(got.err, "");
}

TEST(Programs, lsof_shows_who_listens) {
  Bench bench;
  const Outcome got = bench.run({"lsof", "-i", ":22", "-P"});
  EXPECT_TRUE(got.out.starts_with("COMMAND ")) << got.out;
  EXPECT_NE(got.out.find("TCP *:22 (LISTEN)"), std::string::npos) << got.out;
  EXPECT_EQ(bench.run({"lsof", "-i", ":4711"}).status, 1);
}

TEST(Programs, pstree_begins_with_systemd) {
  Bench bench;
  EXPECT_TRUE(bench.run({"pstree", "-A"}).out.starts_with("systemd-+-"));
}

TEST(Programs, screen_is_listed_where_one_runs) {
  const Outcome got = run_line("screen -ls; screen -dmS miner sleep 60; screen -ls");
  EXPECT_TRUE(got.out.starts_with("No Sockets found in /run/screen/S-root.\n\r\n")) << got.out;
  EXPECT_NE(got.out.find(".miner\t("), std::string::npos) << got.out;
  EXPECT_NE(got.out.find("1 Socket in /run/screen/S-root."), std::string::npos) << got.out;
}

TEST(Programs, unzip_writes_what_the_archive_holds) {
  Bench bench;
  // "a" with "hi\n", stored.
  const std::string archive(
      "PK\x03\x04\x0a\0\0\0\0\0\0\0\0\0\x7a\x7a\x6f\xed\x03\0\0\0\x03\0\0\0\x01\0\0\0"
      "ahi\n"
      "PK\x01\x02\x0a\x03\x0a\0\0\0\0\0\0\0\0\0\x7a\x7a\x6f\xed\x03\0\0\0\x03\0\0\0\x01\0\0\0"
      "\0\0\0\0\0\0\0\0\xa4\x81\0\0\0\0a"
      "PK\x05\x06\0\0\0\0\x01\0\x01\0\x2f\0\0\0\x22\0\0\0\0\0",
      30 + 4 + 46 + 1 + 22);
  ASSERT_TRUE(zip_members(archive));
  bench.machine().files().seed_directory("/tmp", 01777, 0, 0, {});
  bench.machine().files().seed_file("/tmp/t.zip", archive, 0644, 0, 0, {});
  bench.directory = "/tmp";
  EXPECT_EQ(bench.run({"unzip", "t.zip"}).out,
            "Archive:  t.zip\n extracting: a                       \n");
  EXPECT_EQ(bench.machine().files().read_file("/tmp/a", {}).value_or(""), "hi\n");
}

TEST(Zip, what_claims_to_be_large_is_not) {
  // The member of the archive says that its 3 bytes, packed, become nearly 32 MiB.
  std::string local(
      "PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\x7a\x7a\x6f\xed\x05\0\0\0\0\0\xff\1\1\0\0\0a", 31);
  local += std::string("\xcb\xc8\xe4\x02\0", 5);
  const std::string archive =
      local +
      std::string(
          "PK\x01\x02\x14\x03\x14\0\0\0\x08\0\0\0\0\0\x7a\x7a\x6f\xed\x05\0\0\0\0\0\xff\1\1\0\0\0"
          "\0\0\0\0\0\0\0\0\xa4\x81\0\0\0\0a",
          47) +
      std::string("PK\x05\x06\0\0\0\0\1\0\1\0\x2f\0\0\0\x24\0\0\0\0\0", 22);
  const auto members = zip_members(archive);
  ASSERT_TRUE(members);
  ASSERT_EQ(members->size(), 1U);
  ASSERT_LT(members->front().size, kZipMemberBytesMax);
  ZipContent content(archive, members->front());
  int steps = 1;
  while (content.step()) ++steps;
  EXPECT_LE(steps, 2);
  EXPECT_FALSE(content.take());
  ZipMember larger = members->front();
  larger.size = kZipMemberBytesMax + 1;
  EXPECT_FALSE(ZipContent(archive, larger).step());
}

TEST(Programs, unzip_asks_before_it_replaces) {
  const Outcome got = run_line("unzip -o z.zip; unzip z.zip; unzip -n z.zip");
  EXPECT_NE(got.err.find("cannot find or open z.zip"), std::string::npos) << got.err;
}

TEST(Programs, fdisk_lists_the_disk_and_answers_commands) {
  Bench bench;
  const Outcome list = bench.run({"fdisk", "-l"});
  EXPECT_TRUE(list.out.starts_with("Disk /dev/sda: ")) << list.out;
  EXPECT_NE(list.out.find("\nDevice     "), std::string::npos) << list.out;
  const Outcome talk = bench.run({"fdisk", "/dev/sda"}, "p\nz\nq\n");
  EXPECT_NE(talk.out.find("Command (m for help): Disk /dev/sda: "), std::string::npos) << talk.out;
  EXPECT_EQ(talk.err, "z: unknown command\n");
  EXPECT_EQ(bench.run({"fdisk", "-l", "/dev/none"}).err,
            "fdisk: cannot open /dev/none: No such file or directory\n");
}

TEST(Programs, file_tells_how_a_file_was_packed) {
  const Outcome got = run_line("printf 'hi\\n' | gzip >p.gz; file -b p.gz /tmp");
  EXPECT_EQ(got.out,
            "gzip compressed data, from Unix, original size modulo 2^32 3\nsticky, directory\n");
}

TEST(Programs, what_wraps_others_runs_them) {
  EXPECT_EQ(
      run_line("taskset 1 echo a; nsenter -t 1 -m echo b; unshare -n echo c; chrt -f 1 echo d; "
               "stdbuf -i0 -oL echo e; runuser -u root echo f; setpriv --reuid 0 echo g")
          .out,
      "a\nb\nc\nd\ne\nf\ng\n");
}

}  // namespace
}  // namespace decnet::shell::cmd
