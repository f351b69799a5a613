// tftp, ftpget, ftp, nc, telnet, ssh, scp, sftp, ping
#include <algorithm>
#include <cctype>
#include <cmath>

#include "base/random.h"
#include "shell/cmd/fetch.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

using std::chrono::seconds;

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
    io.err(std::string(kBusyboxBanner) +
           "\nUsage: tftp [OPTIONS] HOST [PORT]\n\nTransfer a file from/to tftp server\n\n\t-l "
           "FILE\tLocal FILE\n\t-r FILE\tRemote FILE\n\t-g\tGet file\n\t-p\tPut file\n\t-b "
           "SIZE\tTransfer blocks in bytes\n");
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
    const bool puts = io.name() == "ftpput";
    io.err(std::string(kBusyboxBanner) + "\nUsage: " + std::string(io.name()) +
           (puts ? " [OPTIONS] HOST [REMOTE_FILE] LOCAL_FILE\n\nUpload a file to FTP server\n\n"
                 : " [OPTIONS] HOST [LOCAL_FILE] REMOTE_FILE\n\nDownload a file via FTP\n\n\t-c"
                   "\tContinue previous transfer\n") +
           "\t-v\tVerbose\n\t-u USER\tUsername\n\t-p PASS\tPassword\n\t-P PORT\n");
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

// "-o ConnectTimeout=5", "-oConnectTimeout 5"
std::string ssh_timeout_of(const Io& io) {
  for (std::size_t at = 1; at < io.argc(); ++at) {
    std::string word = io.arg(at);
    if (word == "-o" && at + 1 < io.argc()) word += io.arg(++at);
    if (!word.starts_with("-o")) continue;
    std::string name = word.substr(2, 14);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char letter) { return std::tolower(letter); });
    if (name != "connecttimeout") continue;
    const std::size_t digit = word.find_first_of("0123456789");
    if (digit != std::string::npos) return word.substr(digit);
  }
  return {};
}

Task<int> connect_to(Process& process) {
  Io io(process);
  if (io.name() == "netcat" || io.name() == "nc.traditional") io.rename("nc");
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
  const std::string patience = secure ? ssh_timeout_of(io) : option_of(io, "-w");
  const auto limit = seconds_of(patience);
  const Duration most = limit && !patience.empty()
                            ? Duration(static_cast<std::int64_t>(*limit * 1e6))
                            : Duration(seconds(900));
  const Duration took = co_await wait_for_nobody(io, target, most);
  const bool named = !is_address(host) && !local(host);
  const std::string why = local(host) ? "Connection refused"
                          : !secure && took < kConnectPatience && is_address(host)
                              ? "Operation timed out"
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
  double least = 1e9, most = 0, sum = 0, squares = 0;
  const TimePoint begun = io.now();
  for (std::uint64_t turn = 1; turn <= count; ++turn) {
    if (local(host)) {
      ++received;
      const double rtt = static_cast<double>(20 + random_below(48)) / 1000;
      least = std::min(least, rtt);
      most = std::max(most, rtt);
      sum += rtt;
      squares += rtt * rtt;
      io.out(text_of("64 bytes from %s: icmp_seq=%llu ttl=64 time=%.3f ms\n", address.c_str(),
                     static_cast<unsigned long long>(turn), rtt));
    }
    co_await io.flush();
    const Duration pause = turn < count ? seconds(1) : seconds(local(host) ? 0 : 10);
    co_await process.sleep(pause);
  }
  io.out("\n--- " + host + " ping statistics ---\n");
  const std::uint64_t loss = count == 0 ? 0 : (count - received) * 100 / count;
  io.out(text_of(
      "%llu packets transmitted, %llu received, %llu%% packet loss, time %llums\n",
      static_cast<unsigned long long>(count), static_cast<unsigned long long>(received),
      static_cast<unsigned long long>(loss),
      static_cast<unsigned long long>(
          std::chrono::duration_cast<std::chrono::milliseconds>(io.now() - begun).count())));
  const double count_of = static_cast<double>(std::max<std::uint64_t>(received, 1));
  const double mean = sum / count_of;
  const double deviation = std::sqrt(std::max(0.0, squares / count_of - mean * mean));
  io.out(received > 0 ? text_of("rtt min/avg/max/mdev = %.3f/%.3f/%.3f/%.3f ms\n", least, mean,
                                most, deviation)
                      : "\n");
  co_await io.flush();
  co_return received > 0 ? 0 : 1;
}

constexpr Command kRows[] = {{"tftp", &tftp},
                             {"ftpget", &ftpget},
                             {"ftpput", &ftpget},
                             {"nc", &connect_to},
                             {"nc.traditional", &connect_to},
                             {"telnet", &connect_to},
                             {"ssh", &connect_to},
                             {"scp", &connect_to},
                             {"sftp", &connect_to},
                             {"ftp", &connect_to},
                             {"ping", &ping}};

}  // namespace

std::span<const Command> connect_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
