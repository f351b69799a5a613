// Values of the small Lua, and the heap that owns what they refer to. Nothing is freed before the
// heap is: a run is short and its bytes are bounded.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace decnet::service::redis::lua {

class Interpreter;
class Table;
class Value;
struct Callable;

// Arguments in, results out. False: failed, the error is with the interpreter.
using Native = bool (*)(Interpreter& machine, void* context, std::vector<Value>& args,
                        std::vector<Value>& results);

enum class Type : std::uint8_t { nil, boolean, number, string, table, function, thread };
std::string_view to_string(Type type) noexcept;

class Value {
 public:
  Value() = default;
  explicit Value(bool truth) : type_(Type::boolean) { as_.truth = truth; }
  explicit Value(double number) : type_(Type::number) { as_.number = number; }
  explicit Value(const std::string* text) : type_(Type::string) { as_.text = text; }
  explicit Value(Table* table) : type_(Type::table) { as_.table = table; }
  explicit Value(Callable* function) : type_(Type::function) { as_.function = function; }

  static Value thread(Table* state) {
    Value out(state);
    out.type_ = Type::thread;
    return out;
  }

  Type type() const noexcept { return type_; }
  bool is_nil() const noexcept { return type_ == Type::nil; }
  bool is_number() const noexcept { return type_ == Type::number; }
  bool is_string() const noexcept { return type_ == Type::string; }
  bool is_table() const noexcept { return type_ == Type::table; }
  bool is_thread() const noexcept { return type_ == Type::thread; }
  bool is_function() const noexcept { return type_ == Type::function; }
  bool truthy() const noexcept {
    return type_ != Type::nil && !(type_ == Type::boolean && !as_.truth);
  }
  bool truth() const noexcept { return as_.truth; }
  double number() const noexcept { return as_.number; }
  const std::string& text() const noexcept { return *as_.text; }
  Table* table() const noexcept { return as_.table; }
  Callable* function() const noexcept { return as_.function; }
  const void* address() const noexcept;

  bool raw_equal(const Value& other) const noexcept;

 private:
  Type type_ = Type::nil;
  union {
    bool truth;
    double number;
    const std::string* text;
    Table* table;
    Callable* function;
  } as_{};
};

class Table {
 public:
  // Nil where there is nothing.
  Value get(const Value& key) const;
  Value get(std::string_view key) const;
  Value at(std::size_t index) const {
    return index >= 1 && index <= array_.size() ? array_[index - 1] : get_slow(index);
  }
  // The key is neither nil nor NaN.
  void set(const Value& key, const Value& value);
  void set(std::string_view key, const Value& value);
  std::size_t length() const;  // A border.

  // The entry behind `key` (nil: the first). False: `key` is not there. A nil key comes back after
  // the last.
  bool next(const Value& key, Value& next_key, Value& value) const;

  Table* metatable = nullptr;
  bool read_only = false;

  std::size_t entries() const noexcept { return array_.size() + strings_.size() + others_.size(); }

 private:
  struct Less {
    bool operator()(const Value& a, const Value& b) const noexcept;
  };
  Value get_slow(std::size_t index) const;
  void absorb();

  std::vector<Value> array_;  // 1 … n
  std::map<std::string, Value, std::less<>> strings_;
  std::map<Value, Value, Less> others_;
  friend class Heap;
};

struct Function;

// A local variable that a closure shares.
struct Cell {
  Value value;
};

struct Callable {
  const Function* source = nullptr;  // Or native.
  std::vector<Cell*> upvalues;
  Native native = nullptr;
  void* context = nullptr;
  std::string name;  // Of a native one.
};

class Heap {
 public:
  const std::string* string(std::string text);
  Table* table();
  Callable* callable();
  Cell* cell();
  // Counts bytes that an object has grown by. False: the limit is reached.
  bool grow(std::size_t bytes) noexcept;
  bool is_full() const noexcept;
  std::size_t bytes() const noexcept { return bytes_; }

 private:
  std::deque<std::string> strings_;
  std::deque<Table> tables_;
  std::deque<Callable> callables_;
  std::deque<Cell> cells_;
  std::size_t bytes_ = 0;
};

std::string format_number(double number);  // "%.14g"
// Text as a number, as in 5.1: blanks around it, decimal or 0x…
bool read_number(std::string_view text, double& number);

}  // namespace decnet::service::redis::lua
