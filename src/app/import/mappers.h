// The mappers by kind; each in a file of its name. Inside of import only.
#pragma once

#include <memory>

#include "app/import/import.h"

namespace decnet::app {

std::unique_ptr<RowMapper> make_cowrie_mapper(const ImportSource& source);
std::unique_ptr<RowMapper> make_dionaea_mapper(const ImportSource& source);
std::unique_ptr<RowMapper> make_heralding_mapper(const ImportSource& source);
std::unique_ptr<RowMapper> make_honeytrap_mapper(const ImportSource& source);
std::unique_ptr<RowMapper> make_rfc5424_mapper(const ImportSource& source);

}  // namespace decnet::app
