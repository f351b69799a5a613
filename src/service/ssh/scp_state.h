// The two halves of scp's remote side; for scp*.cc.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "service/ssh/scp.h"

namespace decnet::service::ssh {

struct ScpArguments {
  bool to = false, from = false, recursive = false, preserve = false, folder = false;
  std::vector<std::string> paths;
};

class Scp : public Program {
 public:
  Scp(session::Session& session, shell::FileSystem& files, const User& user, ScpArguments arguments)
      : session_(session), files_(files), user_(user), arguments_(std::move(arguments)) {}

  bool accepts_input() const override { return output_.size() < kScpOutputBytesMax; }
  std::string take_output(std::size_t count) override {
    std::string out = output_.substr(0, count);
    output_.erase(0, out.size());
    return out;
  }
  bool ended() const override { return over_ && output_.empty(); }
  int exit_status() const override { return errors_ > 0 ? 1 : 0; }
  void input_end() override { over_ = true; }

 protected:
  void complain(std::string_view text) {
    output_ += fmt::format("\x01scp: {}\n", text);
    ++errors_;
  }
  void complain(std::string_view path, int error_number) {
    complain(fmt::format("{}: {}", path, shell::sys_error(error_number)));
  }
  void record(std::string_view operation, std::string_view path) {
    event::Event event = session_.request();
    event.add("request", "scp").add("operation", operation).add("path", path);
    session_.emit(std::move(event));
  }
  std::string absolute(std::string_view path) const {
    return shell::absolute_path(user_.home, path);
  }

  session::Session& session_;
  shell::FileSystem& files_;
  User user_;
  ScpArguments arguments_;
  std::string output_;
  bool over_ = false;
  int errors_ = 0;
};

std::unique_ptr<Program> make_scp_sink(session::Session& session, shell::FileSystem& files,
                                       const User& user, ScpArguments arguments);
std::unique_ptr<Program> make_scp_source(session::Session& session, shell::FileSystem& files,
                                         const User& user, ScpArguments arguments);

}  // namespace decnet::service::ssh
