// join, column
#include <algorithm>

#include <fcntl.h>

#include "shell/cmd/filter.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::size_t kPairsMax = 200'000;  // Lines that join prints.
constexpr std::size_t kCellsMax = 200'000;  // That column holds.

struct JoinOptions {
  std::size_t keys[2] = {1, 1};
  char between = 0;  // 0: blanks
  bool alone[2] = {false, false}, pairs = true, fold = false;
  std::string empty;
  std::vector<std::pair<int, std::size_t>> order;  // File (0: the key) and field.
  std::vector<std::string> files;
};

bool read_join(Io& io, JoinOptions& join) {
  static constexpr Long kLongs[] = {{"ignore-case", 'i'},
                                    {"check-order", 300},
                                    {"nocheck-order", 301},
                                    {"header", 302},
                                    {"zero-terminated", 'z'}};
  Options options(io, "1:2:a:e:ij:o:t:v:z", kLongs, "[OPTION]... FILE1 FILE2");
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return false;
    if (id == '1' || id == '2' || id == 'j') {
      const auto field = number_of(options.value);
      if (!field || *field == 0) {
        io.fail("invalid field number: " + quoted(options.value));
        return false;
      }
      if (id != '2') join.keys[0] = static_cast<std::size_t>(*field);
      if (id != '1') join.keys[1] = static_cast<std::size_t>(*field);
    }
    if (id == 'a' || id == 'v') {
      if (options.value != "1" && options.value != "2") {
        io.fail("invalid file number: " + quoted(options.value));
        return false;
      }
      join.alone[options.value == "2" ? 1 : 0] = true;
      if (id == 'v') join.pairs = false;
    }
    if (id == 'e') join.empty = options.value;
    if (id == 'i') join.fold = true;
    if (id == 't')
      join.between = options.value == "\\0"  ? '\0'
                     : options.value.empty() ? '\n'
                                             : options.value[0];
    if (id == 'o' && options.value != "auto") {
      std::string list = options.value;
      std::replace(list.begin(), list.end(), ',', ' ');
      for (const std::string& one : words_of(list)) {
        const auto field = one.size() > 2 ? number_of(one.substr(2)) : std::nullopt;
        if (one != "0" && !field) {
          io.fail("invalid file number in field spec: " + quoted(one));
          return false;
        }
        join.order.emplace_back(one[0] - '0', static_cast<std::size_t>(field.value_or(0)));
      }
    }
  }
  join.files = options.operands;
  if (join.files.size() < 2) {
    io.misused(join.files.empty() ? "missing operand"
                                  : "missing operand after " + quoted(join.files[0]));
    return false;
  }
  if (join.files.size() > 2) {
    io.misused("extra operand " + quoted(join.files[2]));
    return false;
  }
  return true;
}

using Fields = std::vector<std::string>;

class Joiner {
 public:
  Joiner(Io& io, const JoinOptions& options) : io_(io), options_(options) {}

  void run(const std::string& first, const std::string& second) {
    const std::vector<Fields> rows[2] = {rows_of(first, 0), rows_of(second, 1)};
    std::size_t at[2] = {0, 0};
    while (at[0] < rows[0].size() && at[1] < rows[1].size() && printed_ < kPairsMax) {
      const std::string key = key_of(rows[0][at[0]], 0);
      const int order = compare(key, key_of(rows[1][at[1]], 1));
      if (order != 0) {
        const int behind = order < 0 ? 0 : 1;
        if (options_.alone[behind]) put_alone(rows[behind][at[behind]], behind);
        ++at[behind];
        continue;
      }
      std::size_t end[2] = {at[0], at[1]};
      for (const int side : {0, 1}) {
        while (end[side] < rows[side].size() &&
               compare(key_of(rows[side][end[side]], side), key) == 0)
          ++end[side];
      }
      for (std::size_t left = at[0]; options_.pairs && left < end[0]; ++left) {
        for (std::size_t right = at[1]; right < end[1] && printed_ < kPairsMax; ++right)
          put(&rows[0][left], &rows[1][right]);
      }
      at[0] = end[0];
      at[1] = end[1];
    }
    for (const int side : {0, 1}) {
      for (; options_.alone[side] && at[side] < rows[side].size(); ++at[side])
        put_alone(rows[side][at[side]], side);
    }
  }

