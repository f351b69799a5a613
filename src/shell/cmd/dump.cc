// od, hexdump, xxd, strings
#include <algorithm>

#include "shell/cmd/filter.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

unsigned code_of(char byte) {
  return static_cast<unsigned char>(byte);
}

std::string visible(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) text += code_of(byte) >= 32 && code_of(byte) < 127 ? byte : '.';
  return text;
}

// Rows of 16 bytes; equal ones become one "*".
class Rows : public Filter {
 public:
  void unreadable(Io& io, std::string_view name, int error_number) override {
    io.fail(name, error_number, io.name() == "xxd" ? 2 : 1);
    if (io.name() == "xxd") done = true;
  }
  void feed(Io& io, std::string_view bytes) override {
    if (skip_ > 0) {
      const auto some = static_cast<std::size_t>(std::min<std::uint64_t>(skip_, bytes.size()));
      bytes.remove_prefix(some);
      skip_ -= some;
      offset_ += some;
    }
    if (bytes.size() > left_) bytes = bytes.substr(0, static_cast<std::size_t>(left_));
    left_ -= bytes.size();
    held_.append(bytes);
    std::size_t at = 0;
    for (; held_.size() - at >= width_; at += width_)
      put(io, std::string_view(held_).substr(at, width_));
    held_.erase(0, at);
    if (left_ == 0) done = true;
  }
  void finish(Io& io) override {
    if (!held_.empty()) put(io, held_);
    last(io);
  }

 protected:
  virtual std::string row(std::string_view bytes) = 0;
  virtual void last(Io& /*io*/) {}
  void put(Io& io, std::string_view bytes) {
    if (squeeze_ && bytes == before_) {
      if (!starred_) io.out("*\n");
      starred_ = true;
    } else {
      io.out(row(bytes));
      starred_ = false;
    }
    before_ = bytes;
    offset_ += bytes.size();
  }
  std::uint64_t offset_ = 0, skip_ = 0, left_ = ~0ULL;
  std::size_t width_ = 16;
  bool squeeze_ = true;

 private:
  std::string held_, before_;
  bool starred_ = false;
};

std::string c_name(char byte) {
  constexpr std::string_view kNames = "abtnvfr";
  const unsigned code = code_of(byte);
  if (code == 0) return "\\0";
  if (code >= 7 && code <= 13) return std::string("\\") + kNames[code - 7];
  return code >= 32 && code < 127 ? std::string(1, byte) : text_of("%03o", code);
}

class Od final : public Rows {
 public:
  bool start(Io& io) override {
    static constexpr Long kLongs[] = {{"address-radix", 'A', ':'}, {"format", 't', ':'},
                                      {"skip-bytes", 'j', ':'},    {"read-bytes", 'N', ':'},
                                      {"output-duplicates", 'v'},  {"width", 'w', '?'}};
    Options options(io, "A:t:j:N:vw::abcdoxiX", kLongs, "[OPTION]... [FILE]...");
    for (int id = options.next(); id != kNoMore; id = options.next()) {
      if (id == kStop) return false;
      if (id == 'A') radix_ = options.value.empty() ? 'o' : options.value[0];
      if (id == 't') types_.push_back(options.value);
      if (id == 'j') skip_ = size_of(options.value).value_or(0);
      if (id == 'N') left_ = size_of(options.value).value_or(0);
      if (id == 'v') squeeze_ = false;
      if (id == 'w')
        width_ = static_cast<std::size_t>(
            std::clamp<std::uint64_t>(number_of(options.value).value_or(32), 1, 4096));
      if (id == 'c') types_.emplace_back("c");
      if (id == 'b') types_.emplace_back("o1");
      if (id == 'x') types_.emplace_back("x2");
      if (id == 'd') types_.emplace_back("u2");
      if (id == 'o') types_.emplace_back("o2");
      if (id == 'X') types_.emplace_back("x4");
      if (id == 'i') types_.emplace_back("d4");
    }
    if (types_.empty()) types_.emplace_back("o2");
    operands = options.operands;
    return true;
  }

