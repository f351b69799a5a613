// A world with a key, for the fuzz targets.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/bytes.h"
#include "codec/ssh/packet.h"
#include "service/ssh/userland.h"
#include "service/ssh/world.h"
#include "session/testing.h"

namespace decnet::service::ssh {

inline const World& fuzz_world() {
  static const World kWorld = [] {
    session::ScriptedSession session({.service = "ssh"});
    World world = make_world(session.place());
    EVP_PKEY* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    BIO* out = BIO_new(BIO_s_mem());
    PEM_write_bio_PKCS8PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    char* text = nullptr;
    const long length = BIO_get_mem_data(out, &text);
    if (auto read = wire::HostKey::read({text, static_cast<std::size_t>(length)}))
      world.host_keys.push_back(*read);
    BIO_free(out);
    EVP_PKEY_free(key);
    return world;
  }();
  return kWorld;
}

// One user and no programs.
class FuzzLand final : public Userland {
 public:
  explicit FuzzLand(const Clock& clock) : files_(std::shared_ptr<const shell::Image>{}, clock) {
    files_.seed_file("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n", 0644, 0, 0, clock.now());
    files_.seed_directory("/root", 0700, 0, 0, clock.now());
  }
  bool run() override { return false; }
  std::optional<TimePoint> wakes_at() const override { return std::nullopt; }
  std::unique_ptr<Program> open(shell::ConsoleRequest) override { return nullptr; }
  shell::FileSystem& files() override { return files_; }
  std::optional<bool> password_works(std::string_view, std::string_view) const override {
    return std::nullopt;
  }
  bool key_works(std::string_view, std::string_view, std::string_view) const override {
    return true;
  }

 private:
  shell::FileSystem files_;
};

class FuzzHost final : public Host {
 public:
  explicit FuzzHost(const Clock& clock) : land_(std::make_shared<FuzzLand>(clock)) {}
  std::shared_ptr<Userland> find(session::Session&) override { return land_; }
  std::shared_ptr<Userland> enter(session::Session&) override { return land_; }

 private:
  std::shared_ptr<FuzzLand> land_;
};

// Payloads: each two bytes of length, then so many bytes.
template <class Visit>
void each_payload(const std::uint8_t* data, std::size_t size, Visit visit) {
  ByteReader reader({reinterpret_cast<const char*>(data), size});
  std::uint32_t sequence = 0;
  while (reader.ok() && !reader.empty()) {
    const std::string_view payload = reader.take(reader.u16());
    if (!payload.empty()) visit(wire::Packet{std::string(payload), sequence++});
  }
}

}  // namespace decnet::service::ssh
