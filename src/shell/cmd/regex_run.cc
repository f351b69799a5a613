// The two machines that run a compiled expression: all threads side by side (linear), and one after
// the other where a back reference asks for it (bounded).
#include <algorithm>
#include <optional>

#include "shell/cmd/regex.h"

namespace decnet::shell::cmd {

using Op = Regex::Op;

std::uint64_t& Regex::steps() noexcept {
  thread_local std::uint64_t count = 0;
  return count;
}

class RegexRun {
 public:
  RegexRun(const Regex& regex, std::string_view text, bool begins)
      : regex_(regex), text_(text), begins_(begins), slots_((regex.groups_ + 1) * 2) {}

  bool side_by_side(std::size_t from, std::vector<Span>& groups);
  bool one_by_one(std::size_t from, std::vector<Span>& groups);

 private:
  using Slots = std::vector<std::size_t>;
  struct Threads {
    std::vector<std::uint32_t> order;
    std::vector<Slots> slots;
  };

  bool word_at(std::size_t at) const {
    if (at >= text_.size()) return false;
    const auto byte = static_cast<unsigned char>(text_[at]);
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '_';
  }
  bool holds(const Regex::Instruction& one, std::size_t at) const {
    const bool before = at > 0 && word_at(at - 1);
    const bool after = word_at(at);
    switch (one.op) {
      case Op::start:
        return (at == 0 && begins_) ||
               (regex_.multiline_ && one.byte == 0 && at > 0 && text_[at - 1] == '\n');
      case Op::stop:
        return at == text_.size() || (regex_.multiline_ && one.byte == 0 && text_[at] == '\n');
      case Op::border:
        return before != after;
      case Op::no_border:
        return before == after;
      case Op::word_start:
        return !before && after;
      default:
        return before && !after;
    }
  }
  bool eats(const Regex::Instruction& one, std::size_t at) const {
    const auto byte = static_cast<unsigned char>(text_[at]);
    return one.op == Op::any || (one.op == Op::byte && one.byte == byte) ||
           (one.op == Op::set && regex_.sets_[one.x].test(byte));
  }
  void follow(Threads& to, std::uint32_t start, std::size_t at, Slots& slots);
  bool walk(std::uint32_t start, std::size_t at, Slots& slots, std::size_t depth);
  void finish(std::vector<Span>& groups, const Slots& slots) const;

