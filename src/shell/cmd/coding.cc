// base64, base32, md5sum, sha*sum, cksum, sum
#include <algorithm>
#include <array>
#include <cctype>
#include <memory>

#include <openssl/evp.h>

#include "shell/cmd/filter.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

// Both, bit by bit, as a stream.
class Base final : public Filter {
 public:
  bool start(Io& io) override {
    static constexpr Long kLongs[] = {{"decode", 'd'}, {"ignore-garbage", 'i'}, {"wrap", 'w', ':'}};
    letters_ = io.name() == "base32" ? kBase32 : kBase64;
    bits_ = io.name() == "base32" ? 5 : 6;
    group_ = io.name() == "base32" ? 8 : 4;
    Options options(io, "diw:", kLongs, "[OPTION]... [FILE]");
    for (int id = options.next(); id != kNoMore; id = options.next()) {
      if (id == kStop) return false;
      decode_ = decode_ || id == 'd';
      ignore_ = ignore_ || id == 'i';
      if (id != 'w') continue;
      const auto width = number_of(options.value);
      if (!width) {
        io.fail("invalid wrap size: " + quoted(options.value));
        return false;
      }
      width_ = static_cast<std::size_t>(*width);
    }
    operands = options.operands;
    if (operands.size() > 1) return io.misused("extra operand " + quoted(operands[1])) == 0;
    return true;
  }
  void unreadable(Io& io, std::string_view name, int error_number) override {
    io.fail(error_number == EISDIR ? "read error" : quoted_if_odd(name), error_number);
  }
  void feed(Io& io, std::string_view bytes) override {
    std::string out;
    for (const char byte : bytes) {
      if (decode_) {
        decode(out, byte);
      } else {
        pool_ = pool_ << 8 | static_cast<unsigned char>(byte);
        held_ += 8;
        while (held_ >= bits_) {
          held_ -= bits_;
          put(out, letters_[(pool_ >> held_) & ((1U << bits_) - 1)]);
        }
        pool_ &= 0xFFFF;
      }
    }
    io.out(out);
    if (bad_) done = true;
  }
  void end(Io& io) override {
    std::string out;
    if (!decode_) {
      if (held_ > 0) put(out, letters_[(pool_ << (bits_ - held_)) & ((1U << bits_) - 1)]);
      while (count_ % group_ != 0) put(out, '=');
      if (width_ != 0 && column_ > 0) out += '\n';
    } else if (count_ % group_ != 0) {
      bad_ = true;
    }
    io.out(out);
    if (bad_) io.fail("invalid input");
  }

 private:
  void put(std::string& out, char letter) {
    out += letter;
    ++count_;
    ++column_;
    if (width_ != 0 && column_ == width_) {
      out += '\n';
      column_ = 0;
    }
  }
  void decode(std::string& out, char byte) {
    if (byte == '\n' || bad_) return;
    const std::size_t value = letters_.find(byte);
    if (byte == '=') {
      ++count_;
      padded_ = true;
      if (count_ % group_ == 1) bad_ = true;
      if (count_ % group_ == 0) {
        held_ = 0;
        pool_ = 0;
        padded_ = false;
      }
      return;
    }
    if (value == std::string_view::npos || padded_) {
      if (!ignore_) bad_ = true;
      return;
    }
    ++count_;
    pool_ = (pool_ << bits_ | static_cast<unsigned>(value)) & 0xFFFFFU;
    held_ += bits_;
    if (held_ >= 8) {
      held_ -= 8;
      out += static_cast<char>((pool_ >> held_) & 0xFFU);
    }
  }
  std::string_view letters_;
  unsigned bits_ = 6, held_ = 0, pool_ = 0;
  std::size_t group_ = 4, width_ = 76, column_ = 0, count_ = 0;
  bool decode_ = false, ignore_ = false, bad_ = false, padded_ = false;
};

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

class Digest {
 public:
  explicit Digest(const std::string& name) : context_(EVP_MD_CTX_new()) {
    EVP_DigestInit_ex(context_.get(), EVP_get_digestbyname(name.c_str()), nullptr);
  }
  void add(std::string_view bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }
  std::string hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned size = 0;
    EVP_DigestFinal_ex(context_.get(), bytes.data(), &size);
    std::string text;
    for (unsigned at = 0; at < size; ++at) text += text_of("%02x", bytes[at]);
    return text;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, FreeContext> context_;
};

class Sums final : public Filter {
 public:
  bool start(Io& io) override {
    static constexpr Long kLongs[] = {
        {"binary", 'b'}, {"check", 'c'}, {"text", 't'}, {"quiet", 'q'},          {"status", 's'},
        {"warn", 'w'},   {"tag", 300},   {"zero", 'z'}, {"ignore-missing", 301}, {"strict", 302}};
    name_ = std::string(io.name().substr(0, io.name().size() - 3));
    Options options(io, "bctwz", kLongs);
    for (int id = options.next(); id != kNoMore; id = options.next()) {
      if (id == kStop) return false;
      check_ = check_ || id == 'c';
      binary_ = id == 'b' ? true : id == 't' ? false : binary_;
      quiet_ = quiet_ || id == 'q' || id == 's';
      silent_ = silent_ || id == 's';
      tag_ = tag_ || id == 300;
    }
    operands = options.operands;
    return true;
  }
  void begin(Io&, std::string_view name) override {
    file_ = name;
    digest_ = std::make_unique<Digest>(name_);
    list_.clear();
  }
  void feed(Io&, std::string_view bytes) override {
    if (!check_) return digest_->add(bytes);
    if (list_.size() < kGatheredBytesMax) list_.append(bytes);
  }
  void end(Io& io) override {
    if (check_) return check(io);
    const std::string hex = digest_->hex();
    if (tag_) {
      std::string title = name_;
      for (char& byte : title)
        byte = static_cast<char>(std::toupper(static_cast<unsigned char>(byte)));
      io.out(title + " (" + file_ + ") = " + hex + "\n");
      return;
    }
    std::string shown;
    for (const char byte : file_)
      shown += byte == '\\' ? "\\\\" : byte == '\n' ? "\\n" : std::string(1, byte);
    io.out((shown != file_ ? "\\" : "") + hex + (binary_ ? " *" : "  ") + shown + "\n");
  }

