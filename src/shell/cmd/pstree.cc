// pstree
#include <algorithm>
#include <map>

#include "shell/cmd/answers.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/system.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::size_t kTreeDepthMax = 64;

struct Look {
  bool pids = false, arguments = false, users = false, numeric = false;
  std::string straight = "---", branch = "-+-", down = " |-", last = " `-", pass = " | ";
};

struct Node {
  std::string text;
  std::vector<Node> children;
  std::size_t times = 1;
  bool operator==(const Node&) const = default;
};

class Tree {
 public:
  Tree(Io& io, const Look& look) : io_(io), look_(look) {
    for (ProcessRow& row : processes_of(io)) {
      children_[row.parent].push_back(row.pid);
      rows_[row.pid] = std::move(row);
    }
  }
  bool has(int pid) const { return rows_.contains(pid); }
  const std::map<int, ProcessRow>& rows() const { return rows_; }

  Node node(int pid, std::size_t depth) const {
    const ProcessRow& row = rows_.at(pid);
    Node made;
    made.text = row.name;
    if (look_.pids)
      made.text +=
          (look_.arguments ? "," : "(") + std::to_string(pid) + (look_.arguments ? "" : ")");
    if (look_.users) {
      const auto parent = rows_.find(row.parent);
      if (parent != rows_.end() && parent->second.uid != row.uid)
        made.text += "(" + user_name(io_, row.uid) + ")";
    }
    if (look_.arguments && row.arguments.size() > 1)
      made.text += " " + join({row.arguments.begin() + 1, row.arguments.end()}, " ");
    if (depth >= kTreeDepthMax) return made;
    const auto found = children_.find(pid);
    std::vector<int> pids = found == children_.end() ? std::vector<int>{} : found->second;
    std::stable_sort(pids.begin(), pids.end(), [&](int left, int right) {
      return !look_.numeric && rows_.at(left).name < rows_.at(right).name;
    });
    for (const int child : pids) {
      if (child != pid) made.children.push_back(node(child, depth + 1));
    }
    for (std::uint32_t thread = 1; thread < row.threads && thread < 64; ++thread) {
      Node own;
      own.text = "{" + row.name + "}";
      if (look_.pids) own.text += "(" + std::to_string(pid + static_cast<int>(thread)) + ")";
      if (!look_.arguments) made.children.push_back(std::move(own));
    }
    if (!look_.pids) fold(made.children);
    return made;
  }

  void print(const Node& node, const std::string& before, const std::string& text) const {
    const std::size_t most = io_.on_terminal() ? static_cast<std::size_t>(io_.columns()) : 132;
    std::string line = text + node.text + std::string(node.times > 1 ? "]" : "");
    if (look_.arguments) {
      out(line, most);
      for (std::size_t at = 0; at < node.children.size(); ++at) {
        const bool end = at + 1 == node.children.size();
        print(node.children[at], before + (end ? "    " : " " + look_.pass),
              before + " " + (end ? look_.last : look_.down));
      }
      return;
    }
    if (node.children.empty()) {
      out(line, most);
      return;
    }
    const std::string under =
        before +
        std::string(letters(line) > letters(before) ? letters(line) - letters(before) : 0, ' ');
    for (std::size_t at = 0; at < node.children.size(); ++at) {
      const Node& child = node.children[at];
      const bool only = node.children.size() == 1, first = at == 0,
                 end = at + 1 == node.children.size();
      const std::string start = first ? line + (only ? look_.straight : look_.branch)
                                      : under + (end ? look_.last : look_.down);
      const std::string many = child.times > 1 ? std::to_string(child.times) + "*[" : "";
      print(child, under + (end || only ? "   " : look_.pass), start + many);
    }
  }

 private:
  static std::size_t letters(const std::string& text) {
    std::size_t count = 0;
    for (const char byte : text) count += (static_cast<unsigned char>(byte) & 0xc0) != 0x80 ? 1 : 0;
    return count;
  }
  void out(const std::string& line, std::size_t most) const {
    if (letters(line) <= most) return io_.out(line + "\n");
    std::string cut;
    std::size_t count = 0;
    for (const char byte : line) {
      if ((static_cast<unsigned char>(byte) & 0xc0) != 0x80 && ++count >= most) break;
      cut += byte;
    }
    io_.out(cut + "+\n");
  }
  // Equal ones side by side become one.
  static void fold(std::vector<Node>& nodes) {
    std::vector<Node> kept;
    for (Node& node : nodes) {
      const std::size_t times = node.times;
      if (!kept.empty()) {
        node.times = kept.back().times;
        if (kept.back() == node) {
          ++kept.back().times;
          continue;
        }
        node.times = times;
      }
      kept.push_back(std::move(node));
    }
    nodes = std::move(kept);
  }

  Io& io_;
  const Look& look_;
  std::map<int, ProcessRow> rows_;
  std::map<int, std::vector<int>> children_;
};

int pstree(Io& io) {
  Look look;
  const std::string locale =
      io.variable("LC_ALL").empty() ? io.variable("LANG") : io.variable("LC_ALL");
  if (locale.ends_with("UTF-8") || locale.ends_with("utf8")) {
    look.straight = "\u2500\u2500\u2500";
    look.branch = "\u2500\u252c\u2500";
    look.down = " \u251c\u2500";
    look.last = " \u2514\u2500";
    look.pass = " \u2502 ";
  }
  Options options(io, "aAcChH:gGlN:npsStTuUVZ", {}, "");
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return io.status;
    if (id == 'V') {
      io.err(answer_text(io.process, "pstree", "-V"));
      return 0;
    }
    if (id == 'A')
      look = {look.pids, look.arguments, look.users, look.numeric, "---",
              "-+-",     " |-",          " `-",      " | "};
    look.pids = look.pids || id == 'p';
    look.arguments = look.arguments || id == 'a';
    look.users = look.users || id == 'u';
    look.numeric = look.numeric || id == 'n';
  }
  const Tree tree(io, look);
  std::vector<int> roots;
  const std::string which = options.operands.empty() ? "1" : options.operands.front();
  if (const auto pid = number_of(which)) {
    if (*pid < (1U << 30) && tree.has(static_cast<int>(*pid)))
      roots.push_back(static_cast<int>(*pid));
  } else {
    const auto user = find_user(io, which);
    if (!user) {
      io.err("No such user name: " + which + "\n");
      return 1;
    }
    for (const auto& [root, row] : tree.rows()) {
      const auto parent = tree.rows().find(row.parent);
      const bool starts = parent == tree.rows().end() || parent->second.uid != user->uid;
      if (row.uid == user->uid && starts && !row.arguments.empty()) roots.push_back(root);
    }
    if (roots.empty()) io.out("No processes found.\n");
  }
  for (const int root : roots) tree.print(tree.node(root, 0), "", "");
  return roots.empty() ? 1 : 0;
}

constexpr Command kRows[] = {{"pstree", &plain<pstree>}, {"pstree.x11", &plain<pstree>}};

}  // namespace

std::span<const Command> pstree_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
