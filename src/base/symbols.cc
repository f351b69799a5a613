#include "base/symbols.h"

#include <cstdlib>
#include <string_view>

#include <cxxabi.h>
#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/fd.h"

namespace decnet {
namespace {

constexpr std::size_t kNameBytesMax = 300;

std::string demangled(const char* name) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> plain(
      abi::__cxa_demangle(name, nullptr, nullptr, &status), &std::free);
  return std::string(status == 0 ? plain.get() : name).substr(0, kNameBytesMax);
}

}  // namespace

struct Symbols::State {
  ~State() {
    if (file != nullptr) ::munmap(file, size);
  }
  template <class T>
  const T* at(std::uint64_t offset, std::uint64_t many = 1) const {
    if (offset > size || many > (size - offset) / sizeof(T)) return nullptr;
    return reinterpret_cast<const T*>(static_cast<const char*>(file) + offset);
  }

  void* file = nullptr;
  std::size_t size = 0;
  const Elf64_Sym* symbols = nullptr;
  std::size_t count = 0;
  const char* names = nullptr;
  std::size_t names_size = 0;
};

Symbols::Symbols() : state_(std::make_unique<State>()) {
  State& state = *state_;
  const UniqueFd fd(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  struct stat found {};
  if (!fd || ::fstat(fd.get(), &found) != 0) return;
  state.size = static_cast<std::size_t>(found.st_size);
  state.file = ::mmap(nullptr, state.size, PROT_READ, MAP_PRIVATE, fd.get(), 0);
  if (state.file == MAP_FAILED) state.file = nullptr;
  const auto* head = state.file != nullptr ? state.at<Elf64_Ehdr>(0) : nullptr;
  if (head == nullptr ||
      std::string_view(reinterpret_cast<const char*>(head->e_ident), 4) != ELFMAG)
    return;
  const auto* sections = state.at<Elf64_Shdr>(head->e_shoff, head->e_shnum);
  for (std::size_t n = 0; sections != nullptr && n < head->e_shnum; ++n) {
    if (sections[n].sh_type != SHT_SYMTAB || sections[n].sh_link >= head->e_shnum) continue;
    const auto& texts = sections[sections[n].sh_link];
    state.count = sections[n].sh_size / sizeof(Elf64_Sym);
    state.symbols = state.at<Elf64_Sym>(sections[n].sh_offset, state.count);
    state.names_size = texts.sh_size;
    state.names = state.at<char>(texts.sh_offset, texts.sh_size);
    if (state.names == nullptr) state.symbols = nullptr;
  }
}

Symbols::~Symbols() = default;

std::string Symbols::name_at(std::uint64_t offset) const {
  for (std::size_t n = 0; state_->symbols != nullptr && n < state_->count; ++n) {
    const auto& symbol = state_->symbols[n];
    if (ELF64_ST_TYPE(symbol.st_info) != STT_FUNC || symbol.st_name >= state_->names_size) continue;
    // A return address stands behind its call, which may be a function's last.
    if (offset > symbol.st_value && offset <= symbol.st_value + symbol.st_size)
      return demangled(state_->names + symbol.st_name);
  }
  return {};
}

}  // namespace decnet
