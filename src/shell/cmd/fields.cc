// cut, tr, paste, fold, expand, unexpand
#include <algorithm>
#include <array>
#include <bitset>
#include <cctype>

#include "shell/cmd/filter.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

class Cut final : public LineFilter {
 public:
  bool start(Io& io) override {
    static constexpr Long kLongs[] = {{"bytes", 'b', ':'},
                                      {"characters", 'c', ':'},
                                      {"delimiter", 'd', ':'},
                                      {"fields", 'f', ':'},
                                      {"complement", 300},
                                      {"only-delimited", 's'},
                                      {"output-delimiter", 301, ':'},
                                      {"zero-terminated", 'z'}};
    Options options(io, "b:c:d:f:nsz", kLongs, "OPTION... [FILE]...");
    std::string list;
    char kind = 0;
    for (int id = options.next(); id != kNoMore; id = options.next()) {
      if (id == kStop) return false;
      if (id == 'b' || id == 'c' || id == 'f') {
        if (kind != 0) return io.misused("only one list may be specified") == 0;
        kind = static_cast<char>(id);
        list = options.value;
      }
      if (id == 'd') {
        if (options.value.size() > 1)
          return io.misused("the delimiter must be a single character") == 0;
        delimiter_ = options.value.empty() ? '\0' : options.value[0];
        delimited_ = true;
      }
      only_ = only_ || id == 's';
      complement_ = complement_ || id == 300;
      if (id == 301) between_ = options.value;
      if (id == 301) between_given_ = true;
      if (id == 'z') separator = '\0';
    }
    if (kind == 0)
      return io.misused("you must specify a list of bytes, characters, or fields") == 0;
    fields_ = kind == 'f';
    if (!fields_ && delimited_) {
      return io.misused("an input delimiter may be specified only when operating on fields") == 0;
    }
    if (!between_given_) between_ = fields_ ? std::string(1, delimiter_) : "";
    operands = options.operands;
    return read_list(io, list);
  }

 protected:
  void line(Io& io, std::string_view text, bool) override {
    std::string out;
    if (!fields_) {
      bool fresh = true;
      bool before = false;
      for (std::size_t at = 0; at < text.size(); ++at) {
        const bool in = wanted(at + 1);
        if (in && !before && !fresh) out += between_;
        if (in) out += text[at];
        fresh = fresh && !in;
        before = in;
      }
    } else {
      if (text.find(delimiter_) == std::string_view::npos) {
        if (only_) return;
        out = text;
      } else {
        bool fresh = true;
        std::size_t number = 0;
        for (std::size_t at = 0; at <= text.size();) {
          const std::size_t end = std::min(text.find(delimiter_, at), text.size());
          if (wanted(++number)) {
            if (!fresh) out += between_;
            out += text.substr(at, end - at);
            fresh = false;
          }
          at = end + 1;
        }
      }
    }
    io.out(out + separator);
  }

 private:
  bool wanted(std::size_t number) const {
    const bool in = std::any_of(ranges_.begin(), ranges_.end(), [number](const auto& range) {
      return number >= range.first && number <= range.second;
    });
    return in != complement_;
  }
  bool read_list(Io& io, const std::string& list) {
    for (const std::string& part : split(list, ',')) {
      const std::size_t dash = part.find('-');
      const std::string low = part.substr(0, dash);
      const std::string high = dash == std::string::npos ? low : part.substr(dash + 1);
      const auto from = low.empty() && dash != std::string::npos ? std::optional<std::uint64_t>(1)
                                                                 : number_of(low);
      const auto to = high.empty() && dash != std::string::npos
                          ? std::optional<std::uint64_t>(~0ULL)
                          : number_of(high);
      if (!from || !to || (low.empty() && high.empty())) {
        const bool empty_range = part == "-";
        return io.misused(empty_range ? "invalid range with no endpoint: -"
                          : fields_   ? "invalid field value " + quoted(part)
                                      : "invalid byte/character position " + quoted(part)) == 0;
      }
      if (*from == 0) {
        return io.misused(fields_ ? "fields are numbered from 1"
                                  : "byte/character positions are numbered from 1") == 0;
      }
      if (*to < *from) return io.misused("invalid decreasing range") == 0;
      ranges_.emplace_back(*from, *to);
    }
    return true;
  }
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges_;
  char delimiter_ = '\t';
  std::string between_;
  bool fields_ = false, only_ = false, complement_ = false, delimited_ = false,
       between_given_ = false;
};

