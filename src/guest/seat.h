// Seat: a Console of a session, recorded. Everything that the peer types and sees on a terminal
// goes into a recording, with markers for the login, commands and downloads; what the shell tells
// becomes the session's events and captured files.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "session/session.h"
#include "shell/console.h"

namespace decnet::guest {

class Seat final : private shell::Observer {
 public:
  // `session` outlives it. A request without a terminal is not recorded.
  Seat(session::Session& session, std::shared_ptr<shell::Machine> machine,
       shell::ConsoleRequest request);
  ~Seat() override;

  void input(std::string_view bytes);
  void input_end() { console_->input_end(); }
  bool accepts_input() const { return console_->accepts_input(); }
  void resize(std::uint16_t columns, std::uint16_t rows);
  void send_signal(int signal) { console_->send_signal(signal); }
  std::string take_output(std::size_t count);
  std::string take_error(std::size_t count) { return console_->take_error(count); }
  bool has_output() const { return console_->has_output(); }
  bool ended() const { return console_->ended(); }
  int exit_status() const { return console_->exit_status(); }
  int exit_signal() const { return console_->exit_signal(); }

 private:
  void begins(std::string_view command) override;
  void emit(event::Event event) override;
  std::unique_ptr<shell::CapturedFile> capture(std::string_view name,
                                               std::string_view path) override;

  session::Session& session_;
  std::shared_ptr<shell::Machine> machine_;
  std::unique_ptr<session::Recording> recording_;  // Null where there is no terminal.
  std::unique_ptr<shell::Console> console_;        // Ends before what it tells.
};

}  // namespace decnet::guest
