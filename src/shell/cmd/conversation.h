// Conversation: a command of a shell on a terminal of 24 lines of 80 columns, to which a test
// types.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "shell/cmd/testing.h"
#include "shell/console.h"

namespace decnet::shell::cmd {

class Conversation {
 public:
  // It runs in /d, which holds what the recorder has there, and `files`.
  explicit Conversation(const std::string& command,
                        const std::map<std::string, std::string>& files = {});

  std::string settle();                       // What came by itself.
  std::string type(const std::string& keys);  // What came after all of them, one key at a time.
  std::string wait();  // What comes once a process that used too much time may go on; "": nothing.
  std::string file(const std::string& path);  // "(none)" where it is absent.
  void resize(std::uint16_t columns, std::uint16_t rows) { console_->resize(columns, rows); }
  bool ended() const { return console_->ended(); }

 private:
  FakeClock clock_;
  std::optional<Machine> machine_;
  std::optional<Console> console_;
};

// What the recorder has in /d beyond build_tree().
std::map<std::string, std::string> screen_files();

}  // namespace decnet::shell::cmd
