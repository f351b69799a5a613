// How ls lays its rows out.
#include <algorithm>
#include <array>

#include "shell/cmd/list.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr Duration kRecent = std::chrono::seconds(31'556'952 / 2);

// LS_COLORS, or what ls has without it.
class Colours {
 public:
  explicit Colours(const std::string& variable) {
    for (const std::string& part : split(variable, ':')) {
      const std::size_t equals = part.find('=');
      if (equals != std::string::npos)
        rows_.emplace_back(part.substr(0, equals), part.substr(equals + 1));
    }
  }
  std::string of(const ListRow& row, bool target) const {
    const Stat& stat = target ? row.target_stat : row.stat;
    const std::string_view name = target ? std::string_view(row.target) : row.name;
    switch (stat.kind) {
      case Kind::directory:
        if ((stat.mode & 01002) == 01002) return value("tw", "30;42");
        if ((stat.mode & 0002) != 0) return value("ow", "34;42");
        if ((stat.mode & 01000) != 0) return value("st", "37;44");
        return value("di", "01;34");
      case Kind::symlink:
        if (!row.target_known) {
          const std::string orphan = value("or", "");
          if (!orphan.empty()) return orphan;
        }
        return value("ln", "01;36");
      case Kind::fifo:
        return value("pi", "33");
      case Kind::socket:
        return value("so", "01;35");
      case Kind::block:
        return value("bd", "01;33");
      case Kind::character:
        return value("cd", "01;33");
      case Kind::regular:
        break;
    }
    if ((stat.mode & 04000) != 0) return value("su", "37;41");
    if ((stat.mode & 02000) != 0) return value("sg", "30;43");
    if ((stat.mode & 0111) != 0) return value("ex", "01;32");
    const std::string folded = lower(name);
    for (auto row_at = rows_.rbegin(); row_at != rows_.rend(); ++row_at) {
      if (row_at->first.starts_with("*") && folded.ends_with(lower(row_at->first.substr(1)))) {
        return row_at->second;
      }
    }
    return {};
  }

 private:
  std::string value(std::string_view name, std::string_view otherwise) const {
    for (const auto& [key, colour] : rows_) {
      if (key == name) return colour;
    }
    return std::string(otherwise);
  }
  std::vector<std::pair<std::string, std::string>> rows_;
};

std::string mark(const ListOptions& options, const Stat& stat) {
  if (stat.kind == Kind::directory) return options.classify || options.slash ? "/" : "";
  if (!options.classify) return "";
  switch (stat.kind) {
    case Kind::symlink:
      return "@";
    case Kind::fifo:
      return "|";
    case Kind::socket:
      return "=";
    case Kind::regular:
      return (stat.mode & 0111) != 0 ? "*" : "";
    default:
      return "";
  }
}

struct Cell {
  std::string text;
  std::size_t width = 0;
};

class Printer {
 public:
  Printer(Io& io, const ListOptions& options, const std::vector<ListRow>& rows)
      : io_(io), options_(options), rows_(rows), colours_(io.variable("LS_COLORS")) {
    for (const ListRow& row : rows) {
      inode_ = std::max(inode_, std::to_string(row.stat.inode).size());
      blocks_ = std::max(blocks_, list_blocks(options, row.stat.blocks).size());
      odd_ = odd_ || (options.quote && list_name(options, row.name) != row.name);
    }
  }
  void print();

 private:
  std::string coloured(const std::string& text, const std::string& colour) {
    if (!options_.colour || colour.empty()) return text;
    std::string all = used_ ? "" : "\033[0m";
    used_ = true;
    return all + "\033[" + colour + "m" + text + "\033[0m";
  }
  Cell name_cell(const ListRow& row, bool with_mark) {
    Cell cell;
    const std::string name = list_name(options_, row.name);
    const std::string tail = with_mark ? mark(options_, row.stat) : "";
    const bool pad = odd_ && name == row.name && options_.shape != ListShape::commas;
    cell.text = (pad ? " " : "") + coloured(name, colours_.of(row, false)) + tail;
    cell.width = name.size() + tail.size() + (pad ? 1 : 0);
    return cell;
  }
  std::string before(const ListRow& row, bool aligned) const {
    std::string all;
    const bool lone = !aligned;
    if (options_.inode) {
      const std::string number = row.known ? std::to_string(row.stat.inode) : "?";
      all += (lone ? number : padded_left(number, inode_)) + " ";
    }
    if (options_.blocks) {
      const std::string number = list_blocks(options_, row.stat.blocks);
      all += (lone ? number : padded_left(number, blocks_)) + " ";
    }
    return all;
  }
  void details();
  void grid(bool across);
  std::string time(const ListRow& row) const;
  std::string size(const ListRow& row) const;

