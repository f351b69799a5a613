// Captured files on disk: artifacts/ab/<sha256>, written once, durable before the line that names
// them is.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace decnet::worker::collector {

// Keeps `content` under its SHA-256 (32 bytes). One that is there already is left alone. Blocking.
// Errors: invalid_argument (content and hash differ), limit (disk full), io.
Result<void> keep_artifact(const std::string& folder, std::string_view sha256,
                           std::string_view content);

}  // namespace decnet::worker::collector
