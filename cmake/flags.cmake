# Compiler and linker flags, said once. Every target of ours links decnet_flags.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS ON)           # DECNET_TRY uses a GNU statement expression.
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)  # For clangd and clang-tidy.

find_program(DECNET_CCACHE ccache)
if(DECNET_CCACHE)
  # Two checkouts of one commit share their objects.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}
                                  CCACHE_NOHASHDIR=1 ${DECNET_CCACHE})
endif()

add_library(decnet_flags INTERFACE)
target_compile_options(decnet_flags INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wnon-virtual-dtor -Wno-missing-field-initializers -fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=
  $<$<BOOL:${DECNET_WERROR}>:-Werror>
  # g++ 12 warns inside Asio and the standard library where it loses track of what was initialised, and takes a coroutine
  # frame's own operator delete for a mismatch once it has inlined the allocation.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-array-bounds -Wno-restrict
                           -Wno-mismatched-new-delete>)
target_compile_definitions(decnet_flags INTERFACE
  $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_HAS_STD_INVOKE_RESULT
  BOOST_BEAST_SEPARATE_COMPILATION)
target_include_directories(decnet_flags INTERFACE ${PROJECT_SOURCE_DIR}/src ${PROJECT_BINARY_DIR}/generated)

find_program(DECNET_MOLD mold)
if(DECNET_MOLD)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    target_link_options(decnet_flags INTERFACE --ld-path=${DECNET_MOLD})
  else()
    target_link_options(decnet_flags INTERFACE -fuse-ld=mold)
  endif()
endif()
if(DECNET_SANITIZE)
  target_compile_options(decnet_flags INTERFACE -fsanitize=${DECNET_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(decnet_flags INTERFACE -fsanitize=${DECNET_SANITIZE})
endif()
if(DECNET_FUZZ)
  # clang 14 cannot assemble a coroutine with -fsanitize=function.
  target_compile_options(decnet_flags INTERFACE -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize=function
                                                -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(decnet_flags INTERFACE -fsanitize=address,undefined)
endif()

configure_file(${PROJECT_SOURCE_DIR}/src/base/version.h.in ${PROJECT_BINARY_DIR}/generated/base/version.h @ONLY)
