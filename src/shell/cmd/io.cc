#include "shell/cmd/io.h"

#include <cerrno>
#include <charconv>

#include <fcntl.h>
#include <unistd.h>

#include "shell/machine.h"

namespace decnet::shell::cmd {

Io::Io(Process& of) : process(of), files(of.files()), who(of.user), name_(of.name()) {}

void Io::put(int descriptor, std::string_view text) {
  if (text.empty()) return;
  if (pieces_.empty() || pieces_.back().descriptor != descriptor) {
    pieces_.push_back({descriptor, {}});
  }
  pieces_.back().text.append(text);
  pending_ += text.size();
}

void Io::out(std::string_view text) {
  put(1, text);
}

void Io::err(std::string_view text) {
  put(2, text);
}

std::string Io::in_quotes(std::string_view name) const {
  std::string locale = variable("LC_ALL");
  if (locale.empty()) locale = variable("LC_MESSAGES");
  if (locale.empty()) locale = variable("LANG");
  const bool wide = locale.ends_with("UTF-8") || locale.ends_with("utf8");
  if (!wide || by_busybox()) return "'" + std::string(name) + "'";
  return "\xE2\x80\x98" + std::string(name) + "\xE2\x80\x99";
}

bool Io::by_busybox() const {
  return process.path.ends_with("/busybox");
}

void Io::fail(std::string_view what, int error_number, int with) {
  const std::string words =
      by_busybox() && error_number != 0 ? busybox_words(name_, what) : std::string(what);
  std::string line = name_ + ": " + words;
  if (error_number != 0) line.append(": ").append(sys_error(error_number));
  err(line + "\n");
  status = with;
}

int Io::misused(std::string_view what, int with) {
  fail(what, 0, with);
  err("Try '" + name_ + " --help' for more information.\n");
  return with;
}

Sys<Stat> Io::stat(std::string_view path, Follow follow) const {
  if (path.empty()) return sys_fail(ENOENT);
  const bool slash = path.size() > 1 && path.back() == '/';
  Sys<Stat> found = files.stat(absolute(path), who, slash ? Follow::yes : follow);
  if (found && slash && found->kind != Kind::directory) return sys_fail(ENOTDIR);
  return found;
}

Sys<std::string> Io::slurp(std::string_view path) const {
  const Sys<Stat> found = stat(path);
  if (!found) return sys_fail(found.error());
  if (found->kind == Kind::directory) return sys_fail(EISDIR);
  if (found->kind == Kind::character) return files.read(absolute(path), 0, 64 * 1024, who);
  return files.read_file(absolute(path), who);
}

std::string Io::slurp_or_empty(std::string_view path) const {
  Sys<std::string> bytes = slurp(path);
  return bytes ? std::move(*bytes) : std::string();
}

std::string Io::variable(std::string_view name) const {
  const auto found = process.environment.find(name);
  return found == process.environment.end() ? std::string() : found->second;
}

TimePoint Io::now() const {
  return process.clock().now();
}

int Io::columns() const {
  const std::string text = variable("COLUMNS");
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number > 0 && number < 10'000 ? number : 80;
}

Task<Sys<void>> Io::flush() {
  std::vector<Piece> pieces = std::move(pieces_);
  pieces_.clear();
  pending_ = 0;
  for (const Piece& piece : pieces) {
    Sys<void> wrote = co_await process.write(piece.descriptor, piece.text);
    if (!wrote) co_return wrote;
  }
  co_return Sys<void>();
}

Task<int> run_plain(Process& process, Plain work) {
  Io io(process);
  const int status = work(io);
  const std::uint32_t cost = 20 + static_cast<std::uint32_t>(io.pending() / 256);
  co_await process.breathe(cost);
  const Sys<void> wrote = co_await io.flush();
  co_return wrote ? status : 1;
}

Sys<std::string> find_program(Process& process, std::string_view name) {
  if (name.find('/') != std::string_view::npos) {
    const std::string path = process.absolute(name);
    const Sys<void> allowed = process.files().access(path, X_OK, process.user);
    if (!allowed) return sys_fail(allowed.error());
    return path;
  }
  const auto found = process.environment.find("PATH");
  std::string_view rest = found == process.environment.end() ? std::string_view("/bin:/usr/bin")
                                                             : std::string_view(found->second);
  int failure = ENOENT;
  while (!name.empty()) {
    const std::size_t colon = rest.find(':');
    const std::string directory(rest.substr(0, colon));
    const std::string path = process.absolute(directory + "/" + std::string(name));
    const Sys<Stat> stat = process.files().stat(path, process.user);
    if (stat && stat->kind == Kind::regular) {
      if (process.files().access(path, X_OK, process.user)) return path;
      failure = EACCES;
    }
    if (colon == std::string_view::npos) break;
    rest.remove_prefix(colon + 1);
  }
  return sys_fail(failure);
}

Task<Sys<int>> run_program(Process& process, std::vector<std::string> arguments) {
  ChildRequest request;
  Sys<std::string> path = find_program(process, arguments.empty() ? "" : arguments.front());
  if (!path) co_return sys_fail(path.error());
  request.arguments = std::move(arguments);
  request.path = std::move(*path);
  request.environment = process.environment;
  request.descriptors = {{0, 0}, {1, 1}, {2, 2}};
  const Sys<int> child = process.spawn(std::move(request));
  if (!child) co_return sys_fail(child.error());
  const Sys<Ended> ended = co_await process.wait(*child);
  co_return ended ? Sys<int>(ended->status) : Sys<int>(sys_fail(ended.error()));
}

}  // namespace decnet::shell::cmd
