// wget, curl
#include "shell/cmd/fetch.h"

#include <algorithm>

#include "base/random.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"
#include "shell/observer.h"

namespace decnet::shell::cmd {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string stamp(const Io& io) {
  return date_text(io.now(), "%Y-%m-%d %H:%M:%S");
}

struct Fetch {
  std::vector<std::string> urls;
  std::string output, method = "GET", limit, connect_limit, tries;
  bool quiet = false, silent = false, show_error = false, fail = false, no_verbose = false;
};

Duration limit_of(const std::string& given, Duration otherwise) {
  const auto limit = given.empty() ? std::nullopt : seconds_of(given);
  return limit && *limit > 0 ? Duration(static_cast<std::int64_t>(*limit * 1e6)) : otherwise;
}

bool read_curl(Io& io, Fetch& fetch) {
  static constexpr std::string_view kTakes = "AbcCdDeEFhHKmoPQrtTuUwxXyYz";
  for (std::size_t at = 1; at < io.argc(); ++at) {
    const std::string& word = io.arg(at);
    const auto next = [&] { return at + 1 < io.argc() ? io.arg(++at) : std::string(); };
    if (word == "--version" || word == "-V") {
      io.out(
          "curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1 OpenSSL/3.0.15 zlib/1.2.13 "
          "brotli/1.0.9 zstd/1.5.4 libidn2/2.3.3 libpsl/0.21.2 (+libidn2/2.3.3) libssh2/1.10.0 "
          "nghttp2/1.52.0 librtmp/2.3 OpenLDAP/2.5.13\nRelease-Date: 2023-02-20, security patched: "
          "7.88.1-10+deb12u8\nProtocols: dict file ftp ftps gopher gophers http https imap imaps "
          "ldap ldaps mqtt pop3 pop3s rtmp rtmpe rtmps rtmpt rtmpte rtmpts rtsp scp sftp smb smbs "
          "smtp smtps telnet tftp\nFeatures: alt-svc AsynchDNS brotli GSS-API HSTS HTTP2 "
          "HTTPS-proxy IDN IPv6 Kerberos Largefile libz NTLM NTLM_WB PSL SPNEGO SSL threadsafe "
          "TLS-SRP UnixSockets zstd\n");
      return false;
    }
    if (word.starts_with("--")) {
      const std::string name = word.substr(2);
      if (name == "output")
        fetch.output = next();
      else if (name == "request")
        fetch.method = next();
      else if (name == "connect-timeout")
        fetch.connect_limit = next();
      else if (name == "max-time")
        fetch.limit = next();
      else if (name == "url")
        fetch.urls.push_back(next());
      else if (name == "data" || name.starts_with("data-")) {
        next();
        fetch.method = "POST";
      } else if (name == "silent")
        fetch.silent = true;
      else if (name == "show-error")
        fetch.show_error = true;
      else if (name == "user-agent" || name == "header" || name == "user" || name == "proxy" ||
               name == "retry" || name == "cookie" || name == "referer" || name == "upload-file" ||
               name == "retry-delay" || name == "form" || name == "interface" ||
               name == "resolve" || name == "limit-rate" || name == "dns-servers" ||
               name == "socks5")
        next();
      continue;
    }
    if (word.size() < 2 || word[0] != '-') {
      fetch.urls.push_back(word);
      continue;
    }
    for (std::size_t in = 1; in < word.size(); ++in) {
      const char letter = word[in];
      if (letter == 's') fetch.silent = true;
      if (letter == 'S') fetch.show_error = true;
      if (letter == 'I') fetch.method = "HEAD";
      if (letter == 'O') fetch.output = "-O";
      if (kTakes.find(letter) == std::string_view::npos) continue;
      const std::string value = in + 1 < word.size() ? word.substr(in + 1) : next();
      if (letter == 'o') fetch.output = value;
      if (letter == 'X') fetch.method = value;
      if (letter == 'm') fetch.limit = value;
      if (letter == 'd' || letter == 'F') fetch.method = "POST";
      if (letter == 'T') fetch.method = "PUT";
      break;
    }
  }
  if (fetch.urls.empty()) {
    io.err("curl: try 'curl --help' or 'curl --manual' for more information\n");
    io.status = 2;
    return false;
  }
  return true;
}

constexpr std::string_view kMeterHead =
    "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n             "
    "                    Dload  Upload   Total   Spent    Left  Speed\n";

Task<int> curl(Process& process) {
  Io io(process);
  Fetch fetch;
  const bool ready = read_curl(io, fetch);
  int status = io.status;
  for (std::size_t at = 0; ready && at < fetch.urls.size(); ++at) {
    const Target target = target_of(fetch.urls[at]);
    const std::string output =
        fetch.output == "-O" ? target.path.substr(target.path.rfind('/') + 1) : fetch.output;
    if (at < kUrlsMax) report(io, "curl", target, fetch.method, output);
    const bool meter = !fetch.silent && (!output.empty() || !io.on_terminal());
    if (meter) io.err(kMeterHead);
    co_await io.flush();
    const Duration most = limit_of(fetch.limit, seconds(1'000));
    const Duration connecting = limit_of(fetch.connect_limit, seconds(1'000));
    const Duration took = co_await wait_for_nobody(io, target, std::min(most, connecting));
    const auto spent = std::chrono::duration_cast<std::chrono::seconds>(took).count();
    if (meter) {
      io.err(
          text_of("\r  0     0    0     0    0     0      0      0 --:--:--  %lld:%02lld:%02lld "
                  "--:--:--     0\n",
                  static_cast<long long>(spent / 3600), static_cast<long long>(spent / 60 % 60),
                  static_cast<long long>(spent % 60)));
    }
    const auto ms = std::chrono::duration_cast<milliseconds>(took).count();
    std::string message = "curl: (28) Failed to connect to " + target.host + " port " +
                          std::to_string(target.port) + " after " + std::to_string(ms) +
                          " ms: Couldn't connect to server";
    status = 28;
    if (took >= most) {
      message = "curl: (28) Connection timed out after " + std::to_string(ms) + " milliseconds";
    } else if (took >= connecting) {
      message = "curl: (28) Failed to connect to " + target.host + " port " +
                std::to_string(target.port) + " after " + std::to_string(ms) +
                " ms: Timeout was reached";
    } else if (local(target.host)) {
      message = "curl: (7) Failed to connect to " + target.host + " port " +
                std::to_string(target.port) + " after 0 ms: Couldn't connect to server";
      status = 7;
    } else if (!is_address(target.host)) {
      message = "curl: (6) Could not resolve host: " + target.host;
      status = 6;
    }
    if (!fetch.silent || fetch.show_error) io.err(message + "\n");
    co_await io.flush();
  }
  co_await io.flush();
  co_return status;
}

bool read_wget(Io& io, Fetch& fetch) {
  static constexpr Long kLongs[] = {{"output-document", 'O', ':'},
                                    {"quiet", 'q'},
                                    {"tries", 't', ':'},
                                    {"timeout", 'T', ':'},
                                    {"directory-prefix", 'P', ':'},
                                    {"continue", 'c'},
                                    {"no-check-certificate", 300},
                                    {"user-agent", 'U', ':'},
                                    {"no-verbose", 'n'},
                                    {"header", 301, ':'},
                                    {"post-data", 302, ':'},
                                    {"spider", 303},
                                    {"background", 'b'},
                                    {"no-cache", 304},
                                    {"input-file", 'i', ':'},
                                    {"connect-timeout", 'T', ':'},
                                    {"limit-rate", 305, ':'},
                                    {"show-progress", 306},
                                    {"recursive", 'r'},
                                    {"method", 307, ':'},
                                    {"progress", 308, ':'},
                                    {"no-proxy", 309},
                                    {"user", 310, ':'},
                                    {"password", 311, ':'},
                                    {"no-parent", 312},
                                    {"secure-protocol", 313, ':'}};
  Options options(io, "O:qt:T:P:cU:n:bi:rNSdvkpmA:R:l:e:a:o:w:Q:46xE", kLongs,
                  "[OPTION]... [URL]...", 2);
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return false;
    if (id == 'O') fetch.output = options.value;
    if (id == 'q') fetch.quiet = true;
    if (id == 't') fetch.tries = options.value;
    if (id == 'T') fetch.limit = options.value;
    if (id == 302) fetch.method = "POST";
    if (id == 'n' && options.value == "v") fetch.no_verbose = true;
  }
  fetch.urls = options.operands;
  if (fetch.urls.empty()) {
    io.err(
        "wget: missing URL\nUsage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more "
        "options.\n");
    io.status = 1;
    return false;
  }
  return true;
}

Task<bool> wget_one(Io& io, const Fetch& fetch, Target target) {
  const std::string url =
      target.url.find("://") == std::string::npos ? "http://" + target.url : target.url;
  const std::string shown =
      url.find('/', url.find("://") + 3) == std::string::npos ? url + "/" : url;
  const bool named = !is_address(target.host) && !local(target.host);
  const auto limit = seconds_of(fetch.limit);
  const Duration most = limit && !fetch.limit.empty() && *limit > 0
                            ? Duration(static_cast<std::int64_t>(*limit * 1e6))
                            : Duration(seconds(900));
  const std::uint64_t tries = number_of(fetch.tries).value_or(20);
  const std::string where = target.host + ":" + std::to_string(target.port);
  for (std::uint64_t turn = 1; turn <= std::max<std::uint64_t>(tries, 1); ++turn) {
    if (!fetch.quiet && !fetch.no_verbose) {
      io.err("--" + stamp(io) + "--  " +
             (turn > 1 ? text_of("(try:%2llu)  ", static_cast<unsigned long long>(turn)) : "") +
             shown + "\n");
      io.err(named ? "Resolving " + target.host + " (" + target.host + ")... "
                   : "Connecting to " + where + "... ");
    }
    co_await io.flush();
    co_await wait_for_nobody(io, target, most);
    if (fetch.no_verbose && !named)
      io.err("failed: " +
             std::string(local(target.host) ? "Connection refused" : "Connection timed out") +
             ".\n");
    if (named) {
      if (!fetch.quiet)
        io.err(
            "failed: Temporary failure in name resolution.\nwget: unable to resolve host address "
            "\xE2\x80\x98" +
            target.host + "\xE2\x80\x99\n");
      break;
    }
    if (local(target.host)) {
      if (!fetch.quiet && !fetch.no_verbose) io.err("failed: Connection refused.\n");
      break;
    }
    if (!fetch.quiet && !fetch.no_verbose)
      io.err(turn < tries ? "failed: Connection timed out.\nRetrying.\n\n"
                          : "failed: Connection timed out.\nGiving up.\n\n");
    co_await io.flush();
    const Duration pause = seconds(std::min<std::uint64_t>(turn, 10));
    if (turn < tries) co_await io.process.sleep(pause);
  }
  co_await io.flush();
  co_return false;
}

// busybox's own: one attempt, its own words.
Task<int> small_wget(Io& io, Fetch fetch) {
  const Target target = target_of(fetch.urls.front());
  const std::string output =
      fetch.output.empty() ? target.path.substr(target.path.rfind('/') + 1) : fetch.output;
  report(io, "wget", target, fetch.method, output);
  const bool named = !is_address(target.host) && !local(target.host);
  const std::string address = target.host == "localhost" ? "127.0.0.1" : target.host;
  if (!fetch.quiet && !named)
    io.err("Connecting to " + target.host + " (" + address + ":" + std::to_string(target.port) +
           ")\n");
  co_await io.flush();
  co_await wait_for_nobody(io, target, seconds(900));
  io.err(named ? "wget: bad address '" + target.host + "'\n"
               : "wget: can't connect to remote host (" + address + "): Connection " +
                     (local(target.host) ? "refused\n" : "timed out\n"));
  co_await io.flush();
  co_return 1;
}

Task<int> wget(Process& process) {
  Io io(process);
  Fetch fetch;
  const bool ready = read_wget(io, fetch);
  if (ready && io.by_busybox()) {
    const int status = co_await small_wget(io, std::move(fetch));
    co_return status;
  }
  for (std::size_t at = 0; ready && at < fetch.urls.size(); ++at) {
    Target target = target_of(fetch.urls[at]);
    const std::string output =
        fetch.output.empty() ? target.path.substr(target.path.rfind('/') + 1) : fetch.output;
    if (at < kUrlsMax) report(io, "wget", target, fetch.method, output);
    if (!fetch.output.empty() && fetch.output != "-")
      static_cast<void>(
          io.files.write_file(io.absolute(fetch.output), "", io.who, 0666 & ~process.umask));
    const bool got = co_await wget_one(io, fetch, std::move(target));
    if (!got) io.status = 4;
  }
  co_await io.flush();
  co_return io.status;
}

constexpr Command kRows[] = {{"curl", &curl}, {"wget", &wget}};

}  // namespace

bool is_address(std::string_view host) noexcept {
  return !host.empty() && (host.find(':') != std::string_view::npos ||
                           host.find_first_not_of("0123456789.") == std::string_view::npos);
}

Target target_of(std::string_view url) {
  Target target;
  target.url = url;
  const std::size_t scheme = url.find("://");
  target.scheme = scheme == std::string_view::npos ? "http" : lower(url.substr(0, scheme));
  std::string_view rest = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
  const std::size_t slash = rest.find_first_of("/?#");
  if (slash != std::string_view::npos) target.path = rest.substr(slash);
  rest = rest.substr(0, slash);
  if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos)
    rest = rest.substr(at + 1);
  target.port = target.scheme == "https"  ? 443
                : target.scheme == "ftp"  ? 21
                : target.scheme == "tftp" ? 69
                                          : 80;
  const std::size_t colon = rest.rfind(':');
  const bool bracket = rest.starts_with("[");
  if (colon != std::string_view::npos && (!bracket || rest.find(']') < colon)) {
    const auto port = number_of(rest.substr(colon + 1));
    if (port && *port < 65536) target.port = static_cast<std::uint16_t>(*port);
    rest = rest.substr(0, colon);
  }
  if (bracket && rest.ends_with("]")) rest = rest.substr(1, rest.size() - 2);
  target.host = rest;
  return target;
}

void report(Io& io, std::string_view tool, const Target& target, std::string_view method,
            std::string_view output) {
  Observer* observer = io.process.observer();
  if (observer == nullptr) return;
  event::Event event;
  event.type = event::kRequest;
  event.add("tool", tool).add("url", target.url).add("host", target.host).add("path", target.path);
  event.add("port", target.port).add("method", method).add("outcome", "denied");
  if (!output.empty()) event.add("output", output);
  observer->emit(std::move(event));
}

bool local(std::string_view host) noexcept {
  return host == "localhost" || host.starts_with("127.") || host == "::1" || host == "0.0.0.0";
}

Task<Duration> wait_for_nobody(Io& io, const Target& target, Duration most) {
  Duration took = is_address(target.host) ? kConnectPatience : kNamePatience;
  took += Duration(static_cast<std::int64_t>(random_below(400'000)));
  if (local(target.host)) took = Duration(300);
  took = std::min(took, most);
  co_await io.process.sleep(took);
  co_return took;
}

std::span<const Command> fetch_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
