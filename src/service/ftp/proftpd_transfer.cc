#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include <fmt/format.h>

#include "service/ftp/proftpd.h"

namespace decnet::service::ftp {

namespace {

constexpr std::uint64_t kFreeDiskKib = 61ULL << 20;  // What ALLO finds.

// A number that is not below zero, as strtoull(3) reads it. One too large is the largest.
std::optional<std::uint64_t> offset_of(const std::string& text) {
  if (text.empty() || text.front() == '-') return std::nullopt;
  char* end = nullptr;
  const std::uint64_t value = std::strtoull(text.c_str(), &end, 10);
  if (*end != '\0') return std::nullopt;
  return value;
}

std::string count_text(std::uint64_t count, std::string_view unit) {
  return fmt::format("{} {}{}", count, unit, count == 1 ? "" : "s");
}

}  // namespace

Done Proftpd::type() {
  std::string kind = words() > 1 ? command_.words[1] : std::string();
  if (!kind.empty()) kind[0] = upper(kind.substr(0, 1))[0];
  const std::string second = words() == 3 ? command_.words[2] : std::string();
  const bool ascii = kind == "A" || (kind == "L" && second == "7");
  const bool binary = kind == "I" || (kind == "L" && second == "8");
  std::string text;
  if (words() < 2 || words() > 3) {
    text = fmt::format("'{}' not understood", whole());
    co_return co_await respond(500, text);
  }
  if (!ascii && !binary) {
    text = fmt::format("TYPE not implemented for '{}' parameter", command_.words[1]);
    co_return co_await respond(504, text);
  }
  connection_.ascii = ascii;
  text = "Type set to " + command_.words[1];
  co_return co_await respond(200, text);
}

Done Proftpd::stru() {
  if (words() == 2 && !command_.words[1].empty())
    command_.words[1][0] = upper(command_.words[1].substr(0, 1))[0];
  const char kind = words() == 2 && !command_.words[1].empty() ? command_.words[1][0] : '\0';
  if (kind == 'F') co_return co_await respond(200, "Structure set to F");
  const bool known = kind == 'R' || kind == 'P';
  const std::string_view what = words() != 2 ? "not understood"
                                : known      ? "unsupported structure type"
                                             : "unrecognized structure type";
  const std::string text = fmt::format("'{}' {}", whole(), what);
  co_return co_await respond(known ? 504 : 501, text);
}

Done Proftpd::mode() {
  if (words() == 2 && !command_.words[1].empty())
    command_.words[1][0] = upper(command_.words[1].substr(0, 1))[0];
  const char kind = words() == 2 && !command_.words[1].empty() ? command_.words[1][0] : '\0';
  if (kind == 'S') co_return co_await respond(200, "Mode set to S");
  const bool known = kind == 'B' || kind == 'C';
  const std::string_view what = words() != 2 ? "not understood"
                                : known      ? "unsupported transfer mode"
                                             : "unrecognized transfer mode";
  const std::string text = fmt::format("'{}' {}", whole(), what);
  co_return co_await respond(known ? 504 : 501, text);
}

Done Proftpd::allo() {
  std::string text;
  if (words() != 2 && words() != 4) {
    text = fmt::format("'{}' not understood", whole());
    co_return co_await respond(504, text);
  }
  char* end = nullptr;
  const auto wanted = static_cast<std::int64_t>(std::strtoull(command_.words[1].c_str(), &end, 10));
  if (*end != '\0') {
    text = argument() + ": Invalid ALLO argument";
    co_return co_await respond(504, text);
  }
  if (wanted / 1024 > static_cast<std::int64_t>(kFreeDiskKib))
    co_return co_await refuse_path(552, argument(), ENOSPC);
  co_return co_await respond(200, "ALLO command successful");
}

Done Proftpd::smnt() {
  return respond(502, "SMNT command not implemented");
}

Done Proftpd::abor() {
  if (words() != 1) {
    const std::string text = fmt::format("'{}' not understood", whole());
    co_return co_await respond(500, text);
  }
  connection_.data.forget();
  co_return co_await respond(226, "Abort successful");
}

Done Proftpd::rest() {
  std::string text;
  if (words() != 2) {
    text = fmt::format("'{}' not understood", whole());
    co_return co_await respond(500, text);
  }
  const auto position = offset_of(command_.words[1]);
  if (!position)
    co_return co_await respond(501, "REST requires a value greater than or equal to 0");
  if (connection_.ascii && *position != 0)
    co_return co_await respond(501, "REST: Resuming transfers not allowed in ASCII mode");
  connection_.restart = *position;
  range_start_ = range_length_ = 0;
  text = fmt::format("Restarting at {}. Send STORE or RETRIEVE to initiate transfer", *position);
  co_return co_await respond(350, text);
}

Done Proftpd::rang() {
  std::string text;
  if (words() != 3) {
    text = fmt::format("'{}' not understood", whole());
    co_return co_await respond(500, text);
  }
  const auto start = offset_of(command_.words[1]);
  const auto end = offset_of(command_.words[2]);
  if (!start || !end)
    co_return co_await respond(501, "RANG requires a value greater than or equal to 0");
  if (*start > *end) {
    range_start_ = range_length_ = 0;
    if (*start == 1 && *end == 0) co_return co_await respond(350, "Reset byte transfer range");
    co_return co_await respond(501, "RANG start must be less than end");
  }
  if (connection_.ascii)
    co_return co_await respond(551, "RANG: Transfer ranges not allowed in ASCII mode");
  range_start_ = *start;
  range_length_ = *end - *start + 1;
  connection_.restart = 0;
  text = fmt::format("Transferring byte range of {} starting from {}",
                     count_text(range_length_, "byte"), range_start_);
  co_return co_await respond(350, text);
}

net::Task<Result<bool>> Proftpd::open_data(std::string_view what, std::uint64_t bytes,
                                           std::string_view announcement) {
  Result<void> opened = fail(Errc::unavailable, "neither PORT nor PASV");
  if (connection_.data.ready()) opened = co_await connection_.data.open(0);
  connection_.data.forget();
  if (!opened) {
    if (opened.error().code == Errc::timeout) {
      connection_.session.set_end_reason("data_timeout");
      const std::string gone = no_transfer_text();
      DECNET_CO_CHECK(co_await last_words(421, gone));
      co_return false;
    }
    DECNET_CO_CHECK(co_await respond(425, "Unable to build data connection: Connection refused"));
    co_return false;
  }
  std::string text(announcement);
  if (announcement.empty()) {
    text = fmt::format("Opening {} mode data connection for {}",
                       connection_.ascii ? "ASCII" : "BINARY", what);
    if (bytes > 0) text += fmt::format(" ({})", count_text(bytes, "byte"));
  }
  DECNET_CO_CHECK(co_await respond(150, text));
  if (data_tls_) {
    const auto secured = co_await connection_.data.secure();
    if (!secured) {
      connection_.data.abort();
      DECNET_CO_CHECK(
          co_await respond(425, "Unable to build data connection: Operation not permitted"));
      co_return false;
    }
  }
  co_return true;
}

// The last word on a transfer.
Done Proftpd::conclude(const Transfer& transfer) {
  expect_transfer();
  total_bytes_ += transfer.bytes;
  switch (transfer.outcome) {
    case Outcome::complete:
      co_return co_await respond(226, "Transfer complete");
    case Outcome::full:
      co_return co_await respond(452, "Transfer aborted. No space left on device");
    case Outcome::stalled:
      connection_.session.set_end_reason("data_timeout");
      connection_.over = true;
      co_return Result<void>{};
    case Outcome::aborted: {
      if (connection_.over) co_return Result<void>{};
      if (aborted_by_telnet_) {
        const Lines twice{"Transfer aborted. Data connection closed",
                          "Transfer aborted. Data connection closed"};
        DECNET_CO_CHECK(co_await respond(226, "Abort successful"));
        co_return co_await respond(426, twice);
      }
      DECNET_CO_CHECK(co_await respond(426, "Transfer aborted. Data connection closed."));
      co_return co_await respond(226, "Abort successful");
    }
    case Outcome::failed:
      break;
  }
  co_return co_await respond(426, "Transfer aborted. Data connection closed");
}

// As the genuine server looks: whether more has come, and then at one command, the oldest.
net::Task<bool> Proftpd::command_in_transfer() {
  if (reader_.buffered().size() < kCommandsBytesMax) {
    net::Stream& control = connection_.session.stream();
    control.set_deadline(connection_.session.clock().now());  // What is there already.
    const auto more = co_await reader_.fill();
    control.set_deadline(TimePoint::max());
    if (!more) co_return more.error().code != Errc::timeout;
  }
  TelnetLine::Event event = TelnetLine::Event::too_long;
  while (event == TelnetLine::Event::too_long) {
    std::string_view bytes = reader_.buffered();
    const std::size_t had = bytes.size();
    std::string replies;
    event = line_.feed(bytes, replies);
    reader_.consume(had - bytes.size());
  }
  if (event == TelnetLine::Event::more) co_return false;
  const ProftpdCommand outer = std::exchange(command_, parse_proftpd_command(line_.line()));
  const std::string verb = command_.verb;
  static constexpr std::array<std::string_view, 13> kBusy{"APPE", "LIST", "MLSD", "NLST", "RETR",
                                                          "STOR", "STOU", "RNFR", "RNTO", "PORT",
                                                          "EPRT", "PASV", "EPSV"};
  Result<void> said;
  const std::string busy = verb + ": data transfer in progress";
  if (std::find(kBusy.begin(), kBusy.end(), verb) != kBusy.end()) {
    said = co_await respond(450, busy);
  } else if (verb == "NOOP") {
    said = co_await respond(200, busy);
  } else if (verb == "ABOR" && words() == 1) {
    aborted_by_telnet_ = line_.had_telnet();
  } else {
    said = co_await dispatch();
  }
  connection_.session.command(verb == "PASS" ? verb : verb + " " + argument());
  command_ = outer;
  co_return !said || connection_.over || verb == "ABOR";
}

Done Proftpd::retr() {
  std::string text;
  if (words() < 2) {
    text = fmt::format("'{}' not understood", whole());
    co_return co_await respond(500, text);
  }
  const auto found = connection_.tree.find(connection_.cwd, interpolated(argument()));
  if (!found) co_return co_await refuse_path(550, argument(), found.error());
  if (limited(Limit::read, found->path)) co_return co_await refuse_path(550, argument(), EPERM);
  if (found->node->kind != Kind::file) {
    text = argument() + ": Not a regular file";
    co_return co_await respond(550, text);
  }
  if (!connection_.tree.may(*found->node, kRead))
    co_return co_await refuse_path(550, argument(), EACCES);
  const std::string content = connection_.content(*found->node);
  const std::uint64_t start = connection_.restart > 0 ? connection_.restart : range_start_;
  const std::string_view asked_by = range_start_ > 0 ? "RANG" : "REST";
  connection_.restart = 0;
  const std::uint64_t length = std::exchange(range_length_, 0);
  range_start_ = 0;
  if (start > content.size()) {
    text = fmt::format("{}: invalid {} argument", asked_by, argument());
    co_return co_await respond(554, text);
  }
  if (start > 0 && start + length > content.size()) {
    text = argument() + ": invalid RANG argument";
    co_return co_await respond(554, text);
  }
  const std::uint64_t count =
      length > 0 ? std::min<std::uint64_t>(length, content.size() - start) : content.size() - start;
  const std::string what = argument();
  const bool passive = connection_.data.passive();
  DECNET_CO_TRY(const bool open, co_await open_data(what, count));
  if (!open) co_return Result<void>{};
  const std::string piece = content.substr(start, count);
  const Interrupted glance = [this] { return command_in_transfer(); };
  const std::string sent = connection_.ascii ? to_network_lines(piece) : piece;
  const Transfer transfer = co_await connection_.data.send(sent, glance);
  const bool secure = connection_.data.is_secure();
  co_await connection_.data.finish();
  connection_.record_transfer(command_.verb, found->path, transfer, start, passive, secure);
  co_return co_await conclude(transfer);
}

Done Proftpd::stor() {
  return store(argument(), Storing::whole);
}
Done Proftpd::appe() {
  return store(argument(), Storing::append);
}

Done Proftpd::stou() {
  if (words() > 2) {
    const std::string text = fmt::format("'{}' not understood", whole());
    co_return co_await respond(500, text);
  }
  if (connection_.restart > 0) co_return co_await respond(550, "STOU incompatible with REST");
  if (range_length_ > 0) co_return co_await respond(550, "STOU incompatible with RANG");
  static constexpr std::string_view kLetters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  std::string name = "ftp";
  for (int n = 0; n < 6; ++n) name += kLetters[random_below(kLetters.size())];
  if (!connection_.tree.may_write(connection_.cwd, name))
    co_return co_await respond(450, "STOU: unable to generate unique filename");
  if (limited(Limit::write, canonical(name))) co_return co_await refuse_path(550, name, EPERM);
  co_return co_await store(std::move(name), Storing::unique);
}

Done Proftpd::store(std::string path, Storing how) {
  std::string text;
  if (words() < 2 && how != Storing::unique) {
    text = fmt::format("'{}' not understood", whole());
    co_return co_await respond(500, text);
  }
  const std::string asked = path;
  path = interpolated(path);
  const Limit limit = how == Storing::append ? Limit::write : Limit::store;
  if (limited(limit, canonical(path))) co_return co_await refuse_path(550, asked, EPERM);
  const auto old = connection_.tree.find(connection_.cwd, path);
  if (old && old->node->kind != Kind::file) {
    text = asked + ": Not a regular file";
    co_return co_await respond(550, text);
  }
  const bool resumes = connection_.restart > 0 || range_length_ > 0;
  if (old && (resumes || how == Storing::append)) {  // AllowStoreRestart is off.
    connection_.restart = 0;
    text = asked + ": Append/Restart not permitted, try again";
    co_return co_await respond(451, text);
  }
  const auto writable = connection_.tree.may_write(connection_.cwd, path);
  if (!writable) co_return co_await refuse_path(550, asked, writable.error());
  const auto mode = static_cast<std::uint16_t>(0666 & ~connection_.umask);
  const auto nothing = std::make_shared<const std::string>();
  const bool made =
      connection_.tree.write(connection_.cwd, path, nothing, mode, connection_.now()) &&
      connection_.commit();
  if (!made) co_return co_await refuse_path(550, asked, ENOSPC);
  const std::uint64_t start = connection_.restart > 0 ? connection_.restart : range_start_;
  if (start > 0) {
    text = fmt::format("{}: invalid {} argument", range_start_ > 0 ? "RANG" : "REST", asked);
    connection_.restart = 0;
    co_return co_await respond(554, text);
  }
  const std::string announcement = how == Storing::unique ? "FILE: " + asked : std::string();
  const bool passive = connection_.data.passive();
  DECNET_CO_TRY(const bool open, co_await open_data(asked, range_length_, announcement));
  if (!open) co_return Result<void>{};
  const auto kept = connection_.begin_upload(path, 0, false);
  FromNetworkLines lines;
  const bool ascii = connection_.ascii;
  const auto take = [&](std::string_view bytes) {
    kept->take(ascii ? lines.convert(bytes) : std::string(bytes));
    return connection_.has_room(kept->size());
  };
  const Interrupted glance = [this] { return command_in_transfer(); };
  Transfer transfer = co_await connection_.data.receive(take, glance);
  const bool secure = connection_.data.is_secure();
  co_await connection_.data.finish();
  kept->take(lines.rest());
  connection_.refresh();
  const auto content = kept->finish();
  const bool stored =
      connection_.has_room(content->size()) &&
      connection_.tree.write(connection_.cwd, path, content, mode, connection_.now()) &&
      connection_.commit();
  if (!stored && transfer.outcome == Outcome::complete) transfer.outcome = Outcome::full;
  connection_.record_transfer(command_.verb, *writable, transfer, 0, passive, secure);
  co_return co_await conclude(transfer);
}

}  // namespace decnet::service::ftp
