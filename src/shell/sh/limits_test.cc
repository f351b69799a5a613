#include "shell/sh/limits.h"

#include <gtest/gtest.h>

#include "shell/console.h"
#include "shell/machine_state.h"
#include "shell/sh/arithmetic.h"
#include "shell/sh/editor.h"
#include "shell/sh/pattern.h"

namespace decnet::shell::sh {
namespace {

class LimitsTest : public testing::Test {
 protected:
  LimitsTest() : machine_(MachineFacts{.clock = &clock_}) {
    machine_.files().seed_file("/bin/bash",
                               "\x7f"
                               "ELF",
                               0755, 0, 0, {});
    machine_.files().seed_directory("/tmp", 01777, 0, 0, {});
    machine_.files().seed_directory("/root", 0700, 0, 0, {});
    machine_.files().seed_file("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n", 0644, 0, 0, {});
  }

  // What the snippet says; the machine must come to rest.
  std::string run(const std::string& snippet) {
    Console console(machine_, {.terminal = false, .command = snippet});
    console.input_end();
    std::string out;
    for (int i = 0; i < 200'000 && !console.ended(); ++i) {
      step();
      out += console.take_error() + console.take_output();
      if (out.size() > (4U << 20)) out.resize(1024);
    }
    EXPECT_TRUE(console.ended()) << snippet.substr(0, 100);
    return out;
  }
  void step() {
    if (machine_.run()) return;
    const auto at = machine_.wakes_at();
    if (at) clock_.advance(std::max<Duration>(Duration{1}, *at - clock_.now()));
  }
  // Whether the snippet reaches the limit.
  bool reaches(Limit limit, const std::string& snippet) {
    const std::uint64_t before = reached(limit);
    (void)run(snippet);
    return reached(limit) > before;
  }

