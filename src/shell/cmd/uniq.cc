// uniq, shuf
#include <algorithm>

#include "base/random.h"
#include "shell/cmd/filter.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

class Uniq final : public LineFilter {
 public:
  bool start(Io& io) override {
    static constexpr Long kLongs[] = {{"count", 'c'},
                                      {"repeated", 'd'},
                                      {"unique", 'u'},
                                      {"ignore-case", 'i'},
                                      {"skip-fields", 'f', ':'},
                                      {"skip-chars", 's', ':'},
                                      {"check-chars", 'w', ':'},
                                      {"all-repeated", 'D', '?'},
                                      {"zero-terminated", 'z'}};
    Options options(io, "cdDf:is:uw:z", kLongs, "[OPTION]... [INPUT [OUTPUT]]");
    for (int id = options.next(); id != kNoMore; id = options.next()) {
      if (id == kStop) return false;
      count_ = count_ || id == 'c';
      repeated_ = repeated_ || id == 'd';
      all_ = all_ || id == 'D';
      unique_ = unique_ || id == 'u';
      fold_ = fold_ || id == 'i';
      if (id == 'f') fields_ = number_of(options.value).value_or(0);
      if (id == 's') bytes_ = number_of(options.value).value_or(0);
      if (id == 'w') width_ = number_of(options.value).value_or(width_);
    }
    operands = options.operands;
    if (operands.size() > 2) return io.misused("extra operand " + quoted(operands[2])) == 0;
    if (operands.size() == 2) {
      output_ = operands[1];
      operands.pop_back();
    }
    return true;
  }
  void finish(Io& io) override {
    put(io);
    if (!output_.empty()) {
      static_cast<void>(
          io.files.write_file(io.absolute(output_), gathered_, io.who, 0666 & ~io.process.umask));
    }
  }

 protected:
  void line(Io& io, std::string_view text, bool) override {
    if (times_ > 0 && key(text) == key(last_)) {
      if (all_)
        emit(io, times_ == 1 ? last_ + "\n" + std::string(text) + "\n" : std::string(text) + "\n");
      ++times_;
      return;
    }
    put(io);
    last_ = text;
    times_ = 1;
  }

 private:
  std::string key(std::string_view text) const {
    for (std::uint64_t field = 0; field < fields_; ++field) {
      while (!text.empty() && text[0] == ' ') text.remove_prefix(1);
      while (!text.empty() && text[0] != ' ') text.remove_prefix(1);
    }
    text.remove_prefix(static_cast<std::size_t>(std::min<std::uint64_t>(bytes_, text.size())));
    text = text.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(width_, text.size())));
    return fold_ ? lower(text) : std::string(text);
  }
  void emit(Io& io, const std::string& text) {
    if (output_.empty()) {
      io.out(text);
    } else if (gathered_.size() < kGatheredBytesMax) {
      gathered_ += text;
    }
  }
  void put(Io& io) {
    if (times_ == 0 || all_) return;
    if ((repeated_ && times_ < 2) || (unique_ && times_ > 1)) return;
    emit(io, (count_ ? text_of("%7llu ", times_) : std::string()) + last_ + "\n");
  }
  bool count_ = false, repeated_ = false, unique_ = false, fold_ = false, all_ = false;
  std::uint64_t fields_ = 0, bytes_ = 0, width_ = ~0ULL;
  unsigned long long times_ = 0;
  std::string last_, output_, gathered_;
};

class Shuf final : public LineFilter {
 public:
  bool start(Io& io) override {
    static constexpr Long kLongs[] = {
        {"echo", 'e'}, {"input-range", 'i', ':'}, {"head-count", 'n', ':'}, {"repeat", 'r'}};
    Options options(io, "ei:n:o:rz", kLongs);
    bool echo = false;
    std::string range;
    for (int id = options.next(); id != kNoMore; id = options.next()) {
      if (id == kStop) return false;
      echo = echo || id == 'e';
      if (id == 'i') range = options.value;
      if (id == 'n') most_ = number_of(options.value).value_or(0);
    }
    operands = options.operands;
    const std::size_t dash = range.find('-');
    if (!range.empty()) {
      const auto low = number_of(range.substr(0, dash));
      const auto high =
          dash == std::string::npos ? std::nullopt : number_of(range.substr(dash + 1));
      if (!low || !high || *high < *low || *high - *low > 1'000'000) {
        io.fail("invalid input range: " + quoted(range));
        return false;
      }
      for (std::uint64_t number = *low; number <= *high; ++number)
        lines_.push_back(std::to_string(number));
    } else if (echo) {
      lines_ = operands;
    } else {
      return true;
    }
    finish(io);
    return false;
  }
  void finish(Io& io) override {
    std::string out;
    for (std::size_t at = 0; at < lines_.size() && at < most_; ++at) {
      std::swap(lines_[at],
                lines_[at + static_cast<std::size_t>(random_below(lines_.size() - at))]);
      out += lines_[at] + "\n";
    }
    io.out(out);
  }

 protected:
  void line(Io&, std::string_view text, bool) override {
    held_ += text.size() + 32;
    if (held_ <= kGatheredBytesMax) lines_.emplace_back(text);
  }

 private:
  std::vector<std::string> lines_;
  std::uint64_t most_ = ~0ULL;
  std::size_t held_ = 0;
};

constexpr Command kRows[] = {{"uniq", &filter<Uniq>}, {"shuf", &filter<Shuf>}};

}  // namespace

std::span<const Command> uniq_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