class Tr final : public Filter {
 public:
  bool start(Io& io) override {
    static constexpr Long kLongs[] = {
        {"complement", 'c'}, {"delete", 'd'}, {"squeeze-repeats", 's'}, {"truncate-set1", 't'}};
    bool complement = false;
    bool cut = false;
    Options options(io, "+cCdst", kLongs, "[OPTION]... SET1 [SET2]");
    for (int id = options.next(); id != kNoMore; id = options.next()) {
      if (id == kStop) return false;
      complement = complement || id == 'c' || id == 'C';
      delete_ = delete_ || id == 'd';
      squeeze_ = squeeze_ || id == 's';
      cut = cut || id == 't';
    }
    const auto& sets = options.operands;
    if (sets.empty()) return io.misused("missing operand") == 0;
    const bool two = !(delete_ && !squeeze_) && !(squeeze_ && !delete_ && sets.size() == 1);
    if (two && sets.size() < 2) {
      io.fail("missing operand after " + quoted(sets[0]));
      io.err(delete_ ? "Two strings must be given when both deleting and squeezing repeats.\n"
                     : "Two strings must be given when translating.\n");
      io.err("Try 'tr --help' for more information.\n");
      return false;
    }
    if (sets.size() > (two || squeeze_ ? 2U : 1U)) {
      io.fail("extra operand " + quoted(sets[two ? 2 : 1]));
      if (sets.size() == 2)
        io.err("Only one string may be given when deleting without squeezing repeats.\n");
      io.err("Try 'tr --help' for more information.\n");
      return false;
    }
    std::string from = expanded(sets[0]);
    if (complement) {
      std::string others;
      for (int code = 0; code < 256; ++code) {
        if (from.find(static_cast<char>(code)) == std::string::npos)
          others += static_cast<char>(code);
      }
      from = others;
    }
    std::string to = sets.size() > 1 ? expanded(sets[1]) : "";
    for (int code = 0; code < 256; ++code)
      map_[static_cast<std::size_t>(code)] = static_cast<char>(code);
    const std::string& squeezed = sets.size() > 1 ? to : from;
    for (const char byte : squeezed) squeezed_.set(static_cast<unsigned char>(byte));
    if (delete_) {
      for (const char byte : from) deleted_.set(static_cast<unsigned char>(byte));
    } else if (sets.size() > 1) {
      if (to.empty()) {
        io.fail("when not truncating set1, string2 must be non-empty");
        return false;
      }
      for (std::size_t at = 0; at < from.size(); ++at) {
        if (at >= to.size() && cut) break;
        map_[static_cast<unsigned char>(from[at])] = at < to.size() ? to[at] : to.back();
      }
    }
    return true;
  }
  void feed(Io& io, std::string_view bytes) override {
    std::string out;
    out.reserve(bytes.size());
    for (const char byte : bytes) {
      if (deleted_.test(static_cast<unsigned char>(byte))) continue;
      const char now = map_[static_cast<unsigned char>(byte)];
      if (squeeze_ && any_ && now == last_ && squeezed_.test(static_cast<unsigned char>(now)))
        continue;
      out += now;
      last_ = now;
      any_ = true;
    }
    io.out(out);
  }

