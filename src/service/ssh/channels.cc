#include "service/ssh/channels.h"

#include <algorithm>

#include "base/counters.h"

namespace decnet::service::ssh {

using wire::Message;
using wire::Packet;

namespace {

constexpr std::uint32_t kProhibited = 1;
constexpr std::uint32_t kConnectFailed = 2;

std::string text_of(std::string_view host, std::uint32_t port) {
  return std::string(host) + ":" + std::to_string(port);
}

}  // namespace

Channels::Channels(session::Session& session, Transport& transport, const World& world,
                   Userland& userland, User user)
    : session_(session),
      transport_(transport),
      world_(world),
      userland_(userland),
      user_(std::move(user)) {}

void Channels::begin() {
  if (transport_.compat().no_host_keys) return;
  Message message(wire::kGlobalRequest);
  message.string("hostkeys-00@openssh.com").boolean(false);
  for (const auto& key : world_.host_keys) message.string(key->blob());
  transport_.send(message);
}

bool Channels::malformed() {
  transport_.hang_up();
  return false;
}

void Channels::handle(const Packet& packet) {
  const ByteReader reader(std::string_view(packet.payload).substr(1));
  switch (packet.type()) {
    case wire::kGlobalRequest:
      return global_request(reader);
    case wire::kChannelOpen:
      return open(reader);
    case wire::kChannelWindowAdjust:
      return adjust(reader);
    case wire::kChannelData:
      return data(reader, false);
    case wire::kChannelExtendedData:
      return data(reader, true);
    case wire::kChannelEof:
      return eof(reader);
    case wire::kChannelClose:
      return close(reader);
    case wire::kChannelRequest:
      return request(reader);
    case wire::kChannelOpenConfirmation:
      return unasked(reader, "open confirmation");
    case wire::kChannelOpenFailure:
      return unasked(reader, "open failure");
    case wire::kRequestSuccess:
    case wire::kRequestFailure:
    case wire::kChannelSuccess:
    case wire::kChannelFailure:
      return;  // Taken and passed over.
    default:
      return transport_.unimplemented(packet.sequence);
  }
}

void Channels::forwarding(std::string_view request, std::string_view target, std::uint32_t port,
                          std::string_view origin) {
  event::Event event = session_.request();
  event.severity = event::Severity::warning;
  event.add("request", request).add("target", text_of(target, port));
  if (!origin.empty()) event.add("origin", origin);
  event.add("outcome", "refused");
  session_.emit(std::move(event));
}

void Channels::refuse(std::uint32_t peer, std::uint32_t reason) {
  Message message(wire::kChannelOpenFailure);
  transport_.send(message.u32(peer).u32(reason).string("open failed").string(""));
}

void Channels::open(ByteReader reader) {
  bool good = true;
  const std::string_view type = wire::get_cstring(reader, good);
  Channel channel;
  channel.peer = reader.u32();
  channel.peer_window = reader.u32();
  channel.peer_packet = reader.u32();
  if (!reader.ok() || !good) {
    malformed();
    return;
  }
  if (type == "direct-tcpip") {
    const std::string_view host = wire::get_cstring(reader, good);
    const std::uint32_t port = reader.u32();
    const std::string_view from = wire::get_cstring(reader, good);
    const std::uint32_t from_port = reader.u32();
    if (!reader.ok() || !good) {
      malformed();
      return;
    }
    forwarding(type, host, port, text_of(from, from_port));
    return refuse(channel.peer, kProhibited);
  }
  if (type == "direct-streamlocal@openssh.com") forwarding(type, wire::get_string(reader), 0);
  if (type != "session") return refuse(channel.peer, kConnectFailed);
  if (no_more_sessions_) {
    return transport_.disconnect(
        "Possible attack: attempt to open a session after additional sessions disabled");
  }
  if (!reader.empty()) {
    malformed();
    return;
  }
  if (channels_.size() >= kSessionsMax) {
    static Counter& refused =
        counter("ssh_limit_sessions_total", "SSH channels refused by MaxSessions");
    refused.add();
    return refuse(channel.peer, kConnectFailed);
  }
  while (channels_.contains(channel.id)) ++channel.id;
  Message message(wire::kChannelOpenConfirmation);
  transport_.send(message.u32(channel.peer).u32(channel.id).u32(0).u32(kPacketBytes));
  channels_.emplace(channel.id, std::move(channel));
}

bool Channels::prove_host_keys(ByteReader& reader, Message& answer) {
  constexpr std::size_t kKeysMax = 16;
  const bool long_rsa = transport_.client_kexinit().find("rsa-sha2-512") != std::string::npos;
  for (std::size_t count = 0; !reader.empty(); ++count) {
    const std::string_view blob = wire::get_string(reader);
    const auto key = std::find_if(world_.host_keys.begin(), world_.host_keys.end(),
                                  [&](const auto& one) { return one->blob() == blob; });
    if (!reader.ok() || key == world_.host_keys.end() || count >= kKeysMax) return false;
    std::string algorithm = (*key)->type();
    if (algorithm == "ssh-rsa") algorithm = long_rsa ? "rsa-sha2-512" : "rsa-sha2-256";
    Message bytes;
    bytes.string("hostkeys-prove-00@openssh.com").string(transport_.session_id()).string(blob);
    answer.string((*key)->sign(algorithm, bytes.bytes()));
  }
  return true;
}

void Channels::global_request(ByteReader reader) {
  bool good = true;
  const std::string_view name = wire::get_cstring(reader, good);
  const bool wants_answer = reader.u8() != 0;
  if (!reader.ok() || !good) {
    malformed();
    return;
  }
  bool success = false;
  Message answer(wire::kRequestSuccess);
  const auto remark = [this](std::string_view text) {
    transport_.send(Message(wire::kDebug).boolean(false).string(text).string(""));
  };
  if (name == "tcpip-forward") {
    const std::string_view host = wire::get_cstring(reader, good);
    const std::uint32_t port = reader.u32();
    if (!reader.ok() || !good) {
      malformed();
      return;
    }
    forwarding(name, host, port);
    remark("Server has disabled port forwarding.");
  } else if (name == "streamlocal-forward@openssh.com") {
    forwarding(name, wire::get_string(reader), 0);
    remark("Server has disabled streamlocal forwarding.");
  } else if (name == "no-more-sessions@openssh.com") {
    no_more_sessions_ = success = true;
  } else if (name == "hostkeys-prove-00@openssh.com") {
    success = prove_host_keys(reader, answer);
  }
  if (!wants_answer) return;
  transport_.send(success ? std::move(answer) : Message(wire::kRequestFailure));
}

Channels::Channel* Channels::channel_of(ByteReader& reader, std::string_view what) {
  const std::uint32_t id = reader.u32();
  if (!reader.ok()) {
    malformed();
    return nullptr;
  }
  const auto found = channels_.find(id);
  if (found != channels_.end()) return &found->second;
  if (!what.empty()) {
    transport_.disconnect(std::string(what) + " packet referred to nonexistent channel " +
                          std::to_string(id));
  }
  return nullptr;
}

// An answer to a channel that we never opened.
void Channels::unasked(ByteReader reader, std::string_view what) {
  const Channel* channel = channel_of(reader, what);
  if (channel == nullptr) return;
  transport_.disconnect("Received " + std::string(what) + " for non-opening channel " +
                        std::to_string(channel->id) + ".");
}

void Channels::adjust(ByteReader reader) {
  Channel* channel = channel_of(reader, {});
  const std::uint32_t bytes = reader.u32();
  if (channel == nullptr) return;
  if (!reader.ok() || !reader.empty()) {
    malformed();
    return;
  }
  if (channel->peer_window + bytes < channel->peer_window) {  // sshd: fatal, without a word
    transport_.hang_up();
    return;
  }
  channel->peer_window += bytes;
}

void Channels::data(ByteReader reader, bool extended) {
  Channel* channel = channel_of(reader, extended ? "extended data" : "data");
  if (channel == nullptr) return;
  if (extended) reader.u32();
  const std::string_view bytes = wire::get_string(reader);
  if (!reader.ok() || !reader.empty()) {
    malformed();
    return;
  }
  if (extended && channel->eof_taken) {
    return transport_.disconnect("Received extended_data after EOF on channel " +
                                 std::to_string(channel->id) + ".");
  }
  if (extended || channel->program == nullptr || bytes.size() > kPacketBytes) return;
  if (bytes.size() > channel->window) {
    channel->exceeded += static_cast<std::uint32_t>(bytes.size()) - channel->window;
    channel->window = 0;
    if (channel->exceeded > kWindowBytes / 10) {
      transport_.disconnect("channel " + std::to_string(channel->id) +
                            ": peer ignored channel window");
    }
    return;
  }
  channel->window -= static_cast<std::uint32_t>(bytes.size());
  if (!channel->eof_taken && !channel->close_sent) channel->backlog += bytes;
}

void Channels::eof(ByteReader reader) {
  Channel* channel = channel_of(reader, "ieof");
  if (channel == nullptr) return;
  if (!reader.empty()) {
    malformed();
    return;
  }
  channel->eof_taken = true;
}

void Channels::close(ByteReader reader) {
  Channel* channel = channel_of(reader, "oclose");
  if (channel == nullptr) return;
  if (!reader.empty()) {
    malformed();
    return;
  }
  channel->close_taken = true;
  if (!channel->close_sent) {
    channel->close_sent = true;
    transport_.send(Message(wire::kChannelClose).u32(channel->peer));
  }
  reap();
}

void Channels::reap() {
  std::erase_if(channels_, [](const auto& entry) {
    return entry.second.close_sent && entry.second.close_taken;
  });
}

bool Channels::pump() {
  bool moved = false;
  for (auto& entry : channels_) moved = pump(entry.second) || moved;
  reap();
  return moved;
}

bool Channels::pump(Channel& channel) {
  if (channel.program == nullptr || channel.close_sent) return false;
  bool moved = false;
  if (!channel.backlog.empty() && channel.program->accepts_input()) {
    channel.program->input(channel.backlog);
    channel.consumed += static_cast<std::uint32_t>(channel.backlog.size());
    channel.backlog.clear();
    moved = true;
  }
  if (channel.eof_taken && !channel.eof_given && channel.backlog.empty()) {
    channel.eof_given = true;
    channel.program->input_end();
    moved = true;
  }
  const std::uint32_t used = kWindowBytes - channel.window;
  if (channel.consumed > 0 && !channel.eof_taken &&
      (used > 3 * kPacketBytes || channel.window < kWindowBytes / 2))
    open_window(channel, std::exchange(channel.consumed, 0U));
  moved = send_output(channel) || moved;
  if (channel.held.empty() && channel.program->ended()) {
    finish(channel);
    moved = true;
  }
  return moved;
}

void Channels::open_window(Channel& channel, std::uint32_t bytes) {
  channel.window += bytes;
  transport_.send(Message(wire::kChannelWindowAdjust).u32(channel.peer).u32(bytes));
}

bool Channels::send_data(Channel& channel, std::string_view bytes, bool error) {
  Message message(error ? wire::kChannelExtendedData : wire::kChannelData);
  message.u32(channel.peer);
  if (error) message.u32(1);
  channel.peer_window -= static_cast<std::uint32_t>(bytes.size());
  transport_.send(message.string(bytes));
  return true;
}

bool Channels::send_output(Channel& channel) {
  constexpr std::size_t kRoundBytes = 256 * 1024;  // Then others have their turn.
  bool moved = false;
  for (std::size_t sent = 0; sent < kRoundBytes && !transport_.is_rekeying();) {
    const std::size_t room = std::min({channel.peer_window, channel.peer_packet, kPacketBytes});
    if (room == 0) break;
    const std::string out = channel.program->take_output(room);
    if (!out.empty()) moved = send_data(channel, out, false);
    const std::size_t left = std::min<std::size_t>(room, channel.peer_window);
    const std::string error = left == 0 ? std::string{} : channel.program->take_error(left);
    if (!error.empty()) moved = send_data(channel, error, true);
    if (out.empty() && error.empty()) break;
    sent += out.size() + error.size();
  }
  return moved;
}

// The program has ended: what sshd sends then, in its order.
void Channels::finish(Channel& channel) {
  static constexpr std::pair<int, std::string_view> kSignals[] = {
      {1, "HUP"},   {2, "INT"},   {3, "QUIT"},  {4, "ILL"},   {6, "ABRT"},
      {8, "FPE"},   {9, "KILL"},  {10, "USR1"}, {11, "SEGV"}, {12, "USR2"},
      {13, "PIPE"}, {14, "ALRM"}, {15, "TERM"}};
  transport_.send(Message(wire::kChannelEof).u32(channel.peer));
  Message status(wire::kChannelRequest);
  status.u32(channel.peer);
  if (const int signal = channel.program->exit_signal(); signal != 0) {
    std::string name = "SIG@openssh.com";
    for (const auto& [number, text] : kSignals) {
      if (number == signal) name = text;
    }
    status.string("exit-signal").boolean(false).string(name).boolean(false).string("").string("");
  } else {
    status.string("exit-status").boolean(false);
    status.u32(static_cast<std::uint32_t>(channel.program->exit_status()) & 0xff);
  }
  transport_.send(status);
  if (transport_.compat().new_openssh && !channel.eof_taken) {
    Message eow(wire::kChannelRequest);
    transport_.send(eow.u32(channel.peer).string("eow@openssh.com").boolean(false));
  }
  transport_.send(Message(wire::kChannelClose).u32(channel.peer));
  channel.close_sent = true;
  channel.program.reset();
}

}  // namespace decnet::service::ssh
