#pragma once

#include "store/sqlite/database.h"
#include "store/store.h"

namespace decnet::store::sqlite {

class SqliteMaintenance final : public MaintenanceTable {
 public:
  explicit SqliteMaintenance(Database& database) : database_(database) {}

  Result<StoreStats> stats() const override;
  Result<std::vector<RejectedLine>> rejected(std::size_t limit) const override;
  Result<bool> prune(const Retention& retention, TimePoint now) override;
  Result<void> backup(const std::string& to_path) override;
  Result<Recount> check() const override;
  Result<void> checkpoint() override;
  Result<std::string> setting(std::string_view name) const override;
  Result<void> put_setting(std::string_view name, std::string_view value) override;

 private:
  Database& database_;
};

// prune.cc: one step in one transaction. True while more is left to do.
Result<bool> prune_step(Database& database, const Retention& retention, TimePoint now);

// check.cc: adds what differs.
Result<void> recount(Connection& reader, Recount& into);

}  // namespace decnet::store::sqlite
