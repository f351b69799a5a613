// SHOW, DESCRIBE and SET.
#include <array>

#include "service/mysql/parser.h"

namespace decnet::service::mysql {
namespace {

constexpr std::array<std::string_view, 5> kOfTable = {"COLUMNS", "FIELDS", "INDEX", "INDEXES",
                                                      "KEYS"};
constexpr std::array<std::string_view, 4> kOfSchema = {"TABLES", "TRIGGERS", "EVENTS",
                                                       "OPEN TABLES"};
constexpr std::array<std::string_view, 45> kPlain = {"DATABASES",
                                                     "SCHEMAS",
                                                     "VARIABLES",
                                                     "STATUS",
                                                     "PROCESSLIST",
                                                     "STORAGE ENGINES",
                                                     "ENGINES",
                                                     "PLUGINS SONAME",
                                                     "PLUGINS",
                                                     "CHARACTER SET",
                                                     "CHARSET",
                                                     "COLLATION",
                                                     "MASTER STATUS",
                                                     "BINLOG STATUS",
                                                     "ALL SLAVES STATUS",
                                                     "SLAVE STATUS",
                                                     "REPLICA STATUS",
                                                     "BINARY LOGS",
                                                     "MASTER LOGS",
                                                     "SLAVE HOSTS",
                                                     "REPLICA HOSTS",
                                                     "BINLOG EVENTS",
                                                     "RELAYLOG EVENTS",
                                                     "PRIVILEGES",
                                                     "PROFILES",
                                                     "PROFILE",
                                                     "FUNCTION STATUS",
                                                     "PROCEDURE STATUS",
                                                     "PACKAGE STATUS",
                                                     "PACKAGE BODY STATUS",
                                                     "AUTHORS",
                                                     "CONTRIBUTORS",
                                                     "USER_STATISTICS",
                                                     "INDEX_STATISTICS",
                                                     "TABLE_STATISTICS",
                                                     "CLIENT_STATISTICS",
                                                     "LOCALES",
                                                     "TABLE TYPES",
                                                     "ENGINE INNODB STATUS",
                                                     "ENGINE INNODB MUTEX",
                                                     "ENGINE PERFORMANCE_SCHEMA STATUS",
                                                     "EXPLAIN",
                                                     "MUTEX STATUS",
                                                     "ENGINE ARIA LOGS",
                                                     "DATABASE LOGS"};

}  // namespace

void Parser::show_filter(Statement& out) {
  if (accept("LIKE")) {
    out.text = string_literal();
    out.has_text = true;
  } else if (accept("WHERE")) {
    out.where = expression();
  }
}

// FROM table FROM database, or FROM database.
void Parser::show_from(Statement& out, bool needs_table) {
  if (needs_table) {
    if (!accept("FROM")) expect("IN");
    table_name(out.schema, out.name);
  }
  if (accept("FROM") || accept("IN")) out.schema = identifier();
}

void Parser::show_create(Statement& out) {
  if (accept("TABLE") || accept("VIEW")) {
    out.what = "CREATE TABLE";
    table_name(out.schema, out.name);
    return;
  }
  if (accept("DATABASE") || accept("SCHEMA")) {
    out.what = "CREATE DATABASE";
    if (accept_all("IF NOT EXISTS")) out.if_exists = true;
    out.name = identifier();
    return;
  }
  if (accept("USER")) {
    out.what = "CREATE USER";
    if (peek().kind != Token::Kind::end) out.users.push_back(user_name());
    return;
  }
  if (!is("FUNCTION") && !is("PROCEDURE") && !is("TRIGGER") && !is("EVENT")) fail_here();
  out.what = "CREATE " + upper(take().text);
  table_name(out.schema, out.name);
}

Statement Parser::show() {
  Statement out;
  out.verb = Verb::show;
  take();
  if (accept("GLOBAL")) {
    out.global = true;
  } else if (!accept("SESSION") && !accept("LOCAL") && accept("FULL")) {
    out.full = true;
  }
  if (is("EXTENDED")) take();
  if (is("FULL") && take().kind == Token::Kind::word) out.full = true;
  for (const std::string_view one : kOfTable) {
    if (!accept(one)) continue;
    out.what = one.starts_with("COL") || one.starts_with("FIE") ? "COLUMNS" : "INDEX";
    show_from(out, true);
    show_filter(out);
    return out;
  }
  if (accept_all("TABLE STATUS")) {
    out.what = "TABLE STATUS";
    show_from(out, false);
    show_filter(out);
    return out;
  }
  for (const std::string_view one : kOfSchema) {
    if (!accept_all(one)) continue;
    out.what = one;
    show_from(out, false);
    show_filter(out);
    return out;
  }
  for (const std::string_view one : kPlain) {
    if (!accept_all(one)) continue;
    out.what = one;
    if (one.find("EVENTS") != std::string_view::npos || one == "PROFILE" || one == "EXPLAIN" ||
        one == "PLUGINS SONAME") {
      skip_rest();
    } else if (one != "MASTER STATUS" && one != "BINARY LOGS") {
      show_filter(out);
    }
    return out;
  }
  if (is("WARNINGS") || is("ERRORS")) {
    out.what = upper(take().text);
    if (accept("LIMIT")) {
      out.number = primary();
      if (accept_symbol(",")) out.number = primary();
    }
    return out;
  }
  if (accept("COUNT")) {
    expect_symbol("(");
    expect_symbol("*");
    expect_symbol(")");
    if (!is("WARNINGS") && !is("ERRORS")) fail_here();
    out.what = "COUNT " + upper(take().text);
    return out;
  }
  if (accept("GRANTS")) {
    out.what = "GRANTS";
    if (accept("FOR")) {
      const auto user = user_name();
      out.users.push_back(user);
    }
    return out;
  }
  expect("CREATE");
  show_create(out);
  return out;
}

Statement Parser::describe() {
  Statement out;
  take();
  if (accept("EXTENDED") || accept("PARTITIONS")) out.full = true;
  if (accept("FORMAT")) {
    expect_symbol("=");
    word_or_symbol();
  }
  if (is("SELECT") || is("INSERT") || is("UPDATE") || is("DELETE") || is("REPLACE") ||
      peek().is_symbol("(")) {
    Statement inner = one();
    inner.what = inner.verb == Verb::select ? "SELECT" : "CHANGE";
    inner.verb = Verb::explain;
    return inner;
  }
  out.verb = Verb::describe;
  out.what = "COLUMNS";
  table_name(out.schema, out.name);
  if (peek().kind == Token::Kind::string || can_be_identifier(peek())) {
    out.text = take().text;
    out.has_text = true;
  }
  return out;
}

Statement Parser::set() {
  Statement out;
  out.verb = Verb::set;
  take();
  if (accept("PASSWORD")) {
    out.verb = Verb::set_password;
    if (accept("FOR")) out.users.push_back(user_name());
    expect_symbol("=");
    if (accept("PASSWORD") || accept("OLD_PASSWORD")) {
      expect_symbol("(");
      out.text = string_literal();
      expect_symbol(")");
    } else {
      out.text = string_literal();
    }
    return out;
  }
  if (is("TRANSACTION") || ((is("SESSION") || is("GLOBAL")) && is("TRANSACTION", 1))) {
    out.verb = Verb::set_transaction;
    out.global = is("GLOBAL");
    skip_rest();
    return out;
  }
  if (accept("ROLE") || accept_all("DEFAULT ROLE")) {
    skip_rest();
    out.verb = Verb::lock;
    return out;
  }
  if (accept("STATEMENT")) {
    while (!is("FOR") && peek().kind != Token::Kind::end) take();
    expect("FOR");
    return one();
  }
  do {
    set_item(out);
  } while (accept_symbol(","));
  return out;
}

void Parser::set_item(Statement& out) {
  Assignment item;
  if (accept("NAMES") || accept_all("CHARACTER SET") || accept("CHARSET")) {
    item.scope = "names";
    if (accept("DEFAULT")) {
      item.name = "utf8mb4";
    } else {
      item.name = peek().kind == Token::Kind::word ? take().text : identifier_or_string();
    }
    if (accept("COLLATE")) item.table = identifier_or_string();
    out.assignments.push_back(std::move(item));
    return;
  }
  if (peek().kind == Token::Kind::user_variable) {
    item.scope = "@";
    item.name = take().text;
  } else {
    const bool at = accept_symbol("@@");
    const std::string first = folded(peek().text);
    if ((first == "global" || first == "session" || first == "local" || first == "persist" ||
         first == "persist_only") &&
        (at ? peek(1).is_symbol(".") : !peek(1).is_symbol("=") && !peek(1).is_symbol(":="))) {
      take();
      item.scope = first == "session" || first == "local" ? "session" : "global";
      if (at) expect_symbol(".");
    }
    item.name = identifier();
    if (accept_symbol(".")) item.name += "." + identifier();
  }
  if (!accept_symbol("=") && !accept_symbol(":=")) fail_here();
  // ON, ALL, BINARY and others are words, not columns.
  const Token& token = peek();
  if (token.kind == Token::Kind::word && !peek(1).is_symbol("(") && !peek(1).is_symbol(".") &&
      !is("NULL") && !is("TRUE") && !is("FALSE") && !is("CASE") && !is("NOT") && !is("CONVERT") &&
      !is("CAST") && !token.text.starts_with('_') && !is("CURRENT_USER") &&
      !is("CURRENT_TIMESTAMP")) {
    auto expr = make(is("DEFAULT") ? Expr::Op::fallback : Expr::Op::literal, token.begin);
    expr->value = take().text;
    expr->literal = Token::Kind::string;
    item.expr = finish(std::move(expr));
  } else {
    item.expr = expression();
  }
  out.assignments.push_back(std::move(item));
}

}  // namespace decnet::service::mysql
