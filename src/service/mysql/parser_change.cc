// INSERT, UPDATE, DELETE, LOAD DATA, and what changes no tables.
#include <array>

#include "service/mysql/parser.h"

namespace decnet::service::mysql {

Statement Parser::insert(Verb verb) {
  Statement out;
  out.verb = verb;
  take();
  while (is("LOW_PRIORITY") || is("DELAYED") || is("HIGH_PRIORITY") || is("IGNORE"))
    out.ignore = equal_case(take().text, "IGNORE") || out.ignore;
  accept("INTO");
  table_name(out.schema, out.name);
  if (peek().is_symbol("(") && !is("SELECT", 1)) {
    take();
    if (!peek().is_symbol(")")) {
      do {
        std::string name = identifier();
        while (accept_symbol(".")) name = identifier();
        out.names.push_back(std::move(name));
      } while (accept_symbol(","));
    }
    expect_symbol(")");
  }
  if (accept("SET")) {
    out.rows.emplace_back();
    do {
      out.names.push_back(identifier());
      expect_symbol("=");
      out.rows.back().push_back(expression());
    } while (accept_symbol(","));
  } else if (is("SELECT") || peek().is_symbol("(") || is("WITH")) {
    out.select = select();
  } else {
    if (!accept("VALUES")) expect("VALUE");
    do {
      expect_symbol("(");
      out.rows.emplace_back();
      if (!peek().is_symbol(")")) {
        do {
          out.rows.back().push_back(expression());
        } while (accept_symbol(","));
      }
      expect_symbol(")");
    } while (accept_symbol(","));
  }
  if (accept_all("ON DUPLICATE KEY UPDATE")) {
    do {
      Assignment item;
      item.name = identifier();
      if (accept_symbol(".")) item.name = identifier();
      expect_symbol("=");
      item.expr = expression();
      out.on_duplicate.push_back(std::move(item));
    } while (accept_symbol(","));
  }
  if (accept("RETURNING")) skip_rest();
  return out;
}

Statement Parser::update() {
  Statement out;
  out.verb = Verb::update;
  take();
  while (is("LOW_PRIORITY") || is("IGNORE"))
    out.ignore = equal_case(take().text, "IGNORE") || out.ignore;
  from_clause(out.tables);
  expect("SET");
  do {
    Assignment item;
    item.name = identifier();
    while (accept_symbol(".")) {
      item.table = std::move(item.name);
      item.name = identifier();
    }
    expect_symbol("=");
    item.expr = expression();
    out.assignments.push_back(std::move(item));
  } while (accept_symbol(","));
  if (accept("WHERE")) out.where = expression();
  if (is("ORDER")) order_clause(out.order);
  if (accept("LIMIT")) out.number = primary();
  return out;
}

Statement Parser::remove() {
  Statement out;
  out.verb = Verb::remove;
  take();
  while (is("LOW_PRIORITY") || is("QUICK") || is("IGNORE")) take();
  if (!is("FROM")) {
    identifier();
    while (accept_symbol(".")) word_or_symbol();
  }
  expect("FROM");
  from_clause(out.tables);
  if (accept("WHERE")) out.where = expression();
  if (is("ORDER")) order_clause(out.order);
  if (accept("LIMIT")) out.number = primary();
  if (accept("RETURNING")) skip_rest();
  return out;
}

Statement Parser::load_data() {
  Statement out;
  out.verb = Verb::load_data;
  take();
  if (!accept("DATA")) expect("XML");
  if (!accept("LOW_PRIORITY")) accept("CONCURRENT");
  out.local = accept("LOCAL");
  expect("INFILE");
  out.text = string_literal();
  if (!accept("REPLACE")) out.ignore = accept("IGNORE");
  expect("INTO");
  expect("TABLE");
  table_name(out.schema, out.name);
  skip_rest();
  return out;
}

Statement Parser::prepared(Verb verb) {
  Statement out;
  out.verb = verb;
  take();
  if (verb == Verb::deallocate) expect("PREPARE");
  if (verb == Verb::execute && accept("IMMEDIATE")) {
    out.what = "IMMEDIATE";
    out.where = expression();
  } else {
    out.name = identifier();
  }
  if (verb == Verb::prepare) {
    expect("FROM");
    out.where = expression();
  }
  if (verb == Verb::execute && accept("USING")) {
    out.rows.emplace_back();
    do {
      out.rows.back().push_back(expression());
    } while (accept_symbol(","));
  }
  return out;
}

Statement Parser::transaction() {
  Statement out;
  const std::string word = upper(take().text);
  if (word == "START" && (is("SLAVE") || is("REPLICA"))) {
    out.verb = Verb::change_master;
    skip_rest();
    return out;
  }
  if (word == "BEGIN" || word == "START") {
    out.verb = Verb::begin;
    if (word == "START") {
      expect("TRANSACTION");
      skip_rest();
    } else {
      accept("WORK");
    }
  } else if (word == "COMMIT" || word == "ROLLBACK") {
    out.verb = word == "COMMIT" ? Verb::commit : Verb::rollback;
    accept("WORK");
    if (word == "ROLLBACK" && accept("TO")) {
      out.verb = Verb::savepoint;
      accept("SAVEPOINT");
      out.what = "ROLLBACK";
      out.name = identifier();
    } else {
      skip_rest();
    }
  } else {
    out.verb = Verb::savepoint;
    out.what = word;
    if (word == "RELEASE") expect("SAVEPOINT");
    if (word == "XA") {
      skip_rest();
    } else {
      out.name = identifier();
    }
  }
  return out;
}

Statement Parser::simple() {
  Statement out;
  if (accept("USE")) {
    out.verb = Verb::use;
    out.name = identifier();
  } else if (accept("TRUNCATE")) {
    out.verb = Verb::truncate;
    accept("TABLE");
    table_name(out.schema, out.name);
  } else if (accept("DO")) {
    out.verb = Verb::evaluate;
    out.rows.emplace_back();
    do {
      out.rows.back().push_back(expression());
    } while (accept_symbol(","));
  } else if (accept("CALL")) {
    out.verb = Verb::call;
    table_name(out.schema, out.name);
    if (peek().is_symbol("(")) skip_rest();
  } else if (accept("KILL")) {
    out.verb = Verb::kill;
    if (accept("HARD") || accept("SOFT")) out.full = true;
    if (!accept("CONNECTION")) out.local = accept("QUERY");
    out.number = expression();
  } else if (is("LOCK") || is("UNLOCK")) {
    out.verb = equal_case(take().text, "LOCK") ? Verb::lock : Verb::unlock;
    if (!is("TABLES") && !is("TABLE")) fail_here();
    skip_rest();
  } else if (is("ANALYZE") || is("OPTIMIZE") || is("CHECK") || is("REPAIR") || is("CHECKSUM")) {
    out.what = folded(take().text);
    out.verb = out.what == "checksum" ? Verb::checksum : Verb::admin_table;
    if (!accept("NO_WRITE_TO_BINLOG")) accept("LOCAL");
    if (!accept("TABLE")) expect("TABLES");
    do {
      TableRef ref;
      table_name(ref.schema, ref.name);
      out.tables.push_back(std::move(ref));
    } while (accept_symbol(","));
    skip_rest();
  } else {
    static constexpr std::array<std::pair<std::string_view, Verb>, 12> kRest = {
        {{"FLUSH", Verb::flush},
         {"RESET", Verb::reset},
         {"SHUTDOWN", Verb::shutdown},
         {"CHANGE", Verb::change_master},
         {"STOP", Verb::change_master},
         {"HELP", Verb::help},
         {"HANDLER", Verb::handler},
         {"PURGE", Verb::purge},
         {"INSTALL", Verb::install_plugin},
         {"UNINSTALL", Verb::uninstall_plugin},
         {"CACHE", Verb::flush},
         {"BINLOG", Verb::purge}}};
    for (const auto& [word, verb] : kRest) {
      if (!accept(word)) continue;
      out.verb = verb;
      if (verb == Verb::flush && peek().kind == Token::Kind::end) fail_here();
      out.what = upper(peek().text);
      if (verb == Verb::install_plugin || verb == Verb::uninstall_plugin) {
        if (accept("PLUGIN")) out.name = identifier();
        if (accept("SONAME")) out.text = string_literal();
      }
      skip_rest();
      return out;
    }
    fail_here();
  }
  return out;
}

Statement Parser::rename() {
  Statement out;
  take();
  if (accept("USER")) {
    out.verb = Verb::alter_user;
    skip_rest();
    return out;
  }
  out.verb = Verb::rename_table;
  if (!accept("TABLE")) expect("TABLES");
  do {
    TableRef from, to;
    table_name(from.schema, from.name);
    expect("TO");
    table_name(to.schema, to.name);
    out.tables.push_back(std::move(from));
    out.tables.push_back(std::move(to));
  } while (accept_symbol(","));
  return out;
}

Statement Parser::grant(Verb verb) {
  Statement out;
  out.verb = verb;
  take();
  while (!is("ON") && !is("TO") && !is("FROM")) {
    if (peek().kind == Token::Kind::end || peek().is_symbol(";")) fail_here();
    out.what += (out.what.empty() ? "" : " ") + upper(take().text);
  }
  if (accept("ON")) {
    if (!is("TABLE") || peek(1).is_symbol(".") ? false : true) take();
    while (!is("TO") && !is("FROM")) {
      if (peek().kind == Token::Kind::end) fail_here();
      out.name += take().text;
    }
  }
  take();
  do {
    out.users.push_back(user_name());
    identified(out);
  } while (accept_symbol(","));
  skip_rest();
  return out;
}

void Parser::identified(Statement& out) {
  if (!accept("IDENTIFIED")) return;
  out.has_text = true;
  if (accept("BY")) {
    accept("PASSWORD");
    out.text = string_literal();
  } else if (accept("WITH") || accept("VIA")) {
    out.engine = identifier_or_string();
    if (accept("BY") || accept("AS") || accept("USING")) {
      if (accept("PASSWORD")) {
        expect_symbol("(");
        out.text = string_literal();
        expect_symbol(")");
      } else {
        out.text = string_literal();
      }
    }
  } else {
    fail_here();
  }
}

}  // namespace decnet::service::mysql