 private:
  std::vector<Fields> rows_of(const std::string& text, int side) {
    std::vector<Fields> rows;
    bool told = false;
    std::size_t number = 0;
    for (const std::string_view line : lines_of(text)) {
      ++number;
      rows.push_back(options_.between == 0      ? words_of(line)
                     : options_.between == '\n' ? Fields{std::string(line)}
                                                : split(line, options_.between));
      const std::size_t count = rows.size();
      if (told || count < 2 ||
          compare(key_of(rows[count - 2], side), key_of(rows.back(), side)) <= 0)
        continue;
      told = true;
      io_.err("join: " + options_.files[static_cast<std::size_t>(side)] + ":" +
              std::to_string(number) + ": is not sorted: " + std::string(line) + "\n");
      io_.status = 1;
    }
    if (told && side == 1) io_.err("join: input is not in sorted order\n");
    return rows;
  }
  std::string key_of(const Fields& row, int side) const {
    const std::size_t key = options_.keys[side];
    return key <= row.size() ? row[key - 1] : "";
  }
  int compare(const std::string& left, const std::string& right) const {
    return options_.fold ? lower(left).compare(lower(right)) : left.compare(right);
  }
  void put_alone(const Fields& row, int side) {
    put(side == 0 ? &row : nullptr, side == 1 ? &row : nullptr);
  }
  void put(const Fields* left, const Fields* right) {
    ++printed_;
    const Fields* const sides[2] = {left, right};
    const std::string key = left != nullptr ? key_of(*left, 0) : key_of(*right, 1);
    std::vector<std::string> parts;
    for (const auto& [file, field] : options_.order) {
      const Fields* row = file == 0 ? nullptr : sides[file == 2 ? 1 : 0];
      const std::string value = file == 0 ? key
                                : row != nullptr && field <= row->size() && field > 0
                                    ? (*row)[field - 1]
                                    : "";
      parts.push_back(value.empty() ? options_.empty : value);
    }
    if (options_.order.empty()) {
      parts.push_back(key.empty() ? options_.empty : key);
      for (const int side : {0, 1}) {
        for (std::size_t at = 0; sides[side] != nullptr && at < sides[side]->size(); ++at) {
          const std::string& value = (*sides[side])[at];
          if (at + 1 != options_.keys[side])
            parts.push_back(value.empty() ? options_.empty : value);
        }
      }
    }
    io_.out(cmd::join(parts, std::string(1, options_.between == 0 || options_.between == '\n'
                                                ? ' '
                                                : options_.between)) +
            "\n");
  }

  Io& io_;
  const JoinOptions& options_;
  std::size_t printed_ = 0;
};

Task<int> join_files(Process& process) {
  Io io(process);
  JoinOptions options;
  bool good = read_join(io, options);
  std::string texts[2];
  for (std::size_t side = 0; good && side < 2; ++side) {
    const std::string& name = options.files[side];
    if (name == "-") {
      while (texts[side].size() < kGatheredBytesMax) {
        const Sys<std::string> bytes = co_await process.read(0, kPipeBytes);
        if (!bytes || bytes->empty()) break;
        texts[side] += *bytes;
        co_await process.breathe(16);
      }
      continue;
    }
    const Sys<std::string> bytes = io.slurp(name);
    good = bytes.has_value();
    if (good)
      texts[side] = *bytes;
    else
      io.fail(quoted_if_odd(name), bytes.error());
  }
  if (good) {
    Joiner(io, options).run(texts[0], texts[1]);
    const auto cost =
        static_cast<std::uint32_t>((texts[0].size() + texts[1].size() + io.pending()) / 200 + 20);
    co_await process.breathe(cost);
  }
  co_await io.flush();
  co_return io.status;
}

