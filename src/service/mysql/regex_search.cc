// Running a compiled expression: a stack of places to go back to instead of recursion.
#include <algorithm>

#include "base/counters.h"
#include "service/mysql/regex_compile.h"

namespace decnet::service::mysql {

namespace {

std::uint32_t lower(std::uint32_t character) {
  return character >= 'A' && character <= 'Z' ? character + 32 : character;
}

}  // namespace

std::uint32_t regex_character(std::string_view text, std::size_t at, std::size_t& bytes) {
  const auto byte = [&](std::size_t n) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[at + n]));
  };
  const std::uint32_t first = byte(0);
  bytes = 1;
  const std::size_t size = first >= 0xf0 ? 4 : (first >= 0xe0 ? 3 : (first >= 0xc2 ? 2 : 1));
  if (size == 1 || first > 0xf4 || at + size > text.size()) return first;
  std::uint32_t out = first & (0xffU >> (size + 1));
  for (std::size_t n = 1; n < size; ++n) {
    if ((byte(n) & 0xc0) != 0x80) return first;
    out = out << 6 | (byte(n) & 0x3f);
  }
  bytes = size;
  return out;
}

bool is_word_character(std::uint32_t character) {
  return character >= 0x80 || character == '_' || (character >= '0' && character <= '9') ||
         (lower(character) >= 'a' && lower(character) <= 'z');
}

bool Regex::Set::has(std::uint32_t character) const {
  bool found = beyond;
  if (character < ascii.size()) {
    found = ascii[character];
  } else {
    for (const auto& [low, high] : ranges) found = found || (character >= low && character <= high);
  }
  return found != negated;
}

class RegexSearch {
 public:
  RegexSearch(const Regex& regex, std::string_view text, std::uint64_t& steps)
      : regex_(regex), text_(text), steps_(steps), slots_(regex.slots_, kRegexNone) {}

  Regex::Found at(std::size_t from, std::vector<std::size_t>& groups) {
    // Going back to the begin has put the slots back, too.
    slots_[0] = at_ = from;
    next_ = 0;
    while (true) {
      if (++done_ > kRegexStepsMax + text_.size() * kRegexStepsPerByte ||
          back_.size() > kRegexStackMax)
        return Regex::Found::gave_up;
      ++steps_;
      const Regex::Instruction& one = regex_.program_[next_++];
      if (one.op == Regex::Op::match) {
        slots_[1] = at_;
        groups.assign(slots_.begin(), slots_.begin() + regex_.groups_ * 2);
        return Regex::Found::yes;
      }
      if (!step(one) && !go_back()) return Regex::Found::no;
    }
  }

 private:
  using Op = Regex::Op;
  // A place to go back to, or what a slot held: then `at` is that and `next` the slot.
  struct Back {
    std::size_t at;
    std::uint32_t next;
    bool is_slot;
  };

  void set_slot(std::uint32_t slot, std::size_t value) {
    back_.push_back({slots_[slot], slot, true});
    slots_[slot] = value;
  }

  bool go_back() {
    while (!back_.empty()) {
      const Back one = back_.back();
      back_.pop_back();
      if (!one.is_slot) {
        at_ = one.at;
        next_ = one.next;
        return true;
      }
      slots_[one.next] = one.at;
    }
    return false;
  }

  // Forgets the places since `height`; `undo`: also what slots have taken since.
  void cut(std::size_t height, bool undo) {
    if (undo) {
      while (back_.size() > height) {
        if (back_.back().is_slot) slots_[back_.back().next] = back_.back().at;
        back_.pop_back();
      }
      return;
    }
    const auto from = back_.begin() + static_cast<std::ptrdiff_t>(height);
    done_ += static_cast<std::uint64_t>(back_.end() - from) / 8;
    back_.erase(std::remove_if(from, back_.end(), [](const Back& one) { return !one.is_slot; }),
                back_.end());
  }

  bool word_at(std::size_t at) const {
    return at < text_.size() && is_word_character(static_cast<unsigned char>(text_[at]));
  }
  bool word_before() const { return at_ > 0 && word_at(at_ - 1); }

