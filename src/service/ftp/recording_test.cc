// Reads testdata/*.rec; their form is described in test/differential/ftp/record.py.
#include <fstream>
#include <optional>

#include "service/ftp/replay_test.h"

namespace decnet::service::ftp {

namespace {

std::string unquoted(std::string_view text) {
  std::string out;
  for (std::size_t n = 1; n + 1 < text.size(); ++n) {
    if (text[n] != '\\') {
      out += text[n];
      continue;
    }
    switch (text[++n]) {
      case 'r':
        out += '\r';
        break;
      case 'n':
        out += '\n';
        break;
      case '{': {  // A run: \{41*600}
        const auto end = text.find('}', n);
        const auto star = text.find('*', n);
        const auto byte =
            static_cast<char>(std::stoi(std::string(text.substr(n + 1, 2)), nullptr, 16));
        out.append(
            static_cast<std::size_t>(std::stoi(std::string(text.substr(star + 1, end - star - 1)))),
            byte);
        n = end;
        break;
      }
      case 'x':
        out += static_cast<char>(std::stoi(std::string(text.substr(n + 1, 2)), nullptr, 16));
        n += 2;
        break;
      default:
        out += text[n];
    }
  }
  return out;
}

}  // namespace

std::vector<ReplayCase> read_recording(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<ReplayCase> out;
  std::optional<std::size_t> connected;
  for (std::string line; std::getline(file, line);) {
    const auto space = line.find(' ');
    const std::string word = line.substr(0, space);
    const std::string rest = space == std::string::npos ? std::string() : line.substr(space + 1);
    if (word == "case") {
      const auto gap = rest.find(' ');
      out.push_back({rest.substr(0, gap), rest.substr(gap + 1), {ReplayStep{}}});
      connected.reset();
      continue;
    }
    if (out.empty()) continue;
    auto& steps = out.back().steps;
    const auto on_data = [&](ReplayStep::Data kind) {
      if (!connected) return;
      steps[*connected].data = kind;
      steps[*connected].digested = !rest.empty() && rest.front() != '"';
      steps[*connected].bytes = steps[*connected].digested ? rest : unquoted(rest);
      steps[*connected].data_step = steps.size() - 1;
      connected.reset();
    };
    if (word == "at") {
      if (steps.size() == 1 && steps[0].at == 0)
        steps[0].at = std::stoll(rest);
      else
        steps.push_back({.at = std::stoll(rest)});
    } else if (word == "send") {
      steps.back().send = unquoted(rest);
    } else if (word == "recv") {
      steps.back().answer += unquoted(rest);
    } else if (word == "eof") {
      steps.back().ended = true;
    } else if (word == "connect" || word == "accept") {
      steps.back().connects = true;
      steps.back().data = ReplayStep::Data::stall;
      connected = steps.size() - 1;
    } else if (word == "data-recv") {
      on_data(ReplayStep::Data::receive);
    } else if (word == "data-send") {
      steps.pop_back();  // Its own "at": what is answered to it belongs to the command before.
      on_data(ReplayStep::Data::send);
    } else if (word == "data-close") {
      on_data(ReplayStep::Data::close);
    }
  }
  return out;
}

}  // namespace decnet::service::ftp
