// nslookup, dig, host: names are asked of the servers in /etc/resolv.conf, and nobody answers.
#include <algorithm>

#include "shell/cmd/fetch.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::size_t kServersMax = 3;  // As the resolver takes them (MAXNS).
constexpr Duration kAnswerPatience = std::chrono::seconds{5};

struct Question {
  std::string name, server, port = "53";
  bool brief = false;  // +short
};

Question read_question(const Io& io) {
  Question question;
  std::vector<std::string> words;
  for (std::size_t at = 1; at < io.argc(); ++at) {
    const std::string& word = io.arg(at);
    if (word.starts_with("@")) {
      question.server = word.substr(1);
    } else if (word == "+short") {
      question.brief = true;
    } else if (word.starts_with("-port=")) {
      question.port = word.substr(6);
    } else if ((word == "-p" || word == "-t" || word == "-c") && at + 1 < io.argc()) {
      const std::string& value = io.arg(++at);
      if (word == "-p") question.port = value;
    } else if (!word.starts_with("-") && !word.starts_with("+")) {
      words.push_back(word);
    }
  }
  if (!words.empty()) question.name = words[0];
  if (words.size() > 1 && io.name() != "dig") question.server = words[1];
  return question;
}

std::vector<std::string> servers_of(const Io& io, const Question& question) {
  if (!question.server.empty()) return {question.server};
  std::vector<std::string> servers;
  const std::string settings = io.slurp_or_empty("/etc/resolv.conf");
  for (const std::string_view line : lines_of(settings)) {
    const std::vector<std::string> words = words_of(line);
    if (words.size() > 1 && words[0] == "nameserver" && servers.size() < kServersMax)
      servers.push_back(words[1]);
  }
  if (servers.empty()) servers.emplace_back("127.0.0.1");
  return servers;
}

// "9.18.49-1~deb12u3", as this host has it.
std::string package_version(const Io& io) {
  const std::string status = io.slurp_or_empty("/var/lib/dpkg/status");
  const std::size_t package = status.find("Package: bind9-dnsutils\n");
  const std::size_t found =
      package == std::string::npos ? package : status.find("\nVersion: ", package);
  if (found == std::string::npos) return "9.18.49-1~deb12u3";
  const std::string version = status.substr(found + 10, status.find('\n', found + 1) - found - 10);
  return version.substr(version.find(':') + 1);
}

Task<int> resolve(Process& process) {
  Io io(process);
  const Question question = read_question(io);
  const bool dig = io.name() == "dig";
  if (question.name.empty() && !dig) {
    if (io.name() == "host") io.err("Usage: host [-aCdilrTvVw] [-c class] [-N ndots]\n");
    co_await io.flush();
    co_return io.name() == "host" ? 1 : 0;
  }
  const int attempts = io.name() == "host" ? 2 : 3;
  std::size_t asked = 0;
  for (const std::string& server : servers_of(io, question)) {
    std::string url = "dns://" + server;
    url += ":" + question.port + "/" + question.name;
    if (asked++ == 0) report(io, io.name(), target_of(url), "QUERY", "");
    for (int turn = 0; turn < attempts; ++turn) {
      co_await process.sleep(kAnswerPatience);
      io.out(";; communications error to " + server + "#" + question.port + ": timed out\n");
      co_await io.flush();
    }
  }
  if (dig && !question.brief) {
    std::vector<std::string> words(process.arguments.begin() + 1, process.arguments.end());
    io.out("\n; <<>> DiG " + package_version(io) + "-Debian <<>> " + join(words, " ") +
           "\n;; global options: +cmd\n");
  }
  io.out(";; no servers could be reached\n");
  if (io.name() == "nslookup") io.out("\n");
  co_await io.flush();
  co_return dig ? 9 : 1;
}

constexpr Command kRows[] = {{"nslookup", &resolve}, {"dig", &resolve}, {"host", &resolve}};

}  // namespace

std::span<const Command> resolve_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
