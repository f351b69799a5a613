#include "service/ftp/connection.h"

#include <algorithm>

namespace decnet::service::ftp {

namespace {

constexpr std::uint32_t kNogroup = 65534;

bool is_anonymous_name(std::string_view name) {
  const std::string upper_name = upper(name);
  return upper_name == "FTP" || upper_name == "ANONYMOUS";
}

std::string_view outcome_name(Outcome outcome) {
  switch (outcome) {
    case Outcome::complete:
      return "complete";
    case Outcome::failed:
      return "failed";
    case Outcome::stalled:
      return "stalled";
    case Outcome::full:
      return "no_room";
    case Outcome::aborted:
      break;
  }
  return "aborted";
}

}  // namespace

void Upload::take(std::string_view bytes) {
  capture_->write(bytes);
  content_.append(bytes);
  taken_ += bytes.size();
}

std::shared_ptr<const std::string> Upload::finish() {
  capture_->finish();
  if (taken_ < after_.size()) content_.append(after_, taken_);
  return std::make_shared<const std::string>(std::move(content_));
}

Connection::Connection(session::Session& of, const World& in, Store& store)
    : session(of), world(in), data(of, in), store_(store), peer_(of.stream().peer().ip.text()) {
  store_.begin_session(peer_, now());
}

Connection::~Connection() {
  store_.end_session(peer_);
}

std::int64_t Connection::now() const {
  return to_micros(session.clock().now()) / 1'000'000;
}

Done Connection::send(std::string_view bytes) {
  sent_ += bytes.size();
  co_return co_await session.stream().write(bytes);
}

bool Connection::log_in(std::string_view name, std::string_view password) {
  const bool guest = is_anonymous_name(name);
  const bool accepted = guest ? world.profile.anonymous
                              : world.users.may_log_in(name) && session.accepts(name, password);
  session.login({.principal = name,
                 .secret = password,
                 .method = guest ? "anonymous" : "password",
                 .accepted = accepted});
  return accepted;
}

void Connection::enter(const User& as, std::string jail, std::string_view shown_name) {
  user = shown_name;
  tree = Tree(store_.tree_of(peer_));
  tree.enter({as.uid, as.gid}, std::move(jail));
}

void Connection::enter_anonymous(std::string_view shown_name) {
  anonymous = true;
  const User* guest = world.users.find("ftp");
  const User nobody;
  const User& as = guest != nullptr ? *guest : nobody;
  enter(as, as.home, shown_name);
  if (world.profile.server == Profile::Server::proftpd) tree.enter({as.uid, kNogroup}, as.home);
  home = cwd = "/";
}

void Connection::refresh() {
  if (!user.empty()) tree.adopt(store_.tree_of(peer_));
}

bool Connection::commit() {
  const bool kept = store_.keep(peer_, tree.root(), now());
  if (!kept) refresh();
  return kept;
}

std::string Connection::without_tilde(std::string_view path) const {
  if (path == "~" || path.starts_with("~/")) return home + std::string(path.substr(1));
  return std::string(path);
}

std::string Connection::content(const Node& file) const {
  return file.bytes != nullptr ? *file.bytes : world.library->content(file);
}

std::unique_ptr<Upload> Connection::begin_upload(const std::string& path, std::uint64_t offset,
                                                 bool keep_rest) {
  std::string before;
  std::string after;
  if (offset > 0 || keep_rest) {
    if (const auto old = tree.find(cwd, path); old && old->node->kind == Kind::file)
      before = content(*old->node);
    offset = std::min<std::uint64_t>(offset, kPeerBytesMax);
    if (keep_rest && offset < before.size()) after = before.substr(offset);
    before.resize(offset, '\0');
  }
  const std::string whole = path.starts_with('/') ? path : join_path(cwd, path);
  return std::make_unique<Upload>(session.capture(base_name(whole), whole), std::move(before),
                                  std::move(after));
}

void Connection::record_transfer(std::string_view verb, std::string_view path,
                                 const Transfer& transfer, std::uint64_t offset, bool passive,
                                 bool secure) {
  event::Event event = session.request();
  event.add("verb", verb)
      .add("path", path)
      .add("bytes", transfer.bytes)
      .add("outcome", outcome_name(transfer.outcome));
  event.add("mode", passive ? "passive" : "active");
  if (secure) event.add("data_tls", "true");
  if (offset > 0) event.add("offset", offset);
  session.emit(std::move(event));
}

void Connection::record_attack(std::string_view verb, std::string_view argument,
                               std::string_view name) {
  event::Event event = session.request();
  event.severity = event::Severity::warning;
  event.add("verb", verb).add("argument", argument).add("attack", name);
  session.emit(std::move(event));
}

std::string_view known_attack(std::string_view verb, std::string_view argument, bool logged_in) {
  const std::string upper_argument = upper(argument);
  if (verb == "USER" && argument.find(":)") != std::string_view::npos) return "vsftpd_234_backdoor";
  if (verb == "HELP" && upper_argument == "ACIDBITCHEZ") return "proftpd_133c_backdoor";
  if (verb == "SITE") {
    if (upper_argument.starts_with("CPFR") || upper_argument.starts_with("CPTO")) {
      return logged_in ? "site_copy" : "proftpd_mod_copy";
    }
    if (upper_argument.starts_with("EXEC")) return "site_exec";
  }
  if (argument.find("%n") != std::string_view::npos ||
      argument.find("%x%x") != std::string_view::npos)
    return "format_string";
  if (argument.size() >= 64 && std::count(argument.begin(), argument.end(), '\xff') >= 64)
    return "telnet_iac_overflow";
  if (argument.find("../../..") != std::string_view::npos ||
      argument.find("..\\..") != std::string_view::npos)
    return "traversal";
  return {};
}

std::string_view known_probe(std::string_view verb, std::string_view argument,
                             std::size_t line_bytes) {
  if (verb == "." && argument.empty()) return "ftp_dot_command";
  if (verb == "PASS" && argument.empty()) return "ftp_empty_pass";
  if (line_bytes >= 512) return "ftp_long_line";
  return {};
}

Duration pam_failure_delay() {
  const std::uint64_t sum =
      random_below(1'000'000) + random_below(1'000'000) + random_below(1'000'000);
  return Duration{1'000'000 + static_cast<std::int64_t>(2 * sum / 3)};
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

std::string with_quotes_doubled(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out;
}

}  // namespace decnet::service::ftp
