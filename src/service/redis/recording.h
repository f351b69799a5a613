// Recordings of the genuine server (testdata/*.golden, made by test/differential/redis/record.py),
// for the tests.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "service/redis/texts.h"

namespace decnet::service::redis {

struct RecordedStep {
  enum class Kind : char { send = '>', wait = '~', close = '!' } kind = Kind::send;
  int connection = 1;
  std::string bytes;  // Sent.
  int millis = 0;     // Waited.
  std::vector<std::string> masks;
  std::map<int, std::string> answers;  // By connection.
  std::set<int> closed;                // By the server.
  std::set<int> untold;                // Whose answer names a text that is absent.
};

struct Recording {
  std::string family, name;
  std::map<std::string, std::string> conf;
  bool elsewhere = false;  // Its peers are not on the loopback.
  std::vector<RecordedStep> steps;
};

// All of a folder, in the order of the files' names; with the texts that they name.
std::vector<Recording> load_recordings(const std::string& folder, Texts& texts);

// Makes answers comparable that differ from run to run in the genuine server too; see record.py for
// the masks.
std::string masked(std::string_view answer, const std::vector<std::string>& masks);

std::string escaped(std::string_view bytes);

}  // namespace decnet::service::redis
