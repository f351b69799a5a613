// CREATE, DROP and ALTER.
#include <array>

#include <fmt/format.h>

#include "service/mysql/limits.h"
#include "service/mysql/parser.h"

namespace decnet::service::mysql {

Statement Parser::create() {
  take();
  if (accept_all("OR REPLACE")) {
  }
  const bool temporary = accept("TEMPORARY");
  if (is("TABLE")) return create_table(temporary);
  if (is("DATABASE") || is("SCHEMA")) return create_database(Verb::create_database);
  if (is("USER")) return create_user(Verb::create_user);
  Statement out;
  if (accept("ROLE")) {
    out.verb = Verb::create_user;
    skip_rest();
    return out;
  }
  const bool unique = accept("UNIQUE") || accept("FULLTEXT") || accept("SPATIAL");
  if (unique || is("INDEX") || is("KEY")) {
    out.verb = Verb::create_index;
    take();
    if (accept_all("IF NOT EXISTS")) out.if_exists = true;
    TableChange change;
    change.kind = TableChange::Kind::add_key;
    change.key.name = identifier();
    change.key.unique = unique;
    if (accept("USING")) word_or_symbol();
    expect("ON");
    table_name(out.schema, out.name);
    change.key.columns = key_columns();
    out.changes.push_back(std::move(change));
    skip_rest();
    return out;
  }
  return create_routine();
}

Statement Parser::create_routine() {
  Statement out;
  while (is("ALGORITHM") || is("DEFINER") || is("SQL") || is("AGGREGATE")) {
    const bool aggregate = is("AGGREGATE");
    take();
    if (aggregate) continue;
    if (accept("SECURITY")) {
      word_or_symbol();
    } else {
      expect_symbol("=");
      if (!accept("CURRENT_USER")) identifier_or_string();
      if (peek().kind == Token::Kind::user_variable) take();
    }
  }
  if (accept("VIEW")) {
    out.verb = Verb::create_view;
    table_name(out.schema, out.name);
    if (peek().is_symbol("(")) key_columns();
    expect("AS");
    out.select = select();
    if (accept("WITH")) skip_rest();
    return out;
  }
  if (accept("FUNCTION")) {
    if (accept_all("IF NOT EXISTS")) out.if_exists = true;
    table_name(out.schema, out.name);
    if (accept("RETURNS")) {
      word_or_symbol();
      expect("SONAME");
      out.verb = Verb::create_udf;
      out.text = string_literal();
      return out;
    }
    expect_symbol("(");
    --at_;
    out.what = "FUNCTION";
  } else if (is("PROCEDURE") || is("TRIGGER") || is("EVENT")) {
    out.what = upper(take().text);
    if (accept_all("IF NOT EXISTS")) out.if_exists = true;
    table_name(out.schema, out.name);
  } else if (is("SERVER") || is("TABLESPACE") || is("SEQUENCE") || is("PACKAGE") || is("LOGFILE")) {
    out.what = upper(take().text);
  } else {
    fail_here();
  }
  out.verb = Verb::create_routine;
  while (peek().kind != Token::Kind::end) take();
  return out;
}

Statement Parser::create_database(Verb verb) {
  Statement out;
  out.verb = verb;
  take();
  if (accept_all("IF NOT EXISTS")) out.if_exists = true;
  if (verb != Verb::alter_database || can_be_identifier(peek())) out.name = identifier();
  while (peek().kind != Token::Kind::end && !peek().is_symbol(";")) {
    accept("DEFAULT");
    if (accept_all("CHARACTER SET") || accept("CHARSET")) {
      accept_symbol("=");
      out.charset = folded(word_or_symbol());
    } else if (accept("COLLATE")) {
      accept_symbol("=");
      out.collation = folded(word_or_symbol());
    } else if (accept("COMMENT")) {
      accept_symbol("=");
      string_literal();
    } else {
      fail_here();
    }
  }
  return out;
}

Statement Parser::create_user(Verb verb) {
  Statement out;
  out.verb = verb;
  take();
  if (accept_all("IF NOT EXISTS") || accept_all("IF EXISTS")) out.if_exists = true;
  do {
    out.users.push_back(user_name());
    identified(out);
  } while (accept_symbol(","));
  skip_rest();
  return out;
}

Statement Parser::create_table(bool temporary) {
  Statement out;
  out.verb = Verb::create_table;
  out.temporary = temporary;
  take();
  if (accept_all("IF NOT EXISTS")) out.if_exists = true;
  table_name(out.schema, out.name);
  const bool in_parentheses = peek().is_symbol("(") && is("LIKE", 1);
  if (in_parentheses) take();
  if (accept("LIKE")) {
    out.verb = Verb::create_table_like;
    TableRef ref;
    table_name(ref.schema, ref.name);
    out.tables.push_back(std::move(ref));
    if (in_parentheses) expect_symbol(")");
    return out;
  }
  if (peek().is_symbol("(") && !is("SELECT", 1)) {
    take();
    table_elements(out);
    expect_symbol(")");
  }
  table_options(out);
  accept("IGNORE");
  accept("REPLACE");
  accept("AS");
  if (is("SELECT") || peek().is_symbol("(")) out.select = select();
  return out;
}

void Parser::table_elements(Statement& out) {
  do {
    if (table_key(out)) continue;
    if (out.columns.size() >= kColumnsMax) throw sql_error(1117, "Too many columns");
    out.columns.push_back(column_def(out.keys));
  } while (accept_symbol(","));
}

bool Parser::table_key(Statement& out) {
  KeyDef key;
  if (accept("CONSTRAINT") && can_be_identifier(peek())) key.name = identifier();
  if (accept("CHECK")) {
    expect_symbol("(");
    --at_;
    parenthesis();
    return true;
  }
  if (accept("FOREIGN")) {
    expect("KEY");
    if (can_be_identifier(peek())) identifier();
    key_columns();
    expect("REFERENCES");
    std::string schema, name;
    table_name(schema, name);
    if (peek().is_symbol("(")) key_columns();
    while (is("ON") || is("MATCH")) {
      take();
      take();
      if (is("NULL") || is("ACTION") || is("DEFAULT")) {
        take();
      } else if (!is("CASCADE") && !is("RESTRICT") && !is("SET") && !is("NO")) {
        break;
      } else {
        if (take().text.size() <= 3) take();
      }
    }
    return true;
  }
  if (accept("PRIMARY")) {
    expect("KEY");
    key.name = "PRIMARY";
    key.unique = true;
  } else if (accept("UNIQUE")) {
    key.unique = true;
    if (!accept("KEY")) accept("INDEX");
  } else if (is("KEY") || is("INDEX") || is("FULLTEXT") || is("SPATIAL")) {
    if (take().text.size() > 5) accept("KEY");
    accept("INDEX");
  } else {
    return false;
  }
  if (key.name != "PRIMARY" && can_be_identifier(peek())) key.name = identifier();
  if (accept("USING")) word_or_symbol();
  key.columns = key_columns();
  while (is("USING") || is("COMMENT") || is("KEY_BLOCK_SIZE")) {
    take();
    accept_symbol("=");
    take();
  }
  if (key.name.empty()) key.name = key.columns.front();
  out.keys.push_back(std::move(key));
  return true;
}

std::vector<std::string> Parser::key_columns() {
  std::vector<std::string> out;
  expect_symbol("(");
  do {
    out.push_back(identifier());
    if (accept_symbol("(")) {
      literal();
      expect_symbol(")");
    }
    if (!accept("ASC")) accept("DESC");
  } while (accept_symbol(","));
  expect_symbol(")");
  return out;
}

void Parser::table_options(Statement& out) {
  while (peek().kind == Token::Kind::word && !is("SELECT") && !is("AS") && !is("IGNORE")) {
    accept("DEFAULT");
    std::string option = upper(take().text);
    if (option == "CHARACTER") {
      expect("SET");
      option = "CHARSET";
    } else if ((option == "DATA" || option == "INDEX") && accept("DIRECTORY")) {
      option = "DIRECTORY";
    } else if (option == "PARTITION") {
      while (peek().kind != Token::Kind::end && !peek().is_symbol(";")) take();
      return;
    }
    accept_symbol("=");
    if (peek().kind == Token::Kind::end || peek().is_symbol(";")) fail_here();
    const std::string value = take().text;
    if (option == "ENGINE" || option == "TYPE") out.engine = value;
    if (option == "CHARSET") out.charset = folded(value);
    if (option == "COLLATE") out.collation = folded(value);
    if (option == "COMMENT") out.text = value;
    accept_symbol(",");
  }
}

Statement Parser::drop() {
  Statement out;
  take();
  accept("TEMPORARY");
  const std::string what = upper(word_or_symbol());
  if (accept_all("IF EXISTS")) out.if_exists = true;
  if (what == "TABLE" || what == "TABLES" || what == "VIEW") {
    out.verb = what == "VIEW" ? Verb::drop_view : Verb::drop_table;
    do {
      TableRef ref;
      table_name(ref.schema, ref.name);
      out.tables.push_back(std::move(ref));
    } while (accept_symbol(","));
    if (!accept("RESTRICT")) accept("CASCADE");
  } else if (what == "DATABASE" || what == "SCHEMA") {
    out.verb = Verb::drop_database;
    out.name = identifier();
  } else if (what == "USER" || what == "ROLE") {
    out.verb = Verb::drop_user;
    do {
      out.users.push_back(user_name());
    } while (accept_symbol(","));
  } else if (what == "FUNCTION" || what == "PROCEDURE" || what == "TRIGGER" || what == "EVENT") {
    out.verb = what == "FUNCTION" ? Verb::drop_function : Verb::drop_routine;
    out.what = what;
    table_name(out.schema, out.name);
  } else if (what == "INDEX") {
    out.verb = Verb::drop_index;
    TableChange change;
    change.kind = TableChange::Kind::drop_key;
    change.name = identifier();
    expect("ON");
    table_name(out.schema, out.name);
    out.changes.push_back(std::move(change));
    skip_rest();
  } else if (what == "PREPARE") {
    out.verb = Verb::deallocate;
    out.name = identifier();
  } else {
    --at_;
    fail_here();
  }
  return out;
}

Statement Parser::alter() {
  take();
  if (is("DATABASE") || is("SCHEMA")) return create_database(Verb::alter_database);
  if (is("USER")) return create_user(Verb::alter_user);
  Statement out;
  accept("IGNORE");
  if (!accept("TABLE")) fail_here();
  out.verb = Verb::alter_table;
  if (accept_all("IF EXISTS")) out.if_exists = true;
  table_name(out.schema, out.name);
  if (peek().kind == Token::Kind::end) return out;
  do {
    table_change(out);
  } while (accept_symbol(","));
  return out;
}

}  // namespace decnet::service::mysql
