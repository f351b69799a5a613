#include <deque>

#include "service/ssh/scp_state.h"

namespace decnet::service::ssh {
namespace {

std::string base_of(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

// `scp -f`: gives files.
class ScpSource final : public Scp {
 public:
  ScpSource(session::Session& session, shell::FileSystem& files, const User& user,
            ScpArguments arguments)
      : Scp(session, files, user, std::move(arguments)) {
    for (const std::string& path : arguments_.paths) steps_.push_back({Step::Kind::file, path, 0});
  }

  // Each answer of the peer moves us on by one step.
  void input(std::string_view bytes) override {
    for (const char c : bytes) {
      if (in_message_) {
        in_message_ = c != '\n';
        continue;
      }
      if (c == '\x01' || c == '\x02') {
        ++errors_;
        in_message_ = true;
        over_ = over_ || c == '\x02';
      }
      if (!over_) next();
    }
  }

 private:
  struct Step {
    enum class Kind : std::uint8_t { file, header, content, end };
    Kind kind;
    std::string path;
    std::size_t depth;
  };

  // Until something is sent that the peer answers.
  void next() {
    while (!steps_.empty()) {
      const Step step = steps_.front();
      steps_.pop_front();
      if (run(step)) return;
    }
    over_ = true;
  }

  bool run(const Step& step) {
    const std::string path = absolute(step.path);
    if (step.kind == Step::Kind::end) {
      output_ += "E\n";
      return true;
    }
    const auto stat = files_.stat(path, user_.credentials);
    if (!stat) {
      complain(step.path, stat.error());
      return false;
    }
    if (step.kind == Step::Kind::content) {
      const auto content = files_.read_file(path, user_.credentials);
      std::string bytes = content.value_or("");
      bytes.resize(stat->size, '\0');
      output_ += bytes;
      output_.push_back('\0');
      return true;
    }
    return send_header(step, *stat);
  }

  bool send_header(const Step& step, const shell::Stat& stat) {
    const bool folder = stat.kind == shell::Kind::directory;
    if (folder ? !arguments_.recursive : stat.kind != shell::Kind::regular) {
      complain(step.path + ": not a regular file");
      return false;
    }
    if (const auto may = files_.access(absolute(step.path), 4, user_.credentials); !may) {
      complain(step.path, may.error());
      return false;
    }
    if (arguments_.preserve && step.kind == Step::Kind::file) {
      const auto seconds = [](TimePoint time) { return to_micros(time) / 1'000'000; };
      output_ += fmt::format("T{} 0 {} 0\n", seconds(stat.modified), seconds(stat.accessed));
      steps_.push_front({Step::Kind::header, step.path, step.depth});
      return true;
    }
    std::string path = step.path;
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    if (!folder) {
      record("download", absolute(path));
      output_ += fmt::format("C{:04o} {} {}\n", stat.mode, stat.size, base_of(path));
      steps_.push_front({Step::Kind::content, step.path, step.depth});
      return true;
    }
    output_ += fmt::format("D{:04o} {} {}\n", stat.mode, 0, base_of(path));
    steps_.push_front({Step::Kind::end, path, step.depth});
    const auto entries = files_.list(absolute(path), user_.credentials);
    if (entries && step.depth < kScpDepthMax) {
      for (auto entry = entries->rbegin(); entry != entries->rend(); ++entry)
        steps_.push_front({Step::Kind::file, path + "/" + entry->name, step.depth + 1});
    }
    return true;
  }

  std::deque<Step> steps_;
  bool in_message_ = false;
};

}  // namespace

std::unique_ptr<Program> make_scp_source(session::Session& session, shell::FileSystem& files,
                                         const User& user, ScpArguments arguments) {
  return std::make_unique<ScpSource>(session, files, user, std::move(arguments));
}

}  // namespace decnet::service::ssh
