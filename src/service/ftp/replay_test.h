// Plays a recording of a genuine server (testdata/*.rec) to the emulator and counts the answers
// that differ.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "service/ftp/world.h"

namespace decnet::service::ftp {

// One thing that the client did, and what the server answered until the next one.
struct ReplayStep {
  std::int64_t at = 0;
  std::string send;
  std::string answer;
  bool ended = false;  // The server then closed the connection.
  enum class Data : std::uint8_t { none, receive, send, close, stall };
  bool connects = false;   // After the answer the client connected, or was connected to.
  Data data = Data::none;  // What it did with that connection.
  std::string bytes;       // What it sent, or got; or the size and SHA-256 of a long content.
  bool digested = false;
  std::size_t data_step = 0;  // The step during which it did.
};

struct ReplayCase {
  std::string name;
  std::string setting;
  std::vector<ReplayStep> steps;  // The first one sends nothing: the greeting.
};

std::vector<ReplayCase> read_recording(const std::string& path);

struct ReplayResult {
  std::size_t answers = 0;
  std::size_t different = 0;
  std::string report;  // The differences, for people.
};

ReplayResult replay(const ReplayCase& recorded, const World& world);

}  // namespace decnet::service::ftp
