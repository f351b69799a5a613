// Counting distinct things in 12 kB (Flajolet et al., HyperLogLog; Ertl's estimator), in the
// strings that redis keeps for it: a header of sixteen bytes, then 16384 registers of six bits,
// dense, or run-length coded while they are few.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace decnet::service::redis {

class HyperLogLog {
 public:
  static constexpr std::size_t kRegisters = 16384;

  enum class Form : std::uint8_t { dense, sparse };
  HyperLogLog() = default;

  // Nothing: the string is no HyperLogLog, or a damaged one (`damaged`).
  static std::optional<HyperLogLog> parse(std::string_view text, bool& damaged);

  // The count that the string keeps, if it still holds.
  static std::optional<std::uint64_t> cached_count(std::string_view text);

  bool add(std::string_view element);    // True: a register grew.
  void merge(const HyperLogLog& other);  // The greater of each register.
  std::uint64_t count() const;

  // `sparse_bytes_max`: hll-sparse-max-bytes; beyond it, and once dense, it is dense.
  std::string text(std::size_t sparse_bytes_max, std::optional<std::uint64_t> cached_count) const;
  Form form() const noexcept { return form_; }
  void make_dense() noexcept { form_ = Form::dense; }

 private:
  std::optional<std::string> sparse_text() const;

  Form form_ = Form::sparse;
  std::array<std::uint8_t, kRegisters> registers_{};
};

}  // namespace decnet::service::redis
