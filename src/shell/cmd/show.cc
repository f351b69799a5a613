// cat, tac, nl, rev, wc, head
#include <algorithm>

#include "shell/cmd/filter.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

class Cat final : public Filter {
 public:
  bool start(Io& io) override {
    static constexpr Long kLongs[] = {
        {"show-all", 'A'},      {"number-nonblank", 'b'}, {"show-ends", 'E'},       {"number", 'n'},
        {"squeeze-blank", 's'}, {"show-tabs", 'T'},       {"show-nonprinting", 'v'}};
    Options options(io, "AbeEnstTuv", kLongs);
    for (int id = options.next(); id != kNoMore; id = options.next()) {
      if (id == kStop) return false;
      const auto is = [id](std::string_view set) {
        return set.find(static_cast<char>(id)) != std::string_view::npos;
      };
      ends_ = ends_ || is("AeE");
      tabs_ = tabs_ || is("AtT");
      strange_ = strange_ || is("Aetv");
      number_ = number_ || id == 'n';
      full_ = full_ || id == 'b';
      squeeze_ = squeeze_ || id == 's';
    }
    operands = options.operands;
    plain_ = !(ends_ || tabs_ || strange_ || number_ || full_ || squeeze_);
    return true;
  }
  void feed(Io& io, std::string_view bytes) override {
    if (plain_) return io.out(bytes);
    std::string out;
    for (const char byte : bytes) {
      if (fresh_) {
        const bool blank = byte == '\n';
        blanks_ = blank ? blanks_ + 1 : 0;
        if (squeeze_ && blanks_ > 1) continue;
        if ((number_ && !full_) || (full_ && !blank)) out += text_of("%6llu\t", ++line_);
      }
      fresh_ = byte == '\n';
      show(out, byte);
    }
    io.out(out);
  }

 private:
  void show(std::string& out, char byte) const {
    auto code = static_cast<unsigned char>(byte);
    if (byte == '\n') {
      out += ends_ ? "$\n" : "\n";
    } else if (byte == '\t') {
      out += tabs_ ? "^I" : "\t";
    } else if (!strange_) {
      out += byte;
    } else {
      if (code >= 128) {
        out += "M-";
        code = static_cast<unsigned char>(code - 128);
      }
      if (code < 32) {
        out += {'^', static_cast<char>(code + 64)};
      } else if (code == 127) {
        out += "^?";
      } else {
        out += static_cast<char>(code);
      }
    }
  }
  bool ends_ = false, tabs_ = false, strange_ = false, number_ = false, full_ = false;
  bool squeeze_ = false, plain_ = true, fresh_ = true;
  std::size_t blanks_ = 0;
  unsigned long long line_ = 0;
};

class Tac final : public Filter {
 public:
  bool start(Io& io) override {
    Options options(io, "brs:", {});
    for (int id = options.next(); id != kNoMore; id = options.next()) {
      if (id == kStop) return false;
    }
    operands = options.operands;
    return true;
  }
  void unreadable(Io& io, std::string_view name, int error_number) override {
    const bool directory = error_number == EISDIR;
    io.fail(directory ? quoted_if_odd(name) + ": read error"
                      : "failed to open " + quoted(name) + " for reading",
            error_number);
  }
  void feed(Io&, std::string_view bytes) override {
    if (held_.size() + bytes.size() <= kGatheredBytesMax) held_.append(bytes);
  }
  void end(Io& io) override {
    std::string out;
    std::size_t to = held_.size();
    while (to > 0) {
      const std::size_t before = to >= 2 ? held_.rfind('\n', to - 2) : std::string::npos;
      const std::size_t from = before == std::string::npos ? 0 : before + 1;
      out.append(held_, from, to - from);
      to = from;
    }
    held_.clear();
    io.out(out);
  }

 private:
  std::string held_;
};

class Rev final : public LineFilter {
 public:
  bool start(Io& io) override {
    Options options(io, "", {});
    for (int id = options.next(); id != kNoMore; id = options.next()) {
      if (id == kStop) return false;
    }
    operands = options.operands;
    return true;
  }
  void unreadable(Io& io, std::string_view name, int error_number) override {
    io.fail("cannot open " + std::string(name), error_number);
  }

 protected:
  void line(Io& io, std::string_view text, bool ended) override {
    std::string out(text.rbegin(), text.rend());
    if (ended) out += '\n';
    io.out(out);
  }
};

class Nl final : public LineFilter {
 public:
  bool start(Io& io) override {
    static constexpr Long kLongs[] = {
        {"body-numbering", 'b', ':'},   {"number-width", 'w', ':'},
        {"number-separator", 's', ':'}, {"starting-line-number", 'v', ':'},
        {"line-increment", 'i', ':'},   {"number-format", 'n', ':'}};
    Options options(io, "b:d:f:h:i:l:n:ps:v:w:", kLongs);
    for (int id = options.next(); id != kNoMore; id = options.next()) {
      if (id == kStop) return false;
      if (id == 'b') all_ = options.value == "a";
      if (id == 'b') none_ = options.value == "n";
      if (id == 'w')
        width_ =
            static_cast<int>(std::min<std::uint64_t>(number_of(options.value).value_or(6), 100));
      if (id == 's') between_ = options.value;
      if (id == 'v') number_ = signed_number_of(options.value).value_or(1);
      if (id == 'i') step_ = signed_number_of(options.value).value_or(1);
      if (id == 'n') format_ = options.value;
    }
    operands = options.operands;
    return true;
  }

