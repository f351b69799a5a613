# One folder = one module = one static library `decnet_<folder with _ for />`.
#
#   decnet_module(bus USES decnet_base decnet_net PRIVATE_USES simdjson::simdjson)
#
# takes every *.cc of src/bus but *_test.cc and *_fuzz.cc. `x_test.cc` files become one test binary a folder,
# each `x_fuzz.cc` a fuzz target with its seeds in `corpus/x/`.

function(decnet_module folder)
  cmake_parse_arguments(M "" "" "USES;PRIVATE_USES;SOURCES" ${ARGN})
  string(REPLACE "/" "_" name ${folder})
  set(here ${PROJECT_SOURCE_DIR}/src/${folder})
  file(GLOB sources CONFIGURE_DEPENDS ${here}/*.cc)
  list(FILTER sources EXCLUDE REGEX "_(test|fuzz)\\.cc$")
  add_library(decnet_${name} STATIC ${sources} ${M_SOURCES})
  target_link_libraries(decnet_${name} PUBLIC decnet_flags ${M_USES} PRIVATE ${M_PRIVATE_USES})
  decnet_tests(${folder} decnet_${name})
  decnet_fuzz_targets(${folder} decnet_${name})
endfunction()

# The unit tests of a folder: one binary, run from the folder, so that testdata/ is found by a relative path.
function(decnet_tests folder)
  if(NOT BUILD_TESTING OR DECNET_FUZZ)
    return()
  endif()
  string(REPLACE "/" "_" name ${folder})
  file(GLOB tests CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${folder}/*_test.cc)
  if(tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE ${ARGN} GTest::gmock GTest::gtest GTest::gtest_main)
    add_test(NAME unit/${folder} COMMAND ${name}_test --gtest_brief=1
             WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}/src/${folder})
    set_tests_properties(unit/${folder} PROPERTIES LABELS unit TIMEOUT 300)
  endif()
endfunction()

# With DECNET_FUZZ a libFuzzer binary; else a binary that replays the seeds, which `make test` runs.
function(decnet_fuzz_targets folder)
  if(NOT BUILD_TESTING AND NOT DECNET_FUZZ)
    return()
  endif()
  string(REPLACE "/" "_" prefix ${folder})
  file(GLOB targets CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${folder}/*_fuzz.cc)
  foreach(source IN LISTS targets)
    get_filename_component(stem ${source} NAME_WE)
    string(REGEX REPLACE "_fuzz$" "" stem ${stem})
    set(corpus ${PROJECT_SOURCE_DIR}/src/${folder}/corpus/${stem})
    set(target fuzz_${prefix}_${stem})
    if(DECNET_FUZZ)
      add_executable(${target} ${source})
      target_link_options(${target} PRIVATE -fsanitize=fuzzer)
    else()
      add_executable(${target} ${source} ${PROJECT_SOURCE_DIR}/fuzz/replay.cc)
      add_test(NAME corpus/${prefix}_${stem} COMMAND ${target} ${corpus})
      set_tests_properties(corpus/${prefix}_${stem} PROPERTIES LABELS corpus TIMEOUT 300)
    endif()
    target_link_libraries(${target} PRIVATE ${ARGN})
    set_property(GLOBAL APPEND PROPERTY DECNET_FUZZ_TARGETS "${target} ${corpus}")
  endforeach()
endfunction()