 protected:
  std::string address() const {
    const auto at = static_cast<unsigned long long>(offset_);
    return radix_ == 'n'   ? ""
           : radix_ == 'x' ? text_of("%06llx", at)
           : radix_ == 'd' ? text_of("%07llu", at)
                           : text_of("%07llo", at);
  }
  std::string row(std::string_view bytes) override {
    std::string all;
    for (std::size_t at = 0; at < types_.size(); ++at) {
      const std::string& type = types_[at];
      const bool text = type.ends_with("z");
      std::string line = at == 0 ? address() : std::string(radix_ == 'n' ? 0 : 7, ' ');
      const std::size_t head = line.size();
      const std::size_t size = type[0] == 'c' || type[0] == 'a' ? 1 : size_of_type(type);
      const std::size_t wide = type[0] == 'c' ? 4 : 1 + digits(type[0], size);
      for (std::size_t from = 0; from < bytes.size(); from += size) {
        std::string part(bytes.substr(from, size));
        part.resize(size, '\0');
        line += padded_left(one(type[0], part), wide);
      }
      if (text) line = padded(line, head + wide * (width_ / size)) + "  >" + visible(bytes) + "<";
      all += line + "\n";
    }
    return all;
  }
  void last(Io& io) override {
    if (radix_ != 'n' && (io.status == 0 || offset_ > 0)) io.out(address() + "\n");
  }

 private:
  static std::size_t size_of_type(const std::string& type) {
    const char letter = type.size() > 1 ? type[1] : '4';
    const std::size_t size = letter == 'C'   ? 1
                             : letter == 'S' ? 2
                             : letter == 'L' ? 8
                             : letter >= '1' && letter <= '8'
                                 ? static_cast<std::size_t>(letter - '0')
                                 : 4;
    return size == 1 || size == 2 || size == 8 ? size : 4;
  }
  static std::size_t digits(char kind, std::size_t size) {
    const std::size_t bits = size * 8;
    return kind == 'x'   ? bits / 4
           : kind == 'o' ? (bits + 2) / 3
           : size == 1   ? (kind == 'd' ? 4 : 3)
           : size == 2   ? (kind == 'd' ? 6 : 5)
           : size == 4   ? (kind == 'd' ? 11 : 10)
                         : 20;
  }
  static std::string one(char kind, std::string_view bytes) {
    if (kind == 'c' || kind == 'a') return c_name(bytes[0]);
    std::uint64_t value = 0;
    for (std::size_t at = bytes.size(); at > 0; --at) value = value << 8 | code_of(bytes[at - 1]);
    const int width = static_cast<int>(digits(kind, bytes.size()));
    const auto shown = static_cast<unsigned long long>(value);
    if (kind == 'x') return text_of("%0*llx", width, shown);
    if (kind == 'o') return text_of("%0*llo", width, shown);
    if (kind == 'u') return text_of("%llu", shown);
    const auto shift = 64 - bytes.size() * 8;
    return text_of("%lld",
                   static_cast<long long>(static_cast<std::int64_t>(value << shift) >> shift));
  }
  std::vector<std::string> types_;
  char radix_ = 'o';
};

class Hexdump final : public Rows {
 public:
  bool start(Io& io) override {
    Options options(io, "bcCdn:os:vxe:f:", {}, "[options] <file>...");
    canonical_ = io.name() == "hd";
    for (int id = options.next(); id != kNoMore; id = options.next()) {
      if (id == kStop) return false;
      canonical_ = canonical_ || id == 'C';
      if (id == 'v') squeeze_ = false;
      if (id == 'n') left_ = size_of(options.value).value_or(0);
      if (id == 's') skip_ = size_of(options.value).value_or(0);
      if (id == 'e') plain_ = true;
    }
    operands = options.operands;
    return true;
  }

 protected:
  std::string row(std::string_view bytes) override {
    const auto at = static_cast<unsigned long long>(offset_);
    std::string line;
    if (plain_) {
      for (const char byte : bytes) line += text_of("%02x", code_of(byte));
      return line;
    }
    if (!canonical_) {
      line = text_of("%07llx", at);
      for (std::size_t from = 0; from < 16; from += 2) {
        const unsigned high = from + 1 < bytes.size() ? code_of(bytes[from + 1]) : 0;
        line += from < bytes.size() ? text_of(" %04x", high << 8 | code_of(bytes[from])) : "     ";
      }
      return line + "\n";
    }
    line = text_of("%08llx ", at);
    for (std::size_t from = 0; from < 16; ++from) {
      if (from == 8) line += ' ';
      line += from < bytes.size() ? text_of(" %02x", code_of(bytes[from])) : "   ";
    }
    return line + "  |" + visible(bytes) + "|\n";
  }
  void last(Io& io) override {
    if (plain_ || offset_ == 0) return;
    io.out(text_of(canonical_ ? "%08llx\n" : "%07llx\n", static_cast<unsigned long long>(offset_)));
  }

