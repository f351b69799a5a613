// The integers and strings of the protocol, and its packets.
// Source: https://mariadb.com/kb/en/clientserver-protocol/ and
// https://dev.mysql.com/doc/dev/mysql-server/latest/PAGE_PROTOCOL.html
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/reader.h"
#include "session/session.h"

namespace decnet::service::mysql {

inline constexpr std::uint32_t kLongPassword = 1;  // MariaDB clears it: "extended capabilities".
inline constexpr std::uint32_t kFoundRows = 1U << 1;
inline constexpr std::uint32_t kConnectWithDb = 1U << 3;
inline constexpr std::uint32_t kCompress = 1U << 5;
inline constexpr std::uint32_t kLocalFiles = 1U << 7;
inline constexpr std::uint32_t kProtocol41 = 1U << 9;
inline constexpr std::uint32_t kSsl = 1U << 11;
inline constexpr std::uint32_t kSecureConnection = 1U << 15;
inline constexpr std::uint32_t kMultiStatements = 1U << 16;
inline constexpr std::uint32_t kMultiResults = 1U << 17;
inline constexpr std::uint32_t kPluginAuth = 1U << 19;
inline constexpr std::uint32_t kConnectAttributes = 1U << 20;
inline constexpr std::uint32_t kLongAuthData = 1U << 21;
inline constexpr std::uint32_t kSessionTrack = 1U << 23;
inline constexpr std::uint32_t kDeprecateEof = 1U << 24;

inline constexpr std::uint32_t kExtendedMetadata = 1U << 3;  // Of MariaDB's own flags.
inline constexpr std::uint32_t kCacheMetadata = 1U << 4;

inline constexpr std::uint16_t kInTransaction = 1;
inline constexpr std::uint16_t kAutocommit = 2;
inline constexpr std::uint16_t kMoreResults = 8;
inline constexpr std::uint16_t kNoIndexUsed = 0x20;
inline constexpr std::uint16_t kCursorExists = 0x40;
inline constexpr std::uint16_t kLastRowSent = 0x80;
inline constexpr std::uint16_t kDbDropped = 0x100;
inline constexpr std::uint16_t kStateChanged = 0x4000;

void put_int(std::string& out, std::uint64_t value, unsigned bytes);  // Little endian.
void put_length(std::string& out, std::uint64_t value);
void put_text(std::string& out, std::string_view text);  // With its length before it.

// Reads off the front; after a read beyond the end ok() is false, and everything is zero or empty.
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : rest_(bytes) {}
  std::uint64_t number(unsigned bytes);
  std::uint64_t length();
  std::string_view take(std::size_t count);
  std::string_view text() { return take(static_cast<std::size_t>(length())); }
  std::string_view until_nul();  // The end stands for a NUL.
  std::string_view rest() const { return rest_; }
  bool empty() const { return rest_.empty(); }
  bool ok() const { return ok_; }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

// Reads and writes packets, with their sequence numbers.
class PacketStream {
 public:
  explicit PacketStream(session::Session& session) : session_(session), reader_(session.stream()) {}

  enum class Trouble : std::uint8_t { none, closed, out_of_order, too_large };
  struct Packet {
    Trouble trouble = Trouble::none;
    std::string payload;
  };
  // A whole packet, its parts put together. `idle` is how long it may take to come.
  net::Task<Packet> read(std::size_t bytes_max, Duration idle);

  void begin_command() { sequence_ = 0; }
  std::uint8_t sequence() const { return sequence_; }
  void set_sequence(std::uint8_t to) { sequence_ = to; }
  void queue(std::string_view payload);  // Cut into parts of 16 MiB.
  std::size_t queued() const { return out_.size(); }
  net::Task<Result<void>> flush();

  net::Task<Result<void>> start_tls(const session::Session::TlsOptions& options);

 private:
  session::Session& session_;
  net::Reader reader_;
  std::string out_;
  std::uint8_t sequence_ = 0;
};

}  // namespace decnet::service::mysql
