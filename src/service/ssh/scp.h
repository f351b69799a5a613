// Scp: the remote half of the old scp protocol (rcp), `scp -t` and `scp -f`, over the shell's file
// system.
#pragma once

#include <memory>
#include <string_view>

#include "service/ssh/userland.h"

namespace decnet::service::ssh {

inline constexpr std::size_t kScpLineBytesMax = 4096;
inline constexpr std::size_t kScpDepthMax = 64;  // Of folders in folders.
inline constexpr std::size_t kScpOutputBytesMax = 256 * 1024;

// Whether a command of an exec request is scp's remote half and nothing else.
bool is_scp(std::string_view command);

// All outlive it. `command` is what is_scp() said yes to.
std::unique_ptr<Program> make_scp(session::Session& session, shell::FileSystem& files,
                                  const User& user, std::string_view command);

}  // namespace decnet::service::ssh
