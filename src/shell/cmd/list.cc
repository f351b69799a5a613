// ls, dir, vdir
#include "shell/cmd/list.h"

#include <algorithm>
#include <cctype>

#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

// As GNU's filevercmp, near enough: runs of digits compare as numbers.
int version_order(std::string_view left, std::string_view right) {
  std::size_t a = 0;
  std::size_t b = 0;
  const auto digit = [](std::string_view text, std::size_t at) {
    return at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0;
  };
  while (a < left.size() || b < right.size()) {
    if (digit(left, a) && digit(right, b)) {
      while (a < left.size() && left[a] == '0') ++a;
      while (b < right.size() && right[b] == '0') ++b;
      const std::size_t from_a = a;
      const std::size_t from_b = b;
      while (digit(left, a)) ++a;
      while (digit(right, b)) ++b;
      if (a - from_a != b - from_b) return a - from_a < b - from_b ? -1 : 1;
      const int order = left.substr(from_a, a - from_a).compare(right.substr(from_b, b - from_b));
      if (order != 0) return order;
      continue;
    }
    if (a >= left.size()) return -1;
    if (b >= right.size()) return 1;
    if (left[a] != right[b]) {
      return static_cast<unsigned char>(left[a]) < static_cast<unsigned char>(right[b]) ? -1 : 1;
    }
    ++a;
    ++b;
  }
  return 0;
}

std::string_view extension(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : name.substr(dot);
}

TimePoint chosen(const ListOptions& options, const Stat& stat) {
  return options.time == ListTime::accessed  ? stat.accessed
         : options.time == ListTime::changed ? stat.changed
                                             : stat.modified;
}

bool shown(const ListOptions& options, std::string_view name) {
  if (name.starts_with(".") && options.hidden == ListHidden::no) return false;
  if (options.ignore_backups && name.ends_with("~")) return false;
  return std::none_of(options.ignore.begin(), options.ignore.end(),
                      [&](const std::string& pattern) { return glob_matches(pattern, name); });
}

// False: it is not there.
bool fill(Io& io, const ListOptions& options, ListRow& row, bool operand) {
  const bool details = options.shape == ListShape::details;
  const bool follow = options.follow || (operand && !details && !options.directory);
  Sys<Stat> stat = io.stat(row.name, follow ? Follow::yes : Follow::no);
  if (!operand) stat = io.files.stat(row.path, io.who, follow ? Follow::yes : Follow::no);
  if (!stat && follow && stat.error() == ENOENT) {
    stat = io.files.stat(row.path, io.who, Follow::no);
  }
  if (!stat) {
    const std::string shown_name = operand ? row.name : row.path;
    io.fail("cannot access " + quoted(shown_name), stat.error(), operand ? 2 : 1);
    return false;
  }
  row.stat = *stat;
  row.known = true;
  if (row.stat.kind == Kind::symlink && (details || options.colour || options.classify)) {
    row.target = io.files.read_link(row.path, io.who).value_or("");
    const Sys<Stat> target = io.files.stat(row.path, io.who);
    row.target_known = target.has_value();
    if (target) row.target_stat = *target;
  }
  return true;
}

class Lister {
 public:
  explicit Lister(Io& io) : io_(io) {}
  Task<int> run();

 private:
  Task<void> directory(std::string name, bool titled);
  bool read_directory(const std::string& name, std::vector<ListRow>& rows);

  Io& io_;
  ListOptions options_;
  bool first_ = true;
  std::vector<std::string> deeper_;
};

bool Lister::read_directory(const std::string& name, std::vector<ListRow>& rows) {
  const std::string path = io_.absolute(name);
  const auto entries = io_.files.list(path, io_.who);
  if (!entries) {
    io_.fail("cannot open directory " + quoted(name), entries.error(), 2);
    return false;
  }
  std::vector<std::string> names;
  if (options_.hidden == ListHidden::all) names = {".", ".."};
  for (const DirectoryEntry& entry : *entries) {
    if (shown(options_, entry.name)) names.push_back(entry.name);
  }
  for (std::string& each : names) {
    ListRow row;
    row.name = std::move(each);
    row.path = absolute_path(path, row.name);
    if (!fill(io_, options_, row, false) && options_.shape != ListShape::details) continue;
    rows.push_back(std::move(row));
  }
  return true;
}

