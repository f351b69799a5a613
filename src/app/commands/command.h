// A command of the command line: registers itself with CLI11 and leaves what is to be done.
#pragma once

#include <functional>
#include <string>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "base/config.h"
#include "base/result.h"

namespace decnet::app {

// What every command knows.
struct Invocation {
  Config config;
  std::string config_file;
  bool json = false;
  std::function<int()> action;  // Set by the command that was chosen.
};

void add_up(CLI::App& app, Invocation& invocation);        // up, down, process
void add_status(CLI::App& app, Invocation& invocation);    // status
void add_catalog(CLI::App& app, Invocation& invocation);   // services, archetypes
void add_watch(CLI::App& app, Invocation& invocation);     // events, attackers
void add_sessions(CLI::App& app, Invocation& invocation);  // sessions, sessions show
void add_replay(CLI::App& app, Invocation& invocation);    // replay
void add_import(CLI::App& app, Invocation& invocation);    // import
void add_db(CLI::App& app, Invocation& invocation);        // db backup|check|migrate
void add_users(CLI::App& app, Invocation& invocation);     // users reset
void add_bus(CLI::App& app, Invocation& invocation);       // bus serve|pub|sub|stat|bench
void add_doctor(CLI::App& app, Invocation& invocation);    // doctor
void add_init(CLI::App& app, Invocation& invocation);      // init
void add_config(CLI::App& app, Invocation& invocation);    // config check|show
void add_about(CLI::App& app, Invocation& invocation);  // version, completion, openapi, reference

// Says what went wrong, on stderr, and gives the exit code for it.
int failed(const Error& error);

}  // namespace decnet::app
