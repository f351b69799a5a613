// From a peer's connect to the server-sent event that tells of it: connections at a steady rate
// against deckies, beside one client of the stream.
//
//   touch_bench --targets IP:PORT[,…] --api IP:PORT --token T [--rate R] [--seconds S]
//               [--warm-up S] [--sources N]
//
// Each touch is a connection of its own with one request. Its time is from just before connect() to
// the read that brings the first event with its source address and port. Prints one JSON object.
#include <atomic>
#include <map>
#include <thread>

#include <poll.h>
#include <sys/socket.h>

#include "base/json.h"
#include "bench/load.h"

namespace decnet::bench {
namespace {

constexpr double kLastFrameSeconds = 2;  // Waited for frames after the last touch.

struct Frame {
  std::string peer;  // address:port
  SteadyClock::time_point at;
};

// One client of the stream, on a thread of its own.
class StreamReader {
 public:
  StreamReader(const Target& api, const std::string& token) : fd_(dial(api, 0)) {
    pollfd ready{.fd = fd_.get(), .events = POLLOUT, .revents = 0};
    const std::string request = "GET /api/v1/stream HTTP/1.1\r\nHost: " + api.ip +
                                "\r\nAuthorization: Bearer " + token +
                                "\r\nAccept: text/event-stream\r\n\r\n";
    if (::poll(&ready, 1, 5'000) != 1 ||
        ::send(fd_.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0) {
      std::fprintf(stderr, "the API does not answer\n");
      std::exit(1);
    }
    thread_ = std::thread([this] { read(); });
  }
  ~StreamReader() { stop(); }
  StreamReader(const StreamReader&) = delete;
  StreamReader& operator=(const StreamReader&) = delete;

  void stop() {
    is_over_ = true;
    if (thread_.joinable()) thread_.join();
  }
  bool is_live() const noexcept { return is_live_; }
  std::uint64_t events() const noexcept { return frames_.size(); }  // After stop().
  std::uint64_t gaps() const noexcept { return gaps_; }
  const std::vector<Frame>& frames() const noexcept { return frames_; }

 private:
  void read() {
    char buffer[256 * 1024];
    while (!is_over_) {
      pollfd ready{.fd = fd_.get(), .events = POLLIN, .revents = 0};
      if (::poll(&ready, 1, 50) != 1) continue;
      const ssize_t got = ::recv(fd_.get(), buffer, sizeof buffer, 0);
      if (got <= 0) break;
      take({buffer, static_cast<std::size_t>(got)}, SteadyClock::now());
    }
  }

  // Chunk heads lie between the lines and are no `data:`.
  void take(std::string_view bytes, SteadyClock::time_point now) {
    rest_ += bytes;
    std::string_view left = rest_;
    for (auto end = left.find('\n'); end != left.npos; end = left.find('\n')) {
      take_line(left.substr(0, end), now);
      left.remove_prefix(end + 1);
    }
    rest_.erase(0, rest_.size() - left.size());
  }

  void take_line(std::string_view line, SteadyClock::time_point now) {
    if (line.starts_with("retry:") || line.starts_with("id:")) is_live_ = true;
    if (line.starts_with("event: gap") || line.starts_with("event: reset")) ++gaps_;
    if (!line.starts_with("data: ")) return;
    const auto ip = member(line, "\"src_ip\":\"", '"');
    const auto port = member(line, "\"src_port\":", ',');
    if (!ip.empty() && !port.empty()) frames_.push_back({ip + ":" + port, now});
  }

  static std::string member(std::string_view line, std::string_view name, char end) {
    const auto at = line.find(name);
    if (at == line.npos) return {};
    line.remove_prefix(at + name.size());
    return std::string(line.substr(0, line.find(end)));
  }

  UniqueFd fd_;
  std::string rest_;
  std::vector<Frame> frames_;
  std::uint64_t gaps_ = 0;
  std::atomic<bool> is_over_ = false, is_live_ = false;
  std::thread thread_;
};

struct Touches {
  std::multimap<std::string, SteadyClock::time_point> by_peer;
  SteadyClock::time_point last;
};

// The first frame after each touch of that peer; what was touched in the warm-up is left out.
Latencies join(const Touches& touches, const std::vector<Frame>& frames,
               SteadyClock::time_point from, std::uint64_t& missing) {
  std::multimap<std::string, SteadyClock::time_point> first;
  for (const Frame& frame : frames) first.emplace(frame.peer, frame.at);  // Keeps their order.
  Latencies out;
  for (const auto& [peer, at] : touches.by_peer) {
    if (at < from) continue;
    const auto [begin, end] = first.equal_range(peer);
    auto found = begin;
    while (found != end && found->second < at) ++found;
    if (found == end)
      ++missing;
    else
      out.add(std::chrono::duration<double, std::milli>(found->second - at).count());
  }
  return out;
}

int run(const std::vector<std::string>& arguments) {
  const auto api = parse_targets(text_option(arguments, "--api", ""));
  LoadOptions options{.targets = parse_targets(text_option(arguments, "--targets", ""))};
  if (api.empty() || options.targets.empty()) {
    std::fprintf(stderr, "usage: touch_bench --targets IP:PORT[,…] --api IP:PORT --token T …\n");
    return 2;
  }
  options.connections = 512;
  options.is_fresh = true;
  options.rate = number_option(arguments, "--rate", 400);
  options.seconds = number_option(arguments, "--seconds", 10);
  options.warm_up_seconds = number_option(arguments, "--warm-up", 2);
  options.sources = static_cast<std::size_t>(number_option(arguments, "--sources", 500));
  Touches touches;
  options.on_dial = [&touches](const Dialled& dialled) {
    touches.by_peer.emplace(dialled.source_ip + ":" + std::to_string(dialled.source_port),
                            dialled.at);
  };
  const double warm_up = options.warm_up_seconds, seconds = options.seconds;
  StreamReader stream(api.front(), text_option(arguments, "--token", ""));
  while (!stream.is_live()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const auto start = SteadyClock::now();
  Outcome load = Load(std::move(options)).run();
  std::this_thread::sleep_for(std::chrono::duration<double>(kLastFrameSeconds));
  stream.stop();
  std::uint64_t missing = 0;
  const auto from = start + std::chrono::duration_cast<SteadyClock::duration>(
                                std::chrono::duration<double>(warm_up));
  Latencies latencies = join(touches, stream.frames(), from, missing);
  JsonWriter json;
  json.begin_object().field("touches", latencies.count()).field("missing", missing);
  json.field("events_per_s", static_cast<double>(stream.events()) / (warm_up + seconds));
  json.field("gaps", stream.gaps()).field("errors", load.errors + load.refused + load.unsent);
  json.field("p50_ms", latencies.at(0.5)).field("p99_ms", latencies.at(0.99));
  json.field("max_ms", latencies.at(1)).end_object();
  std::printf("%s\n", json.text().c_str());
  return 0;
}

}  // namespace
}  // namespace decnet::bench

int main(int count, char** arguments) {
  return decnet::bench::run({arguments + 1, arguments + count});
}
