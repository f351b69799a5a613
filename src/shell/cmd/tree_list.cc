// tree
#include <algorithm>

#include "shell/cmd/answers.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::size_t kTreeLinesMax = 50'000;
constexpr std::size_t kLinesARound = 32;  // Between breaths.
constexpr std::size_t kTreeDepthMax = 64;

struct Look {
  bool all = false, folders = false, full = false, flat = false, modes = false, sizes = false,
       human_sizes = false, report = true, wide = false;
  std::size_t depth = kTreeDepthMax;
};

struct Walk {
  Io& io;
  Look look;
  std::size_t folders = 0, files = 0, lines = 0;

  std::string about(const Stat& stat) const {
    std::string text;
    if (look.modes) text += mode_text(stat);
    if (look.human_sizes)
      text += (text.empty() ? "" : " ") + padded_left(human(stat.size), 4);
    else if (look.sizes)
      text += (text.empty() ? "" : " ") + padded_left(std::to_string(stat.size), 11);
    return text.empty() ? "" : "[" + text + "]  ";
  }

  Task<void> below(std::string path, std::string before, std::size_t depth) {
    ++folders;
    if (depth >= look.depth) co_return;
    const auto entries = io.files.list(io.absolute(path), io.who);
    if (!entries) co_return;
    std::vector<std::string> names;
    for (const DirectoryEntry& entry : *entries) {
      if (entry.name.starts_with('.') && !look.all) continue;
      if (look.folders && entry.kind != Kind::directory) continue;
      names.push_back(entry.name);
    }
    std::sort(names.begin(), names.end());
    for (std::size_t at = 0; at < names.size() && lines < kTreeLinesMax; ++at, ++lines) {
      const bool last = at + 1 == names.size();
      const std::string place = path + (path.ends_with('/') ? "" : "/") + names[at];
      const Sys<Stat> stat = io.stat(place, Follow::no);
      if (!stat) continue;
      const std::string branch = look.wide ? (last ? "\u2514\u2500\u2500 " : "\u251c\u2500\u2500 ")
                                           : (last ? "`-- " : "|-- ");
      std::string line = look.flat ? "" : before + branch;
      line += about(*stat) + (look.full ? place : names[at]);
      if (stat->kind == Kind::symlink)
        line += " -> " + io.files.read_link(io.absolute(place), io.who).value_or("");
      io.out(line + "\n");
      if (lines % kLinesARound == 0) {
        co_await io.process.breathe(200);
        const Sys<void> wrote = co_await io.flush();
        if (!wrote) lines = kTreeLinesMax;
      }
      if (stat->kind != Kind::directory) {
        ++files;
        continue;
      }
      std::string under = before + (last ? "    " : look.wide ? "\u2502\u00a0\u00a0 " : "|   ");
      co_await below(place, std::move(under), depth + 1);
    }
  }
};

// False: it has ended, with io.status.
bool read_options(Io& io, Look& look, std::vector<std::string>& roots) {
  const std::string all = io.variable("LC_ALL");
  const std::string locale = all.empty() ? io.variable("LANG") : all;
  look.wide = locale.ends_with("UTF-8") || locale.ends_with("utf8");
  for (std::size_t at = 1; at < io.argc(); ++at) {
    const std::string& word = io.arg(at);
    if (word == "--noreport") {
      look.report = false;
    } else if (word.starts_with("--") && word.size() > 2) {
      const auto told = find_answer(io.process, "tree", word);
      if (!told) continue;
      io.out(told->out);
      io.err(told->err);
      io.status = told->status;
      return false;
    } else if (word.size() > 1 && word[0] == '-') {
      const auto has = [&](char letter) { return word.find(letter) != std::string::npos; };
      look.all = look.all || has('a');
      look.folders = look.folders || has('d');
      look.full = look.full || has('f');
      look.flat = look.flat || has('i');
      look.modes = look.modes || has('p');
      look.sizes = look.sizes || has('s');
      look.human_sizes = look.human_sizes || has('h');
      if (has('A')) look.wide = true;
      const bool takes = word.ends_with('L') || word.ends_with('I') || word.ends_with('P');
      if (word.ends_with('L')) {
        const auto level = at + 1 < io.argc() ? number_of(io.arg(at + 1)) : std::nullopt;
        if (!level || *level == 0) {
          io.err(at + 1 < io.argc() ? "tree: Invalid level, must be greater than 0.\n"
                                    : "tree: Missing argument to -L option.\n");
          io.status = 1;
          return false;
        }
        look.depth = std::min<std::size_t>(*level, kTreeDepthMax);
      }
      if (takes) ++at;
    } else {
      roots.push_back(word);
    }
  }
  if (roots.empty()) roots.emplace_back(".");
  return true;
}

Task<int> tree(Process& process) {
  Io io(process);
  Walk walk{io, {}};
  std::vector<std::string> roots;
  if (!read_options(io, walk.look, roots)) roots.clear();
  for (const std::string& root : roots) {
    const Sys<Stat> stat = io.stat(root);
    if (!stat || stat->kind != Kind::directory) {
      io.out(root + "  [error opening dir]\n");
      if (stat)
        ++walk.files;
      else
        io.status = 2;
      continue;
    }
    io.out(walk.about(*stat) + root + "\n");
    co_await walk.below(root, "", 0);
  }
  if (roots.empty() || !walk.look.report) {
    co_await io.flush();
    co_return io.status;
  }
  io.out("\n" + std::to_string(walk.folders) + (walk.folders == 1 ? " directory" : " directories"));
  if (!walk.look.folders)
    io.out(", " + std::to_string(walk.files) + (walk.files == 1 ? " file" : " files"));
  io.out("\n");
  co_await io.flush();
  co_return io.status;
}

constexpr Command kRows[] = {{"tree", &tree}};

}  // namespace

std::span<const Command> tree_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