 protected:
  void line(Io& io, std::string_view text, bool) override {
    std::string out;
    if (!none_ && (all_ || !text.empty())) {
      if (format_ == "ln") {
        out = text_of("%-*lld", width_, static_cast<long long>(number_));
      } else if (format_ == "rz") {
        out = text_of("%0*lld", width_, static_cast<long long>(number_));
      } else {
        out = text_of("%*lld", width_, static_cast<long long>(number_));
      }
      out += between_;
      number_ += step_;
    } else {
      out.assign(static_cast<std::size_t>(width_) + between_.size(), ' ');
    }
    io.out(out.append(text) + "\n");
  }

 private:
  bool all_ = false, none_ = false;
  int width_ = 6;
  std::int64_t number_ = 1, step_ = 1;
  std::string between_ = "\t", format_ = "rn";
};

class Wc final : public Filter {
 public:
  bool start(Io& io) override {
    static constexpr Long kLongs[] = {
        {"bytes", 'c'}, {"chars", 'm'}, {"lines", 'l'}, {"max-line-length", 'L'}, {"words", 'w'}};
    Options options(io, "clLmw", kLongs);
    for (int id = options.next(); id != kNoMore; id = options.next()) {
      if (id == kStop) return false;
      wanted_[id == 'l' ? 0 : id == 'w' ? 1 : id == 'm' ? 2 : id == 'c' ? 3 : 4] = true;
    }
    if (!wanted_[0] && !wanted_[1] && !wanted_[2] && !wanted_[3] && !wanted_[4]) {
      wanted_[0] = wanted_[1] = wanted_[3] = true;
    }
    operands = options.operands;
    named_ = !operands.empty();
    choose_width(io);
    return true;
  }
  void begin(Io&, std::string_view name) override {
    counts_ = {};
    name_ = name;
    in_word_ = false;
    column_ = 0;
  }
  void feed(Io&, std::string_view bytes) override {
    counts_[3] += bytes.size();
    counts_[2] += bytes.size();
    for (const char byte : bytes) {
      const bool space = byte == ' ' || (byte >= '\t' && byte <= '\r');
      if (byte == '\n') {
        ++counts_[0];
        counts_[4] = std::max(counts_[4], column_);
        column_ = 0;
      } else if (byte == '\t') {
        column_ += 8 - column_ % 8;
      } else if (byte >= ' ' && byte != 127) {
        ++column_;
      }
      if (!space && !in_word_) ++counts_[1];
      in_word_ = !space;
    }
  }
  void end(Io& io) override {
    counts_[4] = std::max(counts_[4], column_);
    print(io, counts_, named_ ? name_ : "");
    for (std::size_t at = 0; at < 4; ++at) total_[at] += counts_[at];
    total_[4] = std::max(total_[4], counts_[4]);
  }
  void unreadable(Io& io, std::string_view name, int error_number) override {
    io.fail(quoted_if_odd(name), error_number);
    if (error_number == EISDIR) print(io, {}, std::string(name));
  }
  void finish(Io& io) override {
    if (operands.size() > 1) print(io, total_, "total");
  }

 private:
  using Counts = std::array<std::uint64_t, 5>;
  void choose_width(Io& io) {
    const auto kinds = std::count(wanted_.begin(), wanted_.end(), true);
    width_ = 1;
    if (operands.size() <= 1 && kinds == 1) return;
    std::uint64_t total = 0;
    bool regular = !operands.empty();
    for (const std::string& name : operands) {
      const Sys<Stat> stat = io.stat(name);
      if (!stat) continue;
      regular = regular && stat->kind == Kind::regular;
      if (stat->kind == Kind::regular) total += stat->size;
    }
    if (operands.empty()) regular = false;
    width_ = std::to_string(total).size();
    if (!regular) width_ = std::max<std::size_t>(width_, 7);
  }
  void print(Io& io, const Counts& counts, const std::string& name) const {
    std::string out;
    for (std::size_t at = 0; at < 5; ++at) {
      if (!wanted_[at]) continue;
      if (!out.empty()) out += ' ';
      out += padded_left(std::to_string(counts[at]), width_);
    }
    if (!name.empty()) out += " " + name;
    io.out(out + "\n");
  }
  std::array<bool, 5> wanted_{};
  Counts counts_{};
  Counts total_{};
  std::size_t width_ = 7;
  std::string name_;
  bool named_ = false, in_word_ = false;
  std::uint64_t column_ = 0;
};

constexpr Command kRows[] = {{"cat", &filter<Cat>},
                             {"tac", &filter<Tac>},
                             {"rev", &filter<Rev>},
                             {"nl", &filter<Nl>},
                             {"wc", &filter<Wc>}};

}  // namespace

std::span<const Command> show_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