 private:
  bool canonical_ = false, plain_ = false;
};

class Xxd final : public Rows {
 public:
  bool start(Io& io) override {
    Options options(io, "c:g:l:s:pruibe", {}, "[options] [infile [outfile]]");
    squeeze_ = false;
    for (int id = options.next(); id != kNoMore; id = options.next()) {
      if (id == kStop) return false;
      plain_ = plain_ || id == 'p';
      back_ = back_ || id == 'r';
      upper_ = upper_ || id == 'u';
      if (id == 'l') left_ = number_of(options.value).value_or(0);
      if (id == 's') skip_ = number_of(options.value).value_or(0);
      if (id == 'c') columns_ = number_of(options.value).value_or(16);
    }
    width_ = static_cast<std::size_t>(std::clamp<std::uint64_t>(columns_ != 0 ? columns_
                                                                : plain_      ? 30
                                                                              : 16,
                                                                1, 256));
    operands = options.operands;
    if (operands.size() > 1) operands.resize(1);
    return true;
  }
  void feed(Io& io, std::string_view bytes) override {
    if (!back_) return Rows::feed(io, bytes);
    std::string out;
    for (const char byte : bytes) {
      if (byte == '\n') {
        column_ = blanks_ = 0;
        high_ = -1;
        continue;
      }
      ++column_;
      blanks_ = byte == ' ' ? blanks_ + 1 : 0;
      if (!plain_ && (column_ <= 10 || column_ > 50 || blanks_ > 1)) {
        if (blanks_ > 1) column_ = 51;
        continue;
      }
      const std::size_t value =
          std::string_view("0123456789abcdef0123456789ABCDEF").find(byte) % 16;
      if (std::string_view("0123456789abcdefABCDEF").find(byte) == std::string_view::npos) continue;
      if (high_ >= 0) out += static_cast<char>(high_ * 16 + static_cast<int>(value));
      high_ = high_ >= 0 ? -1 : static_cast<int>(value);
    }
    io.out(out);
  }

 protected:
  std::string row(std::string_view bytes) override {
    std::string line = plain_ ? "" : text_of("%08llx:", static_cast<unsigned long long>(offset_));
    for (std::size_t at = 0; at < (plain_ ? bytes.size() : width_); ++at) {
      if (!plain_ && at % 2 == 0) line += ' ';
      line += at >= bytes.size() ? "  " : text_of(upper_ ? "%02X" : "%02x", code_of(bytes[at]));
    }
    return plain_ ? line + "\n" : line + "  " + visible(bytes) + "\n";
  }

 private:
  bool plain_ = false, back_ = false, upper_ = false;
  std::uint64_t columns_ = 0;
  std::size_t column_ = 0, blanks_ = 0;
  int high_ = -1;
};

class Strings final : public Filter {
 public:
  bool start(Io& io) override {
    Options options(io, "afn:t:eow0123456789", {}, "[option(s)] [file(s)]");
    for (int id = options.next(); id != kNoMore; id = options.next()) {
      if (id == kStop) return false;
      if (id == 'n') least_ = static_cast<std::size_t>(number_of(options.value).value_or(4));
      if (id >= '1' && id <= '9') least_ = static_cast<std::size_t>(id - '0');
    }
    operands = options.operands;
    return true;
  }
  void unreadable(Io& io, std::string_view name, int error_number) override {
    io.fail(error_number == ENOENT ? "'" + std::string(name) + "': No such file"
                                   : "Warning: '" + std::string(name) + "' is a directory");
  }
  void feed(Io& io, std::string_view bytes) override {
    for (const char byte : bytes) {
      const bool shown = (code_of(byte) >= 32 && code_of(byte) < 127) || byte == '\t';
      if (shown && held_.size() < kLineHeldBytesMax) held_ += byte;
      if (!shown) end(io);
    }
  }
  void end(Io& io) override {
    if (held_.size() >= least_) io.out(held_ + "\n");
    held_.clear();
  }

 private:
  std::string held_;
  std::size_t least_ = 4;
};

constexpr Command kRows[] = {{"od", &filter<Od>},
                             {"hexdump", &filter<Hexdump>},
                             {"hd", &filter<Hexdump>},
                             {"xxd", &filter<Xxd>},
                             {"strings", &filter<Strings>}};

}  // namespace

std::span<const Command> dump_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
