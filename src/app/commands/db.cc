#include <fmt/core.h>

#include "app/commands/command.h"
#include "app/data_lock.h"
#include "app/exit_codes.h"
#include "base/json.h"
#include "store/store.h"

namespace decnet::app {
namespace {

int backup(const Invocation& invocation, const std::string& to) {
  auto store = store::open_store({.url = invocation.config.store_url(), .migrate = false});
  if (!store) return failed(store.error());
  const auto done = (*store)->maintenance().backup(to);
  if (!done) return failed(done.error());
  fmt::print("the store is copied to {}\n", to);
  return kExitOk;
}

int check(const Invocation& invocation) {
  auto store = store::open_store({.url = invocation.config.store_url(), .migrate = false});
  if (!store) return failed(store.error());
  const auto recount = (*store)->maintenance().check();
  if (!recount) return failed(recount.error());
  if (invocation.json) {
    JsonWriter json;
    json.begin_object().field("ok", recount->ok).key("differences").begin_array();
    for (const auto& difference : recount->differences) json.value(difference);
    fmt::print("{}\n", json.end_array().end_object().text());
  } else if (recount->ok) {
    fmt::print("the store is whole, and every counter equals a recount\n");
  } else {
    for (const auto& difference : recount->differences) fmt::print("{}\n", difference);
  }
  return recount->ok ? kExitOk : kExitFailed;
}

int migrate(const Invocation& invocation) {
  const auto lock = lock_data_folder(invocation.config.data_dir);
  if (!lock) return failed(lock.error());
  const auto store = store::open_store({.url = invocation.config.store_url(),
                                        .backup_folder = invocation.config.data_dir + "/backups"});
  if (!store) return failed(store.error());
  const auto stats = (*store)->maintenance().stats();
  if (!stats) return failed(stats.error());
  fmt::print("the store has schema version {}\n", stats->schema_version);
  return kExitOk;
}

}  // namespace

void add_db(CLI::App& app, Invocation& invocation) {
  auto* db = app.add_subcommand("db", "the store: backup, check, migrate");
  db->require_subcommand(1);
  const auto to = std::make_shared<std::string>();
  auto* backup_command = db->add_subcommand("backup", "copy the store, also while decnet runs");
  backup_command->add_option("file", *to, "where to; must not exist")->required();
  backup_command->callback([&invocation, to] {
    invocation.action = [&invocation, to] { return backup(invocation, *to); };
  });
  db->add_subcommand("check", "integrity, and every counter against a recount")
      ->callback(
          [&invocation] { invocation.action = [&invocation] { return check(invocation); }; });
  db->add_subcommand("migrate", "bring the store to this program's schema (a start does it, too)")
      ->callback(
          [&invocation] { invocation.action = [&invocation] { return migrate(invocation); }; });
}

}  // namespace decnet::app
