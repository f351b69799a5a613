// What ls prints and how, from its options; list.cc gathers, list_print.cc prints.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shell/cmd/io.h"

namespace decnet::shell::cmd {

enum class ListShape : std::uint8_t { lines, columns, across, details, commas };
enum class ListOrder : std::uint8_t { name, time, size, extension, version, none };
enum class ListHidden : std::uint8_t { no, almost, all };
enum class ListTime : std::uint8_t { modified, accessed, changed };

struct ListOptions {
  ListShape shape = ListShape::lines;
  ListOrder order = ListOrder::name;
  ListHidden hidden = ListHidden::no;
  ListTime time = ListTime::modified;
  bool reverse = false, recursive = false, directory = false, inode = false, blocks = false;
  bool numeric = false, no_owner = false, no_group = false, human = false, si = false;
  bool classify = false, slash = false, follow = false, colour = false, quote = false;
  bool escape = false, question = false, double_quote = false, directories_first = false;
  bool ignore_backups = false, full_time = false;
  std::string style = "locale";  // --time-style
  std::uint64_t block = 1;       // Of sizes: --block-size, -k
  int width = 80;
  std::vector<std::string> ignore;
};

struct ListRow {
  std::string name;
  std::string path;  // Absolute.
  Stat stat;
  bool known = false;  // stat worked
  std::string target;  // Of a symbolic link …
  bool target_known = false;
  Stat target_stat;
};

bool read_list_options(Io& io, ListOptions& options, std::vector<std::string>& operands);
void sort_list(const ListOptions& options, std::vector<ListRow>& rows);
void print_list(Io& io, const ListOptions& options, const std::vector<ListRow>& rows);
std::string list_name(const ListOptions& options, std::string_view name);
std::string list_blocks(const ListOptions& options, std::uint64_t of512);
bool colour_wanted(Io& io, std::string_view when);

}  // namespace decnet::shell::cmd
