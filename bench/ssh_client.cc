#include "bench/ssh_client.h"

#include <openssl/evp.h>

namespace decnet::bench {

using wire::get_string;
using wire::Message;

namespace {

constexpr std::string_view kBanner = "SSH-2.0-OpenSSH_9.2p1";
constexpr std::string_view kKex = "curve25519-sha256,kex-strict-c-v00@openssh.com";
constexpr std::string_view kCipher = "aes128-gcm@openssh.com";
constexpr std::uint32_t kWindow = 1U << 21;
constexpr std::size_t kLineMax = 512;

EVP_PKEY* key_of(void* key) {
  return static_cast<EVP_PKEY*>(key);
}

}  // namespace

SshClient::SshClient(const SshOptions& options) : options_(options) {
  names_.client_version = kBanner;
  output_ = std::string(kBanner) + "\r\n";
}

SshClient::~SshClient() {
  EVP_PKEY_free(key_of(key_));
}

void SshClient::hello() {
  Message message(wire::kKexInit);
  message.raw(std::string(16, 'c')).string(kKex).string(options_.host_key);
  message.string(kCipher).string(kCipher).string("").string("");
  message.string("none").string("none").string("").string("").boolean(false).u32(0);
  names_.client_kexinit = message.bytes();
  send(message);
  key_ = EVP_PKEY_Q_keygen(nullptr, nullptr, "X25519");
  unsigned char* bytes = nullptr;
  const std::size_t length = EVP_PKEY_get1_encoded_public_key(key_of(key_), &bytes);
  public_.assign(reinterpret_cast<const char*>(bytes), length);
  OPENSSL_free(bytes);
  send(Message(wire::kKexInitPublic).string(public_));
}

void SshClient::exchange(std::string_view reply) {
  ByteReader reader(reply);
  reader.skip(1);
  names_.host_key = get_string(reader);
  const std::string_view theirs = get_string(reader);
  EVP_PKEY* peer = EVP_PKEY_new_raw_public_key(
      EVP_PKEY_X25519, nullptr, reinterpret_cast<const unsigned char*>(theirs.data()),
      theirs.size());
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new(key_of(key_), nullptr);
  std::string shared(32, '\0');
  std::size_t length = shared.size();
  const bool good =
      peer != nullptr && EVP_PKEY_derive_init(context) == 1 &&
      EVP_PKEY_derive_set_peer(context, peer) == 1 &&
      EVP_PKEY_derive(context, reinterpret_cast<unsigned char*>(shared.data()), &length) == 1;
  EVP_PKEY_CTX_free(context);
  EVP_PKEY_free(peer);
  EVP_PKEY_free(key_of(std::exchange(key_, nullptr)));
  if (!good) {
    is_over_ = true;
    return;
  }
  std::string secret;
  wire::put_mpint(secret, shared);
  const std::string hashed = Message().string(public_).string(theirs).take();
  const std::string hash = wire::exchange_hash("SHA256", names_, hashed, secret);
  const auto keys = [&](char iv, char key) {
    wire::PacketKeys out{.cipher = wire::find_cipher(kCipher)};
    out.iv = wire::derive_key("SHA256", secret, hash, iv, hash, out.cipher->iv_bytes);
    out.key = wire::derive_key("SHA256", secret, hash, key, hash, out.cipher->key_bytes);
    return out;
  };
  keys_in_ = keys('B', 'D');
  send(Message(wire::kNewKeys));
  sealer_.rekey(keys('A', 'C'), true);
}

void SshClient::feed(std::string_view bytes) {
  if (is_identified_) {
    opener_.feed(bytes);
  } else {
    line_ += bytes;
    const std::size_t end = line_.find("\r\n");
    is_over_ = !line_.starts_with("SSH-2.0-") && line_.size() >= 8;
    if (end == line_.npos || is_over_) return;
    names_.server_version = line_.substr(0, end);
    is_identified_ = true;
    opener_.feed(std::string_view(line_).substr(end + 2));
    hello();
  }
  wire::Packet packet;
  while (!is_over_) {
    const auto state = opener_.next(packet);
    if (state == wire::PacketOpener::State::broken) is_over_ = true;
    if (state != wire::PacketOpener::State::packet) break;
    take(packet);
  }
}

void SshClient::take(const wire::Packet& packet) {
  switch (packet.type()) {
    case wire::kKexInit:
      names_.server_kexinit = packet.payload;
      break;
    case wire::kKexReply:
      exchange(packet.payload);
      break;
    case wire::kNewKeys:
      opener_.rekey(keys_in_, true);
      has_keys_ = true;
      if (!options_.user.empty()) send(Message(wire::kServiceRequest).string("ssh-userauth"));
      break;
    case wire::kServiceAccept:
      send(Message(wire::kUserauthRequest)
               .string(options_.user)
               .string("ssh-connection")
               .string("password")
               .boolean(false)
               .string(options_.password));
      break;
    case wire::kUserauthSuccess:
      is_logged_in_ = true;
      break;
    case wire::kUserauthFailure:
    case wire::kDisconnect:
      is_over_ = true;
      break;
    default:
      take_channel(packet);
  }
}

void SshClient::open() {
  is_busy_ = true;
  exit_status_ = -1;
  output_bytes_ = consumed_ = 0;
  last_.clear();
  Message message(wire::kChannelOpen);
  send(message.string("session").u32(++channel_).u32(kWindow).u32(32'768));
}

void SshClient::run(std::string_view command) {
  command_ = command;
  wants_shell_ = false;
  open();
}

void SshClient::open_shell() {
  wants_shell_ = true;
  open();
}

void SshClient::type(std::string_view text) {
  send(Message(wire::kChannelData).u32(peer_).string(text));
}

void SshClient::disconnect() {
  send(Message(wire::kDisconnect).u32(11).string("disconnected by user").string(""));
}

void SshClient::take_channel(const wire::Packet& packet) {
  ByteReader reader(std::string_view(packet.payload).substr(1));
  reader.u32();
  if (packet.type() == wire::kChannelOpenConfirmation) {
    peer_ = reader.u32();
    const auto request = [this](std::string_view name) {
      return Message(wire::kChannelRequest).u32(peer_).string(name).boolean(false);
    };
    if (!wants_shell_) {
      Message message = request("exec");
      return send(message.string(command_));
    }
    Message terminal = request("pty-req");
    terminal.string("xterm").u32(80).u32(24).u32(0).u32(0).string(std::string(1, '\0'));
    send(terminal);
    send(request("shell"));
  } else if (packet.type() == wire::kChannelOpenFailure) {
    is_over_ = true;
  } else if (packet.type() == wire::kChannelData || packet.type() == wire::kChannelExtendedData) {
    if (packet.type() == wire::kChannelExtendedData) reader.u32();
    const std::string_view bytes = get_string(reader);
    output_bytes_ += bytes.size();
    consumed_ += static_cast<std::uint32_t>(bytes.size());
    last_ = bytes.substr(bytes.size() - std::min(bytes.size(), kLineMax));
    if (consumed_ < kWindow / 2) return;
    send(Message(wire::kChannelWindowAdjust).u32(peer_).u32(std::exchange(consumed_, 0U)));
  } else if (packet.type() == wire::kChannelRequest) {
    take_request(reader);
  } else if (packet.type() == wire::kChannelClose) {
    send(Message(wire::kChannelClose).u32(peer_));
    is_busy_ = false;
  }
}

void SshClient::take_request(ByteReader reader) {
  const std::string_view name = get_string(reader);
  reader.u8();
  if (name == "exit-status") exit_status_ = static_cast<int>(reader.u32());
}

}  // namespace decnet::bench
