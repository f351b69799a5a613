// openssl: version, rand, passwd, dgst, s_client; enc is openssl_enc.cc. Its other commands are not
// there.
#include "shell/cmd/openssl.h"

#include <algorithm>
#include <memory>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "base/random.h"
#include "shell/cmd/accounts.h"
#include "shell/cmd/fetch.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::uint64_t kRandBytesMax = 8U << 20;  // Of one `openssl rand`.

std::string digest_of(const EVP_MD* kind, std::string_view bytes) {
  unsigned char made[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), made, &size, kind, nullptr);
  return std::string(reinterpret_cast<const char*>(made), size);
}

int misuse(Io& io, const std::string& command, const std::string& what) {
  io.err(command + ": " + what + "\n" + command + ": Use -help for summary.\n");
  return 1;
}

void version(Io& io, OpensslWords& words) {
  struct Release {
    std::string_view number, date;
  };
  static constexpr Release kReleases[] = {{"3.0.15", "3 Sep 2024"},
                                          {"3.0.16", "11 Feb 2025"},
                                          {"3.0.17", "1 Jul 2025"},
                                          {"3.0.18", "30 Sep 2025"},
                                          {"3.0.19", "27 Jan 2026"}};
  const std::string status = io.files.read_file("/var/lib/dpkg/status", Credentials{}).value_or("");
  const std::size_t package = status.find("Package: openssl\n");
  const std::size_t field =
      package == std::string::npos ? package : status.find("\nVersion: ", package);
  Release release = kReleases[0];
  for (const Release& one : kReleases) {
    if (field != std::string::npos &&
        status.compare(field + 10, one.number.size(), one.number) == 0)
      release = one;
  }
  const std::string name =
      "OpenSSL " + std::string(release.number) + " " + std::string(release.date);
  const std::string what = words.take();
  if (what.empty() || what == "-v" || what == "-a") io.out(name + " (Library: " + name + ")\n");
  if (what == "-a")
    io.out(
        "platform: debian-amd64\noptions:  bn(64,64)\nOPENSSLDIR: \"/usr/lib/ssl\"\nENGINESDIR: "
        "\"/usr/lib/x86_64-linux-gnu/engines-3\"\nMODULESDIR: "
        "\"/usr/lib/x86_64-linux-gnu/ossl-modules\"\nSeeding source: os-specific\n");
  if (what == "-d") io.out("OPENSSLDIR: \"/usr/lib/ssl\"\n");
  if (!what.empty() && what != "-v" && what != "-a" && what != "-d")
    io.status = misuse(io, "version", "Unknown option: " + what);
}

Task<void> rand(Io& io, OpensslWords& words) {
  bool hex = false, base64 = false;
  std::string file;
  while (words.option()) {
    const std::string word = words.take();
    hex = hex || word == "-hex";
    base64 = base64 || word == "-base64";
    if (word == "-out") {
      file = words.take();
    } else if (word != "-hex" && word != "-base64") {
      io.status = misuse(io, "rand", "Unknown option: " + word);
      co_return;
    }
  }
  const std::string count = words.take();
  if (count.empty()) co_return;
  const auto number = number_of(count);
  if (!number) {
    io.status = misuse(io, "rand", "Can't parse \"" + count + "\" as a number");
    co_return;
  }
  std::string bytes(static_cast<std::size_t>(std::min(*number, kRandBytesMax)), '\0');
  RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  const auto cost = static_cast<std::uint32_t>(bytes.size() / 256 + 1);
  co_await io.process.breathe(cost);
  const std::string text = hex ? hex_of(bytes) + "\n" : base64 ? base64_of(bytes, true) : bytes;
  if (file.empty())
    io.out(text);
  else
    static_cast<void>(io.files.write_file(io.absolute(file), text, io.who, 0600));
}

