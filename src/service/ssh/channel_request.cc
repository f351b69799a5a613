// Requests of session channels: pty, shell, exec, subsystem, environment, signals.
#include <algorithm>

#include "service/ssh/channels.h"
#include "service/ssh/scp.h"
#include "service/ssh/sftp.h"

namespace decnet::service::ssh {

using wire::Message;

namespace {

constexpr std::pair<std::string_view, int> kSignals[] = {
    {"ABRT", 6},  {"ALRM", 14}, {"FPE", 8},   {"HUP", 1},   {"ILL", 4},   {"INT", 2},  {"KILL", 9},
    {"PIPE", 13}, {"QUIT", 3},  {"SEGV", 11}, {"TERM", 15}, {"USR1", 10}, {"USR2", 12}};

std::uint16_t small(std::uint32_t value) {
  return static_cast<std::uint16_t>(std::min<std::uint32_t>(value, 0xffff));
}

}  // namespace

void Channels::request(ByteReader reader) {
  const std::uint32_t id = reader.u32();
  bool good = true;
  const std::string_view name = wire::get_cstring(reader, good);
  const bool wants_answer = reader.u8() != 0;
  if (!reader.ok() || !good) {
    malformed();
    return;
  }
  const auto found = channels_.find(id);
  if (found == channels_.end()) {
    return transport_.disconnect("server_input_channel_req: unknown channel " + std::to_string(id));
  }
  Channel& channel = found->second;
  if (name == "eow@openssh.com" && !wants_answer) return;
  const bool success = session_request(channel, name, reader);
  if (transport_.is_over() || !wants_answer || channel.close_sent) return;
  transport_.send(
      Message(success ? wire::kChannelSuccess : wire::kChannelFailure).u32(channel.peer));
}

bool Channels::session_request(Channel& channel, std::string_view name, ByteReader& reader) {
  if (name == "window-change") return resize(channel, reader);
  if (name == "signal") return send_signal(channel, reader);
  if (channel.program != nullptr || channel.close_sent) return false;
  if (name == "env") return set_environment(channel, reader);
  if (name == "pty-req") return set_terminal(channel, reader);
  if (name == "shell" || name == "exec" || name == "subsystem") return start(channel, name, reader);
  if (name == "x11-req" || name == "auth-agent-req@openssh.com") {
    event::Event event = session_.request();
    event.add("request", name).add("outcome", "refused");
    session_.emit(std::move(event));
    if (name == "x11-req") {
      transport_.send(Message(wire::kDebug)
                          .boolean(false)
                          .string("No xauth program; cannot forward X11.")
                          .string(""));
    }
  }
  return false;
}

bool Channels::set_environment(Channel& channel, ByteReader& reader) {
  bool good = true;
  const std::string_view name = wire::get_cstring(reader, good);
  const std::string_view value = wire::get_cstring(reader, good);
  if (!reader.ok() || !reader.empty() || !good) return malformed();
  event::Event event = session_.request();
  event.add("request", "env").add("name", name).add("value", value);
  session_.emit(std::move(event));
  channel.environment_bytes += name.size() + value.size();
  const bool accepted = (name == "LANG" || name.starts_with("LC_")) &&
                        channel.environment.size() < kEnvironmentMax &&
                        channel.environment_bytes <= kEnvironmentBytesMax;
  if (accepted) channel.environment.insert_or_assign(std::string(name), std::string(value));
  return accepted;
}

bool Channels::set_terminal(Channel& channel, ByteReader& reader) {
  if (channel.has_terminal) {
    transport_.disconnect("Protocol error: you already have a pty.");
    return false;
  }
  bool good = true;
  channel.terminal = wire::get_cstring(reader, good);
  channel.columns = small(reader.u32());
  channel.rows = small(reader.u32());
  reader.skip(8);
  wire::get_string(reader);  // Modes.
  if (!reader.ok() || !reader.empty() || !good) return malformed();
  channel.has_terminal = true;
  event::Event event = session_.request();
  event.add("request", "pty-req");
  event.add("terminal", channel.terminal + " " + std::to_string(channel.columns) + "x" +
                            std::to_string(channel.rows));
  session_.emit(std::move(event));
  return true;
}

bool Channels::resize(Channel& channel, ByteReader& reader) {
  channel.columns = small(reader.u32());
  channel.rows = small(reader.u32());
  reader.skip(8);
  if (!reader.ok() || !reader.empty()) return malformed();
  if (channel.program != nullptr) channel.program->resize(channel.columns, channel.rows);
  return true;
}

bool Channels::send_signal(Channel& channel, ByteReader& reader) {
  bool good = true;
  const std::string_view name = wire::get_cstring(reader, good);
  if (!reader.ok() || !reader.empty() || !good) return malformed();
  for (const auto& [text, number] : kSignals) {
    if (text != name || channel.program == nullptr) continue;
    channel.program->send_signal(number);
    return true;
  }
  return false;
}

shell::ConsoleRequest Channels::console_request(const Channel& channel) const {
  const net::Endpoint peer = session_.stream().peer();
  shell::ConsoleRequest request;
  request.user = user_.name;
  request.peer_ip = peer.ip.text();
  request.peer_port = peer.port;
  request.local_port = session_.place().port;
  request.terminal = channel.has_terminal;
  if (channel.has_terminal) request.terminal_type = channel.terminal;
  request.columns = channel.columns;
  request.rows = channel.rows;
  request.environment = channel.environment;
  return request;
}

bool Channels::start(Channel& channel, std::string_view name, ByteReader& reader) {
  bool good = true;
  const std::string_view what =
      name == "shell" ? std::string_view{} : wire::get_cstring(reader, good);
  if (!reader.ok() || !reader.empty() || !good) return malformed();
  event::Event event = session_.request();
  event.add("request", name);
  if (name == "subsystem") event.add("name", what);
  session_.emit(std::move(event));
  if (name == "subsystem") {
    if (!start_subsystem(channel, what)) return false;
  } else if (name == "exec" && is_scp(what) && !channel.has_terminal) {
    session_.command(what);
    channel.program = make_scp(session_, userland_.files(), user_, what);
  } else {
    shell::ConsoleRequest request = console_request(channel);
    if (name == "exec") request.command = what;
    channel.program = userland_.open(std::move(request));
    if (channel.program == nullptr) return false;
  }
  open_window(channel, kWindowBytes);
  return true;
}

bool Channels::start_subsystem(Channel& channel, std::string_view name) {
  if (name != "sftp") return false;
  channel.program = make_sftp(session_, userland_.files(), user_);
  return true;
}

}  // namespace decnet::service::ssh
