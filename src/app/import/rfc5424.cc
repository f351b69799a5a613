// Lines of syslog. Those of decnet itself come back as they were; what others sent becomes an event
// of the type that they name.
#include "app/import/mappers.h"
#include "event/codec.h"

namespace decnet::app {
namespace {

class Rfc5424Mapper final : public RowMapper {
 public:
  explicit Rfc5424Mapper(const ImportSource& source) : reference_time_(source.reference_time) {}

  Result<std::vector<event::Event>> map(std::string_view line, std::uint64_t) override {
    event::Event event;
    if (const auto read = event::parse_line(line, reference_time_, event); !read) {
      return fail(read.error().code, read.error().code == Errc::limit ? "the line is too long"
                                                                      : "the line is no syslog");
    }
    return std::vector<event::Event>{std::move(event)};
  }

 private:
  TimePoint reference_time_;
};

}  // namespace

std::unique_ptr<RowMapper> make_rfc5424_mapper(const ImportSource& source) {
  return std::make_unique<Rfc5424Mapper>(source);
}

}  // namespace decnet::app
