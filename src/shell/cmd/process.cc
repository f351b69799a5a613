// ps
#include <algorithm>

#include "shell/cmd/groups.h"
#include "shell/cmd/ps.h"
#include "shell/cmd/system.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::size_t kForestDepthMax = 64;  // Deeper processes are not indented further.

}  // namespace

bool Ps::wanted(const ProcessRow& row) const {
  const auto among = [](const auto& list, const auto& one) {
    return std::find(list.begin(), list.end(), one) != list.end();
  };
  if (want_.chosen()) {
    return among(want_.pids, row.pid) || among(want_.parents, row.parent) ||
           among(want_.uids, row.uid) || among(want_.names, row.name) ||
           (!row.terminal.empty() && (among(want_.terminals, row.terminal) ||
                                      among(want_.terminals, "/dev/" + row.terminal)));
  }
  if (want_.all) return !(want_.no_leaders && row.session == row.pid);
  if (want_.everyone && want_.own) return true;
  if (want_.everyone) return !row.terminal.empty() && !(want_.no_leaders && row.session == row.pid);
  if (row.uid != io_.who.uid) return false;
  if (want_.own) return true;
  if (bsd_) return !row.terminal.empty();
  return row.session == io_.process.session;
}

void Ps::sort(std::vector<ProcessRow>& rows) const {
  if (sort_.empty()) return;
  const std::string first = sort_.substr(0, sort_.find(','));
  const bool down = first.starts_with("-");
  const std::string key = first.substr(down || first.starts_with("+") ? 1 : 0);
  const auto before = [&](const ProcessRow& left, const ProcessRow& right) {
    if (key.ends_with("mem") || key.starts_with("rs"))
      return left.resident_kib < right.resident_kib;
    if (key.starts_with("vs") || key == "sz") return left.virtual_kib < right.virtual_kib;
    if (key.ends_with("cpu") || key == "c" || key == "time" || key == "cputime")
      return left.cpu < right.cpu;
    if (key == "ppid") return left.parent < right.parent;
    if (key == "uid" || key == "user" || key == "euser") return left.uid < right.uid;
    if (key == "comm" || key == "ucmd" || key == "cmd" || key == "args")
      return left.name < right.name;
    if (key.starts_with("start") || key == "lstart") return left.started < right.started;
    if (key.starts_with("etime")) return left.started > right.started;
    return left.pid < right.pid;
  };
  std::stable_sort(rows.begin(), rows.end(), [&](const ProcessRow& left, const ProcessRow& right) {
    return down ? before(right, left) : before(left, right);
  });
}

// Orders the rows as a forest and draws its branches.
void Ps::plant(std::vector<ProcessRow>& rows) {
  std::map<int, std::vector<std::size_t>> children;
  std::vector<std::size_t> roots;
  for (std::size_t at = 0; at < rows.size(); ++at) {
    const bool known = rows[at].parent != rows[at].pid &&
                       std::any_of(rows.begin(), rows.end(), [&](const ProcessRow& other) {
                         return other.pid == rows[at].parent;
                       });
    // The children of the first process stand at the edge, too.
    if (known && rows[at].parent != 1)
      children[rows[at].parent].push_back(at);
    else
      roots.push_back(at);
  }
  struct Open {
    std::size_t row;
    std::string before;  // Of its children.
    std::string own;
  };
  std::vector<Open> open;
  const bool lines = bsd_ || full_;
  for (auto at = roots.rbegin(); at != roots.rend(); ++at) open.push_back({*at, "", ""});
  std::vector<ProcessRow> ordered;
  while (!open.empty()) {
    const Open one = open.back();
    open.pop_back();
    branches_[rows[one.row].pid] = one.own;
    const std::vector<std::size_t>& below = children[rows[one.row].pid];
    for (std::size_t at = below.size(); at-- > 0;) {
      const bool last = at + 1 == below.size();
      if (one.before.size() > kForestDepthMax * 4)
        open.push_back({below[at], one.before, one.own});
      else if (lines)
        open.push_back({below[at], one.before + (last ? "    " : " |  "), one.before + " \\_ "});
      else
        open.push_back({below[at], one.before + "  ", one.before + "  "});
    }
    ordered.push_back(rows[one.row]);
  }
  rows = std::move(ordered);
}

void Ps::put(const std::vector<std::string>& cells) {
  std::string all;
  for (std::size_t at = 0; at < columns_.size(); ++at) {
    const std::size_t width = std::max(columns_[at].of->width, columns_[at].title.size());
    const bool last = at + 1 == columns_.size();
    std::string cell = cells[at];
    if (at > 0) all += ' ';
    if (columns_[at].of->right) {
      all += padded_left(cell, width);
    } else {
      if (!last && cell.size() > width) cell.resize(width);
      all += last ? cell : padded(cell, width);
    }
  }
  const auto most = static_cast<std::size_t>(io_.columns());
  if (io_.on_terminal() && !wide_ && all.size() > most) all.resize(most);
  io_.out(all + "\n");
}

int Ps::run() {
  if (!options()) return io_.status;
  std::vector<ProcessRow> rows;
  for (ProcessRow& row : processes_of(io_)) {
    if (wanted(row) != want_.inverted) rows.push_back(std::move(row));
  }
  sort(rows);
  if (forest_) plant(rows);
  const bool titled = std::any_of(columns_.begin(), columns_.end(),
                                  [](const PsShown& column) { return !column.title.empty(); });
  if (header_ && titled) {
    std::vector<std::string> titles;
    for (const PsShown& column : columns_) titles.push_back(column.title);
    put(titles);
  }
  for (const ProcessRow& row : rows) {
    std::vector<std::string> cells;
    for (const PsShown& column : columns_) {
      const std::string_view name = column.of->name;
      const bool command =
          name == "args" || name == "cmd" || name == "command" || name == "ucmd" || name == "comm";
      cells.push_back((forest_ && command ? branches_[row.pid] : "") + cells_.cell(row, name));
    }
    put(cells);
  }
  return rows.empty() ? 1 : 0;
}

namespace {

int ps(Io& io) {
  return Ps(io).run();
}

constexpr Command kRows[] = {{"ps", &plain<ps>}};

}  // namespace

std::span<const Command> process_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