  Io& io_;
  const ListOptions& options_;
  const std::vector<ListRow>& rows_;
  Colours colours_;
  std::size_t inode_ = 0;
  std::size_t blocks_ = 0;
  bool odd_ = false;  // A name is quoted: the others get a blank.
  bool used_ = false;
};

std::string Printer::size(const ListRow& row) const {
  if (row.stat.kind == Kind::character || row.stat.kind == Kind::block) {
    return text_of("%u, %3u", row.stat.special >> 8, row.stat.special & 255U);
  }
  if (options_.human) return human(row.stat.size, options_.si ? 1000 : 1024);
  return std::to_string((row.stat.size + options_.block - 1) / options_.block);
}

std::string Printer::time(const ListRow& row) const {
  const TimePoint when = options_.time == ListTime::accessed  ? row.stat.accessed
                         : options_.time == ListTime::changed ? row.stat.changed
                                                              : row.stat.modified;
  const TimePoint now = io_.now();
  const bool recent = when > now - kRecent && when <= now;
  if (options_.style.starts_with("+")) return date_text(when, options_.style.substr(1));
  if (options_.style == "full-iso") return date_text(when, "%Y-%m-%d %H:%M:%S.%N %z");
  if (options_.style == "long-iso") return date_text(when, "%Y-%m-%d %H:%M");
  if (options_.style == "iso") return date_text(when, recent ? "%m-%d %H:%M" : "%Y-%m-%d ");
  return date_text(when, recent ? "%b %e %H:%M" : "%b %e  %Y");
}

void Printer::details() {
  std::vector<std::array<std::string, 4>> texts;
  std::array<std::size_t, 4> width{};
  for (const ListRow& row : rows_) {
    std::array<std::string, 4> one = {row.known ? std::to_string(row.stat.links) : "?",
                                      !row.known         ? "?"
                                      : options_.numeric ? std::to_string(row.stat.uid)
                                                         : user_name(io_, row.stat.uid),
                                      !row.known         ? "?"
                                      : options_.numeric ? std::to_string(row.stat.gid)
                                                         : group_name(io_, row.stat.gid),
                                      row.known ? size(row) : "?"};
    for (std::size_t at = 0; at < 4; ++at) width[at] = std::max(width[at], one[at].size());
    texts.push_back(std::move(one));
  }
  for (std::size_t at = 0; at < rows_.size(); ++at) {
    const ListRow& row = rows_[at];
    const auto& text = texts[at];
    std::string line = before(row, true);
    line += row.known ? mode_text(row.stat) : "-?????????";
    line += " " + padded_left(text[0], width[0]);
    const bool numeric = options_.numeric;
    if (!options_.no_owner) {
      line += " " + (numeric ? padded_left(text[1], width[1]) : padded(text[1], width[1]));
    }
    if (!options_.no_group) {
      line += " " + (numeric ? padded_left(text[2], width[2]) : padded(text[2], width[2]));
    }
    line += " " + padded_left(text[3], width[3]) + " ";
    line += row.known ? time(row) : padded_left("?", 12);
    line += " " + name_cell(row, row.stat.kind != Kind::symlink).text;
    if (row.stat.kind == Kind::symlink && row.known) {
      const std::string colour = row.target_known ? colours_.of(row, true) : "";
      line += " -> " + coloured(list_name(options_, row.target), colour);
      if (row.target_known) line += mark(options_, row.target_stat);
    }
    io_.out(line + "\n");
  }
}

