// openssl enc and base64, and what the commands of openssl share.
#include <algorithm>
#include <memory>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "base/random.h"
#include "shell/cmd/accounts.h"
#include "shell/cmd/openssl.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr int kIterationsMax = 200'000;  // Of a key's derivation; more fails.
constexpr std::size_t kBase64Line = 64;

}  // namespace

std::string hex_of(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) text += text_of("%02x", static_cast<unsigned char>(byte));
  return text;
}

std::string base64_of(std::string_view bytes, bool lines) {
  std::string made((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(made.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  made.resize(static_cast<std::size_t>(size));
  if (!lines) return made;
  std::string text;
  for (std::size_t at = 0; at < made.size(); at += kBase64Line)
    text += made.substr(at, kBase64Line) + "\n";
  return text;
}

std::string base64_bytes(std::string_view text) {
  std::string clean;
  for (const char byte : text) {
    if (byte != '\n' && byte != '\r' && byte != ' ') clean += byte;
  }
  if (clean.empty() || clean.size() % 4 != 0) return {};
  std::string made(clean.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(made.data()),
                                   reinterpret_cast<const unsigned char*>(clean.data()),
                                   static_cast<int>(clean.size()));
  if (size < 0) return {};
  made.resize(static_cast<std::size_t>(size));
  for (std::size_t at = clean.size(); at > 0 && clean[at - 1] == '=' && !made.empty(); --at)
    made.pop_back();
  return made;
}

// "80" and a thread's number, as OpenSSL begins the lines of its errors.
std::string error_line(std::string_view what) {
  return text_of("80%08X7F0000:error:", static_cast<unsigned>(random_below(0x100000000ULL))) +
         std::string(what) + "\n";
}

Task<std::string> read_input(Io& io, int descriptor) {
  std::string text;
  while (text.size() < kGatheredBytesMax) {
    const Sys<std::string> bytes = co_await io.process.read(descriptor, kPipeBytes);
    if (!bytes || bytes->empty()) break;
    text += *bytes;
    co_await io.process.breathe(40);
  }
  co_return text;
}

namespace {

struct EncOptions {
  const EVP_CIPHER* cipher = nullptr;
  const EVP_MD* digest = EVP_sha256();
  std::string in, out, secret, key, vector, salt, name;
  bool decrypt = false, base64 = false, one_line = false, salted = true, derived = false;
  bool given = false, encoding = false;
  int iterations = 0;
};

bool read_enc(Io& io, const std::string& command, EncOptions& enc, OpensslWords& words) {
  if (command == "base64") enc.encoding = enc.base64 = true;
  if (command != "enc" && command != "base64") {
    enc.cipher = EVP_get_cipherbyname(command.c_str());
    enc.name = command;
  }
  while (words.at < words.all.size()) {
    const std::string word = words.take();
    const std::string name = word.starts_with("-") ? word.substr(1) : word;
    if (name == "e" || name == "p" || name == "v" || name == "salt" || name == "nopad") continue;
    if (name == "d")
      enc.decrypt = true;
    else if (name == "a" || name == "base64")
      enc.base64 = true;
    else if (name == "A")
      enc.one_line = true;
    else if (name == "nosalt")
      enc.salted = false;
    else if (name == "pbkdf2")
      enc.derived = true;
    else if (name == "in")
      enc.in = words.take();
    else if (name == "out")
      enc.out = words.take();
    else if (name == "K")
      enc.key = words.take();
    else if (name == "iv")
      enc.vector = words.take();
    else if (name == "S")
      enc.salt = words.take();
    else if (name == "k") {
      enc.secret = words.take();
      enc.given = true;
    } else if (name == "pass") {
      const std::string source = words.take();
      enc.given =
          source.starts_with("pass:") || source.starts_with("env:") || source.starts_with("file:");
      if (source.starts_with("pass:")) enc.secret = source.substr(5);
      if (source.starts_with("env:")) enc.secret = io.variable(source.substr(4));
      if (source.starts_with("file:")) {
        const std::string text = io.slurp_or_empty(source.substr(5));
        enc.secret = text.substr(0, text.find('\n'));
      }
    } else if (name == "iter") {
      const auto number = number_of(words.take());
      enc.iterations = static_cast<int>(std::min<std::uint64_t>(number.value_or(1), 2'000'000'000));
      enc.derived = true;
    } else if (name == "md") {
      const EVP_MD* wanted = EVP_get_digestbyname(words.take().c_str());
      if (wanted != nullptr) enc.digest = wanted;
    } else if (const EVP_CIPHER* wanted = EVP_get_cipherbyname(name.c_str()); wanted != nullptr) {
      enc.cipher = wanted;
      enc.name = name;
    } else {
      io.err("enc: Unknown cipher: " + name + "\nenc: Use -help for summary.\n" +
             error_line("0308010C:digital envelope routines:inner_evp_generic_fetch:unsupported:../"
                        "crypto/evp/evp_fetch.c:386:Global default library context, Algorithm (" +
                        name + " : 0), Properties (<null>)"));
      io.status = 1;
      return false;
    }
  }
  return true;
}

std::string bytes_of_hex(const std::string& text, std::size_t size) {
  std::string bytes;
  for (std::size_t at = 0; at + 1 < text.size() + 1 && bytes.size() < size; at += 2) {
    const std::string pair = (text.substr(std::min(at, text.size()), 2) + "00").substr(0, 2);
    bytes += static_cast<char>(std::strtoul(pair.c_str(), nullptr, 16));
  }
  bytes.resize(size);
  return bytes;
}

// Empty where it does not decrypt.
std::optional<std::string> crypted(const EncOptions& enc, const std::string& key,
                                   const std::string& vector, std::string_view bytes) {
  const std::unique_ptr<EVP_CIPHER_CTX, void (*)(EVP_CIPHER_CTX*)> context(EVP_CIPHER_CTX_new(),
                                                                           &EVP_CIPHER_CTX_free);
  const auto* first = reinterpret_cast<const unsigned char*>(bytes.data());
  std::string out(bytes.size() + EVP_MAX_BLOCK_LENGTH, '\0');
  auto* to = reinterpret_cast<unsigned char*>(out.data());
  int some = 0;
  int rest = 0;
  const bool good =
      EVP_CipherInit_ex(
          context.get(), enc.cipher, nullptr, reinterpret_cast<const unsigned char*>(key.data()),
          reinterpret_cast<const unsigned char*>(vector.data()), enc.decrypt ? 0 : 1) == 1 &&
      EVP_CipherUpdate(context.get(), to, &some, first, static_cast<int>(bytes.size())) == 1 &&
      EVP_CipherFinal_ex(context.get(), to + some, &rest) == 1;
  if (!good) return std::nullopt;
  out.resize(static_cast<std::size_t>(some + rest));
  return out;
}

Task<std::optional<std::string>> cipher_text(Io& io, EncOptions& enc, std::string bytes) {
  const auto key_bytes = static_cast<std::size_t>(EVP_CIPHER_get_key_length(enc.cipher));
  const auto vector_bytes = static_cast<std::size_t>(EVP_CIPHER_get_iv_length(enc.cipher));
  std::string key = bytes_of_hex(enc.key, key_bytes);
  std::string vector = bytes_of_hex(enc.vector, vector_bytes);
  const auto is_short = [](const std::string& hex, std::size_t size) {
    return !hex.empty() && hex.size() < 2 * size;
  };
  for (const bool padded : {is_short(enc.vector, vector_bytes), is_short(enc.key, key_bytes)}) {
    if (padded) io.err("hex string is too short, padding with zero bytes to length\n");
  }
  std::string head;
  if (enc.key.empty()) {
    if (!enc.given) {
      const std::string what =
          std::string(enc.decrypt ? "decryption" : "encryption") + " password:";
      std::string name = enc.name;
      for (char& byte : name)
        byte = static_cast<char>(std::toupper(static_cast<unsigned char>(byte)));
      const std::optional<std::string> first =
          co_await ask_secret(io, "enter " + name + " " + what);
      std::optional<std::string> second = first;
      if (!enc.decrypt) second = co_await ask_secret(io, "Verifying - enter " + name + " " + what);
      if (!first || first != second) {
        io.err("bad password read\n");
        co_return std::nullopt;
      }
      enc.secret = *first;
    }
    if (!enc.derived)
      io.err(
          "*** WARNING : deprecated key derivation used.\nUsing -iter or -pbkdf2 would be "
          "better.\n");
    std::string salt;
    if (enc.salted && enc.decrypt && enc.salt.empty()) {
      if (bytes.size() < 16 || !bytes.starts_with("Salted__")) {
        io.err(bytes.size() < 16 ? "error reading input file\n" : "bad magic number\n");
        co_return std::nullopt;
      }
      salt = bytes.substr(8, 8);
      bytes.erase(0, 16);
    } else if (enc.salted) {
      salt = bytes_of_hex(enc.salt, 8);
      if (enc.salt.empty()) RAND_bytes(reinterpret_cast<unsigned char*>(salt.data()), 8);
      if (enc.salt.empty()) head = "Salted__" + salt;
    }
    const int iterations = enc.derived ? (enc.iterations > 0 ? enc.iterations : 10'000) : 1;
    if (iterations > kIterationsMax) co_return std::nullopt;
    co_await io.process.breathe(static_cast<std::uint32_t>(iterations / 2 + 10));
    const auto* grain =
        salt.empty() ? nullptr : reinterpret_cast<const unsigned char*>(salt.data());
    std::string both(key_bytes + vector_bytes, '\0');
    auto* to = reinterpret_cast<unsigned char*>(both.data());
    if (enc.derived)
      PKCS5_PBKDF2_HMAC(enc.secret.data(), static_cast<int>(enc.secret.size()), grain,
                        static_cast<int>(salt.size()), iterations, enc.digest,
                        static_cast<int>(both.size()), to);
    else
      EVP_BytesToKey(enc.cipher, enc.digest, grain,
                     reinterpret_cast<const unsigned char*>(enc.secret.data()),
                     static_cast<int>(enc.secret.size()), 1, to, to + key_bytes);
    key = both.substr(0, key_bytes);
    if (enc.vector.empty()) vector = both.substr(key_bytes);
  }
  std::optional<std::string> made = crypted(enc, key, vector, bytes);
  if (!made) {
    io.err("bad decrypt\n" +
           error_line("1C800064:Provider routines:ossl_cipher_unpadblock:bad decrypt:../providers/"
                      "implementations/ciphers/ciphercommon_block.c:124:"));
    co_return std::nullopt;
  }
  co_return head + *made;
}

}  // namespace

Task<void> openssl_encode(Io& io, std::string command, OpensslWords& words) {
  EncOptions enc;
  if (!read_enc(io, command, enc, words)) co_return;
  std::string bytes;
  if (enc.in.empty()) {
    bytes = co_await read_input(io, 0);
  } else {
    const Sys<std::string> read = io.slurp(enc.in);
    if (!read) {
      const std::string why(sys_error(read.error()));
      io.err("Can't open \"" + enc.in + "\" for reading, " + why + "\n" +
             error_line("80000002:system library:BIO_new_file:" + why +
                        ":../crypto/bio/bss_file.c:67:calling fopen(" + enc.in + ", rb)") +
             error_line(
                 "10000080:BIO routines:BIO_new_file:no such file:../crypto/bio/bss_file.c:75:"));
      io.status = 1;
      co_return;
    }
    bytes = *read;
  }
  co_await io.process.breathe(static_cast<std::uint32_t>(bytes.size() / 200 + 5));
  if (enc.decrypt && enc.base64) bytes = base64_bytes(bytes);
  if (enc.cipher != nullptr) {
    std::optional<std::string> made = co_await cipher_text(io, enc, std::move(bytes));
    if (!made) {
      io.status = 1;
      co_return;
    }
    bytes = std::move(*made);
  }
  if (!enc.decrypt && enc.base64) bytes = base64_of(bytes, !enc.one_line);
  if (enc.out.empty())
    io.out(bytes);
  else if (!io.files.write_file(io.absolute(enc.out), std::move(bytes), io.who, 0644))
    io.status = 1;
}

}  // namespace decnet::shell::cmd
