#include <openssl/evp.h>

#include "base/random.h"
#include "net/loop.h"
#include "service/ssh/client_test.h"

namespace decnet::service::ssh {

using wire::get_string;
using wire::Message;

Client::Client(ClientOffer offer, std::vector<std::string> payloads, FakeClock& clock)
    : offer_(std::move(offer)), payloads_(payloads.begin(), payloads.end()), clock_(clock) {
  to_server_ = offer_.banner + "\r\n";
  names_.client_version = offer_.banner;
}

void Client::send_kexinit() {
  Message message(wire::kKexInit);
  message.raw(std::string(16, 'c')).string(offer_.kex).string(offer_.host_key);
  message.string(offer_.cipher).string(offer_.cipher).string(offer_.mac).string(offer_.mac);
  message.string(offer_.compression).string(offer_.compression).string("").string("");
  names_.client_kexinit = message.boolean(false).u32(0).bytes();
  to_server_ += sealer_.seal(names_.client_kexinit);
  auto* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "X25519");
  unsigned char* bytes = nullptr;
  const std::size_t length = EVP_PKEY_get1_encoded_public_key(key, &bytes);
  public_.assign(reinterpret_cast<const char*>(bytes), length);
  OPENSSL_free(bytes);
  if (key_ != nullptr) EVP_PKEY_free(static_cast<EVP_PKEY*>(key_));
  key_ = key;
  to_server_ += sealer_.seal(Message(wire::kKexInitPublic).string(public_).bytes());
  exchanging_ = true;
}

void Client::finish(std::string_view reply) {
  ByteReader reader(reply);
  reader.skip(1);
  names_.host_key = get_string(reader);
  const std::string_view theirs = get_string(reader);
  auto* peer = EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr,
                                           reinterpret_cast<const unsigned char*>(theirs.data()),
                                           theirs.size());
  auto* context = EVP_PKEY_CTX_new(static_cast<EVP_PKEY*>(key_), nullptr);
  std::string shared(32, '\0');
  std::size_t length = shared.size();
  EVP_PKEY_derive_init(context);
  EVP_PKEY_derive_set_peer(context, peer);
  EVP_PKEY_derive(context, reinterpret_cast<unsigned char*>(shared.data()), &length);
  EVP_PKEY_CTX_free(context);
  EVP_PKEY_free(peer);
  EVP_PKEY_free(static_cast<EVP_PKEY*>(std::exchange(key_, nullptr)));
  std::string secret;
  wire::put_mpint(secret, shared);
  const std::string hashed = Message().string(public_).string(theirs).take();
  const std::string hash = wire::exchange_hash("SHA256", names_, hashed, secret);
  if (session_id.empty()) session_id = hash;
  const auto keys = [&](std::string_view letters) {
    wire::PacketKeys out{.cipher = wire::find_cipher(offer_.cipher),
                         .mac = wire::find_mac(offer_.mac)};
    const auto derive = [&](char letter, std::size_t count) {
      return wire::derive_key("SHA256", secret, hash, letter, session_id, count);
    };
    out.iv = derive(letters[0], out.cipher->iv_bytes);
    out.key = derive(letters[1], out.cipher->key_bytes);
    out.mac_key = derive(letters[2], out.mac->key_bytes);
    return out;
  };
  keys_in_ = keys("BDF");
  to_server_ += sealer_.seal(Message(wire::kNewKeys).bytes());
  sealer_.rekey(keys("ACE"), offer_.kex.find("strict") != std::string::npos);
  if (compressing_) sealer_.compress();
}

void Client::take(const wire::Packet& packet) {
  if (packet.type() == wire::kKexInit) {
    names_.server_kexinit = packet.payload;
    if (!exchanging_) send_kexinit();
  } else if (packet.type() == wire::kKexReply && exchanging_) {
    finish(packet.payload);
  } else if (packet.type() == wire::kNewKeys) {
    opener_.rekey(keys_in_, offer_.kex.find("strict") != std::string::npos);
    if (compressing_) opener_.decompress();
    ready_ = true;
    exchanging_ = false;
    ++exchanges;
  } else {
    got.push_back(packet.payload);
    if (packet.type() == wire::kUserauthSuccess && offer_.compression != "none") {
      compressing_ = true;
      sealer_.compress();
      opener_.decompress();
    }
  }
}

net::Task<Result<void>> Client::write(std::string_view bytes) {
  if (!identified_) {
    line_ += bytes;
    const std::size_t end = line_.find("\r\n");
    if (end == line_.npos) co_return Result<void>{};
    names_.server_version = line_.substr(0, end);
    identified_ = true;
    opener_.feed(std::string_view(line_).substr(end + 2));
  } else {
    opener_.feed(bytes);
  }
  wire::Packet packet;
  for (;;) {
    const auto state = opener_.next(packet);
    if (state == wire::PacketOpener::State::broken) error = "broken";
    if (state != wire::PacketOpener::State::packet) break;
    take(packet);
  }
  co_return Result<void>{};
}

net::Task<Result<std::size_t>> Client::read_some(std::span<char> buffer) {
  if (closed_) co_return fail(Errc::cancelled, "closed");
  if (to_server_.empty() && ready_ && !exchanging_ && !payloads_.empty()) {
    const std::string payload = std::move(payloads_.front());
    payloads_.pop_front();
    if (payload.empty())
      send_kexinit();
    else
      to_server_ += sealer_.seal(payload);
  }
  if (to_server_.empty()) {
    if (!stays_silent) co_return fail(Errc::closed, "the end");
    if (deadline_ > clock_.now()) clock_.advance(deadline_ - clock_.now());
    co_return fail(Errc::timeout, "nothing came");
  }
  const std::size_t count = std::min(buffer.size(), to_server_.size());
  std::copy_n(to_server_.begin(), count, buffer.begin());
  to_server_.erase(0, count);
  co_return count;
}

std::vector<int> Played::types() const {
  std::vector<int> out;
  for (const std::string& payload : got) out.push_back(static_cast<unsigned char>(payload.front()));
  return out;
}

Played play(std::vector<std::string> payloads, ClientOffer offer, bool silent,
            const std::string& planted_key) {
  FakeClock clock;
  Client client(std::move(offer), std::move(payloads), clock);
  client.stays_silent = silent;
  TestSession session(test_place(clock), client, false);
  auto host = std::make_unique<TestHost>(clock);
  host->planted_key = planted_key;
  const auto service = make_service(make_world(session.place()), std::move(host));
  net::run_task(service->serve(session));
  return {client.got,       session.event_lines(), session.reason(),  client.error,
          session.waited(), client.exchanges,      session.captured()};
}

std::string password_request(std::string_view user, std::string_view password) {
  Message message(wire::kUserauthRequest);
  message.string(user).string("ssh-connection").string("password").boolean(false);
  return message.string(password).take();
}

std::vector<std::string> logged_in(std::vector<std::string> then) {
  std::vector<std::string> out{Message(wire::kServiceRequest).string("ssh-userauth").take(),
                               password_request("ann", "summer")};
  out.insert(out.end(), then.begin(), then.end());
  return out;
}

}  // namespace decnet::service::ssh
