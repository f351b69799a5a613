// What a crash leaves: signal, address, process, version and back-trace, written to a descriptor
// that was opened before, by calls that are safe in a signal handler. The process then dies of the
// signal as it would have.
//
// The text is what crash_report.h reads.
#pragma once

#include <string_view>

namespace decnet {

inline constexpr int kCrashFd = 4;  // Where a supervised child finds the pipe for its report.
inline constexpr int kCrashFramesMax = 64;

// Installs the handler for SIGSEGV, SIGBUS, SIGILL, SIGFPE and SIGABRT; `fd` stays open for as long
// as the process lives. Once, before any sandbox. Does nothing in builds with a sanitizer, whose
// own reports say more.
void install_crash_handler(std::string_view process, std::string_view version, int fd);

}  // namespace decnet
