// Channels: the connection layer (RFC 4254) as sshd's child after the login speaks it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "service/ssh/transport.h"
#include "service/ssh/userland.h"
#include "session/session.h"

namespace decnet::service::ssh {

inline constexpr std::size_t kSessionsMax = 10;             // MaxSessions
inline constexpr std::uint32_t kWindowBytes = 64 * 32'768;  // Of a session channel …
inline constexpr std::uint32_t kPacketBytes = 32'768;       // … and of one piece of data.
inline constexpr std::size_t kEnvironmentMax = 128;         // Variables of one channel.
inline constexpr std::size_t kEnvironmentBytesMax = 16 * 1024;

class Channels {
 public:
  // All outlive it.
  Channels(session::Session& session, Transport& transport, const World& world, Userland& userland,
           User user);

  void begin();  // What sshd says of its own accord after a login.
  void handle(const wire::Packet& packet);
  // Moves bytes between programs and the peer as far as the windows allow; true if it moved any.
  bool pump();
  bool is_over() const noexcept { return transport_.is_over(); }

 private:
  struct Channel {
    std::uint32_t id = 0;
    std::uint32_t peer = 0;
    std::uint32_t peer_window = 0;
    std::uint32_t peer_packet = 0;
    std::uint32_t window = 0;
    std::uint32_t consumed = 0;
    std::uint32_t exceeded = 0;
    bool eof_taken = false;
    bool eof_given = false;  // To the program.
    bool eof_sent = false;
    bool close_sent = false;
    bool close_taken = false;
    bool status_sent = false;
    shell::Environment environment;
    std::size_t environment_bytes = 0;
    std::string terminal;
    bool has_terminal = false;
    std::uint16_t columns = 80;
    std::uint16_t rows = 24;
    std::string backlog;  // What the program does not take yet; at most the window.
    std::string held;     // Output for which the peer's window had no room.
    std::unique_ptr<Program> program;
  };

  void open(ByteReader reader);
  void refuse(std::uint32_t peer, std::uint32_t reason);
  void global_request(ByteReader reader);
  bool prove_host_keys(ByteReader& reader, wire::Message& answer);
  void forwarding(std::string_view request, std::string_view target, std::uint32_t port,
                  std::string_view origin = {});
  Channel* channel_of(ByteReader& reader, std::string_view what);
  void data(ByteReader reader, bool extended);
  void unasked(ByteReader reader, std::string_view what);
  void adjust(ByteReader reader);
  void eof(ByteReader reader);
  void close(ByteReader reader);
  void request(ByteReader reader);
  bool session_request(Channel& channel, std::string_view name, ByteReader& reader);
  bool set_environment(Channel& channel, ByteReader& reader);
  bool set_terminal(Channel& channel, ByteReader& reader);
  bool resize(Channel& channel, ByteReader& reader);
  bool send_signal(Channel& channel, ByteReader& reader);
  bool start(Channel& channel, std::string_view name, ByteReader& reader);
  bool start_subsystem(Channel& channel, std::string_view name);
  shell::ConsoleRequest console_request(const Channel& channel) const;
  bool malformed();

  bool pump(Channel& channel);
  bool send_output(Channel& channel);
  bool send_data(Channel& channel, std::string_view bytes, bool error);
  void finish(Channel& channel);
  void open_window(Channel& channel, std::uint32_t bytes);
  void reap();

  session::Session& session_;
  Transport& transport_;
  const World& world_;
  Userland& userland_;
  User user_;
  std::map<std::uint32_t, Channel> channels_;
  bool no_more_sessions_ = false;
};

}  // namespace decnet::service::ssh
