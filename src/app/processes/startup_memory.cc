#include <cstdio>
#include <fstream>
#include <string>

#include <malloc.h>
#include <sys/mman.h>

#include "app/processes/child.h"

namespace decnet::app {

void give_back_startup_memory() {
  ::malloc_trim(0);
  std::ifstream maps("/proc/self/smaps");
  std::string line;
  unsigned long from = 0;
  unsigned long to = 0;
  while (std::getline(maps, line)) {
    unsigned long begin = 0;
    unsigned long end = 0;
    char mode[5] = {};
    char path[2] = {};
    if (std::sscanf(line.c_str(), "%lx-%lx %4s %*s %*s %*s %1s", &begin, &end, mode, path) >= 3) {
      // Of a file, and never written to.
      const bool dispensable = path[0] == '/' && mode[1] != 'w' && mode[3] == 'p';
      from = dispensable ? begin : 0;
      to = dispensable ? end : 0;
    } else if (line.starts_with("Anonymous:") && to > from) {
      // Relocated parts have anonymous pages, which are nowhere else: they stay.
      if (line.find(" 0 kB") != line.npos)
        ::madvise(reinterpret_cast<void*>(from), to - from, MADV_DONTNEED);
      from = to = 0;
    }
  }
}

}  // namespace decnet::app
