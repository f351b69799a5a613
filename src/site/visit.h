// Visit: what the servers have in common while they talk to one peer: bytes in and out, and what is
// told of each request.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "codec/http/body.h"
#include "codec/http/form.h"
#include "codec/http/message.h"
#include "net/reader.h"
#include "session/session.h"
#include "site/site.h"

namespace decnet::site {

inline constexpr std::size_t kBodySampleBytesMax = 8 * 1024;  // Of a body, as the event shows it.
inline constexpr std::size_t kFormBytesMax =
    1024 * 1024;  // Of a body that a site's program gets to read.
inline constexpr std::size_t kLineSampleBytesMax = 1024;  // Of what is no request at all.

// What came in the body of a request. Files are captured on their way: the parts of a form that are
// files, and the whole body of a PUT.
class BodyRecord final : private codec::http::MultipartReader::Sink {
 public:
  enum class Keep : std::uint8_t { sample, form };
  BodyRecord(session::Session& session, const codec::http::Request& request, Keep keep);
  ~BodyRecord() override;

  void add(std::string_view bytes);
  void finish();  // The body is complete.

  std::uint64_t bytes() const noexcept { return bytes_; }
  std::string_view sample() const noexcept {
    return std::string_view(content_).substr(0, kBodySampleBytesMax);
  }
  std::string_view content() const noexcept { return content_; }
  const codec::http::Form& form();  // The fields; once the body is complete.

 private:
  void begin_file(std::string_view field, std::string_view file_name,
                  std::string_view content_type) override;
  void file_bytes(std::string_view bytes) override;
  void end_file() override;
  void begin_put();

  session::Session& session_;
  bool is_put_ = false;
  std::string path_;
  std::string content_;
  std::size_t content_max_;
  std::uint64_t bytes_ = 0;
  std::unique_ptr<codec::http::MultipartReader> multipart_;
  std::unique_ptr<session::Capture> file_;
  std::optional<codec::http::Form> form_;
};

class Visit {
 public:
  Visit(Site& site, session::Session& session)
      : site_(site), session_(session), reader_(session.stream()) {}

  Site& site() { return site_; }
  session::Session& session() { return session_; }
  net::Reader& reader() { return reader_; }
  TimePoint now() const { return session_.clock().now(); }

  // Waits for more bytes until `deadline`. Errors: those of Stream::read_some.
  net::Task<Result<void>> fill_until(TimePoint deadline);
  // Errors: those of Stream::write.
  net::Task<Result<void>> send(std::string_view bytes);
  std::uint64_t sent() const noexcept { return sent_; }

  // Ends the sending direction and reads on for a while, so that the peer gets the last answer
  // instead of a reset.
  net::Task<void> linger(Duration between_bytes, Duration at_most);

  // Sends the request event, once per request, and what the request gives away.
  struct Outcome {
    int status = 0;            // 0: none was sent
    std::uint64_t bytes = 0;   // of the answer
    std::string_view refused;  // why the head was not understood ("bad_request"), else empty
  };
  void record(const codec::http::Request& request, BodyRecord* body, const Outcome& outcome);
  // The same for bytes that are no request.
  void record_junk(std::string_view bytes, const Outcome& outcome);

 private:
  void record_peer(const codec::http::Request& request);
  void record_credentials(const codec::http::Request& request);

  Site& site_;
  session::Session& session_;
  net::Reader reader_;
  std::uint64_t sent_ = 0;
  std::string last_user_agent_;
  std::string last_header_order_;
};

}  // namespace decnet::site
