// What of a session is an attack, and what of it is worth keeping.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace decnet::service::redis {

class Client;
class Server;

// Looks at a request before it is answered and tells the client's observer of every step of a known
// attack, whether the server will refuse it or not: dir and dbfilename changed, a master elsewhere,
// a module, scripts that leave the sandbox, keys that hold cron lines, SSH keys, web shells or
// programs.
void watch_for_attacks(Server& server, Client& client, const std::vector<std::string>& argv);

// SAVE and BGSAVE: if the key space holds such a payload, the file as it would be written is
// captured.
void capture_saved(Server& server, Client& client, bool written);

// A payload's kind ("cron", "ssh_key", "web_shell", "executable", "script"), or empty.
std::string_view payload_kind(std::string_view value) noexcept;

// Ends a BGSAVE whose time is over (cmd_server.cc).
void finish_background_save(Server& server);

}  // namespace decnet::service::redis
