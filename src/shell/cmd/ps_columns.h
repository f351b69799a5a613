// The columns of ps, as procps 4.0.2 names, titles and aligns them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "shell/cmd/io.h"
#include "shell/process_table.h"

namespace decnet::shell::cmd {

struct PsColumn {
  std::string_view
      name;  // As -o takes it; those that begin with a point are of fixed formats only.
  std::string_view title;
  std::size_t width;
  bool right;
};

const PsColumn* find_ps_column(std::string_view name);

// What a row shows in a column.
class PsCells {
 public:
  explicit PsCells(const Io& io);
  std::string cell(const ProcessRow& row, std::string_view column) const;

 private:
  std::string user(std::uint32_t uid) const;
  std::string started(const ProcessRow& row, bool bsd) const;
  std::string numbers(const ProcessRow& row, std::string_view column) const;

  const Io& io_;
  std::uint64_t memory_;
  std::vector<std::pair<std::uint32_t, std::string>> users_;
  std::vector<ProcessRow> rows_;
};

std::string ps_command(const ProcessRow& row);

}  // namespace decnet::shell::cmd