// The MD5 crypt of Apache: as $1$, but for its name.
std::string apache_hash(const std::string& secret, const std::string& salt) {
  const EVP_MD* md5 = EVP_md5();
  std::string inner = digest_of(md5, secret + salt + secret);
  std::string text = secret + "$apr1$" + salt;
  for (std::size_t left = secret.size(); left > 0; left -= std::min<std::size_t>(left, 16))
    text += inner.substr(0, std::min<std::size_t>(left, 16));
  for (std::size_t bits = secret.size(); bits > 0; bits >>= 1)
    text += (bits & 1) != 0 ? '\0' : secret[0];
  std::string hash = digest_of(md5, text);
  for (int round = 0; round < 1'000; ++round) {
    std::string one = (round & 1) != 0 ? secret : hash;
    if (round % 3 != 0) one += salt;
    if (round % 7 != 0) one += secret;
    one += (round & 1) != 0 ? hash : secret;
    hash = digest_of(md5, one);
  }
  constexpr std::string_view kLetters =
      "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::string out = "$apr1$" + salt + "$";
  const auto put = [&](std::size_t a, std::size_t b, std::size_t c, int letters) {
    const auto byte = [&](std::size_t at) {
      return static_cast<unsigned>(static_cast<unsigned char>(hash[at]));
    };
    unsigned value = letters == 2 ? byte(c) : byte(a) << 16 | byte(b) << 8 | byte(c);
    for (; letters > 0; --letters, value >>= 6) out += kLetters[value & 63U];
  };
  put(0, 6, 12, 4);
  put(1, 7, 13, 4);
  put(2, 8, 14, 4);
  put(3, 9, 15, 4);
  put(4, 10, 5, 4);
  put(11, 11, 11, 2);
  return out;
}

Task<void> passwd(Io& io, OpensslWords& words) {
  std::string kind = "-1";
  std::string salt;
  bool from_input = false;
  while (words.option()) {
    const std::string word = words.take();
    if (word == "-1" || word == "-5" || word == "-6" || word == "-apr1" || word == "-aixmd5") {
      kind = word;
    } else if (word == "-salt") {
      salt = words.take();
    } else if (word == "-stdin") {
      from_input = true;
    } else if (word != "-noverify" && word != "-quiet" && word != "-table" && word != "-reverse") {
      io.status = misuse(io, "passwd", "Unknown option: " + word);
      co_return;
    }
  }
  std::vector<std::string> secrets;
  while (words.at < words.all.size()) secrets.push_back(words.take());
  if (secrets.empty() && from_input) {
    const std::string text = co_await read_input(io, 0);
    for (const std::string_view line : lines_of(text)) secrets.emplace_back(line);
  } else if (secrets.empty()) {
    const std::optional<std::string> first = co_await ask_secret(io, "Password: ");
    const std::optional<std::string> second = co_await ask_secret(io, "Verifying - Password: ");
    if (!first || first != second) {
      io.err("Verify failure\n");
      io.status = 1;
      co_return;
    }
    secrets.push_back(*first);
  }
  for (const std::string& secret : secrets) {
    const bool md5 = kind == "-1" || kind == "-apr1";
    const std::string grain =
        salt.empty() ? crypt_salt(md5 ? 8 : 16) : salt.substr(0, md5 ? 8 : 16);
    co_await io.process.breathe(5'000);
    io.out((kind == "-apr1" ? apache_hash(secret, grain)
                            : crypt_text(secret, "$" + kind.substr(1) + "$" + grain + "$")) +
           "\n");
  }
}

// As OpenSSL's provider calls it: "SHA2-256".
std::string provider_name(const EVP_MD* kind) {
  const std::string name = EVP_MD_get0_name(kind);
  for (const char* size : {"224", "256", "384", "512"}) {
    if (name == std::string("SHA") + size) return std::string("SHA2-") + size;
  }
  return name;
}

Task<void> digest(Io& io, std::string command, OpensslWords& words) {
  const bool general = command == "dgst";
  const EVP_MD* kind = general ? EVP_sha256() : EVP_get_digestbyname(command.c_str());
  std::string shown = general ? "SHA256" : provider_name(kind);
  bool bare = false, coreutils = false, binary = false;
  std::string key;
  bool keyed = false;
  while (words.option()) {
    const std::string word = words.take();
    const EVP_MD* wanted = EVP_get_digestbyname(word.c_str() + 1);
    if (word == "-r") {
      coreutils = true;
    } else if (word == "-binary") {
      binary = true;
    } else if (word == "-q") {
      bare = true;
    } else if (word == "-hmac") {
      key = words.take();
      keyed = true;
    } else if (wanted != nullptr) {
      kind = wanted;
      shown = provider_name(kind);
    } else if (word != "-hex" && word != "-c") {
      io.status = misuse(io, command, "Unknown option: " + word.substr(1));
      co_return;
    }
  }
  std::vector<std::string> files;
  while (words.at < words.all.size()) files.push_back(words.take());
  const bool standard = files.empty();
  if (standard) files.emplace_back();
  for (const std::string& file : files) {
    std::string bytes;
    if (standard) {
      bytes = co_await read_input(io, 0);
    } else {
      const Sys<std::string> read = io.slurp(file);
      if (!read) {
        const std::string why(sys_error(read.error()));
        io.err(
            file + ": " + why + "\n" +
            error_line("80000002:system library:file_ctrl:" + why +
                       ":../crypto/bio/bss_file.c:297:calling fopen(" + file + ", r)") +
            error_line("10080002:BIO routines:file_ctrl:system lib:../crypto/bio/bss_file.c:300:"));
        io.status = 1;
        continue;
      }
      bytes = *read;
    }
    const auto cost = static_cast<std::uint32_t>(bytes.size() / 300 + 5);
    co_await io.process.breathe(cost);
    std::string made;
    if (keyed) {
      unsigned char out[EVP_MAX_MD_SIZE];
      unsigned size = 0;
      HMAC(kind, key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), out, &size);
      made.assign(reinterpret_cast<const char*>(out), size);
    } else {
      made = digest_of(kind, bytes);
    }
    const std::string name = standard ? "stdin" : file;
    io.out(binary      ? made
           : coreutils ? hex_of(made) + " *" + name + "\n"
           : bare      ? hex_of(made) + "\n"
                       : shown + "(" + name + ")= " + hex_of(made) + "\n");
  }
}

