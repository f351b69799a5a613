#include <algorithm>
#include <charconv>

#include "service/ssh/scp_state.h"

namespace decnet::service::ssh {
namespace {

constexpr std::uint32_t kUmask = 022;

// `scp -t`: takes files.
class ScpSink final : public Scp {
 public:
  ScpSink(session::Session& session, shell::FileSystem& files, const User& user,
          ScpArguments arguments)
      : Scp(session, files, user, std::move(arguments)) {
    folders_.push_back(absolute(arguments_.paths.front()));
    const auto stat = files_.stat(folders_.front(), user_.credentials);
    is_folder_ = stat && stat->kind == shell::Kind::directory;
    if (arguments_.folder && !is_folder_) {
      complain(arguments_.paths.front(), stat ? 20 : stat.error());
      over_ = true;
    } else {
      output_.push_back('\0');
    }
  }
  ~ScpSink() override { finish_capture(); }

  void input(std::string_view bytes) override {
    while (!bytes.empty() && !over_) {
      if (left_ > 0) {
        const std::string_view part = bytes.substr(0, left_);
        left_ -= part.size();
        content_.append(
            part.substr(0, shell::kFileBytesMax - std::min(content_.size(), shell::kFileBytesMax)));
        bytes.remove_prefix(part.size());
        if (left_ == 0) wants_mark_ = true;
      } else if (wants_mark_) {
        bytes.remove_prefix(1);
        wants_mark_ = false;
        store();
      } else {
        line_.push_back(bytes.front());
        bytes.remove_prefix(1);
        if (line_.back() == '\n') take_line(std::exchange(line_, {}));
        if (line_.size() > kScpLineBytesMax) fatal("size not delimited");
      }
    }
  }

 private:
  void fatal(std::string_view text) {
    complain(fmt::format("protocol error: {}", text));
    over_ = true;
  }

  void take_line(std::string line) {
    line.pop_back();
    const char kind = line.empty() ? '\0' : line.front();
    if (kind == '\x01' || kind == '\x02') {
      ++errors_;
      over_ = kind == '\x02';
      return;
    }
    if (kind == 'E') {
      output_.push_back('\0');
      if (folders_.size() > 1) folders_.pop_back();
      is_folder_ = true;
      return;
    }
    if (kind == 'T') {
      take_times(line);
      return;
    }
    if (kind != 'C' && kind != 'D')
      return fatal(line.empty() ? "unexpected <newline>" : "expected control record");
    take_header(kind, line);
  }

  void take_times(std::string_view line) {
    const auto number = [&line](std::int64_t& out) {
      const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), out);
      line.remove_prefix(static_cast<std::size_t>(end - line.data()));
      if (line.starts_with(' ')) line.remove_prefix(1);
      return error == std::errc{};
    };
    line.remove_prefix(1);
    std::int64_t zero = 0;
    std::int64_t accessed = 0;
    if (!number(modified_) || !number(zero) || !number(accessed))
      return fatal("mtime.sec not delimited");
    has_times_ = true;
    output_.push_back('\0');
  }

  void take_header(char kind, std::string_view line) {
    std::uint32_t mode = 0;
    if (line.size() < 6 || line[5] != ' ' ||
        std::from_chars(line.data() + 1, line.data() + 5, mode, 8).ptr != line.data() + 5)
      return fatal("mode not delimited");
    std::uint64_t size = 0;
    const auto [end, error] = std::from_chars(line.data() + 6, line.data() + line.size(), size);
    if (error != std::errc{} || end == line.data() + line.size() || *end != ' ')
      return fatal("size not delimited");
    const std::string name(end + 1, line.data() + line.size());
    if (name.empty() || name == "." || name == ".." || name.find('/') != name.npos) {
      complain(fmt::format("error: unexpected filename: {}", name));
      over_ = true;
      return;
    }
    const std::string path =
        is_folder_ ? shell::absolute_path(folders_.back(), name) : folders_.back();
    mode_ = arguments_.preserve ? mode : mode & ~kUmask;
    if (kind == 'D') return enter(path);
    path_ = path;
    name_ = name;
    content_.clear();
    left_ = size;
    wants_mark_ = size == 0;
    const auto opened = files_.stat(path, user_.credentials)
                            ? files_.access(path, 2, user_.credentials)
                            : files_.create(path, mode_, user_.credentials);
    failed_ = opened ? 0 : opened.error();
    if (failed_ != 0) {
      complain(path_, failed_);
      left_ = 0;
      wants_mark_ = false;
      return;
    }
    output_.push_back('\0');
  }

  void enter(const std::string& path) {
    if (!arguments_.recursive) {
      complain("received directory without -r");
      over_ = true;
      return;
    }
    const auto stat = files_.stat(path, user_.credentials);
    const auto made =
        stat ? shell::Sys<void>{} : files_.make_directory(path, mode_ | 0700, user_.credentials);
    if (!made) return complain(path, made.error());
    if (folders_.size() >= kScpDepthMax) return fatal("too deep");
    record("mkdir", path);
    folders_.push_back(path);
    is_folder_ = true;
    output_.push_back('\0');
  }

  void store() {
    record("upload", path_);
    capture_ = session_.capture(name_, path_);
    capture_->write(content_);
    const auto done =
        files_.write_file(path_, std::exchange(content_, {}), user_.credentials, mode_);
    finish_capture();
    if (has_times_ && done) {
      const TimePoint when{
          std::chrono::seconds{std::clamp<std::int64_t>(modified_, 0, 4'000'000'000)}};
      static_cast<void>(files_.set_times(path_, when, when, user_.credentials));
    }
    has_times_ = false;
    if (!done) return complain(path_, done.error());
    output_.push_back('\0');
  }

  void finish_capture() {
    if (capture_ != nullptr) capture_->finish();
    capture_.reset();
  }

  std::vector<std::string> folders_;
  bool is_folder_ = false;
  bool wants_mark_ = false;
  bool has_times_ = false;
  int failed_ = 0;
  std::uint64_t left_ = 0;
  std::uint32_t mode_ = 0644;
  std::int64_t modified_ = 0;
  std::string line_, path_, name_, content_;
  std::unique_ptr<session::Capture> capture_;
};

}  // namespace

std::unique_ptr<Program> make_scp_sink(session::Session& session, shell::FileSystem& files,
                                       const User& user, ScpArguments arguments) {
  return std::make_unique<ScpSink>(session, files, user, std::move(arguments));
}

}  // namespace decnet::service::ssh
