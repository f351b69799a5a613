// For the tests that compare with recorded genuine programs.
#pragma once

#include <string>
#include <string_view>

#include "shell/cmd/testing.h"

namespace decnet::shell::cmd {

std::string plain_text(std::string_view escaped);  // "\x0a" is a newline.
void build_tree(FileSystem& files);                // What record.py makes, as /d.
// A line of a shell in /d, on a whole Machine with all programs.
Outcome run_line(const std::string& line, const std::string& input = {});

}  // namespace decnet::shell::cmd
