// What cp, mv, ln and install share: options, and the copying of one operand.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shell/cmd/io.h"

namespace decnet::shell::cmd {

struct CopyOptions {
  bool recursive = false, force = false, keep = false, links = false, verbose = false;
  bool no_clobber = false, update = false, into = true, symbolic = false, hard = false;
  std::string target;              // -t
  std::string mode, owner, group;  // install
  bool make_directories = false, parents = false, no_follow = false;
  std::string backup;
  std::vector<std::string> names;
};

bool read_copy_options(Io& io, std::string_view letters, CopyOptions& options);
// Where the operands go. False: said why.
bool find_copy_target(Io& io, CopyOptions& options, bool& directory);
std::string copy_target(const CopyOptions& options, bool directory, const std::string& name);
Task<void> copy_operand(Io& io, const CopyOptions& options, std::string name, std::string to);

}  // namespace decnet::shell::cmd