class Column final : public LineFilter {
 public:
  bool start(Io& io) override {
    static constexpr Long kLongs[] = {{"table", 't'},
                                      {"separator", 's', ':'},
                                      {"output-separator", 'o', ':'},
                                      {"output-width", 'c', ':'},
                                      {"fillrows", 'x'},
                                      {"table-columns", 'N', ':'},
                                      {"table-right", 'R', ':'},
                                      {"json", 'J'},
                                      {"table-name", 'n', ':'},
                                      {"keep-empty-lines", 'L'}};
    Options options(io, "c:dE:eH:hi:JLl:N:n:O:o:p:R:r:s:T:tVW:x", kLongs, "[options] [<file>...]");
    width_ = static_cast<std::size_t>(io.columns());
    for (int id = options.next(); id != kNoMore; id = options.next()) {
      if (id == kStop) return false;
      table_ = table_ || id == 't' || id == 'N';
      if (id == 's') between_ = options.value;
      if (id == 'o') shown_between_ = options.value;
      if (id == 'c') width_ = static_cast<std::size_t>(number_of(options.value).value_or(80));
      if (id == 'N') titles_ = split(options.value, ',');
      across_ = across_ || id == 'x';
      if (id == 'R') right_ = split(options.value, ',');
      if (id == 'V') {
        io.out(version_text(io, "column"));
        return false;
      }
    }
    operands = options.operands;
    if (!titles_.empty()) rows_.push_back(titles_);
    return true;
  }
  void finish(Io& io) override {
    if (table_)
      put_table(io);
    else
      put_list(io);
  }

 protected:
  void line(Io&, std::string_view text, bool) override {
    if (text.find_first_not_of(" \t") == std::string_view::npos || cells_ > kCellsMax) return;
    if (!table_) {
      rows_.push_back({std::string(text)});
      ++cells_;
      return;
    }
    std::vector<std::string> row;
    if (between_.empty()) {
      row = words_of(text);
    } else {
      std::string one;
      for (const char byte : text) {
        if (between_.find(byte) == std::string::npos) {
          one += byte;
          continue;
        }
        row.push_back(std::move(one));
        one.clear();
      }
      row.push_back(std::move(one));
    }
    cells_ += row.size();
    rows_.push_back(std::move(row));
  }

 private:
  void put_table(Io& io) const {
    std::vector<std::size_t> widths;
    for (const auto& row : rows_) {
      if (row.size() > widths.size()) widths.resize(row.size());
      for (std::size_t at = 0; at < row.size(); ++at)
        widths[at] = std::max(widths[at], row[at].size());
    }
    for (const auto& row : rows_) {
      std::string all;
      for (std::size_t at = 0; at < widths.size(); ++at) {
        const std::string cell = at < row.size() ? row[at] : "";
        const bool last = at + 1 == widths.size();
        const bool to_right =
            std::find(right_.begin(), right_.end(), std::to_string(at + 1)) != right_.end();
        if (last && !to_right)
          all += cell;
        else
          all += to_right ? padded_left(cell, widths[at]) : padded(cell, widths[at]);
        if (!last) all += shown_between_;
      }
      io.out(all + "\n");
    }
  }
  void put_list(Io& io) const {
    std::size_t widest = 0;
    for (const auto& row : rows_) widest = std::max(widest, row[0].size());
    const std::size_t wide = (widest / 8 + 1) * 8;
    if (rows_.empty()) return;
    const std::size_t columns = std::max<std::size_t>(1, width_ / wide);
    const std::size_t lines = (rows_.size() + columns - 1) / columns;
    for (std::size_t line = 0; line < lines; ++line) {
      std::string all;
      for (std::size_t column = 0; column < columns; ++column) {
        const std::size_t at = across_ ? line * columns + column : column * lines + line;
        if (at >= rows_.size() || (across_ && column >= columns)) break;
        const std::string& text = rows_[at][0];
        all += text;
        const std::size_t next = across_ ? at + 1 : at + lines;
        const bool more = next < rows_.size() && column + 1 < columns;
        for (std::size_t wide_so_far = text.size(); more && wide_so_far < wide;
             wide_so_far = (wide_so_far / 8 + 1) * 8)
          all += '\t';
      }
      io.out(all + "\n");
    }
  }

  bool table_ = false, across_ = false;
  std::string between_, shown_between_ = "  ";
  std::size_t width_ = 80;
  std::size_t cells_ = 0;
  std::vector<std::string> titles_, right_;
  std::vector<std::vector<std::string>> rows_;
};

constexpr Command kRows[] = {{"join", &join_files}, {"column", &filter<Column>}};

}  // namespace

std::span<const Command> join_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
