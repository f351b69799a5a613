#include <array>
#include <cstdlib>
#include <optional>

#include <fmt/format.h>

#include "service/ftp/vsftpd.h"

namespace decnet::service::ftp {

namespace {

constexpr std::uint16_t kFirstFreePort =
    1024;  // Lower ones are refused, so that nobody is attacked through us.
constexpr std::uint16_t kDataPort = 20;
constexpr int kUniqueNamesMax = 10'000;

// "127,0,0,1,4,1" as bytes. Each number is read as atoi(3) would, and may not be empty.
template <std::size_t kCount>
std::optional<std::array<std::uint8_t, kCount>> numbers(std::string_view text, char separator) {
  std::array<std::uint8_t, kCount> out{};
  for (std::size_t n = 0; n < kCount; ++n) {
    const auto end = text.find(separator);
    if ((end == std::string_view::npos) != (n + 1 == kCount)) return std::nullopt;
    const std::string piece(text.substr(0, end));
    if (piece.empty()) return std::nullopt;
    const int value = std::atoi(piece.c_str());
    if (value < 0 || value > 255) return std::nullopt;
    out[n] = static_cast<std::uint8_t>(value);
    if (end != std::string_view::npos) text.remove_prefix(end + 1);
  }
  return out;
}

net::IpAddress address_of(const std::uint8_t* bytes) {
  return net::IpAddress::v4(static_cast<std::uint32_t>(bytes[0]) << 24 |
                            static_cast<std::uint32_t>(bytes[1]) << 16 |
                            static_cast<std::uint32_t>(bytes[2]) << 8 | bytes[3]);
}

// Splits at the first separator: what is before it, and in `rest` what is behind.
std::string_view take_field(std::string_view& rest, char separator) {
  const auto at = rest.find(separator);
  const std::string_view field = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
  return field;
}

}  // namespace

Done Vsftpd::pasv() {
  const auto port = co_await connection_.data.listen();
  if (!port) co_return co_await reply(425, "Failed to establish connection.");
  const net::IpAddress local = connection_.session.stream().local().ip;
  std::string address = local.is_v4() ? local.text() : "0.0.0.0";
  std::replace(address.begin(), address.end(), '.', ',');
  const std::string text =
      fmt::format("Entering Passive Mode ({},{},{}).", address, *port >> 8, *port & 255);
  co_return co_await reply(227, text);
}

Done Vsftpd::epsv() {
  if (!argument_.empty()) {
    if (upper(argument_) == "ALL") {
      epsv_all_ = true;
      co_return co_await reply(200, "EPSV ALL ok.");
    }
    const int protocol = std::atoi(argument_.c_str());
    if (protocol < 1 || protocol > 2) co_return co_await reply(522, "Bad network protocol.");
  }
  const auto port = co_await connection_.data.listen();
  if (!port) co_return co_await reply(425, "Failed to establish connection.");
  const std::string text = fmt::format("Entering Extended Passive Mode (|||{}|)", *port);
  co_return co_await reply(229, text);
}

Done Vsftpd::port() {
  connection_.data.forget();
  const auto given = numbers<6>(argument_, ',');
  if (!given) co_return co_await reply(500, "Illegal PORT command.");
  const auto port = static_cast<std::uint16_t>((*given)[4] << 8 | (*given)[5]);
  const bool own = address_of(given->data()) == connection_.session.stream().peer().ip;
  if (!own) connection_.record_attack(verb_, argument_, "ftp_bounce");
  if (!own || port < kFirstFreePort) co_return co_await reply(500, "Illegal PORT command.");
  connection_.data.aim(port);
  co_return co_await reply(200, "PORT command successful. Consider using PASV.");
}

Done Vsftpd::eprt() {
  connection_.data.forget();
  std::string_view rest = argument_;
  if (!take_field(rest, '|').empty()) co_return co_await reply(500, "Bad EPRT command.");
  const int protocol = std::atoi(std::string(take_field(rest, '|')).c_str());
  if (protocol < 1 || protocol > 2) co_return co_await reply(500, "Bad EPRT protocol.");
  const std::string_view address = take_field(rest, '|');
  net::IpAddress given;
  if (protocol == 1) {
    const auto bytes = numbers<4>(address, '.');
    if (!bytes) co_return co_await reply(500, "Bad EPRT command.");
    given = address_of(bytes->data());
  } else if (const auto parsed = net::IpAddress::parse(address); parsed) {
    given = *parsed;
  }
  const std::string port_text(take_field(rest, '|'));
  const int port = std::atoi(port_text.c_str());
  if (!rest.empty() || port_text.empty() || port < 0 || port > 65'535)
    co_return co_await reply(500, "Bad EPRT command.");
  const bool own = given == connection_.session.stream().peer().ip &&
                   !(protocol == 2 && address.find(':') == std::string_view::npos);
  if (!own) connection_.record_attack(verb_, argument_, "ftp_bounce");
  if (!own || port < kFirstFreePort) co_return co_await reply(500, "Illegal EPRT command.");
  connection_.data.aim(static_cast<std::uint16_t>(port));
  co_return co_await reply(200, "EPRT command successful. Consider using EPSV.");
}

net::Task<Result<bool>> Vsftpd::open_data(std::string_view message) {
  const auto opened = co_await connection_.data.open(kDataPort);
  if (!opened) {
    DECNET_CO_CHECK(co_await reply(425, "Failed to establish connection."));
    co_return false;
  }
  DECNET_CO_CHECK(co_await reply(150, message));
  if (data_tls_) {
    const auto secured = co_await connection_.data.secure();
    if (!secured) {
      DECNET_CO_CHECK(co_await reply(522, "SSL connection failed"));
      co_return false;
    }
  }
  co_return true;
}

// The last word on a transfer of a file.
Done Vsftpd::conclude(const Transfer& transfer, std::string_view network_failure,
                      std::string_view file_failure) {
  switch (transfer.outcome) {
    case Outcome::complete:
      co_return co_await reply(226, "Transfer complete.");
    case Outcome::full:
      co_return co_await reply(451, file_failure);
    case Outcome::stalled:
      connection_.session.set_end_reason("data_timeout");
      co_return co_await last_words(426, "Data timeout. Reconnect. Sorry.");
    case Outcome::failed:
    case Outcome::aborted:
      break;
  }
  co_return co_await reply(426, network_failure);
}

Done Vsftpd::retr() {
  const std::uint64_t offset = std::exchange(connection_.restart, 0);
  if (!data_ready()) co_return co_await reply(425, "Use PORT or PASV first.");
  if (connection_.ascii && offset != 0)
    co_return co_await reply(550, "No support for resume of ASCII transfer.");
  const std::string path = connection_.without_tilde(argument_);
  const auto found = connection_.tree.find(connection_.cwd, path);
  const bool readable =
      found && found->node->kind == Kind::file && connection_.tree.may(*found->node, kRead) &&
      (!connection_.anonymous || (found->node->mode & 04) != 0);  // anon_world_readable_only
  if (!readable) co_return co_await reply(550, "Failed to open file.");
  const std::string message = fmt::format("Opening BINARY mode data connection for {} ({} bytes).",
                                          path, found->node->size);
  const bool passive = connection_.data.passive();
  DECNET_CO_TRY(const bool open, co_await open_data(message));
  if (open) {
    const std::string content = connection_.content(*found->node);
    const auto sent =
        std::string_view(content).substr(std::min<std::size_t>(offset, content.size()));
    const Transfer transfer = co_await connection_.data.send(sent);
    const bool secure = connection_.data.is_secure();
    co_await connection_.data.finish();
    connection_.record_transfer(verb_, found->path, transfer, offset, passive, secure);
    DECNET_CO_CHECK(co_await conclude(transfer, "Failure writing network stream.",
                                      "Failure reading local file."));
  }
  connection_.data.abort();
  connection_.data.forget();
  co_return Result<void>{};
}

Done Vsftpd::stor() {
  return upload(connection_.without_tilde(argument_), false, false);
}
Done Vsftpd::appe() {
  return upload(connection_.without_tilde(argument_), true, false);
}

Done Vsftpd::stou() {
  std::string path = connection_.without_tilde(argument_);
  const bool given = !path.empty();
  if (!given) path = "STOU";
  if (!given || connection_.tree.find(connection_.cwd, path)) {
    for (int n = 1; n < kUniqueNamesMax; ++n) {
      const std::string numbered = fmt::format("{}.{}", path, n);
      if (connection_.tree.find(connection_.cwd, numbered)) continue;
      path = numbered;
      break;
    }
  }
  return upload(std::move(path), false, true);
}

Done Vsftpd::upload(std::string path, bool append, bool unique) {
  const std::uint64_t offset = std::exchange(connection_.restart, 0);
  if (!data_ready()) co_return co_await reply(425, "Use PORT or PASV first.");
  const auto old = connection_.tree.find(connection_.cwd, path);
  const auto writable = connection_.tree.may_write(connection_.cwd, path);
  if (!writable || (old && (unique || connection_.anonymous)))
    co_return co_await reply(553, "Could not create file.");
  // A file is there from here on, and empty if it is to be written anew.
  const bool truncate = !append && offset == 0;
  const auto mode = static_cast<std::uint16_t>(0666 & ~connection_.umask);
  if (!old || truncate) {
    const auto nothing = std::make_shared<const std::string>();
    const bool made =
        connection_.tree.write(connection_.cwd, path, nothing, mode, connection_.now()) &&
        connection_.commit();
    if (!made) co_return co_await reply(553, "Could not create file.");
  }
  const std::string message = unique ? "FILE: " + path : std::string("Ok to send data.");
  const bool passive = connection_.data.passive();
  DECNET_CO_TRY(const bool open, co_await open_data(message));
  if (open) {
    const std::uint64_t from = append && old ? old->node->size : append ? 0 : offset;
    const auto kept = connection_.begin_upload(path, from, !append && offset != 0);
    const auto take = [&](std::string_view bytes) {
      kept->take(bytes);
      return connection_.has_room(kept->size());
    };
    Transfer transfer = co_await connection_.data.receive(take);
    const bool secure = connection_.data.is_secure();
    co_await connection_.data.finish();
    connection_.refresh();
    const auto content = kept->finish();
    const bool stored =
        connection_.has_room(content->size()) &&
        connection_.tree.write(connection_.cwd, path, content, mode, connection_.now()) &&
        connection_.commit();
    if (!stored && transfer.outcome == Outcome::complete) transfer.outcome = Outcome::full;
    connection_.record_transfer(verb_, *writable, transfer, offset, passive, secure);
    DECNET_CO_CHECK(co_await conclude(transfer, "Failure reading network stream.",
                                      "Failure writing to local file."));
  }
  connection_.data.abort();
  connection_.data.forget();
  co_return Result<void>{};
}

}  // namespace decnet::service::ftp