Task<void> Lister::directory(std::string name, bool titled) {
  std::vector<ListRow> rows;
  if (!read_directory(name, rows)) co_return;
  if (!first_) io_.out('\n');
  if (titled) io_.out(list_name(options_, name) + ":\n");
  first_ = false;
  sort_list(options_, rows);
  if (options_.shape == ListShape::details || options_.blocks) {
    std::uint64_t blocks = 0;
    for (const ListRow& row : rows) blocks += row.stat.blocks;
    io_.out("total " + list_blocks(options_, blocks) + "\n");
  }
  print_list(io_, options_, rows);
  if (options_.recursive) {
    std::vector<std::string> below;
    for (const ListRow& row : rows) {
      if (row.stat.kind != Kind::directory || row.name == "." || row.name == "..") continue;
      below.push_back(name + (name.ends_with("/") ? "" : "/") + row.name);
    }
    deeper_.insert(deeper_.begin(), below.begin(), below.end());
  }
  const auto cost = static_cast<std::uint32_t>(20 + rows.size());
  co_await io_.process.breathe(cost);
  if (io_.pending() > kPipeBytes) co_await io_.flush();
}

Task<int> Lister::run() {
  std::vector<std::string> operands;
  if (!read_list_options(io_, options_, operands)) {
    co_await io_.flush();
    co_return io_.status;
  }
  if (operands.empty()) operands.emplace_back(".");
  std::vector<ListRow> files;
  std::vector<ListRow> directories;
  for (const std::string& name : operands) {
    ListRow row;
    row.name = name;
    row.path = io_.absolute(name);
    if (!fill(io_, options_, row, true)) continue;
    const bool inside = row.stat.kind == Kind::directory && !options_.directory;
    (inside ? directories : files).push_back(std::move(row));
  }
  sort_list(options_, files);
  sort_list(options_, directories);
  print_list(io_, options_, files);
  if (!files.empty()) first_ = false;
  const bool titled = operands.size() > 1 || options_.recursive;
  for (const ListRow& row : directories) deeper_.push_back(row.name);
  while (!deeper_.empty()) {
    const std::string name = deeper_.front();
    deeper_.erase(deeper_.begin());
    co_await directory(name, titled);
  }
  const Sys<void> wrote = co_await io_.flush();
  co_return wrote ? io_.status : 2;
}

Task<int> ls(Process& process) {
  Io io(process);
  Lister lister(io);
  const int status = co_await lister.run();
  co_return status;
}

constexpr Command kRows[] = {{"ls", &ls}, {"dir", &ls}, {"vdir", &ls}};

}  // namespace

void sort_list(const ListOptions& options, std::vector<ListRow>& rows) {
  if (options.order == ListOrder::none) return;
  const auto less = [&](const ListRow& left, const ListRow& right) {
    if (options.directories_first &&
        (left.stat.kind == Kind::directory) != (right.stat.kind == Kind::directory)) {
      return left.stat.kind == Kind::directory;
    }
    const ListRow& a = options.reverse ? right : left;
    const ListRow& b = options.reverse ? left : right;
    if (options.order == ListOrder::time) {
      const TimePoint one = chosen(options, a.stat);
      const TimePoint two = chosen(options, b.stat);
      if (one != two) return one > two;
    } else if (options.order == ListOrder::size && a.stat.size != b.stat.size) {
      return a.stat.size > b.stat.size;
    } else if (options.order == ListOrder::extension) {
      const int order = extension(a.name).compare(extension(b.name));
      if (order != 0) return order < 0;
    } else if (options.order == ListOrder::version) {
      const int order = version_order(a.name, b.name);
      if (order != 0) return order < 0;
    }
    return a.name < b.name;
  };
  std::stable_sort(rows.begin(), rows.end(), less);
}

std::span<const Command> list_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