  bool take(const Regex::Instruction& one) {
    if (at_ >= text_.size()) return false;
    std::size_t bytes = 1;
    const std::uint32_t here = regex_character(text_, at_, bytes);
    bool fits = true;
    if (one.op == Op::character) fits = here == one.x;
    if (one.op == Op::folded) fits = lower(here) == one.x;
    if (one.op == Op::any) fits = here != '\n';
    if (one.op == Op::set) {
      done_ += regex_.sets_[one.x].ranges.size() / 4;
      fits = regex_.sets_[one.x].has(here);
    }
    if (fits) at_ += bytes;
    return fits;
  }

  bool same_as_group(const Regex::Instruction& one) {
    const std::size_t from = slots_[one.x * 2];
    const std::size_t to = slots_[one.x * 2 + 1];
    if (from == kRegexNone || to == kRegexNone || to < from) return false;
    const std::size_t size = to - from;
    done_ += size;
    if (size > text_.size() - at_) return false;
    for (std::size_t n = 0; n < size; ++n) {
      const auto a = static_cast<unsigned char>(text_[from + n]);
      const auto b = static_cast<unsigned char>(text_[at_ + n]);
      if (one.y != 0 ? lower(a) != lower(b) : a != b) return false;
    }
    at_ += size;
    return true;
  }

  bool step_back(std::uint32_t characters) {
    done_ += characters;
    for (; characters > 0; --characters) {
      if (at_ == 0) return false;
      --at_;
      while (at_ > 0 && (static_cast<unsigned char>(text_[at_]) & 0xc0) == 0x80) --at_;
    }
    return true;
  }

  bool stands(Op what) const {
    const bool last_newline = at_ + 1 == text_.size() && text_[at_] == '\n';
    switch (what) {
      case Op::begin:
        return at_ == 0;
      case Op::end:
        return at_ == text_.size() || last_newline;
      case Op::line_begin:
        return at_ == 0 || (text_[at_ - 1] == '\n' && at_ < text_.size());
      case Op::line_end:
        return at_ == text_.size() || text_[at_] == '\n';
      case Op::text_end:
        return at_ == text_.size();
      case Op::edge:
        return word_before() != word_at(at_);
      case Op::no_edge:
        return word_before() == word_at(at_);
      case Op::word_begin:
        return !word_before() && word_at(at_);
      default:
        return word_before() && !word_at(at_);
    }
  }

  bool step(const Regex::Instruction& one) {
    switch (one.op) {
      case Op::character:
      case Op::folded:
      case Op::any:
      case Op::all:
      case Op::set:
        return take(one);
      case Op::split:
        back_.push_back({at_, one.y, false});
        next_ = one.x;
        return true;
      case Op::jump:
        next_ = one.x;
        return true;
      case Op::save:
      case Op::loop:
        set_slot(one.x, at_);
        return true;
      case Op::round:
        if (slots_[one.x] == at_) next_ = one.y;
        return true;
      case Op::back:
        return same_as_group(one);
      case Op::enter:
      case Op::enter_not:
        set_slot(one.x + 1, at_);
        set_slot(one.x, back_.size() + 1);  // With the entry that this makes itself.
        if (one.op == Op::enter_not) back_.push_back({at_, one.y, false});
        return true;
      case Op::leave:
        cut(slots_[one.x], false);
        return true;
      case Op::leave_at_begin:
        at_ = slots_[one.x + 1];
        cut(slots_[one.x], false);
        return true;
      case Op::leave_not:
        cut(slots_[one.x], true);
        return false;
      case Op::step_back:
        return step_back(one.x);
      case Op::fail:
        return false;
      default:
        return stands(one.op);
    }
  }

  const Regex& regex_;
  std::string_view text_;
  std::uint64_t& steps_;
  std::uint64_t done_ = 0;
  std::size_t at_ = 0;
  std::uint32_t next_ = 0;
  std::vector<std::size_t> slots_;
  std::vector<Back> back_;
};

Regex::Found Regex::search(std::string_view text, std::size_t from,
                           std::vector<std::size_t>& groups, std::uint64_t& steps) const {
  RegexSearch search(*this, text, steps);
  for (std::size_t at = from; at <= text.size(); ++at) {
    if (at < text.size() && at > from && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80)
      continue;
    const Found found = search.at(at, groups);
    if (found == Found::gave_up)
      counter("mysql_regex_limit_total", "Searches of MySQL's REGEXP that went on for too long")
          .add();
    if (found != Found::no) return found;
  }
  return Found::no;
}

}  // namespace decnet::service::mysql
