// What sshd and telnetd's login do before the shell begins: messages, environment, identity.
#pragma once

#include "shell/console.h"
#include "shell/machine_state.h"
#include "shell/passwords.h"

namespace decnet::shell {

// What pam_motd and sshd print on the terminal; notes this login as the last one.
std::string greeting(Machine::State& state, const ConsoleRequest& request);
// `session`: $XDG_SESSION_ID.
Environment login_environment(const ConsoleRequest& request, const PasswdRow& who,
                              const std::string& address, const std::string& terminal, int session);

}  // namespace decnet::shell