Task<void> client(Io& io, OpensslWords& words) {
  std::string host = "localhost:4433";
  while (words.at < words.all.size()) {
    const std::string word = words.take();
    if (word == "-connect" || word == "-host") host = words.take();
  }
  const Target target = target_of("tls://" + host + "/");
  report(io, "openssl", target, "CONNECT", "");
  co_await io.flush();
  const Duration took = co_await wait_for_nobody(io, target, kConnectPatience);
  static_cast<void>(took);
  io.status = 1;
  const bool here = local(target.host);
  if (!here && !is_address(target.host)) {
    io.err(error_line("10080002:BIO routines:BIO_lookup_ex:system lib:../crypto/bio/bio_addr.c:758:"
                      "Temporary failure in name resolution") +
           "connect:errno=11\n");
    co_return;
  }
  const std::string why = here ? "Connection refused" : "Connection timed out";
  io.err(
      error_line(std::string(here ? "8000006F" : "8000006E") + ":system library:BIO_connect:" +
                 why + ":../crypto/bio/bio_sock2.c:117:calling connect()") +
      error_line("10000067:BIO routines:BIO_connect:connect error:../crypto/bio/bio_sock2.c:119:") +
      "connect:errno=" + (here ? "111" : "110") + "\n");
}

Task<int> openssl(Process& process) {
  Io io(process);
  OpensslWords words;
  for (std::size_t at = 2; at < io.argc(); ++at) words.all.push_back(io.arg(at));
  const std::string command = io.argc() > 1 ? io.arg(1) : "";
  const bool cipher = EVP_get_cipherbyname(command.c_str()) != nullptr;
  if (command == "version") {
    version(io, words);
  } else if (command == "rand") {
    co_await rand(io, words);
  } else if (command == "passwd") {
    co_await passwd(io, words);
  } else if (command == "dgst" || EVP_get_digestbyname(command.c_str()) != nullptr) {
    co_await digest(io, command, words);
  } else if (command == "enc" || command == "base64" || cipher) {
    co_await openssl_encode(io, command, words);
  } else if (command == "s_client") {
    co_await client(io, words);
  } else if (command == "x509") {
    std::string file;
    while (words.at < words.all.size()) {
      if (words.take() == "-in") file = words.take();
    }
    io.err("Could not read certificate from " + (file.empty() ? "<stdin>" : file) +
           "\nUnable to load certificate\n");
    io.status = 1;
  } else if (!command.empty()) {
    io.err("Invalid command '" + command + "'; type \"help\" for a list.\n");
    io.status = 1;
  }
  co_await io.flush();
  co_return io.status;
}

constexpr Command kRows[] = {{"openssl", &openssl}};

}  // namespace

std::span<const Command> openssl_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