 private:
  static std::string class_of(std::string_view name) {
    std::string all;
    for (int code = 0; code < 128; ++code) {
      const std::string one(1, static_cast<char>(code));
      if (glob_matches("[[:" + std::string(name) + ":]]", one)) all += one;
    }
    return all;
  }
  static std::string expanded(std::string_view text) {
    std::string all;
    for (std::size_t at = 0; at < text.size();) {
      if (text.substr(at).starts_with("[:")) {
        const std::size_t end = text.find(":]", at);
        if (end != std::string_view::npos) {
          all += class_of(text.substr(at + 2, end - at - 2));
          at = end + 2;
          continue;
        }
      }
      const auto byte = [&] {
        if (text[at] != '\\' || at + 1 >= text.size()) return text[at++];
        bool ended = false;
        std::size_t size = 2;
        if (text[at + 1] >= '0' && text[at + 1] <= '7') {
          while (size < 4 && at + size < text.size() && text[at + size] >= '0' &&
                 text[at + size] <= '7')
            ++size;
        }
        const std::string one = unescaped(text.substr(at, size), ended, false);
        at += size;
        return one.size() == 1 ? one[0] : one.empty() ? '\\' : one.back();
      };
      const char low = byte();
      if (at + 1 < text.size() && text[at] == '-') {
        ++at;
        const char high = byte();
        for (int code = static_cast<unsigned char>(low); code <= static_cast<unsigned char>(high);
             ++code) {
          all += static_cast<char>(code);
        }
      } else {
        all += low;
      }
    }
    return all;
  }
  std::array<char, 256> map_{};
  std::bitset<256> deleted_, squeezed_;
  bool delete_ = false, squeeze_ = false, any_ = false;
  char last_ = 0;
};

class Fold final : public LineFilter {
 public:
  bool start(Io& io) override {
    static constexpr Long kLongs[] = {{"bytes", 'b'}, {"spaces", 's'}, {"width", 'w', ':'}};
    Options options(io, "bsw:0123456789", kLongs);
    for (int id = options.next(); id != kNoMore; id = options.next()) {
      if (id == kStop) return false;
      spaces_ = spaces_ || id == 's';
      if (id != 'w') continue;
      const auto width = number_of(options.value);
      if (!width || *width == 0) {
        io.fail("invalid number of columns: " + quoted(options.value));
        return false;
      }
      width_ = static_cast<std::size_t>(*width);
    }
    operands = options.operands;
    return true;
  }

 protected:
  void line(Io& io, std::string_view text, bool ended) override {
    std::string out;
    while (text.size() > width_) {
      std::size_t at = width_;
      if (spaces_) {
        const std::size_t space = text.substr(0, width_).rfind(' ');
        if (space != std::string_view::npos) at = space + 1;
      }
      out.append(text.substr(0, at)) += '\n';
      text.remove_prefix(at);
    }
    out += text;
    if (ended) out += '\n';
    io.out(out);
  }

 private:
  bool spaces_ = false;
  std::size_t width_ = 80;
};

class Expand final : public LineFilter {
 public:
  bool start(Io& io) override {
    Options options(io, "it:a", {});
    for (int id = options.next(); id != kNoMore; id = options.next()) {
      if (id == kStop) return false;
      if (id == 't')
        width_ = std::max<std::size_t>(
            1, static_cast<std::size_t>(number_of(options.value).value_or(8)));
    }
    operands = options.operands;
    return true;
  }

 protected:
  void line(Io& io, std::string_view text, bool ended) override {
    std::string out;
    for (const char byte : text) {
      if (byte == '\t') {
        out.append(width_ - out.size() % width_, ' ');
      } else {
        out += byte;
      }
    }
    if (ended) out += '\n';
    io.out(out);
  }

 private:
  std::size_t width_ = 8;
};

constexpr Command kRows[] = {{"cut", &filter<Cut>},
                             {"tr", &filter<Tr>},
                             {"fold", &filter<Fold>},
                             {"expand", &filter<Expand>}};

}  // namespace

std::span<const Command> fields_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
