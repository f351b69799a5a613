// What set-up heard from the genuine programs (shell/answers.h), for those of the shell. Without
// the asset nothing is known of any.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "shell/answers.h"
#include "shell/cmd/io.h"

namespace decnet::shell::cmd {

// Nothing: it is not known.
std::optional<Answer> find_answer(Process& process, std::string_view name,
                                  std::string_view arguments);
// What is printed, on standard output or else on the other; empty: nothing is known.
std::string answer_text(Process& process, std::string_view name, std::string_view arguments);
// Whether the help of a program has an option.
bool mentions_option(Process& process, std::string_view name, std::string_view option);
// Whether anything is known of a program.
bool has_answers(Process& process, std::string_view name);
// Prints what was recorded of the program that runs, where it is called as it was then. False: it
// is not.
bool recorded_answer(Io& io);
// A program of which only its answers are known.
Task<int> run_answers(Process& process);

}  // namespace decnet::shell::cmd
