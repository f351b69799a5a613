// wget, curl, tftp, ftpget, ftp, nc, telnet, ssh, scp, ping, nslookup
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

constexpr Duration kConnectPatience = milliseconds(130'900);  // Six SYNs, as Linux sends them.
constexpr Duration kNamePatience = seconds(20);  // Two servers, two attempts, five seconds each.

std::string stamp(const Io& io) {
  return date_text(io.now(), "%Y-%m-%d %H:%M:%S");
}

bool local(std::string_view host) {
  return host == "localhost" || host.starts_with("127.") || host == "::1" || host == "0.0.0.0";
}

struct Fetch {
  std::vector<std::string> urls;
  std::string output, method = "GET", limit, tries;
  bool quiet = false, silent = false, show_error = false, fail = false, no_verbose = false;
};

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
      else if (name == "connect-timeout" || name == "max-time")
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

// Waits as a connection or a look-up that nobody answers does. What it took.
Task<Duration> wait_for_nobody(Io& io, const Target& target, Duration most) {
  Duration took = is_address(target.host) ? kConnectPatience : kNamePatience;
  took += Duration(static_cast<std::int64_t>(random_below(400'000)));
  if (local(target.host)) took = Duration(300);
  took = std::min(took, most);
  co_await io.process.sleep(took);
  co_return took;
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
    const auto given = seconds_of(fetch.limit);
    const Duration most = given && *given > 0 && !fetch.limit.empty()
                              ? Duration(static_cast<std::int64_t>(*given * 1e6))
                              : Duration(seconds(1'000));
    const Duration took = co_await wait_for_nobody(io, target, most);
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
    if (named) {
      if (!fetch.quiet)
        io.err(
            "failed: Temporary failure in name resolution.\nwget: unable to resolve host address "
            "\xE2\x80\x98" +
            target.host + "\xE2\x80\x99\n");
      break;
    }
    if (local(target.host)) {
      if (!fetch.quiet) io.err("failed: Connection refused.\n");
      break;
    }
    if (!fetch.quiet)
      io.err(turn < tries ? "failed: Connection timed out.\nRetrying.\n\n"
                          : "failed: Connection timed out.\nGiving up.\n\n");
    co_await io.flush();
    const Duration pause = seconds(std::min<std::uint64_t>(turn, 10));
    if (turn < tries) co_await io.process.sleep(pause);
  }
  co_await io.flush();
  co_return false;
}

Task<int> wget(Process& process) {
  Io io(process);
  Fetch fetch;
  const bool ready = read_wget(io, fetch);
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

// The last words that are no options: host, port or file.
std::vector<std::string> plain_words(const Io& io, std::string_view takes) {
  std::vector<std::string> words;
  for (std::size_t at = 1; at < io.argc(); ++at) {
    const std::string& word = io.arg(at);
    if (word.size() > 1 && word[0] == '-') {
      if (word.size() == 2 && takes.find(word[1]) != std::string_view::npos) ++at;
      continue;
    }
    words.push_back(word);
  }
  return words;
}

std::string option_of(const Io& io, std::string_view wanted) {
  for (std::size_t at = 1; at + 1 < io.argc(); ++at) {
    if (io.arg(at) == wanted) return io.arg(at + 1);
  }
  return {};
}

Task<int> tftp(Process& process) {
  Io io(process);
  const std::string remote = option_of(io, "-r");
  const bool puts = std::any_of(process.arguments.begin(), process.arguments.end(),
                                [](const std::string& word) { return word == "-p"; });
  std::vector<std::string> words = plain_words(io, "rlbc");
  if (words.empty()) {
    io.err(
        "BusyBox v1.35.0 (Debian 1:1.35.0-4+b3) multi-call binary.\n\nUsage: tftp [OPTIONS] HOST "
        "[PORT]\n");
    co_await io.flush();
    co_return 1;
  }
  std::string file = remote;
  for (std::size_t at = 1; at + 1 < io.argc() && file.empty(); ++at) {
    if (io.arg(at) == "get") file = io.arg(at + 1);
  }
  const Target target = target_of("tftp://" + words[0] + "/" + file);
  report(io, "tftp", target, puts ? "PUT" : "GET",
         option_of(io, "-l").empty() ? file : option_of(io, "-l"));
  co_await io.flush();
  const Duration took = seconds(is_address(words[0]) ? 25 : 20);
  co_await process.sleep(took);
  io.err(is_address(words[0]) ? "tftp: timeout\n" : "tftp: bad address '" + words[0] + "'\n");
  co_await io.flush();
  co_return 1;
}

Task<int> ftpget(Process& process) {
  Io io(process);
  std::vector<std::string> words = plain_words(io, "uPp");
  if (words.size() < 2) {
    io.err("BusyBox v1.35.0 (Debian 1:1.35.0-4+b3) multi-call binary.\n\nUsage: " +
           std::string(io.name()) + " [OPTIONS] HOST [LOCAL_FILE] REMOTE_FILE\n");
    co_await io.flush();
    co_return 1;
  }
  const Target target = target_of("ftp://" + words[0] + "/" + words.back());
  report(io, io.name(), target, io.name() == "ftpput" ? "PUT" : "GET", words[1]);
  const Duration took = co_await wait_for_nobody(io, target, seconds(600));
  static_cast<void>(took);
  io.err(is_address(words[0]) ? std::string(io.name()) + ": can't connect to remote host (" +
                                    words[0] + "): Connection timed out\n"
                              : std::string(io.name()) + ": bad address '" + words[0] + "'\n");
  co_await io.flush();
  co_return 1;
}

Task<int> connect_to(Process& process) {
  Io io(process);
  const std::string tool(io.name());
  const bool secure = tool == "ssh" || tool == "scp" || tool == "sftp";
  std::vector<std::string> words = plain_words(io, secure ? "iopPlFcDLRwWbmQSJe" : "pswieqTXxIOm");
  if (words.empty()) {
    io.err(tool == "ssh" ? "usage: ssh [-46AaCfGgKkMNnqsTtVvXxYy] [-B bind_interface]\n"
                         : "usage: " + tool + " [options] [host [port]]\n");
    co_await io.flush();
    co_return secure ? 255 : 1;
  }
  std::string host = words[0];
  std::string file;
  for (const std::string& word : words) {
    const std::size_t colon = word.find(':');
    if (tool == "scp" && colon != std::string::npos) {
      host = word.substr(0, colon);
      file = word.substr(colon + 1);
    }
  }
  if (host.find('@') != std::string::npos) host = host.substr(host.rfind('@') + 1);
  const std::string given = option_of(io, tool == "scp" ? "-P" : "-p");
  std::string port = secure             ? (given.empty() ? "22" : given)
                     : words.size() > 1 ? words[1]
                     : tool == "ftp"    ? "21"
                                        : "23";
  const Target target = target_of(tool + "://" + host + ":" + port + "/" + file);
  report(io, tool, target, "CONNECT", "");
  if (tool == "telnet") io.out("Trying " + host + "...\n");
  co_await io.flush();
  const auto limit = seconds_of(option_of(io, "-w"));
  const Duration most = limit && !option_of(io, "-w").empty()
                            ? Duration(static_cast<std::int64_t>(*limit * 1e6))
                            : Duration(seconds(900));
  const Duration took = co_await wait_for_nobody(io, target, most);
  const bool named = !is_address(host) && !local(host);
  const std::string why = local(host)                                   ? "Connection refused"
                          : took < kConnectPatience && is_address(host) ? "Operation timed out"
                                                                        : "Connection timed out";
  if (secure) {
    io.err(named ? "ssh: Could not resolve hostname " + host +
                       ": Temporary failure in name resolution\n"
                 : "ssh: connect to host " + host + " port " + port + ": " + why + "\n");
    if (tool == "scp") io.err("scp: Connection closed\n");
  } else if (tool == "telnet") {
    io.err(named ? "telnet: could not resolve " + host +
                       "/telnet: Temporary failure in name resolution\n"
                 : "telnet: Unable to connect to remote host: " + why + "\n");
  } else if (tool == "ftp") {
    io.err(named ? "ftp: Can't lookup `" + host + ":ftp': Temporary failure in name resolution\n"
                 : "ftp: Can't connect to `" + host + ":ftp': " + why + "\n");
  } else {
    const bool verbose = std::any_of(
        process.arguments.begin() + 1, process.arguments.end(), [](const std::string& word) {
          return word.starts_with("-") && word.find('v') != std::string::npos;
        });
    if (named)
      io.err("nc: getaddrinfo for host \"" + host + "\" port " + port +
             ": Temporary failure in name resolution\n");
    else if (verbose)
      io.err("nc: connect to " + host + " port " + port + " (tcp) failed: " + why + "\n");
  }
  co_await io.flush();
  co_return secure ? 255 : 1;
}

Task<int> ping(Process& process) {
  Io io(process);
  std::vector<std::string> words = plain_words(io, "cwWisItQ");
  if (words.empty()) {
    io.err("ping: usage error: Destination address required\n");
    co_await io.flush();
    co_return 2;
  }
  const std::string host = words.back();
  const Target target = target_of("icmp://" + host + "/");
  report(io, "ping", target, "ECHO", "");
  if (!is_address(host) && !local(host)) {
    co_await process.sleep(kNamePatience);
    io.err("ping: " + host + ": Temporary failure in name resolution\n");
    co_await io.flush();
    co_return 2;
  }
  const std::uint64_t count = number_of(option_of(io, "-c")).value_or(1'000'000);
  const std::string address = host == "localhost" ? "127.0.0.1" : host;
  io.out("PING " + host + " (" + address + ") 56(84) bytes of data.\n");
  std::uint64_t received = 0;
  for (std::uint64_t turn = 1; turn <= count; ++turn) {
    if (local(host)) {
      ++received;
      io.out(text_of("64 bytes from %s: icmp_seq=%llu ttl=64 time=0.0%llu ms\n", address.c_str(),
                     static_cast<unsigned long long>(turn),
                     static_cast<unsigned long long>(24 + random_below(40))));
    }
    co_await io.flush();
    const Duration pause = turn < count ? seconds(1) : seconds(local(host) ? 0 : 10);
    co_await process.sleep(pause);
  }
  io.out("\n--- " + host + " ping statistics ---\n");
  const std::uint64_t loss = count == 0 ? 0 : (count - received) * 100 / count;
  io.out(text_of("%llu packets transmitted, %llu received, %llu%% packet loss, time %llums\n",
                 static_cast<unsigned long long>(count), static_cast<unsigned long long>(received),
                 static_cast<unsigned long long>(loss),
                 static_cast<unsigned long long>((count - 1) * 1021)));
  io.out(received > 0 ? "rtt min/avg/max/mdev = 0.024/0.041/0.063/0.014 ms\n" : "\n");
  co_await io.flush();
  co_return received > 0 ? 0 : 1;
}

constexpr Command kRows[] = {{"curl", &curl},         {"wget", &wget},      {"tftp", &tftp},
                             {"ftpget", &ftpget},     {"ftpput", &ftpget},  {"nc", &connect_to},
                             {"telnet", &connect_to}, {"ssh", &connect_to}, {"scp", &connect_to},
                             {"sftp", &connect_to},   {"ftp", &connect_to}, {"ping", &ping}};

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

std::span<const Command> fetch_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
