#include "service/mysql/parser.h"

namespace decnet::service::mysql {

SelectPtr Parser::values_select() {
  auto out = std::make_unique<Select>();
  take();
  do {
    expect_symbol("(");
    auto row = std::make_unique<Select>();
    Select& to = out->items.empty() ? *out : *row;
    do {
      SelectItem item;
      item.expr = expression();
      to.items.push_back(std::move(item));
    } while (accept_symbol(","));
    expect_symbol(")");
    if (&to == row.get()) out->unions.push_back({true, std::move(row)});
  } while (accept_symbol(","));
  return out;
}

SelectPtr Parser::select() {
  if (++depth_ > 60) fail_here();
  if (is("WITH")) fail_here();
  SelectPtr first = select_core();
  while (is("UNION") || is("EXCEPT") || is("INTERSECT")) {
    take();
    const bool all = accept("ALL");
    if (!all) accept("DISTINCT");
    // ORDER BY and LIMIT of the last part are the whole's.
    const bool parenthesized = peek().is_symbol("(");
    SelectPtr next = select_core();
    if (!parenthesized) {
      if (!next->order_by.empty()) first->order_by = std::move(next->order_by);
      if (next->limit) first->limit = std::move(next->limit);
      if (next->offset) first->offset = std::move(next->offset);
      next->order_by.clear();
      if (next->into != Select::Into::none) {
        first->into = next->into;
        first->file = next->file;
        first->variables = std::move(next->variables);
      }
    }
    first->unions.push_back({all, std::move(next)});
  }
  if (is("ORDER")) order_clause(first->order_by);
  if (is("LIMIT")) limit_clause(*first);
  --depth_;
  return first;
}

void Parser::select_options(Select& out) {
  while (true) {
    if (accept("DISTINCT") || accept("DISTINCTROW")) {
      out.distinct = true;
    } else if (accept("SQL_CALC_FOUND_ROWS")) {
      out.calc_found_rows = true;
    } else if (!accept("ALL") && !accept("SQL_NO_CACHE") && !accept("SQL_CACHE") &&
               !accept("HIGH_PRIORITY") && !accept("STRAIGHT_JOIN") &&
               !accept("SQL_SMALL_RESULT") && !accept("SQL_BIG_RESULT") &&
               !accept("SQL_BUFFER_RESULT")) {
      return;
    }
  }
}

SelectPtr Parser::select_core() {
  if (is("VALUES")) return values_select();
  if (accept_symbol("(")) {
    SelectPtr inner = select();
    expect_symbol(")");
    return inner;
  }
  auto out = std::make_unique<Select>();
  expect("SELECT");
  select_options(*out);
  do {
    out->items.push_back(select_item());
  } while (accept_symbol(","));
  select_into(*out);
  if (accept("FROM")) {
    out->has_from = true;
    if (accept("DUAL")) {
      out->has_from = false;
    } else {
      from_clause(out->from);
    }
  }
  select_tail(*out);
  return out;
}

void Parser::select_tail(Select& out) {
  if (accept("WHERE")) out.where = expression();
  if (is("GROUP")) {
    take();
    expect("BY");
    do {
      out.group_by.push_back(expression());
      if (!accept("ASC")) accept("DESC");
    } while (accept_symbol(","));
    accept_all("WITH ROLLUP");
  }
  if (accept("HAVING")) out.having = expression();
  if (is("ORDER")) order_clause(out.order_by);
  if (is("LIMIT")) limit_clause(out);
  if (is("PROCEDURE")) {
    take();
    identifier();
    expect_symbol("(");
    while (!peek().is_symbol(")") && peek().kind != Token::Kind::end) take();
    expect_symbol(")");
  }
  select_into(out);
  if (accept("FOR")) {
    if (!accept("UPDATE")) expect("SHARE");
  } else if (is("LOCK") && is("IN", 1)) {
    accept_all("LOCK IN SHARE MODE");
  }
}

void Parser::select_into(Select& out) {
  if (!accept("INTO")) return;
  if (accept("OUTFILE")) {
    out.into = Select::Into::outfile;
    out.file = string_literal();
    while (is("CHARACTER") || is("CHARSET") || is("FIELDS") || is("COLUMNS") || is("LINES") ||
           is("TERMINATED") || is("ENCLOSED") || is("ESCAPED") || is("STARTING") ||
           is("OPTIONALLY") || is("BY") || is("SET") || peek().kind == Token::Kind::string ||
           peek().kind == Token::Kind::hex)
      out.variables.push_back(take().text);
  } else if (accept("DUMPFILE")) {
    out.into = Select::Into::dumpfile;
    out.file = string_literal();
  } else {
    out.into = Select::Into::variables;
    do {
      if (can_be_identifier(peek())) throw sql_error(1327, "Undeclared variable: " + peek().text);
      if (peek().kind != Token::Kind::user_variable) fail_here();
      out.variables.push_back(take().text);
    } while (accept_symbol(","));
  }
}

SelectItem Parser::select_item() {
  SelectItem item;
  item.expr = expression();
  if (item.expr->op == Expr::Op::star) return item;
  if (accept("AS")) {
    item.has_alias = true;
    item.alias = identifier_or_string();
  } else if (can_be_identifier(peek()) || peek().kind == Token::Kind::string) {
    item.has_alias = true;
    item.alias = take().text;
  }
  return item;
}

void Parser::from_clause(std::vector<TableRef>& out) {
  table_factor(out, TableRef::Join::cross, false);
  while (true) {
    if (accept_symbol(",")) {
      table_factor(out, TableRef::Join::cross, false);
      continue;
    }
    const bool natural = accept("NATURAL");
    TableRef::Join join = TableRef::Join::inner;
    if (is("LEFT") || is("RIGHT")) {
      join = is("LEFT") ? TableRef::Join::left : TableRef::Join::right;
      take();
      accept("OUTER");
      expect("JOIN");
    } else if (accept("INNER") || accept("CROSS")) {
      expect("JOIN");
    } else if (!accept("JOIN") && !accept("STRAIGHT_JOIN")) {
      if (natural) fail_here();
      return;
    }
    table_factor(out, join, natural);
    if (accept("ON")) {
      out.back().on = expression();
    } else if (accept("USING")) {
      expect_symbol("(");
      do {
        out.back().shared_columns.push_back(identifier());
      } while (accept_symbol(","));
      expect_symbol(")");
    }
  }
}

void Parser::table_factor(std::vector<TableRef>& out, TableRef::Join join, bool natural) {
  TableRef ref;
  ref.join = join;
  ref.natural = natural;
  if (peek().is_symbol("(")) {
    take();
    if (is("SELECT") || peek().is_symbol("(") || is("VALUES")) {
      ref.derived = select();
      expect_symbol(")");
    } else {
      const std::size_t first = out.size();
      from_clause(out);
      expect_symbol(")");
      if (first < out.size()) out[first].join = join;
      return;
    }
  } else {
    table_name(ref.schema, ref.name);
  }
  if (accept("PARTITION")) {
    expect_symbol("(");
    do {
      identifier();
    } while (accept_symbol(","));
    expect_symbol(")");
  }
  if (accept("AS")) {
    ref.alias = identifier_or_string();
  } else if (can_be_identifier(peek())) {
    ref.alias = take().text;
  }
  if (ref.derived && ref.alias.empty()) fail_here();
  while (is("USE") || is("FORCE") || is("IGNORE")) {
    take();
    if (!accept("INDEX")) expect("KEY");
    expect_symbol("(");
    while (!peek().is_symbol(")") && peek().kind != Token::Kind::end) take();
    expect_symbol(")");
  }
  out.push_back(std::move(ref));
}

void Parser::order_clause(std::vector<OrderItem>& out) {
  expect("ORDER");
  expect("BY");
  out.clear();
  do {
    OrderItem item;
    item.expr = expression();
    if (accept("DESC")) {
      item.descending = true;
    } else {
      accept("ASC");
    }
    out.push_back(std::move(item));
  } while (accept_symbol(","));
}

void Parser::limit_clause(Select& out) {
  expect("LIMIT");
  const auto number = [&] {
    if (can_be_identifier(peek())) throw sql_error(1327, "Undeclared variable: " + peek().text);
    if (peek().kind != Token::Kind::integer && !peek().is_symbol("?")) fail_here();
    return primary();
  };
  out.limit = number();
  if (accept_symbol(",")) {
    out.offset = std::move(out.limit);
    out.limit = number();
  } else if (accept("OFFSET")) {
    out.offset = number();
  }
}

}  // namespace decnet::service::mysql