  const Regex& regex_;
  std::string_view text_;
  bool begins_;
  Slots slots_;
  std::vector<std::uint64_t> seen_;
  std::uint64_t mark_ = 0;
  std::uint64_t left_ = kRegexStepsMax;
  std::optional<Slots> best_;
};

void RegexRun::finish(std::vector<Span>& groups, const Slots& slots) const {
  groups.assign(regex_.groups_ + 1, Span{});
  for (std::size_t group = 0; group <= regex_.groups_; ++group) {
    if (slots[group * 2] == Span::kNone || slots[group * 2 + 1] == Span::kNone) continue;
    groups[group].from = slots[group * 2];
    groups[group].to = slots[group * 2 + 1];
  }
}

// Adds every instruction that eats a byte and can be reached without one, in order of preference.
void RegexRun::follow(Threads& to, std::uint32_t start, std::size_t at, Slots& slots) {
  struct Job {
    std::uint32_t where;
    std::uint32_t slot;  // Of a save to undo …
    std::size_t value;   // … and what it was.
    bool undo;
  };
  thread_local std::vector<Job> jobs;
  jobs.clear();
  jobs.push_back({start, 0, 0, false});
  while (!jobs.empty()) {
    const Job job = jobs.back();
    jobs.pop_back();
    if (job.undo) {
      slots[job.slot] = job.value;
      continue;
    }
    if (seen_[job.where] == mark_) continue;
    seen_[job.where] = mark_;
    ++Regex::steps();
    const Regex::Instruction& one = regex_.program_[job.where];
    switch (one.op) {
      case Op::jump:
        jobs.push_back({one.x, 0, 0, false});
        break;
      case Op::split:
        jobs.push_back({one.y, 0, 0, false});
        jobs.push_back({one.x, 0, 0, false});
        break;
      case Op::save:
        jobs.push_back({0, one.x, slots[one.x], true});
        slots[one.x] = at;
        jobs.push_back({job.where + 1, 0, 0, false});
        break;
      case Op::byte:
      case Op::set:
      case Op::any:
      case Op::match:
      case Op::back:
        to.order.push_back(job.where);
        to.slots.push_back(slots);
        break;
      default:
        if (holds(one, at)) jobs.push_back({job.where + 1, 0, 0, false});
        break;
    }
  }
}

bool RegexRun::side_by_side(std::size_t from, std::vector<Span>& groups) {
  Threads now;
  Threads next;
  seen_.assign(regex_.program_.size(), 0);
  for (std::size_t at = from;; ++at) {
    if (now.order.empty()) {
      if (best_) break;
      if (!regex_.any_first_) {
        while (at < text_.size() && !regex_.first_.test(static_cast<unsigned char>(text_[at])))
          ++at;
      }
    }
    ++mark_;
    next.order.clear();
    next.slots.clear();
    // Those that are under way came first; a new one starts here only while nothing was found.
    Threads merged;
    for (std::size_t thread = 0; thread < now.order.size(); ++thread) {
      follow(merged, now.order[thread], at, now.slots[thread]);
    }
    if (!best_) {
      Slots fresh(slots_.size(), Span::kNone);
      follow(merged, 0, at, fresh);
    }
    for (std::size_t thread = 0; thread < merged.order.size(); ++thread) {
      const Regex::Instruction& one = regex_.program_[merged.order[thread]];
      if (best_ && merged.slots[thread][0] > (*best_)[0]) continue;
      if (one.op == Op::match) {
        const bool better = !best_ || merged.slots[thread][0] < (*best_)[0] ||
                            merged.slots[thread][1] > (*best_)[1];
        if (better) best_ = merged.slots[thread];
        continue;
      }
      if (at < text_.size() && eats(one, at)) {
        next.order.push_back(merged.order[thread] + 1);
        next.slots.push_back(std::move(merged.slots[thread]));
      }
    }
    std::swap(now, next);
    if (at >= text_.size()) break;
  }
  if (best_) finish(groups, *best_);
  return best_.has_value();
}

// Tries every way; keeps the longest.
bool RegexRun::walk(std::uint32_t start, std::size_t at, Slots& slots, std::size_t depth) {
  for (std::uint32_t where = start;;) {
    if (left_ == 0 || depth > 2'000) return false;
    --left_;
    ++Regex::steps();
    const Regex::Instruction& one = regex_.program_[where];
    switch (one.op) {
      case Op::match:
        if (!best_ || slots[1] > (*best_)[1]) best_ = slots;
        return at == text_.size();
      case Op::jump:
        where = one.x;
        continue;
      case Op::split: {
        const Slots before = slots;
        if (walk(one.x, at, slots, depth + 1)) return true;
        slots = before;
        where = one.y;
        continue;
      }
      case Op::save:
        // A loop that ate nothing does not turn again.
        if (one.x % 2 == 0 && one.x > 1 && slots[one.x] == at && slots[one.x + 1] == at)
          return false;
        slots[one.x] = at;
        break;
      case Op::back: {
        const std::size_t from = slots[one.x * 2];
        const std::size_t to = slots[one.x * 2 + 1];
        if (from == Span::kNone || to == Span::kNone || to < from) return false;
        const std::string_view wanted = text_.substr(from, to - from);
        if (!text_.substr(at).starts_with(wanted)) return false;
        at += wanted.size();
        break;
      }
      case Op::byte:
      case Op::set:
      case Op::any:
        if (at >= text_.size() || !eats(one, at)) return false;
        ++at;
        break;
      default:
        if (!holds(one, at)) return false;
        break;
    }
    ++where;
  }
}

bool RegexRun::one_by_one(std::size_t from, std::vector<Span>& groups) {
  for (std::size_t at = from; at <= text_.size() && left_ > 0; ++at) {
    Slots slots(slots_.size(), Span::kNone);
    walk(0, at, slots, 0);
    if (!best_) continue;
    finish(groups, *best_);
    return true;
  }
  return false;
}

bool Regex::search(std::string_view text, std::size_t from, std::vector<Span>& groups,
                   bool begins) const {
  if (from > text.size() || program_.empty()) return false;
  if (is_literal_) {
    const std::size_t at = text.find(literal_, from);
    steps() += text.size() / 64;
    if (at == std::string_view::npos) return false;
    groups.assign(1, Span{});
    groups[0].from = at;
    groups[0].to = at + literal_.size();
    return true;
  }
  RegexRun run(*this, text, begins);
  return back_references_ ? run.one_by_one(from, groups) : run.side_by_side(from, groups);
}

bool Regex::matches(std::string_view text) const {
  std::vector<Span> groups;
  return search(text, 0, groups);
}

bool Regex::add_class(std::string_view name, Bytes& set) {
  using Test = int (*)(int);
  struct Row {
    std::string_view name;
    Test test;
  };
  static constexpr Row kRows[] = {
      {"alpha", std::isalpha}, {"digit", std::isdigit},   {"alnum", std::isalnum},
      {"upper", std::isupper}, {"lower", std::islower},   {"space", std::isspace},
      {"blank", std::isblank}, {"punct", std::ispunct},   {"print", std::isprint},
      {"graph", std::isgraph}, {"xdigit", std::isxdigit}, {"cntrl", std::iscntrl}};
  for (const Row& row : kRows) {
    if (row.name != name) continue;
    for (int code = 0; code < 128; ++code) {
      if (row.test(code) != 0) set.set(static_cast<std::size_t>(code));
    }
    return true;
  }
  return false;
}

}  // namespace decnet::shell::cmd
