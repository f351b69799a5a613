#include <cstddef>
#include <cstdint>

#include "shell/console.h"

// Bytes of a peer, on a terminal or as a command; the clock moves on as the shell wants it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace decnet;
  FakeClock clock;
  shell::Machine machine(shell::MachineFacts{.clock = &clock});
  machine.files().seed_file("/bin/bash",
                            "\x7f"
                            "ELF",
                            0755, 0, 0, {});
  shell::ConsoleRequest request;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (bytes.starts_with('c')) request.command = std::string(bytes.substr(1));
  shell::Console console(machine, request);
  console.input(bytes);
  for (int i = 0; i < 200 && !console.ended(); ++i) {
    if (!machine.run()) clock.advance(Duration{100'000});
    (void)console.take_output();
  }
  return 0;
}
