// Sftp: OpenSSH 9.2's sftp-server (draft-ietf-secsh-filexfer-02, version 3, and OpenSSH's PROTOCOL)
// over the shell's file system.
#pragma once

#include <memory>

#include "service/ssh/userland.h"

namespace decnet::service::ssh {

inline constexpr std::size_t kSftpMessageBytesMax = 256 * 1024;  // A longer one ends the server.
inline constexpr std::size_t kSftpHandlesMax = 64;               // Open files and folders.
inline constexpr std::size_t kSftpOutputBytesMax = 512 * 1024;   // Then it reads no further.

// All outlive it.
std::unique_ptr<Program> make_sftp(session::Session& session, shell::FileSystem& files,
                                   const User& user);

}  // namespace decnet::service::ssh
