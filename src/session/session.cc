#include "session/session.h"

#include "base/bytes.h"

namespace decnet::session {

std::string_view Place::option(std::string_view name) const noexcept {
  const auto found = options.find(name);
  return found != options.end() ? std::string_view(found->second) : std::string_view{};
}

void Session::login(const LoginAttempt& attempt) {
  event::Event event{.type = std::string(event::kLoginAttempt)};
  event.severity = attempt.accepted ? event::Severity::warning : event::Severity::notice;
  event.add("principal", attempt.principal).add("secret_kind", attempt.secret_kind);
  event.add("secret_b64", to_base64(attempt.secret));
  if (is_printable(attempt.secret)) event.add("secret_printable", attempt.secret);
  event.add("outcome", attempt.accepted ? "accepted" : "refused").add("method", attempt.method);
  if (!attempt.crack_line.empty()) {
    event.add("crack_format", attempt.crack_format).add("crack_line", attempt.crack_line);
  }
  emit(std::move(event));
}

void Session::command(std::string_view command, std::optional<std::uint64_t> output_bytes,
                      std::optional<int> exit_status) {
  event::Event event{.type = std::string(event::kCommand)};
  event.add("command", command);
  if (output_bytes) event.add("output_bytes", *output_bytes);
  if (exit_status) event.add("exit_status", *exit_status);
  emit(std::move(event));
}

void Session::fingerprint(std::string_view kind, std::string_view value, std::string_view raw) {
  event::Event event{.type = std::string(event::kFingerprint)};
  event.add("kind", kind).add("value", value);
  if (!raw.empty()) event.add("raw", raw);
  emit(std::move(event));
}

void Session::detection_probe(std::string_view name) {
  event::Event event{.type = std::string(event::kDetectionProbe),
                     .severity = event::Severity::warning};
  event.add("name", name);
  emit(std::move(event));
}

}  // namespace decnet::session
