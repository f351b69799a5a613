#include "shell/process.h"

#include <cerrno>

#include "shell/machine.h"

namespace decnet::shell {

std::string_view Process::name() const {
  if (arguments.empty()) return {};
  std::string_view text = arguments.front();
  if (const std::size_t slash = text.rfind('/'); slash != std::string_view::npos) {
    text.remove_prefix(slash + 1);
  }
  return text;
}

FileSystem& Process::files() {
  return machine().files();
}

const Clock& Process::clock() {
  return machine().clock();
}

std::string Process::variable(std::string_view name) const {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string{} : found->second;
}

Task<Sys<std::string>> Process::read_until(int descriptor, char delimiter, std::size_t count,
                                           std::optional<TimePoint>) {
  std::string line;
  while (line.size() < count) {
    Sys<std::string> byte = co_await read(descriptor, 1);
    if (!byte) co_return sys_fail(byte.error());
    if (byte->empty()) break;
    line += *byte;
    if (line.back() == delimiter) break;
  }
  co_return line;
}

Sys<Stat> Process::status(int) const {
  return sys_fail(EBADF);
}
std::string Process::descriptor_path(int) const {
  return {};
}
Task<Sys<int>> Process::execute(ChildRequest) {
  co_return sys_fail(ENOSYS);
}

Task<Sys<void>> Process::print(std::string_view text) {
  return write(1, text);
}

Task<Sys<void>> Process::print_error(std::string_view text) {
  return write(2, text);
}

Task<Sys<void>> Process::complain(std::string_view what, int error_number) {
  std::string text(name());
  text.append(": ").append(what);
  if (error_number != 0) text.append(": ").append(sys_error(error_number));
  text.push_back('\n');
  const Sys<void> done = co_await write(2, text);
  co_return done;
}

}  // namespace decnet::shell
