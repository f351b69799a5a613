#include "service/redis/attacks.h"

#include <algorithm>

#include "service/redis/call.h"
#include "service/redis/rdb.h"

namespace decnet::service::redis {

namespace {

constexpr std::size_t kLookedAtBytes = 64 * 1024;  // Of a value: payloads are at its beginning.
constexpr std::size_t kTargetBytesMax = 512;

bool contains(std::string_view text, std::string_view word) noexcept {
  return text.find(word) != std::string_view::npos;
}

// "*/2 * * * * …": five fields of a cron line.
bool has_cron_line(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    int fields = 0;
    while (!line.empty()) {
      line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
      const std::size_t word = std::min(line.find_first_of(" \t"), line.size());
      if (word == 0) break;
      const std::string_view field = line.substr(0, word);
      if (fields < 5 && field.find_first_not_of("0123456789*/,-") != std::string_view::npos) break;
      if (++fields == 6) return true;
      line.remove_prefix(word);
    }
  }
  return contains(text, "@reboot ") || contains(text, "@hourly ");
}

// What the verb's argument at `index` is, bounded for an event.
std::string_view target_of(const std::vector<std::string>& argv, std::size_t index) {
  return index < argv.size() ? std::string_view(argv[index]).substr(0, kTargetBytesMax)
                             : std::string_view{};
}

void watch_config(Observer& observer, const std::vector<std::string>& argv) {
  for (std::size_t n = 2; n + 1 < argv.size(); n += 2) {
    const std::string name = lower(argv[n].substr(0, 64));
    if (name == "dir") observer.attack("write_folder", "CONFIG SET dir", target_of(argv, n + 1));
    if (name == "dbfilename")
      observer.attack("write_file", "CONFIG SET dbfilename", target_of(argv, n + 1));
    if (name == "slaveof" || name == "replicaof")
      observer.attack("replicaof", "CONFIG SET", target_of(argv, n + 1));
    if (name == "requirepass" && !argv[n + 1].empty())
      observer.attack("lock_out", "CONFIG SET requirepass", {});
    if (name == "enable-module-command" || name == "enable-protected-configs" ||
        name == "enable-debug-command" || name == "protected-mode") {
      observer.attack("open_guard", "CONFIG SET " + name, target_of(argv, n + 1));
    }
  }
}

void watch_script(Observer& observer, const std::vector<std::string>& argv, std::size_t index) {
  if (index >= argv.size()) return;
  const std::string_view body = std::string_view(argv[index]).substr(0, kLookedAtBytes);
  constexpr std::string_view kEscapes[] = {"package.loadlib", "io.popen", "os.execute",  "luaopen_",
                                           "loadlib",         "dofile",   "string.dump", "debug."};
  const bool escapes = std::any_of(std::begin(kEscapes), std::end(kEscapes),
                                   [&](std::string_view word) { return contains(body, word); });
  observer.attack(escapes ? "sandbox_escape" : "script", argv[0], body.substr(0, kTargetBytesMax));
}

void watch_values(Observer& observer, const std::vector<std::string>& argv) {
  for (std::size_t n = 1; n < argv.size(); ++n) {
    const std::string_view kind = payload_kind(argv[n]);
    if (kind.empty()) continue;
    const std::string key(target_of(argv, 1));
    observer.attack("payload_" + std::string(kind), argv[0], key);
    // The bare payload; the file around it is captured when it is saved.
    observer.captured(std::string(kind), "redis:" + key, argv[n]);
  }
}

}  // namespace

std::string_view payload_kind(std::string_view value) noexcept {
  constexpr std::size_t kShortest = 12;
  if (value.size() < kShortest) return {};
  const std::string_view head = value.substr(0, kLookedAtBytes);
  if (head.starts_with("\x7f"
                       "ELF") ||
      head.starts_with("MZ"))
    return "executable";
  for (const std::string_view word : {"ssh-rsa ", "ssh-ed25519 ", "ssh-dss ", "ecdsa-sha2-nistp"}) {
    if (contains(head, word)) return "ssh_key";
  }
  for (const std::string_view word : {"<?php", "<%@", "<jsp:", "<?=", "eval($_"}) {
    if (contains(head, word)) return "web_shell";
  }
  if (has_cron_line(head)) return "cron";
  for (const std::string_view word :
       {"#!/bin/", "/bin/sh", "/bin/bash", "/dev/tcp/", "curl -", "curl http", "wget http",
        "wget -", "python -c", "python3 -c", "base64 -d"}) {
    if (contains(head, word)) return "script";
  }
  return {};
}

void watch_for_attacks(Server&, Client& client, const std::vector<std::string>& argv) {
  if (client.observer == nullptr || argv.empty() || argv[0].size() > 32) return;
  Observer& observer = *client.observer;
  const std::string verb = lower(argv[0]);
  const std::string sub = argv.size() > 1 ? lower(argv[1].substr(0, 32)) : std::string{};
  if (verb == "config" && sub == "set") {
    watch_config(observer, argv);
  } else if ((verb == "slaveof" || verb == "replicaof") && argv.size() == 3 && sub != "no") {
    observer.attack("replicaof", argv[0],
                    std::string(target_of(argv, 1)) + ":" + std::string(target_of(argv, 2)));
  } else if (verb == "module" && (sub == "load" || sub == "loadex")) {
    observer.attack("module_load", "MODULE " + upper(sub), target_of(argv, 2));
  } else if (verb == "eval" || verb == "eval_ro") {
    watch_script(observer, argv, 1);
  } else if ((verb == "script" || verb == "function") && sub == "load") {
    watch_script(observer, argv, argv.size() - 1);
  } else if (verb == "flushall" || verb == "flushdb") {
    observer.attack("flush", argv[0], {});
  } else if (verb == "shutdown") {
    observer.attack("shutdown", argv[0], {});
  } else if (verb == "debug") {
    observer.attack("debug", argv[0], sub);
  } else if (verb == "migrate" && argv.size() > 2) {
    observer.attack("exfiltration", argv[0],
                    std::string(target_of(argv, 1)) + ":" + std::string(target_of(argv, 2)));
  } else if (verb == "sync" || verb == "psync") {
    observer.attack("exfiltration", argv[0], {});
  } else if (verb == "acl" && (sub == "setuser" || sub == "deluser")) {
    observer.attack("account", "ACL " + upper(sub), target_of(argv, 2));
  } else if (verb.starts_with("system.") || verb == "backdoor") {
    observer.attack("backdoor", argv[0], target_of(argv, 1));
  }
  if (argv.size() > 2 && verb != "eval" && verb != "script" && verb != "function")
    watch_values(observer, argv);
}

void capture_saved(Server& server, Client& client, bool written) {
  if (client.observer == nullptr) return;
  bool has_payload = false;
  for (int db = 0; db < kDatabases; ++db) {
    server.keyspace.keys(db).each([&](const std::string&, const Object& object) {
      has_payload =
          has_payload || (object.type == Type::string && !payload_kind(object.string).empty());
    });
  }
  const std::string file(server.config.get("dbfilename"));
  const std::string path = server.persistence.folder + "/" + file;
  const bool elsewhere = path != "/var/lib/redis/dump.rdb";
  if (!has_payload && !elsewhere) return;
  client.observer->attack(written ? "file_written" : "file_not_written", "SAVE", path);
  client.observer->captured(file.empty() ? "dump.rdb" : file, path, write_rdb(server));
}

}  // namespace decnet::service::redis
