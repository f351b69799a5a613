#pragma once

#include "store/deckies.h"
#include "store/sqlite/database.h"

namespace decnet::store::sqlite {

class SqliteDeckies final : public DeckyTable {
 public:
  explicit SqliteDeckies(Database& database) : database_(database) {}

  Result<std::vector<DeckyRow>> list(TimePoint now) const override;
  Result<DeckyRow> get(std::string_view name, TimePoint now) const override;
  Result<void> set_desired(const std::vector<fleet::DeckySpec>& wanted, TimePoint now) override;
  Result<bool> set_actual(std::string_view name, std::string_view state, std::string_view reason,
                          const std::vector<ServiceState>& services, TimePoint now) override;

  Result<std::string> secret(Uuid decky, std::string_view purpose) const override;
  Result<void> put_secret(Uuid decky, std::string_view purpose, std::string_view sealed) override;
  Result<std::string> service_state(std::string_view decky, std::string_view service,
                                    std::uint16_t port) const override;
  Result<void> put_service_state(std::string_view decky, std::string_view service,
                                 std::uint16_t port, std::string_view state) override;
  Result<std::string> memory(const MemoryKey& key) const override;
  Result<void> put_memory(const MemoryKey& key, std::string_view memory, TimePoint now) override;

 private:
  Database& database_;
};

}  // namespace decnet::store::sqlite