 private:
  void check(Io& io) {
    std::size_t wrong = 0;
    std::size_t unread = 0;
    std::size_t bad = 0;
    std::size_t good = 0;
    for (const std::string_view line : lines_of(list_)) {
      const std::size_t blank = line.find(' ');
      if (blank == std::string_view::npos || blank < 8 || blank + 2 >= line.size()) {
        ++bad;
        continue;
      }
      ++good;
      const std::string name(line.substr(blank + 2));
      const Sys<std::string> bytes = io.slurp(name);
      if (!bytes) {
        io.fail(name, bytes.error());
        if (!silent_) io.out(name + ": FAILED open or read\n");
        ++unread;
        continue;
      }
      Digest digest(name_);
      digest.add(*bytes);
      const bool same = digest.hex() == lower(line.substr(0, blank));
      if (!same) ++wrong;
      if (same ? !quiet_ : !silent_) io.out(name + (same ? ": OK\n" : ": FAILED\n"));
    }
    if (good == 0) {
      io.fail((file_ == "-" ? "'standard input'" : file_) +
              ": no properly formatted checksum lines found");
      return;
    }
    const auto warn = [&](std::size_t count, std::string_view one, std::string_view many) {
      if (count == 0) return;
      io.status = 1;
      if (!silent_) {
        io.err(std::string(io.name()) + ": WARNING: " + std::to_string(count) + " " +
               std::string(count == 1 ? one : many) + "\n");
      }
    };
    const int before = io.status;
    warn(bad, "line is improperly formatted", "lines are improperly formatted");
    io.status = before;
    warn(unread, "listed file could not be read", "listed files could not be read");
    warn(wrong, "computed checksum did NOT match", "computed checksums did NOT match");
  }
  std::string name_, file_, list_;
  std::unique_ptr<Digest> digest_;
  bool check_ = false, binary_ = false, quiet_ = false, silent_ = false, tag_ = false;
};

class Cksum final : public Filter {
 public:
  bool start(Io& io) override {
    Options options(io, "a:rs", {});
    for (int id = options.next(); id != kNoMore; id = options.next()) {
      if (id == kStop) return false;
      system_v_ = system_v_ || id == 's';
    }
    sum_only_ = io.name() == "sum";
    operands = options.operands;
    named_ = !operands.empty();
    return true;
  }
  void begin(Io&, std::string_view name) override {
    name_ = name;
    crc_ = 0;
    size_ = 0;
  }
  void feed(Io&, std::string_view bytes) override {
    size_ += bytes.size();
    for (const char byte : bytes) add(static_cast<unsigned char>(byte));
  }
  void end(Io& io) override {
    std::string line;
    if (!sum_only_) {
      for (std::uint64_t rest = size_; rest != 0; rest >>= 8)
        add(static_cast<unsigned char>(rest & 255U));
      line = text_of("%u %llu", ~crc_, static_cast<unsigned long long>(size_));
    } else if (system_v_) {
      const std::uint32_t folded = (crc_ & 0xFFFFU) + (crc_ >> 16);
      line = text_of("%u %llu", (folded & 0xFFFFU) + (folded >> 16),
                     static_cast<unsigned long long>((size_ + 511) / 512));
    } else {
      line = text_of("%05u %5llu", crc_, static_cast<unsigned long long>((size_ + 1023) / 1024));
    }
    io.out(line + (named_ ? " " + name_ : "") + "\n");
  }

 private:
  void add(unsigned char byte) {
    if (sum_only_) {
      crc_ = system_v_ ? crc_ + byte : ((crc_ >> 1) + ((crc_ & 1U) << 15) + byte) & 0xFFFFU;
      return;
    }
    crc_ ^= static_cast<std::uint32_t>(byte) << 24;
    for (int bit = 0; bit < 8; ++bit)
      crc_ = (crc_ & 0x80000000U) != 0 ? crc_ << 1 ^ 0x04C11DB7U : crc_ << 1;
  }
  std::string name_;
  std::uint32_t crc_ = 0;
  std::uint64_t size_ = 0;
  bool sum_only_ = false, system_v_ = false, named_ = false;
};

constexpr Command kRows[] = {{"base64", &filter<Base>},    {"base32", &filter<Base>},
                             {"md5sum", &filter<Sums>},    {"sha1sum", &filter<Sums>},
                             {"sha224sum", &filter<Sums>}, {"sha256sum", &filter<Sums>},
                             {"sha384sum", &filter<Sums>}, {"sha512sum", &filter<Sums>},
                             {"cksum", &filter<Cksum>},    {"sum", &filter<Cksum>}};

}  // namespace

std::span<const Command> coding_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
