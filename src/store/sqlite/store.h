// The SQLite backend.
#pragma once

#include <memory>
#include <string>

#include "store/store.h"

namespace decnet::store::sqlite {

Result<std::unique_ptr<Store>> open(const std::string& path, const StoreOptions& options);

}  // namespace decnet::store::sqlite
