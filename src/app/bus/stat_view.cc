#include "app/bus/stat_view.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <tuple>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "app/table.h"
#include "base/json.h"

namespace decnet::app {
namespace {

namespace json = boost::json;

std::uint64_t count_at(const json::object& object, std::string_view key) {
  const auto* found = object.if_contains(key);
  if (found == nullptr) return 0;
  if (const auto* number = found->if_int64())
    return *number < 0 ? 0 : static_cast<std::uint64_t>(*number);
  if (const auto* number = found->if_uint64()) return *number;
  return 0;
}

double real_at(const json::object& object, std::string_view key) {
  const auto* found = object.if_contains(key);
  if (found != nullptr && found->is_double()) return found->get_double();
  return static_cast<double>(count_at(object, key));
}

std::string text_of(const json::object& object, std::string_view key) {
  const auto* found = object.if_contains(key);
  const auto* text = found == nullptr ? nullptr : found->if_string();
  return text == nullptr ? std::string() : std::string(*text);
}

ClientRow client_of(const json::object& row) {
  ClientRow out;
  out.id = count_at(row, "id");
  out.name = text_of(row, "name");
  out.pid = static_cast<std::int64_t>(count_at(row, "pid"));
  out.uid = static_cast<std::int64_t>(count_at(row, "uid"));
  out.gid = static_cast<std::int64_t>(count_at(row, "gid"));
  out.connected_s = real_at(row, "connected_s");
  out.subscriptions = count_at(row, "subscriptions");
  out.frames_in = count_at(row, "frames_in");
  out.bytes_in = count_at(row, "bytes_in");
  out.frames_out = count_at(row, "frames_out");
  out.bytes_out = count_at(row, "bytes_out");
  out.queued_frames = count_at(row, "queued_frames");
  out.queued_bytes = count_at(row, "queued_bytes");
  out.dropped = count_at(row, "dropped");
  out.denied = count_at(row, "denied");
  out.pace = text_of(row, "pace");
  return out;
}

double rate(std::uint64_t before, std::uint64_t now, double seconds) {
  return now > before && seconds > 0 ? static_cast<double>(now - before) / seconds : 0;
}

// "12.3 k", "4.5 M".
std::string short_number(double number) {
  constexpr std::array<const char*, 5> kUnits = {"", " k", " M", " G", " T"};
  std::size_t unit = 0;
  for (; number >= 1000 && unit + 1 < kUnits.size(); ++unit) number /= 1000;
  const bool whole = number >= 100 || number == static_cast<double>(static_cast<int>(number));
  return fmt::format("{:.{}f}{}", number, whole ? 0 : 1, kUnits[unit]);
}

std::string per_second(double number) {
  return number == 0 ? "-" : short_number(number) + "/s";
}

std::string span(double seconds) {
  if (seconds < 120) return fmt::format("{:.0f} s", seconds);
  if (seconds < 7200) return fmt::format("{:.0f} min", seconds / 60);
  if (seconds < 172'800) return fmt::format("{:.0f} h", seconds / 3600);
  return fmt::format("{:.0f} d", seconds / 86'400);
}

std::string name_shown(const ClientRow& client) {
  return client.name.empty() ? "(unnamed)" : client.name;
}

}  // namespace

Result<BusReport> parse_report(std::string_view payload) {
  json::error_code bad;
  const auto value = json::parse(payload, bad);
  const auto* object = bad ? nullptr : value.if_object();
  if (object == nullptr) return fail(Errc::corrupt, "the broker's report is no JSON object");
  const auto* clients = object->if_contains("clients");
  if (clients == nullptr || !clients->is_array())
    return fail(Errc::corrupt, "the broker's report has no clients");
  BusReport out;
  out.pid = static_cast<std::int64_t>(count_at(*object, "pid"));
  out.uptime_s = real_at(*object, "uptime");
  out.connections = count_at(*object, "connections");
  out.subscriptions = count_at(*object, "subscriptions");
  out.published = count_at(*object, "published");
  out.delivered = count_at(*object, "delivered");
  out.dropped = count_at(*object, "dropped");
  out.protocol_errors = count_at(*object, "protocol_errors");
  out.refused = count_at(*object, "refused");
  out.denied_connections = count_at(*object, "denied_connections");
  out.denied_frames = count_at(*object, "denied_frames");
  out.pauses = count_at(*object, "pauses");
  out.omitted = count_at(*object, "omitted");
  for (const auto& row : clients->get_array())
    if (const auto* client = row.if_object()) out.clients.push_back(client_of(*client));
  return out;
}

BusRates rates_between(const BusReport& before, const BusReport& now) {
  BusRates out;
  out.clients.resize(now.clients.size());
  const double seconds = before.pid == now.pid ? now.uptime_s - before.uptime_s : 0;
  out.published = rate(before.published, now.published, seconds);
  out.delivered = rate(before.delivered, now.delivered, seconds);
  out.dropped = rate(before.dropped, now.dropped, seconds);
  for (std::size_t n = 0; n < now.clients.size(); ++n) {
    const ClientRow& client = now.clients[n];
    const auto was = std::find_if(before.clients.begin(), before.clients.end(),
                                  [&](const ClientRow& one) { return one.id == client.id; });
    if (was == before.clients.end()) continue;
    out.clients[n] = {rate(was->frames_in, client.frames_in, seconds),
                      rate(was->bytes_in, client.bytes_in, seconds),
                      rate(was->frames_out, client.frames_out, seconds),
                      rate(was->bytes_out, client.bytes_out, seconds),
                      rate(was->dropped, client.dropped, seconds)};
  }
  return out;
}

std::vector<std::size_t> slowest_first(const BusReport& report, const BusRates& rates) {
  std::vector<std::size_t> order(report.clients.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto rank = [&](std::size_t n) {
    const ClientRow& client = report.clients[n];
    return std::make_tuple(rates.clients[n].dropped, client.queued_bytes, client.dropped);
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return rank(a) > rank(b); });
  return order;
}

void print_report(const BusReport& report, const BusRates& rates) {
  fmt::print("broker {}, up {}, {} connections, {} subscriptions\n", report.pid,
             span(report.uptime_s), report.connections, report.subscriptions);
  fmt::print("published {} ({})  delivered {} ({})  dropped {} ({})\n", report.published,
             per_second(rates.published), report.delivered, per_second(rates.delivered),
             report.dropped, per_second(rates.dropped));
  fmt::print("protocol errors {}  refused {}  not let in {}  frames not allowed {}  pauses {}\n",
             report.protocol_errors, report.refused, report.denied_connections,
             report.denied_frames, report.pauses);
  const auto order = slowest_first(report, rates);
  if (!order.empty()) {
    const ClientRow& slowest = report.clients[order.front()];
    if (slowest.queued_frames + slowest.dropped > 0)
      fmt::print("slowest: {} (pid {}), {} events wait, {} dropped\n",
                 terminal_safe(name_shown(slowest)), slowest.pid, slowest.queued_frames,
                 slowest.dropped);
    else
      fmt::print("slowest: nobody, nothing waits\n");
  }
  fmt::print("\n");
  Table table({{"name"},
               {"pid", Align::right},
               {"uid", Align::right},
               {"gid", Align::right},
               {"patterns", Align::right},
               {"in", Align::right},
               {"frames in", Align::right},
               {"bytes in", Align::right},
               {"out", Align::right},
               {"frames out", Align::right},
               {"bytes out", Align::right},
               {"queued", Align::right},
               {"dropped", Align::right},
               {"denied", Align::right},
               {"since"}});
  for (const std::size_t n : order) {
    const ClientRow& one = report.clients[n];
    const ClientRates& now = rates.clients[n];
    table.add({name_shown(one), std::to_string(one.pid), std::to_string(one.uid),
               std::to_string(one.gid), std::to_string(one.subscriptions),
               per_second(now.frames_in), short_number(static_cast<double>(one.frames_in)),
               short_number(static_cast<double>(one.bytes_in)), per_second(now.frames_out),
               short_number(static_cast<double>(one.frames_out)),
               short_number(static_cast<double>(one.bytes_out)), std::to_string(one.queued_frames),
               std::to_string(one.dropped), std::to_string(one.denied), span(one.connected_s)});
  }
  table.print();
  if (report.omitted > 0) fmt::print("and {} more\n", report.omitted);
}

std::string report_json(const BusReport& report, const BusRates& rates) {
  JsonWriter out;
  out.begin_object()
      .field("pid", report.pid)
      .field("uptime_s", report.uptime_s)
      .field("connections", report.connections)
      .field("subscriptions", report.subscriptions)
      .field("published", report.published)
      .field("published_per_s", rates.published)
      .field("delivered", report.delivered)
      .field("delivered_per_s", rates.delivered)
      .field("dropped", report.dropped)
      .field("dropped_per_s", rates.dropped)
      .field("protocol_errors", report.protocol_errors)
      .field("refused", report.refused)
      .field("denied_connections", report.denied_connections)
      .field("denied_frames", report.denied_frames)
      .field("pauses", report.pauses);
  out.key("clients").begin_array();
  for (const std::size_t n : slowest_first(report, rates)) {
    const ClientRow& one = report.clients[n];
    const ClientRates& now = rates.clients[n];
    out.begin_object()
        .field("id", one.id)
        .field("name", one.name)
        .field("pid", one.pid)
        .field("uid", one.uid)
        .field("gid", one.gid)
        .field("connected_s", one.connected_s)
        .field("subscriptions", one.subscriptions)
        .field("frames_in", one.frames_in)
        .field("frames_in_per_s", now.frames_in)
        .field("bytes_in", one.bytes_in)
        .field("bytes_in_per_s", now.bytes_in)
        .field("frames_out", one.frames_out)
        .field("frames_out_per_s", now.frames_out)
        .field("bytes_out", one.bytes_out)
        .field("bytes_out_per_s", now.bytes_out)
        .field("queued_frames", one.queued_frames)
        .field("queued_bytes", one.queued_bytes)
        .field("dropped", one.dropped)
        .field("dropped_per_s", now.dropped)
        .field("denied", one.denied)
        .field("pace", one.pace)
        .end_object();
  }
  out.end_array().field("omitted", report.omitted).end_object();
  return std::move(out).take();
}

}  // namespace decnet::app
