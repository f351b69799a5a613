// paste
#include <algorithm>

#include "shell/cmd/filter.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

// Side by side, or (-s) one file a line.
class Paste final : public LineFilter {
 public:
  bool start(Io& io) override {
    static constexpr Long kLongs[] = {{"delimiters", 'd', ':'}, {"serial", 's'}};
    Options options(io, "d:sz", kLongs);
    for (int id = options.next(); id != kNoMore; id = options.next()) {
      if (id == kStop) return false;
      bool ended = false;
      if (id == 'd') between_ = unescaped(options.value, ended, false);
      serial_ = serial_ || id == 's';
    }
    operands = options.operands;
    return true;
  }
  void begin(Io&, std::string_view) override { columns_.emplace_back(); }
  void finish(Io& io) override {
    const auto between = [this](std::size_t at) {
      return between_.empty() ? std::string() : std::string(1, between_[at % between_.size()]);
    };
    std::string out;
    if (serial_) {
      for (const auto& column : columns_) {
        for (std::size_t at = 0; at < column.size(); ++at)
          out += (at > 0 ? between(at - 1) : "") + column[at];
        out += '\n';
      }
      return io.out(out);
    }
    // "paste - -": the same stream by turns.
    const auto dashes = static_cast<std::size_t>(std::count(operands.begin(), operands.end(), "-"));
    if (dashes > 1 && dashes == operands.size()) {
      const auto lines = columns_.front();
      columns_.assign(dashes, {});
      for (std::size_t at = 0; at < lines.size(); ++at) columns_[at % dashes].push_back(lines[at]);
    }
    std::size_t rows = 0;
    for (const auto& column : columns_) rows = std::max(rows, column.size());
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t at = 0; at < columns_.size(); ++at) {
        if (at > 0) out += between(at - 1);
        if (row < columns_[at].size()) out += columns_[at][row];
      }
      out += '\n';
    }
    io.out(out);
  }

 protected:
  void line(Io&, std::string_view text, bool) override {
    held_ += text.size() + 32;
    if (held_ <= kGatheredBytesMax) columns_.back().emplace_back(text);
  }

 private:
  std::string between_ = "\t";
  bool serial_ = false;
  std::vector<std::vector<std::string>> columns_;
  std::size_t held_ = 0;
};

constexpr Command kRows[] = {{"paste", &filter<Paste>}};

}  // namespace

std::span<const Command> paste_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
