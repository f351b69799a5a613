#include "shell/fs/proc.h"

#include <cerrno>
#include <chrono>
#include <cstdio>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "shell/fs/seeds.h"
#include "shell/fs/system_model.h"

namespace decnet::shell {
namespace {

using testing::HasSubstr;

const Credentials kRoot{};
const Credentials kAnna{1000, 1000, {}};

class TestSystem final : public SystemView {
 public:
  explicit TestSystem(const Clock& clock, std::uint64_t seed = 5) : clock_(clock) {
    persona_ = persona::make_persona(
        {.name = "web-01", .seed = seed, .archetype = "web-server", .deployed_at = clock.now()});
    hardware_ = persona::make_hardware(persona_);
    base_ = model_processes(persona_, hardware_, clock.now());
  }
  const persona::Persona& persona() const override { return persona_; }
  const persona::HardwareFacts& hardware() const override { return hardware_; }
  TimePoint now() const override { return clock_.now(); }
  std::string hostname() const override { return persona_.hostname; }
  std::vector<ProcessView> processes() const override {
    std::vector<ProcessView> all = base_;
    ProcessView shell;
    shell.pid = shell.group = shell.session = 5000;
    shell.parent = 700;
    shell.name = "bash";
    shell.arguments = {"-bash"};
    shell.path = "/usr/bin/bash";
    shell.directory = "/root";
    shell.environment = {"HOME=/root"};
    shell.descriptors = {{0, "/dev/pts/0"}};
    shell.terminal = 136 << 8;
    all.push_back(shell);
    return all;
  }
  std::optional<ProcessView> process(int pid) const override {
    for (const ProcessView& each : base_) {
      if (each.pid == pid) return each;
    }
    return SystemView::process(pid);
  }
  int self() const override { return 5000; }
  std::vector<SocketView> sockets() const override {
    return {{.protocol = "tcp", .local_ip = "0.0.0.0", .local_port = 22, .inode = 18'000},
            {.protocol = "tcp",
             .local_ip = "192.0.2.10",
             .local_port = 22,
             .peer_ip = "192.0.2.7",
             .peer_port = 40'000,
             .state = SocketView::State::established,
             .inode = 99'000}};
  }
  std::vector<LoginView> logins() const override {
    return {{"root", "pts/0", "192.0.2.7", now(), 5000}};
  }
  std::vector<InterfaceView> interfaces() const override {
    return model_interfaces(persona_, hardware_, now(), "192.0.2.10", 24, "192.0.2.1");
  }
  std::vector<NeighbourView> neighbours() const override {
    return {{"192.0.2.1", "00:00:5e:00:53:01", hardware_.interface}};
  }
  MemoryView memory() const override { return model_memory(persona_, hardware_, now(), 0); }
  CpuView cpu() const override { return model_cpu(persona_, hardware_, now(), {}); }
  LoadView load() const override { return model_load(persona_, hardware_, now(), 0); }
  std::vector<DiskView> disks() const override {
    return model_disks(persona_, hardware_, now(), 0);
  }

 private:
  const Clock& clock_;
  persona::Persona persona_;
  persona::HardwareFacts hardware_;
  std::vector<ProcessView> base_;
};

struct ProcTest : testing::Test {
  FakeClock clock;
  TestSystem system{clock};
  FileSystem files{std::shared_ptr<const Image>{}, clock};
  ProcTest() { mount_system(files, system); }
  std::string text(std::string_view path) {
    const auto found = files.read_file(path, kRoot);
    return found ? *found : std::string("error ") + std::string(sys_error(found.error()));
  }
};

TEST_F(ProcTest, RefusesAsTheKernelDoes) {
  EXPECT_EQ(files.create("/proc/x", 0644, kRoot).error(), ENOENT);
  EXPECT_EQ(files.make_directory("/proc/x", 0755, kRoot).error(), ENOENT);
  EXPECT_EQ(files.remove("/proc/cpuinfo", kRoot).error(), EPERM);
  EXPECT_EQ(files.create("/sys/x", 0644, kRoot).error(), EACCES);
  EXPECT_EQ(files.make_directory("/sys/x", 0755, kRoot).error(), EPERM);
  EXPECT_EQ(files.create("/dev/pts/a", 0644, kRoot).error(), EACCES);
  EXPECT_EQ(files.make_directory("/dev/pts/a", 0755, kRoot).error(), EPERM);
  EXPECT_EQ(files.write("/proc/version", 0, "x", kRoot).error(), EIO);
  EXPECT_EQ(files.write("/proc/version", 0, "x", kAnna).error(), EACCES);
  EXPECT_TRUE(files.write_file("/dev/.nippon", "x", kRoot));
}

TEST_F(ProcTest, NumbersMoveAndAgree) {
  const std::string before = text("/proc/meminfo");
  std::uint64_t ticks = system.cpu().user + system.cpu().idle;
  for (int n = 0; n < 500; ++n) {
    const MemoryView m = system.memory();
    EXPECT_LE(m.free + m.buff_cache(), m.total);
    EXPECT_LT(m.available, m.total);
    EXPECT_GT(m.available, m.free / 2);
    EXPECT_GT(m.used(), 50'000U);
    clock.advance(std::chrono::seconds{2});
    const std::uint64_t later = system.cpu().user + system.cpu().idle;
    EXPECT_GT(later, ticks);
    ticks = later;
  }
  EXPECT_NE(text("/proc/meminfo"), before);
  double up = 0;
  double idle = 0;
  ASSERT_EQ(std::sscanf(text("/proc/uptime").c_str(), "%lf %lf", &up, &idle), 2);
  EXPECT_NEAR(up, static_cast<double>(system.uptime().count()) / 1e6, 0.01);
  EXPECT_LT(idle, up * system.hardware().threads);
  EXPECT_GT(idle, up * system.hardware().threads * 0.5);
}

TEST_F(ProcTest, CountersNeverGoBack) {
  auto before = system.cpu();
  auto traffic = system.interfaces();
  int pid = system.load().last_pid;
  for (int n = 0; n < 3'000; ++n) {
    clock.advance(std::chrono::milliseconds{700});
    const auto after = system.cpu();
    EXPECT_GE(after.user, before.user);
    EXPECT_GE(after.system, before.system);
    EXPECT_GE(after.interrupts, before.interrupts);
    const auto now = system.interfaces();
    EXPECT_GE(now[1].receive_bytes, traffic[1].receive_bytes);
    EXPECT_GE(system.load().last_pid, pid);
    before = after;
    traffic = now;
    pid = system.load().last_pid;
  }
}

TEST_F(ProcTest, ShowsProcesses) {
  EXPECT_EQ(text("/proc/1/comm"), "systemd\n");
  EXPECT_EQ(text("/proc/self/comm"), "bash\n");
  EXPECT_EQ(text("/proc/1/cgroup"), "0::/init.scope\n");
  EXPECT_EQ(*files.read_link("/proc/self", kRoot), "5000");
  EXPECT_EQ(*files.read_link("/proc/self/exe", kRoot), "/usr/bin/bash");
  EXPECT_EQ(*files.read_link("/proc/self/fd/0", kRoot), "/dev/pts/0");
  EXPECT_EQ(files.read_link("/proc/1/exe", kAnna).error(), EACCES);
  EXPECT_EQ(files.read_file("/proc/1/environ", kAnna).error(), EACCES);
  EXPECT_EQ(files.list("/proc/1/fd", kAnna).error(), EACCES);
  EXPECT_EQ(files.stat("/proc/77777", kRoot).error(), ENOENT);
  EXPECT_THAT(text("/proc/2/status"), HasSubstr("Name:\tkthreadd\n"));
  EXPECT_EQ(text("/proc/2/cmdline"), "");
  for (const auto& process : system.processes()) {
    const std::string line = text("/proc/" + std::to_string(process.pid) + "/stat");
    EXPECT_EQ(std::count(line.begin() + static_cast<long>(line.rfind(')')), line.end(), ' '), 50)
        << line;
  }
}

TEST_F(ProcTest, ShowsTheNetworkAndTheHardware) {
  EXPECT_THAT(text("/proc/net/tcp"), HasSubstr("0A0200C0:0016 070200C0:9C40 01"));
  EXPECT_THAT(text("/proc/net/route"), HasSubstr("\t00000000\t010200C0\t0003\t"));
  EXPECT_THAT(text("/proc/net/arp"),
              HasSubstr("192.0.2.1        0x1         0x2         00:00:5e:00:53:01     *"));
  EXPECT_EQ(text("/sys/class/net/" + system.hardware().interface + "/address"),
            system.persona().mac + "\n");
  EXPECT_THAT(text("/proc/version"), HasSubstr(system.persona().kernel + " ("));
  EXPECT_THAT(text("/proc/mounts"), HasSubstr(" / ext4 rw,relatime,errors=remount-ro 0 0\n"));
  EXPECT_NE(text("/proc/sys/kernel/random/uuid"), text("/proc/sys/kernel/random/uuid"));
  EXPECT_EQ(text("/proc/sys/kernel/random/boot_id"), text("/proc/sys/kernel/random/boot_id"));
  EXPECT_EQ(files.stat("/dev/pts/0", kRoot)->special, 136U << 8);
}

TEST_F(ProcTest, KeepsSettings) {
  ASSERT_TRUE(files.write("/proc/sys/vm/nr_hugepages", 0, "128\n", kRoot));
  EXPECT_EQ(text("/proc/sys/vm/nr_hugepages"), "128\n");
  EXPECT_EQ(files.write("/proc/sys/vm/nr_hugepages", 0, "x\n", kRoot).error(), EINVAL);
  EXPECT_EQ(files.write("/proc/sys/vm/nr_hugepages", 0, "1\n", kAnna).error(), EACCES);
}

TEST_F(ProcTest, EveryFileThatIsListedCanBeRead) {
  std::vector<std::string> todo{"/proc", "/sys", "/dev"};
  std::size_t count = 0;
  while (!todo.empty()) {
    const std::string path = todo.back();
    todo.pop_back();
    const auto stat = files.stat(path, kRoot, Follow::no);
    ASSERT_TRUE(stat) << path;
    ++count;
    if (stat->kind == Kind::regular) {
      EXPECT_TRUE(files.read_file(path, kRoot)) << path;
    }
    if (stat->kind != Kind::directory) continue;
    const auto entries = files.list(path, kRoot);
    for (const auto& entry : *entries) todo.push_back(path + "/" + entry.name);
  }
  EXPECT_GT(count, 2'000U);
}

}  // namespace
}  // namespace decnet::shell
