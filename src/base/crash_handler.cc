#include "base/crash_handler.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <ctime>

#include <execinfo.h>
#include <unistd.h>

namespace decnet {
namespace {

constexpr std::size_t kWordBytesMax = 64;
constexpr std::size_t kStackBytes = 64 * 1024;
constexpr std::array kSignals = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};

// Everything the handler needs, laid ready.
struct Ready {
  int fd = -1;
  std::array<char, kWordBytesMax> process{}, version{};
  std::array<char, kStackBytes> stack{};
};
Ready g_ready;

void keep(std::array<char, kWordBytesMax>& into, std::string_view text) {
  std::memcpy(into.data(), text.data(), std::min(text.size(), into.size() - 1));
}

void put(const char* text) {
  (void)!::write(g_ready.fd, text, std::strlen(text));
}

void put_number(std::uint64_t number, unsigned base) {
  std::array<char, 24> digits{};
  std::size_t at = digits.size() - 1;
  do {
    digits[--at] = "0123456789abcdef"[number % base];
    number /= base;
  } while (number != 0);
  put(digits.data() + at);
}

const char* name_of(int signal) {
  switch (signal) {
    case SIGSEGV:
      return "SIGSEGV";
    case SIGBUS:
      return "SIGBUS";
    case SIGILL:
      return "SIGILL";
    case SIGFPE:
      return "SIGFPE";
    default:
      return "SIGABRT";
  }
}

void on_crash(int signal, siginfo_t* info, void*) {
  put("signal: ");
  put(name_of(signal));
  put("\nprocess: ");
  put(g_ready.process.data());
  put("\nversion: ");
  put(g_ready.version.data());
  put("\npid: ");
  put_number(static_cast<std::uint64_t>(::getpid()), 10);
  put("\ntime: ");
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  put_number(static_cast<std::uint64_t>(now.tv_sec), 10);
  if (signal != SIGABRT) {
    put("\naddress: 0x");
    put_number(reinterpret_cast<std::uintptr_t>(info->si_addr), 16);
  }
  put("\n\n");
  std::array<void*, kCrashFramesMax> frames{};
  const int count = ::backtrace(frames.data(), kCrashFramesMax);
  ::backtrace_symbols_fd(frames.data(), count, g_ready.fd);
  ::signal(signal, SIG_DFL);
  ::raise(signal);
}

}  // namespace

void install_crash_handler(std::string_view process, std::string_view version, int fd) {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  g_ready.fd = fd;
  keep(g_ready.process, process);
  keep(g_ready.version, version);
  std::array<void*, 2> frames{};
  (void)::backtrace(frames.data(), static_cast<int>(frames.size()));  // Loads what it needs now.
  stack_t stack{};
  stack.ss_sp = g_ready.stack.data();  // For a stack that has overflowed.
  stack.ss_size = g_ready.stack.size();
  ::sigaltstack(&stack, nullptr);
  struct sigaction action {};
  action.sa_sigaction = on_crash;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESETHAND;
  ::sigemptyset(&action.sa_mask);
  for (const int signal : kSignals) ::sigaction(signal, &action, nullptr);
#else
  (void)process, (void)version, (void)fd, (void)on_crash, (void)keep, (void)kSignals;
#endif
}

}  // namespace decnet
