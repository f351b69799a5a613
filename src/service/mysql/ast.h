// A statement, taken apart.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "service/mysql/definition.h"
#include "service/mysql/lexer.h"
#include "service/mysql/value.h"
#include "service/mysql/verb.h"

namespace decnet::service::mysql {

struct Expr;
struct Select;
using ExprPtr = std::unique_ptr<Expr>;
using SelectPtr = std::unique_ptr<Select>;

struct OrderItem {
  ExprPtr expr;
  bool descending = false;
};

struct Expr {
  enum class Op : std::uint8_t {
    literal,
    column,           // schema.table.name
    star,             // *, or table.*
    system_variable,  // name; table: "global" or "session" where it was said
    user_variable,
    call,  // name in capitals; text as written
    unary,
    binary,
    case_when,  // args: [operand or null], when, then …, [else or null]
    in,
    between,
    like,
    regexp,
    is,  // name: NULL, TRUE, FALSE, UNKNOWN
    exists,
    subquery,
    row,
    cast,
    interval,  // name: the unit
    parameter,
    assign,
    fallback,  // DEFAULT, DEFAULT(column)
  };
  Op op = Op::literal;
  std::string name, text, table, schema;
  Value value;
  Token::Kind literal = Token::Kind::end;  // What kind of literal it was.
  bool negated = false;
  bool distinct = false;
  Shape shape;  // What it is cast to.
  std::vector<ExprPtr> args;
  std::vector<OrderItem> order;  // GROUP_CONCAT
  SelectPtr select;
  std::size_t begin = 0, end = 0;  // In the statement.
  std::size_t index = 0;           // Of a parameter.
  std::size_t height = 1;          // Of the tree from here on.
};

struct TableRef {
  enum class Join : std::uint8_t { cross, inner, left, right };
  std::string schema, name, alias;
  SelectPtr derived;
  Join join = Join::cross;
  ExprPtr on;
  std::vector<std::string> shared_columns;  // USING
  bool natural = false;
};

struct SelectItem {
  ExprPtr expr;
  std::string alias;
  bool has_alias = false;
};

struct Select {
  bool distinct = false;
  bool calc_found_rows = false;
  std::vector<SelectItem> items;
  std::vector<TableRef> from;
  bool has_from = false;
  ExprPtr where, having, limit, offset;
  std::vector<ExprPtr> group_by;
  std::vector<OrderItem> order_by;
  struct Part {
    bool all = false;
    SelectPtr select;
  };
  std::vector<Part> unions;
  enum class Into : std::uint8_t { none, outfile, dumpfile, variables };
  Into into = Into::none;
  std::string file;
  std::vector<std::string> variables;
};

struct Assignment {
  // "@": a user variable; "global", "session" or "": a system variable; "column".
  std::string scope, table, name;
  ExprPtr expr;
};

struct Statement {
  Verb verb = Verb::empty;
  std::string what;          // Of SHOW and others: the words that choose.
  std::string schema, name;  // The table, database, user or file that it is about.
  std::string host, text;    // text: a password, a library, LIKE's pattern
  bool has_text = false;
  bool if_exists = false;  // Or IF NOT EXISTS.
  bool full = false, local = false, ignore = false, temporary = false, global = false;
  std::string charset, engine, collation;
  SelectPtr select;  // Also of INSERT … SELECT, CREATE TABLE … SELECT, the rows of SHOW.
  ExprPtr where, number;
  std::vector<OrderItem> order;
  std::vector<std::string> names;          // Columns of INSERT.
  std::vector<std::vector<ExprPtr>> rows;  // VALUES
  std::vector<Assignment> assignments, on_duplicate;
  std::vector<TableRef> tables;
  std::vector<ColumnDef> columns;
  std::vector<KeyDef> keys;
  std::vector<TableChange> changes;
  std::vector<std::pair<std::string, std::string>> users;  // Name, host.
  std::size_t end = 0;  // Where it ends in the text: after its ';'.
  std::size_t parameters = 0;
};

}  // namespace decnet::service::mysql
