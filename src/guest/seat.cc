#include "guest/seat.h"

namespace decnet::guest {
namespace {

class SessionFile final : public shell::CapturedFile {
 public:
  explicit SessionFile(std::unique_ptr<session::Capture> inner) : inner_(std::move(inner)) {}
  void write(std::string_view bytes) override { inner_->write(bytes); }
  void finish() override { inner_->finish(); }

 private:
  std::unique_ptr<session::Capture> inner_;
};

std::unique_ptr<session::Recording> begin_recording(session::Session& session,
                                                    const shell::ConsoleRequest& request) {
  session::RecordingFacts facts;
  facts.columns = request.columns;
  facts.rows = request.rows;
  facts.term = request.terminal_type;
  facts.title = request.user + "@" + session.persona().hostname;
  auto recording = session.record(std::move(facts));
  recording->marker("login", request.user);
  return recording;
}

}  // namespace

Seat::Seat(session::Session& session, std::shared_ptr<shell::Machine> machine,
           shell::ConsoleRequest request)
    : session_(session), machine_(std::move(machine)) {
  if (request.terminal) recording_ = begin_recording(session, request);
  request.observer = this;
  console_ = std::make_unique<shell::Console>(*machine_, std::move(request));
}

Seat::~Seat() {
  console_.reset();
  if (recording_) recording_->finish();
}

void Seat::input(std::string_view bytes) {
  if (recording_)
    recording_->input(bytes,
                      console_->hides_input() ? session::Echo::hidden : session::Echo::shown);
  console_->input(bytes);
}

void Seat::resize(std::uint16_t columns, std::uint16_t rows) {
  if (recording_) recording_->resize(columns, rows);
  console_->resize(columns, rows);
}

std::string Seat::take_output(std::size_t count) {
  std::string bytes = console_->take_output(count);
  if (recording_ && !bytes.empty()) recording_->output(bytes);
  return bytes;
}

void Seat::begins(std::string_view command) {
  if (recording_) recording_->marker("command", command);
}

void Seat::emit(event::Event event) {
  if (recording_ && event.type == event::kRequest && !event.get("url").empty())
    recording_->marker("download", event.get("url"));
  session_.emit(std::move(event));
}

std::unique_ptr<shell::CapturedFile> Seat::capture(std::string_view name, std::string_view path) {
  return std::make_unique<SessionFile>(session_.capture(name, path));
}

}  // namespace decnet::guest
