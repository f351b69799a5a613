// Columns: their types and what is said of them, and the changes of ALTER TABLE.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "service/mysql/parser.h"

namespace decnet::service::mysql {

namespace {

struct TypeRow {
  std::string_view name;
  Type type;
  std::uint32_t length;  // Shown by itself where there is one.
  bool takes_width;
};

constexpr std::array<TypeRow, 42> kTypes = {{
    {"tinyint", Type::tiny, 4, true},
    {"smallint", Type::small, 6, true},
    {"mediumint", Type::medium, 9, true},
    {"int", Type::integer, 11, true},
    {"integer", Type::integer, 11, true},
    {"bigint", Type::big, 20, true},
    {"int1", Type::tiny, 4, true},
    {"int2", Type::small, 6, true},
    {"int4", Type::integer, 11, true},
    {"int8", Type::big, 20, true},
    {"bool", Type::tiny, 1, false},
    {"boolean", Type::tiny, 1, false},
    {"serial", Type::big, 20, false},
    {"bit", Type::bit, 1, true},
    {"float", Type::real32, 12, true},
    {"double", Type::real, 22, true},
    {"real", Type::real, 22, true},
    {"decimal", Type::decimal, 10, true},
    {"dec", Type::decimal, 10, true},
    {"numeric", Type::decimal, 10, true},
    {"date", Type::date, 10, false},
    {"time", Type::time, 10, true},
    {"datetime", Type::datetime, 19, true},
    {"timestamp", Type::timestamp, 19, true},
    {"year", Type::year, 4, true},
    {"char", Type::character, 1, true},
    {"character", Type::character, 1, true},
    {"nchar", Type::character, 1, true},
    {"varchar", Type::text, 0, true},
    {"nvarchar", Type::text, 0, true},
    {"binary", Type::character, 1, true},
    {"varbinary", Type::text, 0, true},
    {"tinytext", Type::blob, 255, false},
    {"text", Type::blob, 65535, true},
    {"mediumtext", Type::blob, 16777215, false},
    {"longtext", Type::blob, 4294967295U, false},
    {"tinyblob", Type::blob, 255, false},
    {"blob", Type::blob, 65535, true},
    {"mediumblob", Type::blob, 16777215, false},
    {"longblob", Type::blob, 4294967295U, false},
    {"enum", Type::character, 0, false},
    {"set", Type::character, 0, false},
}};

bool is_number(Type type) {
  return type == Type::tiny || type == Type::small || type == Type::medium ||
         type == Type::integer || type == Type::big || type == Type::real || type == Type::real32 ||
         type == Type::decimal;
}

}  // namespace

// "(10,2)" without its brackets; empty where there are none.
std::string Parser::type_arguments() {
  std::string arguments;
  if (!accept_symbol("(")) return arguments;
  while (!peek().is_symbol(")")) {
    if (peek().kind == Token::Kind::end) fail_here();
    const bool quoted = peek().kind == Token::Kind::string;
    arguments += quoted ? "'" + take().text + "'" : take().text;
  }
  take();
  return arguments;
}

void Parser::column_type(ColumnDef& out) {
  std::string name = folded(word_or_symbol());
  if (name == "national") name = folded(word_or_symbol());
  if (name == "double") accept("PRECISION");
  if (name == "char" && accept("VARYING")) name = "varchar";
  if (name == "json") name = "longtext";
  if (name == "long") name = "mediumtext";
  const TypeRow* row = nullptr;
  for (const TypeRow& one : kTypes) {
    if (one.name == name) row = &one;
  }
  if (row == nullptr) {
    if (at_ > 0) --at_;
    if (can_be_identifier(peek()))
      throw sql_error(4161, fmt::format("Unknown data type: '{}'", take().text));
    fail_here();
  }
  std::string arguments = type_arguments();
  Shape& shape = out.shape;
  shape.type = row->type;
  shape.length = row->length;
  static constexpr std::pair<std::string_view, std::string_view> kSynonyms[] = {
      {"integer", "int"}, {"int1", "tinyint"},    {"int2", "smallint"},   {"int4", "int"},
      {"int8", "bigint"}, {"bool", "tinyint"},    {"boolean", "tinyint"}, {"serial", "bigint"},
      {"real", "double"}, {"dec", "decimal"},     {"numeric", "decimal"}, {"character", "char"},
      {"nchar", "char"},  {"nvarchar", "varchar"}};
  for (const auto& [from, to] : kSynonyms) {
    if (name == from) name = to;
  }
  const bool binary =
      name.find("blob") != std::string::npos || name.find("binary") != std::string::npos;
  shape.is_characters = !binary && (row->type == Type::text || row->type == Type::character ||
                                    row->type == Type::blob);
  if (row->takes_width && !arguments.empty()) {
    shape.length = static_cast<std::uint32_t>(to_integer(Value(arguments)));
    if (shape.type == Type::decimal) {
      const std::size_t comma = arguments.find(',');
      if (comma != std::string::npos)
        shape.decimals = static_cast<std::uint8_t>(to_integer(Value(arguments.substr(comma + 1))) %
                                                   (kScaleMax + 1));
    }
  }
  const bool shows_width =
      is_number(shape.type) && shape.type != Type::real && shape.type != Type::real32;
  if (shape.type == Type::decimal) {
    arguments = fmt::format("{},{}", shape.length, shape.decimals);
    shape.length += shape.decimals > 0 ? 2 : 1;
  } else if (arguments.empty() &&
             (shows_width || shape.type == Type::character || shape.type == Type::year ||
              shape.type == Type::bit) &&
             row->length > 0) {
    arguments = std::to_string(row->length);
  }
  if (shape.type == Type::real || shape.type == Type::real32) shape.decimals = 31;
  if (name == "enum" || name == "set") {
    shape.flags = static_cast<std::uint16_t>(shape.flags | (name == "enum" ? kEnum : kSetFlag));
    for (std::size_t begin = 0; begin < arguments.size();) {
      const std::size_t end = std::min(arguments.find("','", begin), arguments.size() - 1);
      shape.length =
          std::max(shape.length, static_cast<std::uint32_t>(end - begin - (begin == 0 ? 1 : 0)));
      begin = end + (end == arguments.size() - 1 ? 1 : 3);
    }
  }
  if (!shape.is_characters && !is_number(shape.type)) shape.flags |= kBinary;
  if (shape.type == Type::blob) shape.flags |= kBlob;
  out.type = arguments.empty() || shape.type == Type::blob ? name : name + "(" + arguments + ")";
  type_sign(out, name, row->length, arguments);
}

void Parser::type_sign(ColumnDef& out, const std::string& name, std::uint32_t width,
                       const std::string& arguments) {
  while (is("UNSIGNED") || is("SIGNED") || is("ZEROFILL")) {
    const std::string word = folded(take().text);
    if (word == "signed") continue;
    out.shape.flags |= kUnsigned;
    if (word == "unsigned" && arguments == std::to_string(width) && out.shape.type != Type::big) {
      out.type = fmt::format("{}({})", name, width - 1);
      out.shape.length = width - 1;
    }
    out.type += " " + word;
  }
}

ColumnDef Parser::column_def(std::vector<KeyDef>& keys) {
  ColumnDef out;
  out.name = identifier();
  column_type(out);
  column_options(out, keys);
  if (!out.nullable) out.shape.flags |= kNotNull;
  if (out.auto_increment) out.shape.flags |= kAutoIncrement;
  return out;
}

void Parser::column_options(ColumnDef& out, std::vector<KeyDef>& keys) {
  const auto key = [&](std::string name) { keys.push_back({std::move(name), true, {out.name}}); };
  while (true) {
    if (accept_all("NOT NULL")) {
      out.nullable = false;
    } else if (accept("NULL")) {
      out.nullable = true;
    } else if (accept("AUTO_INCREMENT")) {
      out.auto_increment = true;
      out.nullable = false;
    } else if (accept("DEFAULT")) {
      out.has_default = true;
      ExprPtr expr = peek().is_symbol("(") ? parenthesis() : unary();
      if (expr->op == Expr::Op::literal) {
        out.fallback = expr->value;
      } else if (expr->op == Expr::Op::unary && expr->args[0]->op == Expr::Op::literal) {
        out.fallback = Value("-" + to_text(expr->args[0]->value));
      } else {
        out.fallback_sql = expr->name == "CURRENT_TIMESTAMP" || expr->name == "NOW"
                               ? "current_timestamp()"
                               : folded(text_.substr(expr->begin, expr->end - expr->begin));
      }
    } else if (accept_all("ON UPDATE")) {
      primary();
      out.on_update = "current_timestamp()";
    } else if (accept_all("PRIMARY KEY") || accept("KEY")) {
      key("PRIMARY");
      out.nullable = false;
    } else if (accept("UNIQUE")) {
      accept("KEY");
      key(out.name);
    } else if (accept("COMMENT")) {
      out.comment = string_literal();
    } else if (accept("COLLATE")) {
      out.collation = folded(identifier_or_string());
    } else if (accept_all("CHARACTER SET") || accept("CHARSET")) {
      const std::string charset = folded(word_or_symbol());
      if (out.collation.empty()) out.collation = collation_of(charset);
    } else if (accept("CHECK")) {
      parenthesis();
    } else if (accept("REFERENCES")) {
      std::string schema, name;
      table_name(schema, name);
      if (peek().is_symbol("(")) key_columns();
    } else if (accept("BINARY") || accept("ASCII") || accept("VISIBLE") || accept("INVISIBLE") ||
               accept("VIRTUAL") || accept("STORED") || accept("PERSISTENT")) {
    } else if (accept("GENERATED") || is("AS")) {
      accept("ALWAYS");
      expect("AS");
      parenthesis();
    } else {
      return;
    }
  }
}

// Of ALTER TABLE, what is taken and changes nothing but the engine's name.
void Parser::table_option(TableChange& change) {
  static constexpr std::array<std::string_view, 14> kOthers = {
      "ENGINE",  "AUTO_INCREMENT", "CONVERT", "DEFAULT", "CHARACTER",  "CHARSET", "COLLATE",
      "COMMENT", "DISABLE",        "ENABLE",  "ORDER",   "ROW_FORMAT", "ALTER",   "DISCARD"};
  bool known = false;
  for (const std::string_view one : kOthers) known = known || is(one);
  if (!known) fail_here();
  change.kind = is("ENGINE") ? TableChange::Kind::engine : TableChange::Kind::other;
  take();
  accept_symbol("=");
  change.name = peek().text;
  while (peek().kind != Token::Kind::end && !peek().is_symbol(",") && !peek().is_symbol(";"))
    take();
}

void Parser::table_change(Statement& out) {
  TableChange change;
  using Kind = TableChange::Kind;
  if (accept("ADD")) {
    const std::size_t keys_before = out.keys.size();
    if (table_key(out)) {
      if (out.keys.size() == keys_before) return;
      change.kind = Kind::add_key;
      change.key = out.keys.back();
      out.keys.pop_back();
    } else {
      accept("COLUMN");
      if (accept_all("IF NOT EXISTS")) out.if_exists = true;
      change.kind = Kind::add_column;
      const bool several = accept_symbol("(");
      change.column = column_def(out.keys);
      if (several) expect_symbol(")");
    }
  } else if (accept("DROP")) {
    if (accept_all("PRIMARY KEY")) {
      change.kind = Kind::drop_key;
      change.name = "PRIMARY";
    } else {
      const bool key = accept("INDEX") || accept("KEY");
      if (!key && (accept_all("FOREIGN KEY") || accept("CONSTRAINT"))) {
        identifier();
        return;
      }
      if (!key) accept("COLUMN");
      if (accept_all("IF EXISTS")) out.if_exists = true;
      change.kind = key ? Kind::drop_key : Kind::drop_column;
      change.name = identifier();
    }
  } else if (is("MODIFY") || is("CHANGE")) {
    const bool renames = equal_case(take().text, "CHANGE");
    accept("COLUMN");
    change.kind = Kind::modify_column;
    if (renames) change.name = identifier();
    change.column = column_def(out.keys);
    if (!renames) change.name = change.column.name;
  } else if (accept("RENAME")) {
    if (accept("COLUMN")) {
      change.kind = Kind::rename_column;
      change.name = identifier();
      expect("TO");
      change.to = identifier();
    } else {
      if (!accept("TO")) accept("AS");
      change.kind = Kind::rename;
      table_name(change.name, change.to);
    }
  } else {
    table_option(change);
  }
  if (accept("AFTER")) {
    change.to = identifier();
  } else if (accept("FIRST")) {
    change.to = "";
    change.name = "FIRST";
  }
  out.changes.push_back(std::move(change));
}

}  // namespace decnet::service::mysql
