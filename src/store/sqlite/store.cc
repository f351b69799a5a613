#include "store/sqlite/store.h"

#include "store/sqlite/accounts.h"
#include "store/sqlite/attackers.h"
#include "store/sqlite/deckies.h"
#include "store/sqlite/events.h"
#include "store/sqlite/ingest.h"
#include "store/sqlite/maintenance.h"
#include "store/sqlite/migrations.h"

namespace decnet::store::sqlite {
namespace {

class SqliteStore final : public Store {
 public:
  explicit SqliteStore(std::unique_ptr<Database> database)
      : database_(std::move(database)),
        ingest_(*database_),
        events_(*database_),
        changes_(*database_),
        attackers_(*database_),
        deckies_(*database_),
        accounts_(*database_),
        maintenance_(*database_) {}

  IngestTable& ingest() override { return ingest_; }
  EventTable& events() override { return events_; }
  ChangeTable& changes() override { return changes_; }
  AttackerTable& attackers() override { return attackers_; }
  DeckyTable& deckies() override { return deckies_; }
  AccountTable& accounts() override { return accounts_; }
  MaintenanceTable& maintenance() override { return maintenance_; }

 private:
  std::unique_ptr<Database> database_;
  SqliteIngest ingest_;
  SqliteEvents events_;
  SqliteChanges changes_;
  SqliteAttackers attackers_;
  SqliteDeckies deckies_;
  SqliteAccounts accounts_;
  SqliteMaintenance maintenance_;
};

}  // namespace

Result<std::unique_ptr<Store>> open(const std::string& path, const StoreOptions& options) {
  auto database = DECNET_TRY(
      Database::open(path, options.migrate ? Database::Missing::make : Database::Missing::refuse));
  DECNET_TRY(migrate(database->writing_connection(), path,
                     {.migrate = options.migrate, .backup_folder = options.backup_folder}));
  return std::make_unique<SqliteStore>(std::move(database));
}

}  // namespace decnet::store::sqlite
