// HTTP requests against whoever answers them: a decky, a genuine server, the API.
//
//   http_bench --targets IP:PORT[,…] [--seconds S] [--connections N] [--sources N]
//              [--fresh]            one connection a request
//              [--rate R]           open loop, R requests a second; without it, closed loop
//              [--warm-up S]        not counted
//              [--path P | --paths FILE]  one of the lines of FILE at random
//              [--header "Name: value"]
//
// Prints one JSON object.
#include <fstream>

#include "bench/load.h"

namespace decnet::bench {
namespace {

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream in(path);
  std::vector<std::string> out;
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

int run(const std::vector<std::string>& arguments) {
  LoadOptions options{.targets = parse_targets(text_option(arguments, "--targets", ""))};
  if (options.targets.empty()) {
    std::fprintf(stderr,
                 "usage: http_bench --targets IP:PORT[,…] …  (see the head of its source)\n");
    return 2;
  }
  options.seconds = number_option(arguments, "--seconds", 5);
  options.connections = static_cast<std::size_t>(number_option(arguments, "--connections", 32));
  options.sources = static_cast<std::size_t>(number_option(arguments, "--sources", 64));
  options.rate = number_option(arguments, "--rate", 0);
  options.warm_up_seconds = number_option(arguments, "--warm-up", 0);
  options.is_fresh = has_option(arguments, "--fresh");
  options.paths = {text_option(arguments, "--path", "/")};
  if (has_option(arguments, "--paths"))
    options.paths = lines_of(text_option(arguments, "--paths", ""));
  if (has_option(arguments, "--header")) options.headers = {text_option(arguments, "--header", "")};
  if (options.paths.empty()) {
    std::fprintf(stderr, "no paths\n");
    return 2;
  }
  std::printf("%s\n", Load(std::move(options)).run().json().c_str());
  return 0;
}

}  // namespace
}  // namespace decnet::bench

int main(int count, char** arguments) {
  return decnet::bench::run({arguments + 1, arguments + count});
}