  FakeClock clock_;
  Machine machine_;
};

std::string repeated(std::string_view text, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

TEST_F(LimitsTest, Nesting) {
  constexpr std::size_t kDeep = 10'000;
  EXPECT_TRUE(reaches(Limit::nesting, repeated("( ", kDeep) + repeated(" )", kDeep)));
  EXPECT_TRUE(reaches(Limit::nesting, repeated("{ ", kDeep) + ":" + repeated("; }", kDeep)));
  EXPECT_TRUE(reaches(Limit::nesting, "echo " + repeated("$(echo ", kDeep) + repeated(")", kDeep)));
  EXPECT_TRUE(reaches(Limit::nesting, "echo " + repeated("${x:-", kDeep) + repeated("}", kDeep)));
  EXPECT_TRUE(reaches(Limit::nesting, "echo " + repeated("$((1+", kDeep) + repeated("))", kDeep)));
  EXPECT_TRUE(reaches(Limit::nesting, repeated("if ", kDeep)));
  EXPECT_TRUE(
      reaches(Limit::nesting, "[[ " + repeated("( ", kDeep) + "a" + repeated(" )", kDeep) + " ]]"));
  EXPECT_TRUE(reaches(Limit::nesting, "[[ " + repeated("! ", kDeep) + "a ]]"));
}

TEST_F(LimitsTest, ManyBranchesArePrinted) {
  std::string snippet = "f() { if a; then b";
  snippet += repeated("; elif a; then b", 5'000) + "; fi; }; declare -f f | { read x; echo $x; }";
  EXPECT_EQ(run(snippet), "f ()\n");
}

TEST_F(LimitsTest, Aliases) {
  std::string snippet = "shopt -s expand_aliases\n";
  for (int i = 0; i < 200; ++i)
    snippet += "alias a" + std::to_string(i) + "='a" + std::to_string(i + 1) + " '\n";
  EXPECT_TRUE(reaches(Limit::aliases, snippet + repeated("a0 ", 200)));
}

TEST_F(LimitsTest, CallDepth) {
  EXPECT_TRUE(reaches(Limit::call_depth, "f() { f; }; f"));
  EXPECT_TRUE(reaches(Limit::call_depth, "x='eval \"$x\"'; eval \"$x\""));
  EXPECT_TRUE(reaches(Limit::call_depth, "echo '. ./f' > /tmp/f; cd /tmp; . ./f"));
}

TEST_F(LimitsTest, Expansion) {
  EXPECT_TRUE(reaches(Limit::expansion_bytes,
                      "x=0123456789abcdef; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17; do "
                      "x=$x$x; done; x=\"$x$x$x$x$x$x$x$x$x$x\"; echo ${#x}"));
  EXPECT_TRUE(reaches(Limit::fields,
                      "x='a a a a a a a a a a'; x=\"$x $x $x $x $x $x $x $x $x $x\"; "
                      "x=\"$x $x $x $x $x $x $x $x $x $x\"; x=\"$x $x $x $x $x $x $x $x "
                      "$x $x\"; : $x $x $x $x $x $x $x $x $x $x $x $x $x $x $x $x $x $x "
                      "$x $x $x"));
  EXPECT_TRUE(reaches(Limit::brace_words, "echo {1..100000000}"));
  EXPECT_TRUE(reaches(Limit::brace_words, "echo " + repeated("{a,b}", 25)));
}

TEST_F(LimitsTest, GlobNames) {
  for (int folder = 0; folder < 30; ++folder) {
    const std::string path = "/tmp/d" + std::to_string(folder);
    machine_.files().seed_directory(path, 0755, 0, 0, {});
    for (int i = 0; i < 300; ++i)
      machine_.files().seed_file(path + "/f" + std::to_string(i), "", 0644, 0, 0, {});
  }
  EXPECT_TRUE(reaches(Limit::glob_names, "cd /tmp; : d*/../d*/f*"));
}

TEST_F(LimitsTest, Patterns) {
  const std::uint64_t before = reached(Limit::pattern_steps);
  EXPECT_FALSE(matches("*(*(*(a)))b", std::string(2'000, 'a'), {.extended = true}));
  EXPECT_GT(reached(Limit::pattern_steps), before);
  EXPECT_TRUE(reaches(Limit::pattern_work,
                      "x=aaaaaaaaaaaaaaaa; for i in 1 2 3 4 5 6 7 8 9 10 11; do x=$x$x; done; "
                      "y=${x//*a*b/c}; echo ${#y}"));
}

TEST_F(LimitsTest, Arithmetic) {
  EXPECT_TRUE(reaches(Limit::arithmetic_depth,
                      "echo $((" + repeated("(", 5'000) + "1" + repeated(")", 5'000) + "))"));
  EXPECT_TRUE(reaches(Limit::arithmetic_depth, "x=x+1; echo $((x))"));
  EXPECT_TRUE(reaches(Limit::arithmetic_depth, "echo $((" + repeated("- ", 5'000) + "1))"));
}

TEST_F(LimitsTest, ExpressionsDoNotExplode) {
  EXPECT_EQ(
      run("x=aaaaaaaaaaaaaaaa; x=$x$x$x$x; re='^(a+)+(a|aa)+(a*)*b$'; [[ $x =~ $re ]]; echo $?"),
      "1\n");
  EXPECT_TRUE(reaches(Limit::expression, "re='a{1,30000}'; re=\"($re){1,30000}\"; [[ a =~ $re ]]"));
}

TEST_F(LimitsTest, Jobs) {
  EXPECT_TRUE(reaches(Limit::jobs, "i=0; while ((i++ < 300)); do : & done"));
}

TEST_F(LimitsTest, Directories) {
  EXPECT_TRUE(
      reaches(Limit::directories, "cd /tmp; i=0; while ((i++ < 300)); do pushd / ; done > x 2>&1"));
}

TEST_F(LimitsTest, HistoryForgets) {
  EXPECT_TRUE(reaches(Limit::history, "i=0; while ((i++ < 1100)); do history -s \"a $i\"; done"));
  EXPECT_TRUE(
      reaches(Limit::history,
              "x=0123456789abcdef; for i in 1 2 3 4 5 6 7 8 9 10; do x=$x$x; done; for i in 1 2 "
              "3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do history -s $x; done"));
}

TEST_F(LimitsTest, ALineWithoutEnd) {
  Console console(machine_, {});
  const std::uint64_t before = reached(Limit::typed_line);
  const std::string piece(16 * 1024, 'x');
  for (int i = 0; i < 20'000'000 && reached(Limit::typed_line) == before; ++i) {
    if (console.accepts_input()) console.input(piece);
    step();
    (void)console.take_output();
  }
  EXPECT_GT(reached(Limit::typed_line), before);
}

TEST_F(LimitsTest, ScriptBytes) {
  Console console(machine_, {.terminal = false, .command = "bash"});
  const std::uint64_t before = reached(Limit::script_bytes);
  const std::string piece = std::string(32 * 1024, 'x') + "\n";
  console.input(": <<E\n");
  std::size_t sent = 0;
  for (int i = 0; i < 2'000'000 && sent < kScriptBytesMax + (1U << 20); ++i) {
    if (console.accepts_input()) {
      console.input(piece);
      sent += piece.size();
    }
    step();
    (void)console.take_error();
  }
  EXPECT_GT(reached(Limit::script_bytes), before);
}

TEST_F(LimitsTest, ProcessesOfAMachine) {
  const std::uint64_t before = refusals().processes.value();
  (void)run("i=0; while [ $i -lt 400 ]; do while :; do :; done & i=$((i+1)); done");
  EXPECT_GT(refusals().processes.value(), before);
}

TEST_F(LimitsTest, DescriptorsOfAProcess) {
  const std::uint64_t before = refusals().descriptors.value();
  const std::string said =
      run("i=0; while [ $i -lt 300 ]; do exec {fd}</etc/passwd || break; i=$((i+1)); done; "
          "read -u 100 line; echo $line");
  EXPECT_GT(refusals().descriptors.value(), before);
  EXPECT_EQ(said.substr(0, said.find('\n')), "bash: line 1: /etc/passwd: Too many open files");
  EXPECT_EQ(run("exec 100</etc/passwd; read -u 100 line; echo ${line:0:4}"), "root\n");
}

TEST_F(LimitsTest, ShareOfTheCpu) {
  const std::uint64_t before = refusals().throttled.value();
  Console console(machine_, {.terminal = false,
                             .command = "x=aaaaaaaaaaaaaaaa; for i in 1 2 3 4 5 6 7 8 9 10 11; do "
                                        "x=$x$x; done; while :; do y=${x//*a*b/c}; done"});
  for (int i = 0; i < 200'000 && refusals().throttled.value() == before; ++i) step();
  EXPECT_GT(refusals().throttled.value(), before);
}

}  // namespace
}  // namespace decnet::shell::sh
