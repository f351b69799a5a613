// One SELECT without its unions: the rows of FROM, WHERE, groups, HAVING and order.
//
//   ResultSet rows = SelectRun(engine, select, outer).run();   // throws SqlError
#pragma once

#include <set>
#include <utility>
#include <vector>

#include "service/mysql/engine.h"

namespace decnet::service::mysql {

class SelectRun {
 public:
  SelectRun(Engine& engine, const Select& select, const Scope* outer)
      : engine_(engine), select_(select), outer_(outer) {}

  ResultSet run();
  std::vector<Field> fields();  // What it would have, without looking at rows.

 private:
  Scope scope(const Row* row, std::string_view clause) const;
  void load(const TableRef& ref, std::vector<Field>& fields, std::vector<Row>& rows);
  std::vector<Row> in_order_of_reading(const Table& table, std::string_view alias) const;
  void from();
  void join(const TableRef& ref, std::vector<Field> fields, std::vector<Row> rows);
  static void check_rows(std::size_t count);
  std::string name_of(const SelectItem& item) const;
  void describe();
  void check_position(const Expr& expr, std::string_view clause_name, Scope in);
  void star(const Expr& expr);
  [[noreturn]] void unknown_table(const Expr& expr) const;
  void filter();
  struct Produced {
    Row row;
    std::vector<Value> order;
  };

  Row values(const Row& row, const std::vector<Row>* group);
  Value order_value(const Expr& expr, const Row& produced, const Row& row,
                    const std::vector<Row>* group);
  void add(const Row& row, const std::vector<Row>* group);
  void group();
  void produce();

  Engine& engine_;
  const Select& select_;
  const Scope* outer_;
  bool only_fields_ = false;
  bool reads_tables_ = false;
  bool reads_views_ = false;
  bool reads_rows_ = false;  // Even to count them.
  std::vector<Field> fields_;
  std::set<std::size_t> hidden_;  // Shared columns, shown once.
  std::vector<Row> rows_;
  std::vector<std::pair<const SelectItem*, std::size_t>> columns_;
  std::vector<Produced> produced_;
  ResultSet out_;
};

}  // namespace decnet::service::mysql
