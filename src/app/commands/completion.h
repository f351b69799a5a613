// Shell completion, from the commands as CLI11 knows them.
#pragma once

#include <string>
#include <string_view>

#include <CLI/App.hpp>

namespace decnet::app {

// `shell` is bash, zsh or fish.
std::string completion_script(const CLI::App& app, std::string_view shell);

}  // namespace decnet::app