void Printer::grid(bool across) {
  std::vector<Cell> cells;
  for (const ListRow& row : rows_) {
    Cell cell = name_cell(row, true);
    const std::string head = before(row, true);
    cell.text = head + cell.text;
    cell.width += head.size();
    cells.push_back(std::move(cell));
  }
  const std::size_t count = cells.size();
  if (count == 0) return;
  const auto line = static_cast<std::size_t>(options_.width);
  const std::size_t most = std::min(count, std::max<std::size_t>(line / 3, 1));
  std::size_t columns = 1;
  std::vector<std::size_t> widths;
  for (std::size_t tried = most; tried >= 1; --tried) {
    const std::size_t lines = (count + tried - 1) / tried;
    std::vector<std::size_t> each(tried, 3);
    for (std::size_t at = 0; at < count; ++at) {
      const std::size_t column = across ? at % tried : at / lines;
      const std::size_t size = cells[at].width + (column == tried - 1 ? 0 : 2);
      each[column] = std::max(each[column], size);
    }
    std::size_t total = 0;
    for (const std::size_t width : each) total += width;
    columns = tried;
    widths = std::move(each);
    if (total < line || tried == 1) break;
  }
  const std::size_t lines = (count + columns - 1) / columns;
  for (std::size_t row = 0; row < lines; ++row) {
    std::string text;
    std::size_t at = 0;    // The column on the screen …
    std::size_t goal = 0;  // … and where the next name begins.
    for (std::size_t column = 0; column < columns; ++column) {
      const std::size_t index = across ? row * columns + column : column * lines + row;
      if (index >= count) break;
      while (at < goal) {
        if (goal / 8 > (at + 1) / 8) {
          text += '\t';
          at += 8 - at % 8;
        } else {
          text += ' ';
          ++at;
        }
      }
      text += cells[index].text;
      at += cells[index].width;
      goal += widths[column];
    }
    io_.out(text + "\n");
  }
}

void Printer::print() {
  if (options_.shape == ListShape::details) return details();
  if (options_.shape == ListShape::columns || options_.shape == ListShape::across) {
    return grid(options_.shape == ListShape::across);
  }
  std::string commas;
  std::size_t at = 0;
  for (const ListRow& row : rows_) {
    const Cell cell = name_cell(row, true);
    const std::string head = before(row, options_.shape == ListShape::lines);
    if (options_.shape == ListShape::lines) {
      io_.out(head + cell.text + "\n");
      continue;
    }
    const std::size_t size = head.size() + cell.width;
    if (!commas.empty()) {
      const bool fits = at + size + 2 < static_cast<std::size_t>(options_.width);
      commas += fits ? ", " : ",\n";
      at = fits ? at + 2 : 0;
    }
    commas += head + cell.text;
    at += size;
  }
  if (!commas.empty()) io_.out(commas + "\n");
}

}  // namespace

std::string list_blocks(const ListOptions& options, std::uint64_t of512) {
  if (options.human) return human(of512 * 512, options.si ? 1000 : 1024);
  const std::uint64_t unit = options.block == 1 ? 1024 : options.block;
  return std::to_string((of512 * 512 + unit - 1) / unit);
}

std::string list_name(const ListOptions& options, std::string_view name) {
  if (options.quote) {
    const std::string text = quoted_if_odd(name);
    return text;
  }
  std::string all;
  if (options.double_quote) all += '"';
  for (const char byte : name) {
    const auto code = static_cast<unsigned char>(byte);
    const bool strange = code < 32 || code > 126;
    constexpr std::string_view kNames = "abtnvfr";
    if (options.escape || options.double_quote) {
      if (code >= 7 && code <= 13) {
        all += {'\\', kNames[code - 7U]};
      } else if (strange) {
        all += text_of("\\%03o", code);
      } else if (byte == '\\' || (byte == ' ' && options.escape) ||
                 (byte == '"' && options.double_quote)) {
        all += {'\\', byte};
      } else {
        all += byte;
      }
    } else {
      all += strange && options.question ? '?' : byte;
    }
  }
  if (options.double_quote) all += '"';
  return all;
}

void print_list(Io& io, const ListOptions& options, const std::vector<ListRow>& rows) {
  Printer(io, options, rows).print();
}

}  // namespace decnet::shell::cmd
