#include "bench/bus_peers.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "base/bytes.h"

namespace decnet::bench {
namespace {

using app::Dialect;

class Nats final : public Dialect {
 public:
  std::string opening(Role) const override {
    return "CONNECT {\"verbose\":false,\"pedantic\":false,\"lang\":\"c\",\"version\":\"1\"}\r\n";
  }
  std::string subscribe(std::string_view pattern) const override {
    return fmt::format("SUB {} 1\r\n", pattern);
  }
  std::string question(Role) const override { return "PING\r\n"; }
  std::string answer(Role) const override { return "PONG\r\n"; }
  std::string publish(std::string_view topic, std::string_view payload) const override {
    return fmt::format("PUB {} {}\r\n{}\r\n", topic, payload.size(), payload);
  }
  std::string delivery(std::string_view, std::string_view topic,
                       std::string_view payload) const override {
    return fmt::format("MSG {} 1 {}\r\n{}\r\n", topic, payload.size(), payload);
  }
};

// RESP 2. A publisher switches its replies off, or they would pile up at the server.
class Redis final : public Dialect {
 public:
  std::string opening(Role role) const override {
    return role == Role::publisher ? command({"CLIENT", "REPLY", "OFF"}) : "";
  }
  std::string subscribe(std::string_view pattern) const override {
    return command({"PSUBSCRIBE", as_glob(pattern)});
  }
  std::string question(Role role) const override {
    return role == Role::publisher ? "" : command({"PING"});
  }
  std::string answer(Role role) const override {
    return role == Role::publisher ? "" : "*2\r\n$4\r\npong\r\n$0\r\n\r\n";
  }
  std::string publish(std::string_view topic, std::string_view payload) const override {
    return command({"PUBLISH", std::string(topic), std::string(payload)});
  }
  std::string delivery(std::string_view pattern, std::string_view topic,
                       std::string_view payload) const override {
    return command({"pmessage", as_glob(pattern), std::string(topic), std::string(payload)});
  }

 private:
  static std::string command(const std::vector<std::string>& words) {
    std::string out = fmt::format("*{}\r\n", words.size());
    for (const auto& word : words) out += fmt::format("${}\r\n{}\r\n", word.size(), word);
    return out;
  }
  static std::string as_glob(std::string_view pattern) {
    std::string out(pattern);
    std::replace(out.begin(), out.end(), '>', '*');
    return out;
  }
};

// MQTT 3.1.1, quality of service 0.
class Mqtt final : public Dialect {
 public:
  std::string opening(Role) const override {
    static int clients = 0;
    std::string body;
    ByteWriter out(body);
    out.u16(4).bytes("MQTT").u8(4).u8(2).u16(0);  // Version 4, clean session, no keep-alive.
    put(body, fmt::format("bench-{}-{}", ::getpid(), ++clients));
    return packet('\x10', body);
  }
  std::string subscribe(std::string_view pattern) const override {
    std::string body;
    ByteWriter(body).u16(1);
    put(body, as_topic(pattern));
    body.push_back('\0');
    return packet('\x82', body);
  }
  std::string question(Role) const override { return {"\xc0\0", 2}; }
  std::string answer(Role) const override { return {"\xd0\0", 2}; }
  std::string publish(std::string_view topic, std::string_view payload) const override {
    std::string body;
    put(body, as_topic(topic));
    body += payload;
    return packet('\x30', body);
  }
  std::string delivery(std::string_view, std::string_view topic,
                       std::string_view payload) const override {
    return publish(topic, payload);
  }

 private:
  static void put(std::string& out, std::string_view text) {
    ByteWriter(out).u16(static_cast<std::uint16_t>(text.size())).bytes(text);
  }
  static std::string packet(char type, const std::string& body) {
    std::string out(1, type);
    std::size_t left = body.size();
    do {
      out.push_back(static_cast<char>((left % 128) | (left >= 128 ? 0x80 : 0)));
      left /= 128;
    } while (left > 0);
    return out + body;
  }
  static std::string as_topic(std::string_view pattern) {
    std::string out(pattern);
    for (char& c : out) c = c == '.' ? '/' : c == '*' ? '+' : c == '>' ? '#' : c;
    return out;
  }
};

}  // namespace

std::unique_ptr<app::Dialect> dialect_named(std::string_view name) {
  if (name == "decnet") return std::make_unique<app::BusDialect>();
  if (name == "relay") return std::make_unique<app::RelayDialect>();
  if (name == "nats") return std::make_unique<Nats>();
  if (name == "redis") return std::make_unique<Redis>();
  if (name == "mqtt") return std::make_unique<Mqtt>();
  return nullptr;
}

}  // namespace decnet::bench
